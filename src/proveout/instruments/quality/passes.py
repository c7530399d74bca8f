"""The SQL of what is counted over a whole table. Answers do not grow with the rows."""

from collections.abc import Iterable
from datetime import date

from proveout.core.question import quoted
from proveout.instruments.quality.contract import Limit
from proveout.instruments.quality.discovery.profile import literal, matches
from proveout.instruments.quality.expectations import NUMBERS, TIMES, among
from proveout.instruments.quality.plan import CLEAN, Plan
from proveout.instruments.quality.rules import Rule, counts_of_key
from proveout.instruments.quality.values import summed

MOST_PERIODS = 60
"""Of the map of completeness, the latest ones."""
MOST_FIELDS = 30
"""Of the map of completeness."""


def scan(known: Plan, today: date) -> str:
    """One pass: rows; per field the filled, the written and the ends; per rule the rows at fault; the newest row."""
    counted = ["count(*) as n_rows"]
    for i, (name, kind) in enumerate(known.columns.items()):
        column = quoted(name)
        counted.append(f"count({column}) as filled_{i}")
        if known.is_text(name):
            counted.append(f"count({column_as_written(i)}) as written_{i}")
        counted += summed(known, i)
        if kind in NUMBERS:
            counted += [f"cast({end}({column}) as double) as {end}_{i}" for end in ("min", "max")]
        if kind in TIMES:
            counted += [f"cast({end}({column}) as varchar) as {end}_{i}" for end in ("min", "max")]
    for k, rule in enumerate(known.rules):
        if rule.applies != filled(rule):
            counted.append(f"count(*) filter (where {rule.applies}) as applies_{k}")
        counted.append(f"count(*) filter (where {rule.applies} and ({rule.faulty})) as faulty_{k}")
    if known.time:
        moment = time_of(known)
        past = f"{moment} < date {literal(today.isoformat())} + 1"
        counted.append(f"cast(max({moment}) filter (where {past}) as varchar) as newest")
        counted.append(f"count({moment}) as n_timed")
        counted.append(f"count(*) filter (where not ({past})) as n_future")
    return f"{_with_both(known)} select {', '.join(counted)} from {CLEAN}"


def filled(rule: Rule) -> str:
    """What is asked of a row by a rule on a single field; such rows are counted anyway."""
    return f"{quoted(rule.fields[0])} is not null" if len(rule.fields) == 1 else ""


def column_as_written(index: int) -> str:
    """The name under which a column is passed through as it stands."""
    return quoted(f"as written {index}")


def _with_both(known: Plan) -> str:
    """CLEAN, with the columns of text as they stand beside it."""
    texts = (i for i, name in enumerate(known.columns) if known.is_text(name))
    passed = "".join(f", {quoted(known.names[i])} as {column_as_written(i)}" for i in texts)
    return known.with_clean.removesuffix("from given)") + passed + " from given)"


def time_of(known: Plan) -> str:
    """When a row was, as a timestamp; NULL where that cannot be read."""
    column = quoted(known.time)
    if known.columns[known.time] in TIMES:
        return f"cast({column} as timestamp)"
    return f"try_cast(cast({column} as varchar) as timestamp)"


def mapped(known: Plan) -> list[str]:
    """The fields of the map of completeness: those that must be filled, or all."""
    fields = [name for name in known.required if name in known.columns] or known.names
    return [name for name in fields if name != known.time][:MOST_FIELDS]


def missing_by_period(known: Plan, today: date) -> str:
    """Per period its rows and, per field, the filled ones; how many periods up to today there are, and could be."""
    filled = "".join(f", count({quoted(name)}) as filled_{i}" for i, name in enumerate(mapped(known)))
    unit, finite = literal(known.table.period), f"isfinite({time_of(known)})"
    start = f"cast(date_trunc({unit}, {time_of(known)}) as date)"
    grouped = f"select {start} as start, count(*) as n_rows{filled} from {CLEAN} where {finite} group by start"
    first, last = (f"{end}(start) filter (where start <= date {literal(today.isoformat())}) over ()" for end in ENDS)
    return (
        f"{known.with_clean} select cast(start as varchar) as period, * exclude (start), "
        f"cast({first} as varchar) as first_period, cast({last} as varchar) as last_period, "
        f"count(*) filter (where start <= date {literal(today.isoformat())}) over () as n_periods, "
        f"date_diff({unit}, {first}, {last}) + 1 as n_expected "
        f"from ({grouped}) order by start desc limit {MOST_PERIODS}"
    )


ENDS = ("min", "max")


def limit(known: Plan, bounded: Limit) -> str:
    """The figure that a contract bounds, and the rows."""
    if bounded.metric == "sql":
        given = bounded.query
        for name in ("${object}", "{object}", "${table}", "{table}", "{model}"):
            given = given.replace(name, "given")
        return f"select cast(({given.strip().rstrip(';')}) as double) as figure, (select count(*) from given) as n_rows"
    return f"{known.with_clean} select {_figure(known, bounded)} as figure, count(*) as n_rows from {CLEAN}"


def _figure(known: Plan, bounded: Limit) -> str:
    if bounded.metric == "rowCount":
        return "count(*)"
    if bounded.metric == "duplicateValues":
        return f"(select n_faulty from ({counts_of_key(bounded.fields, CLEAN)}))"
    name = bounded.fields[0]
    column = quoted(name)
    if bounded.metric == "nullValues":
        return f"count(*) filter (where {column} is null)"
    if bounded.metric == "missingValues":
        entries = [entry for entry in bounded.arguments.get("missingValues", ()) if entry is not None]
        return f"count(*) filter (where {column} is null or {among(name, entries, known.columns[name])})"
    return f"count(*) filter (where {' or '.join(_invalid(known, name, bounded)) or 'false'})"


def _invalid(known: Plan, name: str, bounded: Limit) -> Iterable[str]:
    if values := bounded.arguments.get("validValues"):
        yield f"{quoted(name)} is not null and not {among(name, values, known.columns[name])}"
    if pattern := bounded.arguments.get("pattern"):
        yield f"not {matches(f'cast({quoted(name)} as varchar)', str(pattern))}"
