"""Settings to questions: first which columns there are, then decisions as codes; names of cases stay where they are."""

from collections.abc import Iterator, Mapping

from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Preparation, Query, Question, Read, as_moment, quoted
from proveout.instruments.agreement.settings import Elsewhere, Ratings, Settings

MOST_LABELS = 50
"""With more, decisions are text or numbers, not a choice."""
MOST_DISPUTED = 5
FLOATS = ("FLOAT", "DOUBLE")
WHOLE = "c is not null and p is not null and d is not null"


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Which columns each table has."""
    sql = "select column_name, column_type from (describe select * from given)"
    return tuple(Query(name=f"{name} columns", sql=sql, reads={"given": read}) for name, read in _tables(settings))


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query | Preparation, ...]:
    """The decisions, and what stands beside them, of tables that have the columns."""
    return tuple(_more(settings, answers))


def home(settings: Settings, name: str) -> str:
    """The table that holds the truth, the model's decisions or the labels: one of its own, or the ratings."""
    return name if isinstance(getattr(settings, name), Elsewhere) else "ratings"


def wanted(settings: Settings, table: str) -> tuple[str, ...]:
    """The columns that a table must have."""
    asked: list[str] = []
    if table == "ratings":
        asked += [settings.case, *(settings.people or (settings.person, settings.decision)), settings.time]
    for name in ("truth", "model", "label"):
        one = getattr(settings, name)
        if one and home(settings, name) == table:
            asked += [one.case or settings.case, one.column] if isinstance(one, Elsewhere) else [one]
            asked += (settings.probabilities or {}).values() if name == "label" else ()
    return tuple(dict.fromkeys(name for name in asked if name))


def absent(settings: Settings, answers: Answers, table: str) -> tuple[str, ...]:
    """The columns that the table should have and has not, whatever their case."""
    known = {name.casefold() for name in columns(answers, table)}
    return tuple(name for name in wanted(settings, table) if name.casefold() not in known)


def columns(answers: Answers, table: str) -> dict[str, str]:
    """Types of the columns of a table by name; none where it cannot be read."""
    found = answers.tables.get(f"{table} columns", {"column_name": (), "column_type": ()})
    return {str(name): str(kind) for name, kind in zip(found["column_name"], found["column_type"], strict=True)}


def _tables(settings: Settings) -> Iterator[tuple[str, Read]]:
    for name in ("ratings", "truth", "model", "label"):
        where = getattr(settings, name)
        if isinstance(where, Ratings | Elsewhere):
            yield name, Read(source=where.source, table=where.table, query=where.query)


def _more(settings: Settings, answers: Answers) -> Iterator[Query | Preparation]:
    reads = dict(_tables(settings))
    usable = {name for name in reads if columns(answers, name) and not absent(settings, answers, name)}
    if "ratings" in usable:
        yield from _decisions(settings, answers, reads["ratings"])
        for name in ("truth", "model"):
            if getattr(settings, name) and home(settings, name) in usable:
                yield _beside(name, settings, answers, reads[home(settings, name)])
    if settings.label and home(settings, "label") in usable:
        yield _label(settings, answers, reads[home(settings, "label")])


def _decisions(settings: Settings, answers: Answers, read: Read) -> Iterator[Query | Preparation]:
    interval = settings.scale == "interval"
    usable = f"{WHOLE} and coalesce(isfinite(try_cast(d as double)), false)" if interval else WHOLE
    first = "row_number() over (partition by c, p order by t nulls last, seq)"
    yield Preparation(name="rated", sql=_rated(settings, columns(answers, "ratings")), reads={"given": read})
    yield Preparation(
        name="decided",
        sql=f"select c, p, d, lower(d) as l, t from (select *, {first} as nth from rated where {usable}) where nth = 1",
    )
    yield Preparation(
        name="numbered",
        sql="select c, (row_number() over (order by c)) - 1 as i from (select distinct c from decided)",
    )
    yield _counts(usable)
    yield _repeats(usable)
    yield Query(name="people", sql="select p, count(*) as n from decided group by p order by p")
    if not interval:
        yield Query(
            name="labels",
            sql="select l, arg_max(d, (n, d)) as d, count(*) as n_spellings from "
            f"(select l, d, count(*) as n from decided group by l, d) group by l order by l limit {MOST_LABELS + 1}",
        )
    value = "d::double" if interval else "(dense_rank() over (order by l)) - 1"
    yield Query(
        name="decisions",
        sql=f"select i, (dense_rank() over (order by p)) - 1 as p, {value} as v, epoch(t) as t "
        "from decided join numbered using (c) order by i, p",
    )
    yield _disputed(interval)


def _repeats(usable: str) -> Query:
    sql = (
        "select count(*) as n_pairs, count(*) filter (where said = 1) as n_same from "
        f"(select count(distinct lower(d)) as said from rated where {usable} group by c, p having count(*) > 1)"
    )
    return Query(name="repeats", sql=sql)


