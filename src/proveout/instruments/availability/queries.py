"""Settings to questions. A column that is not there is a finding, so no question fails for want of one."""

from collections.abc import Iterable, Sequence

from proveout.core.initiative import Initiative
from proveout.core.question import Query, Question, Read, as_moment, quoted
from proveout.instruments.availability.settings import Join, Need, Population, Settings

MOST_CATEGORIES = 50
"""The most frequent values of a column that are compared; rarer ones are left out."""


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Per need: its columns, its counts, its days; whom it covers; with what it joins."""
    return tuple(question for need in settings.needs for question in _of_need(need))


def join_keys(need: Need, join: Join) -> tuple[str, str]:
    """The need's column and the other system's."""
    own = join.key or need.key
    return own, join.to_key or own


def _of_need(need: Need) -> Iterable[Question]:
    read = _read(need)
    yield _columns(f"{need.id}: columns", read)
    yield _counts(need, read)
    if need.time:
        yield _days(need, read)
    if need.population:
        yield _columns(f"{need.id}: population columns", _read(need.population))
        yield _population(need, read, need.population)
    for index, join in enumerate(need.joins):
        yield _columns(f"{need.id}: join {index} columns", _read(join))
        yield _join(need, read, index, join)


def _read(where: Need | Population | Join) -> Read:
    return Read(source=where.source, table=where.table, query=where.query)


def _columns(name: str, read: Read) -> Query:
    return Query(name=name, sql="select column_name from (describe select * from given)", reads={"given": read})


def _counts(need: Need, read: Read) -> Query:
    fields = list(need.minimum)
    texts = [f"{_text(field)} as f{index}" for index, field in enumerate(fields)]
    texts += [f"{_text(need.key) if need.key else 'null'} as k", f"{_text(need.time) if need.time else 'null'} as t"]
    empty = ", ".join(_literal(entry.strip().casefold()) for entry in need.placeholders) or "''"
    counts = [
        "count(*) as n_rows",
        "count(k) filter (where k <> '') as n_with_key",
        "count(distinct k) filter (where k <> '') as n_keys",
        "count(t) as n_timed",
        "count(t) filter (where try_cast(t as timestamptz) is null) as n_not_times",
    ]
    for index in range(len(fields)):
        f = f"f{index}"
        hidden = f"{f} <> '' and lower({f}) in ({empty})"
        counts += [
            f"count(*) filter (where {f} <> '' and not ({hidden})) as filled_{index}",
            f"count(*) filter (where {hidden}) as hidden_{index}",
            f"min({f}) filter (where {hidden}) as entry_{index}",
        ]
    sql = f"with {_whole('given', need.columns)}, texts as (select {', '.join(texts)} from given_whole) "
    sql += f"select {', '.join(counts)} from texts"
    return Query(name=f"{need.id}: counts", sql=sql, reads={"given": read})


def _days(need: Need, read: Read) -> Query:
    """How many rows each day has: today is not known here, so that the days after it are told apart later."""
    sql = (
        f"with {_whole('given', [need.time])}, "
        f"days as (select cast({as_moment(_text(need.time))} as date) as day from given_whole) "
        "select cast(day as varchar) as day, count(*) as n_rows from days "
        "where day is not null group by day order by day"
    )
    return Query(name=f"{need.id}: days", sql=sql, reads={"given": read})


def _population(need: Need, read: Read, population: Population) -> Query:
    """One row on all, one per compared column on its numbers, one per frequent value on its shares."""
    compared = [f"any_value({_text(name)}) as c{index}" for index, name in enumerate(need.like_the_rest)]
    key = _text(population.key)
    sql = (
        f"with {_whole('given', [need.key])}, {_whole('everybody', [population.key, *need.like_the_rest])}, "
        f"covered as (select distinct {_text(need.key)} as k from given_whole), "
        f"one_each as (select {', '.join([f'{key} as k', *compared])} from everybody_whole "
        f"where {key} <> '' group by {key}), "
        "joined as materialized (select one_each.*, covered.k is not null as is_covered "
        "from one_each left join covered on covered.k = one_each.k) "
        f"select 'all' as kind, -1 as field, null as value, {_both('count(*)')}, {_NO_MOMENTS} from joined"
    )
    for index in range(len(need.like_the_rest)):
        sql += f" union all {_numbers(index)} union all {_categories(index)}"
    return Query(name=f"{need.id}: population", sql=sql, reads={"given": read, "everybody": _read(population)})


_MOMENTS = ("numbers", "mean", "variance")
_NO_MOMENTS = ", ".join(
    f"cast(null as double) as {moment}_{side}" for moment in _MOMENTS for side in ("covered", "rest")
)


def _numbers(index: int) -> str:
    column = f"c{index}"
    number = f"case when isfinite(try_cast({column} as double)) then cast({column} as double) end"
    moments = ", ".join(
        f"{aggregate}({number}) filter (where {condition})"
        for aggregate in ("count", "avg", "var_samp")
        for condition in ("is_covered", "not is_covered")
    )
    filled = f"count(*) filter (where {column} <> '' and {{}})"
    counts = f"{filled.format('is_covered')}, {filled.format('not is_covered')}"
    return f"select 'number', {index}, null, {counts}, {moments} from joined"


def _categories(index: int) -> str:
    column = f"c{index}"
    return (
        f"select * from (select 'category', {index}, {column} as value, {_both('count(*)')}, {_NO_MOMENTS} from joined "
        f"where {column} <> '' group by {column} order by count(*) desc, {column} limit {MOST_CATEGORIES})"
    )


def _both(aggregate: str) -> str:
    return f"{aggregate} filter (where is_covered) as n_covered, {aggregate} filter (where not is_covered) as n_rest"


def _join(need: Need, read: Read, index: int, join: Join) -> Query:
    own, other = join_keys(need, join)
    sql = (
        f"with {_whole('given', [own])}, {_whole('other', [other])}, "
        f"ours as (select distinct {_text(own)} as k from given_whole where {_text(own)} <> ''), "
        f"theirs as (select distinct {_text(other)} as k from other_whole) "
        "select count(*) as n_keys, count(theirs.k) as n_found from ours left join theirs on ours.k = theirs.k"
    )
    return Query(name=f"{need.id}: join {index}", sql=sql, reads={"given": read, "other": _read(join)})


def _whole(relation: str, columns: Sequence[str]) -> str:
    """The relation with NULL in the place of columns that it does not have."""
    absent = {name.casefold(): f"cast(null as varchar) as {quoted(name)}" for name in columns}
    nothing = ", ".join(absent.values()) or "null as nothing"
    return f"{relation}_whole as (select {nothing} where false union all by name select * from {relation})"


def _text(column: str) -> str:
    return f"trim(cast({quoted(column)} as varchar))"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
