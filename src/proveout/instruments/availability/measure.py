"""Answers to figures."""

from datetime import date

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding, Outcome
from proveout.core.initiative import Initiative
from proveout.core.question import Answers
from proveout.instruments.availability import exhibits
from proveout.instruments.availability.covering import coverage, links
from proveout.instruments.availability.seen import (
    Field,
    Fullness,
    Presence,
    Seen,
    Span,
    absent,
    columns_of,
    failed,
    first_row,
    hint,
    rows,
    share,
)
from proveout.instruments.availability.settings import Need, Settings


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """What is there of each need. A source that cannot be reached is a figure too: its `reachable` is 0.

    One that can, but in which what is asked for fails, leaves all other figures unknown.
    """
    seen = [_see(need, answers) for need in settings.needs]
    return Finding(
        estimates=tuple(estimate for one in seen for estimate in one.estimates),
        checks=tuple(check for one in seen for check in one.all_checks),
        exhibits=exhibits.show(seen),
    )


def _see(need: Need, answers: Answers) -> Seen:
    name = f"{need.id} can be read"
    for question in (f"{need.id}: columns", f"{need.id}: counts"):
        if failure := answers.failures.get(question):
            reached = failure.outcome is not Outcome.UNREACHABLE
            return Seen(need=need, reachable=reached, checks=(failed(name, failure),))
    there = columns_of(answers, f"{need.id}: columns")
    return Seen(
        need=need,
        reachable=True,
        presence=_presence(need, there),
        fullness=_fullness(need, there, answers),
        span=_span(need, there, answers),
        coverage=coverage(need, there, answers),
        links=links(need, there, answers),
    )


def _presence(need: Need, there: tuple[str, ...]) -> Presence:
    if not need.columns:
        return Presence()
    missing = absent(need.columns, there)
    n = len(need.columns)
    present = exact("fields_present", (n - len(missing)) / n, unit="share", subject=need.id, n=n)
    note = f"missing: {', '.join(hint(name, there) for name in missing)}" if missing else ""
    check = Check(name=f"{need.id} has every column that is needed", passed=not missing, note=note)
    return Presence(estimates=(present,), checks=(check,), missing=missing)


def _fullness(need: Need, there: tuple[str, ...], answers: Answers) -> Fullness:
    counts = first_row(answers, f"{need.id}: counts")
    n_rows = int(counts["n_rows"])
    rows_found = exact("rows", n_rows, subject=need.id)
    if n_rows == 0:
        note = "the table is empty; ask its owner since when, and why"
        empty = Check(name=f"{need.id} has rows", passed=False, note=note)
        return Fullness(estimates=(rows_found,), checks=(empty,))
    missing = absent(list(need.minimum), there)
    fields = tuple(
        Field(
            name=name,
            minimum=minimum,
            filled=int(counts[f"filled_{index}"]),
            hidden=int(counts[f"hidden_{index}"]),
            entry=str(counts[f"entry_{index}"] or ""),
        )
        for index, (name, minimum) in enumerate(need.minimum.items())
        if name not in missing
    )
    estimates = (rows_found, _filled(need, fields, n_rows)) if fields else (rows_found,)
    checks = (*_placeholder_checks(need, fields, n_rows), *_key_checks(need, there, counts))
    return Fullness(estimates=estimates, checks=checks, n_rows=n_rows, fields=fields)


def _filled(need: Need, fields: tuple[Field, ...], n_rows: int) -> Estimate:
    """The worst field, relative to how full it must be."""
    worst = min(fields, key=lambda field: _reached(field, field.filled / n_rows))
    found = share(worst.filled, n_rows, need)
    sides = (found.value, found.lower or 0.0, found.upper if found.upper is not None else 1.0)
    value, lower, upper = (_reached(worst, side) for side in sides)
    method = f"{worst.name}: {worst.filled:,} of {n_rows:,} rows"
    if worst.minimum < 1:
        method += f", where {worst.minimum:.0%} will do"
    return Estimate(
        name="filled",
        value=value,
        lower=lower,
        upper=upper,
        unit="share",
        subject=need.id,
        n=n_rows,
        level=found.level,
        method=f"{method}; {found.method}",
    )