def _counts(usable: str) -> Query:
    said = {
        "n_rows": "true",
        "n_caseless": "c is null",
        "n_nobody": "c is not null and p is null",
        "n_undecided": "c is not null and p is not null and d is null",
        "n_not_numbers": f"{WHOLE} and not ({usable})",
        "n_timed": "raw_t is not null",
        "n_not_times": "raw_t is not null and t is null",
    }
    counts = ", ".join(f"count(*) filter (where {condition}) as {name}" for name, condition in said.items())
    example = f"min(d) filter (where {said['n_not_numbers']}) as not_a_number"
    return Query(name="counts", sql=f"select {counts}, {example} from rated")


def _disputed(interval: bool) -> Query:
    """The cases on which people differ most, the more decided ones first."""
    if interval:
        sql = (
            "select c, count(*) as m, stddev_samp(d::double) as apart, string_agg(d, ', ' order by d::double) as said "
            "from decided group by c having count(*) > 1 order by apart desc, m desc, c"
        )
    else:
        sql = (
            "with said as (select c, l, min(d) as d, count(*) as n from decided group by c, l) "
            "select c, sum(n)::bigint as m, 1 - sum(n * (n - 1)) / (sum(n) * (sum(n) - 1)) as apart, "
            "string_agg(n || ' ' || d, ', ' order by n desc, d) as said "
            "from said group by c having sum(n) > 1 order by apart desc, m desc, c"
        )
    return Query(name="disputed", sql=f"{sql} limit {MOST_DISPUTED}")


def _rated(settings: Settings, kinds: Mapping[str, str]) -> str:
    """A row per decision, as text without spaces at the ends; nothing where nothing is said."""
    beside = [(name, getattr(settings, name)) for name in ("truth", "model")]
    extra = "".join(f", {_text(one, kinds)} as {name}" for name, one in beside if one and isinstance(one, str))
    case, source = _text(settings.case, kinds), "(select *, row_number() over () as proveout_row from given) as given"
    if settings.people:
        return " union all ".join(
            f"select {case} as c, {_literal(name)} as p, {_text(name, kinds)} as d, null::varchar as raw_t, "
            f"null::timestamp as t, proveout_row as seq{extra} from {source}"
            for name in settings.people
        )
    time = _text(settings.time, kinds) if settings.time else "null::varchar"
    return (
        f"select {case} as c, {_text(settings.person, kinds)} as p, {_text(settings.decision, kinds)} as d, "
        f"{time} as raw_t, {as_moment(time)} as t, proveout_row as seq{extra} from {source}"
    )


def _beside(name: str, settings: Settings, answers: Answers, read: Read) -> Query:
    """Of each decided case what stands beside it, and whether that is one thing only."""
    one = getattr(settings, name)
    if isinstance(one, Elsewhere):
        kinds = columns(answers, name)
        given = f"select {_text(one.case or settings.case, kinds)} as c, {_text(one.column, kinds)} as d from given"
        reads = {"given": read}
    else:
        given, reads = f"select c, {name} as d from rated", {}
    sql = (
        "select i, min(d) as d, count(distinct lower(d)) as n from numbered "
        f"join ({given}) as beside using (c) where d is not null group by i order by i"
    )
    return Query(name=name, sql=sql, reads=reads)


def _label(settings: Settings, answers: Answers, read: Read) -> Query:
    one, names = settings.label, settings.probabilities or {}
    kinds = columns(answers, home(settings, "label"))
    case = _text((one.case if isinstance(one, Elsewhere) else "") or settings.case, kinds)
    label = _text(one.column if isinstance(one, Elsewhere) else one, kinds)
    exact, folded = (
        " ".join(f"when {_literal(fold(name.strip()))} then {i}" for i, name in enumerate(names))
        for fold in (str, str.lower)
    )
    parts = [f"try_cast({quoted(column)} as double) as p{i}" for i, column in enumerate(names.values())]
    shares = ", ".join(f"min(p{i}) as p{i}" for i in range(len(names)))
    sql = (
        f"select c, min(d) as d, coalesce(case min(d) {exact} end, case lower(min(d)) {folded} end) as y, "
        f"count(distinct d) as n, {shares} from (select {case} as c, {label} as d, {', '.join(parts)} from given) "
        "where c is not null group by c order by c"
    )
    return Query(name="label", sql=sql, reads={"given": read})


def _text(column: str, kinds: Mapping[str, str]) -> str:
    """As text; whole numbers that are stored as fractions without their .0."""
    text = f"{quoted(column)}::varchar"
    kind = next((kind for known, kind in kinds.items() if known.casefold() == column.casefold()), "")
    if kind in FLOATS or kind.startswith("DECIMAL"):
        text = f"regexp_replace({text}, '\\.0+$', '')"
    return f"nullif(trim({text}), '')"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
