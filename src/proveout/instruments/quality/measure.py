"""Answers to figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding, Outcome
from proveout.core.exhibit import Exhibit
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Failure
from proveout.instruments.quality import exhibits
from proveout.instruments.quality.costs import costs
from proveout.instruments.quality.disguise import Disguise, disguises
from proveout.instruments.quality.held import Age, Held, age, held, shares, unknown
from proveout.instruments.quality.periods import Regular, regular
from proveout.instruments.quality.plan import Plan, plans
from proveout.instruments.quality.seen import first_row, rows
from proveout.instruments.quality.settings import Effect, Settings, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All that is known of one table."""

    plan: Plan | None = None
    n_rows: int = 0
    held: tuple[Held, ...] = ()
    disguises: tuple[Disguise, ...] = ()
    effects: dict[str, Estimate] = field(default_factory=dict)
    age: Age = field(default_factory=Age)
    estimates: tuple[Estimate, ...] = ()
    checks: tuple[Check, ...] = ()


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """How good each table is. Where none can be read, that is the finding."""
    known = {one.table.id: one for one in plans(settings, answers)}
    if not known:
        failure = next(iter(answers.failures.values()))
        return Finding(outcome=failure.outcome, reason=failure.message, remedy=failure.remedy)
    judged = [_judge(table, known.get(table.id), settings.effect_on, answers) for table in settings.tables]
    days = [one.age.changes_on for one in judged if one.age.changes_on]
    shown: list[Exhibit] = []
    for one in judged:
        if one.plan and one.n_rows:
            shown += exhibits.show(one.plan, one.n_rows, one.held, one.disguises, one.effects, answers)
    return Finding(
        outcome=Outcome.MEASURED,
        estimates=tuple(estimate for one in judged for estimate in one.estimates),
        checks=tuple(check for one in judged for check in one.checks),
        exhibits=tuple(shown),
        changes_on=min(days, default=None),
    )


def _judge(table: Table, known: Plan | None, effect: Effect | None, answers: Answers) -> Judged:
    nothing = (unknown("completeness", table.id),)
    for question in (f"{table.id}: columns", known.scan if known else ""):
        if failure := answers.failures.get(question):
            return Judged(estimates=nothing, checks=(_failed(f"{table.id} can be read", failure),))
    if known is None:
        note = "it has no columns; see what the source holds"
        return Judged(estimates=nothing, checks=(Check(name=f"{table.id} has columns", passed=False, note=note),))
    n_rows = int(first_row(answers, known.scan)["n_rows"])
    before = tuple(_before(known, answers))
    if n_rows == 0:
        note = "the table is empty; ask its owner since when, and why"
        empty = Check(name=f"{table.id} has rows", passed=False, note=note)
        return Judged(plan=known, estimates=nothing, checks=(*before, empty))
    found, hidden = held(known, answers), disguises(known, answers)
    aged, timed = age(known, answers), regular(known, answers)
    effects, effect_checks = costs(known, effect, answers) if effect else ({}, [])
    return Judged(
        plan=known,
        n_rows=n_rows,
        held=found,
        disguises=hidden,
        effects=effects,
        age=aged,
        estimates=(*_shares(known, found, aged, timed, answers), _disguised(known, hidden, n_rows), *effects.values()),
        checks=(
            *before,
            *_rules(known, found),
            *_hidden(known, hidden, n_rows),
            *aged.checks,
            *timed.checks,
            *effect_checks,
        ),
    )


def _shares(known: Plan, found: tuple[Held, ...], aged: Age, timed: Regular, answers: Answers) -> Iterable[Estimate]:
    """One of each dimension, of rules, age and gaps the worst; none is left out for a failed question."""
    by_name: dict[str, Estimate] = {}
    failed = {
        rule.dimension: unknown(rule.dimension, known.table.id)
        for k, rule in enumerate(known.groups)
        if f"{known.table.id}: group {k}" in answers.failures
    }
    broken = {
        rule.dimension: unknown(rule.dimension, known.table.id)
        for rule in known.table.rules
        if rule.name in known.broken
    }
    absent = [unknown(dimension, known.table.id) for dimension in sorted(known.unkept)]
    counted = (*shares(known, found), *aged.estimates, *timed.estimates)
    for estimate in (*counted, *failed.values(), *broken.values(), *absent):
        kept = by_name.get(estimate.name)
        if kept is None or estimate.value < kept.value:
            by_name[estimate.name] = estimate
    return by_name.values()


