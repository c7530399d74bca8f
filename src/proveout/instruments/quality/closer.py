"""The SQL of the closer look: examples of what is at fault, suspicious entries, and what faults cost."""

from collections.abc import Iterable, Mapping

from proveout.core.question import Answers, Query, Read, quoted
from proveout.instruments.quality.discovery.profile import PLACE, literal
from proveout.instruments.quality.expectations import NUMBERS, TIMES
from proveout.instruments.quality.plan import CLEAN, Plan, holds
from proveout.instruments.quality.rules import AT_FAULT, GroupRule, Rule, verdicts
from proveout.instruments.quality.seen import first_row
from proveout.instruments.quality.settings import Effect, read_of

EXAMPLES = 5
NO_DATES = (
    "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "1970-01-01", "2099-12-31", "2999-12-31", "9999-12-31",
)  # fmt: skip
"""Days that stand for no day."""


def look(known: Plan, effect: Effect | None, answers: Answers) -> Iterable[Query]:
    """What to ask once the pass over the table is known."""
    table, read = known.table, {"given": read_of(known.table)}
    at_fault = failing(known, answers)
    for rule in at_fault:
        sql = f"{known.with_clean} {_examples(known, rule)}"
        yield Query(name=f"{table.id}: examples {rule.id}", sql=sql, reads=reads(known, rule))
    if entries := _entries(known, answers):
        yield Query(name=f"{table.id}: entries", sql=entries, reads=read)
    if numbers := _numbers(known, answers):
        yield Query(name=f"{table.id}: numbers", sql=numbers, reads=read)
    if effect and case_column(known, effect):
        errors = {"errors": read_of(effect)}
        for rule in at_fault:
            sql = _cost(known, rule, effect)
            yield Query(name=f"{table.id}: effect {rule.id}", sql=sql, reads={**reads(known, rule), **errors})


def reads(known: Plan, rule: Rule | GroupRule) -> Mapping[str, Read]:
    """The relations of a rule."""
    given = {"given": read_of(known.table)}
    if isinstance(rule, GroupRule) and rule.other is not None:
        given["other"] = read_of(rule.other)
    return given


def failing(known: Plan, answers: Answers) -> list[Rule | GroupRule]:
    """The rules that some rows break: what must be filled, what must hold within a row, what between rows."""
    row = first_row(answers, known.scan)
    position = {name: i for i, name in enumerate(known.columns)}
    broken: list[Rule | GroupRule] = [
        rule for rule in known.fills if int(row[f"filled_{position[rule.fields[0]]}"]) < int(row["n_rows"])
    ]
    broken += [rule for k, rule in enumerate(known.rules) if row[f"faulty_{k}"]]
    for k, rule in enumerate(known.groups):
        name = f"{known.table.id}: group {k}"
        if name in answers.tables and first_row(answers, name)["n_faulty"]:
            broken.append(rule)
    return broken


def _examples(known: Plan, rule: Rule | GroupRule) -> str:
    """The first rows at fault; of a broken key, values that come several times."""
    named = (*rule.fields, *(rule.by if isinstance(rule, GroupRule) and rule.kind == "depends" else ()), *known.key)
    shown = [name for name in dict.fromkeys(named) if name in known.columns and name not in known.secret][:8]
    columns = ", ".join(f"cast({quoted(name)} as varchar) as {quoted(name)}" for name in shown)
    if isinstance(rule, GroupRule) and rule.kind == "key":
        keys = ", ".join(map(quoted, rule.fields))
        filled = " and ".join(f"{quoted(name)} is not null" for name in rule.fields)
        shown_keys = "".join(
            f", any_value(cast({quoted(n)} as varchar)) as {quoted(n)}" for n in rule.fields if n in shown
        )
        return (
            f"select count(*) as {PLACE}{shown_keys} from {CLEAN} where {filled} group by {keys} "
            f"having count(*) > 1 order by count(*) desc, {keys} limit {EXAMPLES}"
        )
    return (
        f"select {PLACE}{', ' if columns else ''}{columns} from ({verdicts(rule, CLEAN)}) "
        f"where {AT_FAULT} limit {EXAMPLES}"
    )