def _reached(field: Field, filled: float) -> float:
    return min(1.0, filled / field.minimum) if field.minimum else 1.0


def _placeholder_checks(need: Need, fields: tuple[Field, ...], n_rows: int) -> list[Check]:
    return [
        Check(
            name=f"{need.id}: no placeholder in {field.name}",
            passed=False,
            note=f"{field.hidden:,} of {n_rows:,} rows hold {field.entry!r} or the like, which counts as empty; "
            "if it means something, set `placeholders`",
        )
        for field in fields
        if field.hidden
    ]


def _key_checks(need: Need, there: tuple[str, ...], counts) -> list[Check]:
    if not need.key or absent([need.key], there):
        return []
    n_rows, n_with, n_keys = int(counts["n_rows"]), int(counts["n_with_key"]), int(counts["n_keys"])
    checks = []
    if n_with < n_rows:
        note = f"{n_rows - n_with:,} of {n_rows:,} rows have no {need.key} and are lost to every join"
        checks.append(Check(name=f"{need.id}: every row has a key", passed=False, note=note))
    if n_keys < n_with:
        note = f"{n_with:,} rows hold {n_keys:,} different {need.key}: right for events, wrong for master data"
        checks.append(Check(name=f"{need.id}: one row per key", passed=None, note=note))
    return checks


def _span(need: Need, there: tuple[str, ...], answers: Answers) -> Span:
    if not need.time or absent([need.time], there):
        return Span()
    if failure := answers.failures.get(f"{need.id}: days"):
        return Span(checks=(failed(f"{need.id}: {need.time} can be read", failure),))
    counts = first_row(answers, f"{need.id}: counts")
    found = [(date.fromisoformat(row["day"]), int(row["n_rows"])) for row in rows(answers.tables[f"{need.id}: days"])]
    past = [day for day, _ in found if day <= answers.as_of]
    checks = _time_checks(need, counts, found, answers.as_of)
    if not past:
        note = f"no row has a {need.time} up to {answers.as_of}"
        return Span(checks=(*checks, Check(name=f"{need.id} has a past", passed=False, note=note)))
    first, last = min(past), max(past)
    age = (answers.as_of - last).days
    return Span(
        estimates=tuple(_span_estimates(need, first, last, age)),
        checks=tuple(checks),
        first=first,
        last=last,
        age_days=age,
    )


def _span_estimates(need: Need, first: date, last: date, age: int) -> list[Estimate]:
    estimates = []
    if need.history_days:
        days = (last - first).days + 1
        method = f"{days:,} days from {first} to {last}, {need.history_days:,g} needed"
        estimates.append(exact("history_ratio", days / need.history_days, subject=need.id, method=method))
    if need.max_age_days:
        method = f"newest row {age:,} days old ({last}), {need.max_age_days:,g} allowed"
        estimates.append(exact("freshness_ratio", age / need.max_age_days, subject=need.id, method=method))
    return estimates


def _time_checks(need: Need, counts, found: list[tuple[date, int]], today: date) -> list[Check]:
    checks = []
    n_rows, n_timed, n_bad = (int(counts[name]) for name in ("n_rows", "n_timed", "n_not_times"))
    if n_bad:
        note = f"{n_bad:,} of {n_timed:,} are no date or time in ISO 8601; turn them into one in `query`"
        checks.append(Check(name=f"{need.id}: {need.time} is a time", passed=False, note=note))
    if n_timed < n_rows:
        note = f"{n_rows - n_timed:,} of {n_rows:,} rows have no {need.time}"
        checks.append(Check(name=f"{need.id}: every row has a time", passed=False, note=note))
    future = [(day, n) for day, n in found if day > today]
    if future:
        note = f"{sum(n for _, n in future):,} rows after {today}, up to {max(future)[0]}; they count for no age"
        checks.append(Check(name=f"{need.id}: no row lies in the future", passed=False, note=note))
    return checks