def _disguised(known: Plan, hidden: tuple[Disguise, ...], n_rows: int) -> Estimate:
    fields = sorted({one.field for one in hidden})
    method = f"fields with entries that may mean missing, not declared under `missing`: {', '.join(fields) or 'none'}"
    return exact("disguised_missing", len(fields), subject=known.table.id, n=n_rows, method=method)


def _with_near(column: str, there: Sequence[str]) -> str:
    near = get_close_matches(column, there, n=1)
    return f"{column} (did you mean {near[0]}?)" if near else column


def _before(known: Plan, answers: Answers) -> Iterable[Check]:
    """What is declared and cannot be counted."""
    name = known.table.id
    if known.absent:
        missing = ", ".join(_with_near(column, known.names) for column in known.absent)
        note = f"missing: {missing}; one under `fields` or in the contract is at fault in every row"
        yield Check(name=f"{name} has every column that is declared", passed=False, note=note)
    for said in known.unread:
        note = f"not understood, so not checked: {said}"
        yield Check(name=f"{name}: all that is declared is checked", passed=None, note=note)
    for rule, failure in known.broken.items():
        yield _failed(f"{name}: the rule {rule} can be checked", failure)
    for question, failure in answers.failures.items():
        known_parts = ("group", "limit", "periods", "entries", "numbers", "examples", "quantiles", "distinct")
        if question.startswith(tuple(f"{name}: {part}" for part in known_parts)):
            yield _failed(f"{question} can be counted", failure)
    if unseen := [failure for question, failure in answers.failures.items() if question.startswith(f"{name} rules ")]:
        yield _failed(f"{name}: all that its rows suggest can be looked for", unseen[0])
    for index, limit in enumerate(known.limits):
        for counted in rows(answers, f"{name}: limit {index}"):
            figure, n_rows = counted["figure"], counted["n_rows"]
            if figure is None or (limit.percent and not n_rows):
                yield Check(name=f"{name}: {limit.words}", passed=None, note="there is nothing to count")
                continue
            unit = " per cent of the rows" if limit.percent else " rows break it" if limit.counts_faults else ""
            value = 100 * figure / n_rows if limit.percent else figure
            note = f"{value:,.6g}{unit}" if unit else f"it is {value:,.6g}"
            yield Check(name=f"{name}: {limit.words}", passed=limit.kept(value), note=note)
    if not known.required:
        note = "no field is declared as required, so completeness is unknown; declare `fields` or a contract"
        yield Check(name=f"{name}: it is declared what must be filled", passed=None, note=note)


def _rules(known: Plan, found: tuple[Held, ...]) -> Iterable[Check]:
    """What the shares mean, and the rules that say nothing."""
    name = known.table.id
    silent = [one.rule.words for one in found if not one.n]
    if silent:
        note = f"no row to which it applies: {'; '.join(silent[:5])}"
        yield Check(name=f"{name}: every rule applies to some row", passed=None, note=note)
    if found:
        note = (
            "an empty cell breaks no rule but that of being filled; blank text and placeholders are empty; of rows "
            "with the same key, all but the first are surplus; a value differs when it is not its group's most frequent"
        )
        yield Check(name=f"{name}: how rows are counted", passed=True, note=note)
    if known.table.sample:
        note = "the source holds a sample: the intervals assume that its rows were drawn at random"
        yield Check(name=f"{name}: the sample is random", passed=None, note=note)
    if known.table.sample and any(one.rule.dimension == "uniqueness" for one in found):
        note = "rows whose double is not in the sample go unseen: uniqueness of the whole table is lower"
        yield Check(name=f"{name}: doubles are seen in a sample", passed=False, note=note)


def _hidden(known: Plan, hidden: tuple[Disguise, ...], n_rows: int) -> Iterable[Check]:
    for name in dict.fromkeys(one.field for one in hidden):
        entries = [one for one in hidden if one.field == name]
        shown = "values are not shown" if name in known.secret else ", ".join(repr(one.entry) for one in entries[:3])
        note = (
            f"{sum(one.n for one in entries):,} of {n_rows:,} rows hold {shown}; "
            f"declare under `missing` which entries of {name} mean missing, or [] for none"
        )
        yield Check(name=f"{known.table.id}: no missing value in disguise in {name}", passed=False, note=note)


def _failed(name: str, failure: Failure) -> Check:
    remedy = f"; {failure.remedy}" if failure.remedy else ""
    return Check(name=name, passed=False, note=f"{failure.message}{remedy}")