def _entries(known: Plan, answers: Answers) -> str:
    """Which entries of text stand for a missing value, by field."""
    row = first_row(answers, known.scan)
    parts = []
    for i, name in enumerate(known.columns):
        if known.is_text(name) and not known.settled(name) and row[f"written_{i}"] > row[f"filled_{i}"]:
            entry = f"lower(trim({quoted(name)}))"
            parts.append(
                f"select {i} as field, min(trim({quoted(name)})) as entry, count(*) as n from given "
                f"where {holds(name, known.entries(name))} group by {entry}"
            )
    return " union all ".join(parts)


def suspicious(value: float) -> bool:
    """Whether a number is one that people write where they have none: 0, -1, or nines throughout."""
    digits = f"{abs(value):.0f}"
    nines = abs(value) == float(digits) and set(digits) == {"9"} and (len(digits) > 1 or value < 0)
    return value in (0.0, -1.0) or nines


def suspects(known: Plan, answers: Answers) -> list[tuple[int, str, float | str]]:
    """Field, end and value of the ends of columns at which a number or a day stands for none."""
    row = first_row(answers, known.scan)
    found: list[tuple[int, str, float | str]] = []
    for i, (name, kind) in enumerate(known.columns.items()):
        for end in ("min", "max"):
            value = row.get(f"{end}_{i}")
            if value is None or known.settled(name) or name in known.key:
                continue
            if (kind in NUMBERS and suspicious(value)) or (kind in TIMES and str(value)[:10] in NO_DATES):
                found.append((i, end, value))
    return found


def _numbers(known: Plan, answers: Answers) -> str:
    """How often each suspicious end comes, how far away the next value is, and how many there are."""
    parts = []
    for k, (i, end, value) in enumerate(suspects(known, answers)):
        column = quoted(known.names[i])
        if isinstance(value, str):
            parts.append(f"count(*) filter (where cast({column} as date) = date {literal(value[:10])}) as n_{k}")
            continue
        sign, other = (">", "max") if end == "min" else ("<", "min")
        rest = f"{column} {sign} {value!r}"
        parts += [
            f"count(*) filter (where {column} = {value!r}) as n_{k}",
            f"cast({end}({column}) filter (where {rest}) as double) as next_{k}",
            f"cast({other}({column}) filter (where {rest}) as double) as end_{k}",
        ]
        if known.table.distinct == "exact":
            parts.append(f"approx_count_distinct({column}) as values_{k}")
    return f"{known.with_clean} select {', '.join(parts)} from {CLEAN}" if parts else ""


def case_column(known: Plan, effect: Effect) -> str:
    """The table's column that holds the case; empty where it has none."""
    wanted = effect.to or (known.key[0] if len(known.key) == 1 else effect.key)
    return next((name for name in known.columns if name.casefold() == wanted.casefold()), "")


def _cost(known: Plan, rule: Rule | GroupRule, effect: Effect) -> str:
    """Count, sum and sum of squares of the error for the rows at fault and for the others."""
    cases = (
        f'cases as (select cast({quoted(effect.key)} as varchar) as "the case", '
        f'avg(try_cast({quoted(effect.error)} as double)) as "the error" from errors group by all)'
    )
    case = quoted(case_column(known, effect))
    joined = (
        f'select {AT_FAULT}, "the error" as e from ({verdicts(rule, CLEAN)}) '
        f'join cases on cast({case} as varchar) = "the case"'
    )
    sums = ", ".join(
        f"count(*) filter (where {side}) as n_{name}, coalesce(sum(e) filter (where {side}), 0) as sum_{name}, "
        f"coalesce(sum(e * e) filter (where {side}), 0) as squares_{name}"
        for name, side in (("faulty", AT_FAULT), ("other", f"not {AT_FAULT}"))
    )
    return (
        f"{known.with_clean}, {cases} select {sums}, coalesce(bool_and(e in (0, 1)), false) as zero_or_one "
        f"from ({joined}) where isfinite(e)"
    )
