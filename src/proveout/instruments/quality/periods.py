"""Whether rows come in each period, and whether their times can be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check
from proveout.core.question import Answers
from proveout.instruments.quality.plan import Plan
from proveout.instruments.quality.seen import first_row, rows

MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Regular:
    """What the times of a table say, apart from its age."""

    estimates: tuple[Estimate, ...] = ()
    checks: tuple[Check, ...] = ()


def regular(known: Plan, answers: Answers) -> Regular:
    """Periods without a row, from the first row up to the last one before tomorrow; times that are none."""
    if not known.time:
        return Regular()
    checks = tuple(_times(known, answers))
    found = rows(answers, f"{known.table.id}: periods")
    if not found or not found[0]["n_periods"]:
        return Regular(checks=checks)
    ends = found[0]
    n, n_there = int(ends["n_expected"]), int(ends["n_periods"])
    name = f"{known.table.id}: there are rows in each {known.table.period}"
    note = f"{n_there:,} of {n:,} from {ends['first_period']} to {ends['last_period']}"
    if n_there < n:
        latest = _missing(known, [row["period"] for row in found if row["period"] <= ends["last_period"]])
        note += f"; none in that of {', '.join(latest)}{' ...' if n - n_there > len(latest) else ''}" if latest else ""
    expected = bool(known.table.every)
    note += "" if expected or n_there == n else f"; declare `every: {known.table.period}` if there should be"
    check = Check(name=name, passed=n_there == n or (False if expected else None), note=note)
    share = exact("timeliness", n_there / n, unit="share", subject=known.table.id, n=n, method=f"{name}: {note}")
    return Regular(estimates=(share,) if expected else (), checks=(*checks, check))


def _missing(known: Plan, periods: list[str]) -> list[str]:
    """The latest periods without a row, as far as the map of completeness reaches."""
    if not periods:
        return []
    there = {date.fromisoformat(period) for period in periods}
    found, day = [], max(there)
    while day > min(there) and len(found) < MOST_NAMED:
        day = _start(day - timedelta(days=1), known.table.period)
        if day not in there:
            found.append(day.isoformat())
    return found


def _start(day: date, period: str) -> date:
    if period == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if period == "week" else day


def _times(known: Plan, answers: Answers) -> Iterable[Check]:
    row = first_row(answers, known.scan)
    n_filled = int(row[f"filled_{known.names.index(known.time)}"])
    if n_none := n_filled - int(row["n_timed"]):
        note = f"{n_none:,} of {n_filled:,} are no date or time in ISO 8601; turn them into one in `query`"
        yield Check(name=f"{known.table.id}: {known.time} is a time", passed=False, note=note)
    if n_future := int(row["n_future"]):
        note = f"{n_future:,} rows after {answers.as_of}; they count for no age and no period"
        yield Check(name=f"{known.table.id}: no row lies in the future", passed=False, note=note)
