"""Whether a look of the calendar has come: its day is over, and the outcomes up to it are there."""

from collections.abc import Sequence
from datetime import date, timedelta

from proveout.core.errors import TooLittle
from proveout.core.pilot import Pilot
from proveout.instruments.pilot.blocks import Outcomes

LAG = timedelta(days=3)
"""Outcomes may be as much older than a look, for weekends have none."""
LAST_WEEK = timedelta(days=6)
"""A look that has waited takes outcomes of the week before it."""
GRACE = timedelta(days=14)
"""So long a look waits for most teams; then for some, and what the others lack is missing."""


def reached(pilot: Pilot, outcomes: Outcomes, today: date) -> int:
    """How many looks of the calendar have come, with data up to them.

    What comes once a week or month, or once in a period of the design, may be as much older as that takes.
    """
    past = _past(pilot, today)
    if outcomes.latest is None:
        over = len(past) == len(pilot.calendar) and not pilot.in_time  # where time decides, outcomes need a day
        return len(pilot.calendar) if over and outcomes.counts["n_rows"] else 0
    return sum(_is_there(day, pilot, outcomes, today) for day in past)


def waiting(
    pilot: Pilot, outcomes: Outcomes, n_looks: int, today: date, none: TooLittle | None = None
) -> tuple[str, str]:
    """What the look after those that have come waits for, if it is the first or its day is over, and what to do.

    Args:
        pilot: The design.
        outcomes: One KPI's.
        n_looks: How many looks have come.
        today: The day that counts as today.
        none: Why no outcome counts so far, if none does.
    """
    n_over = len(_past(pilot, today))
    if n_looks and n_looks == n_over:
        return "", ""
    day = pilot.calendar[n_looks]
    if not n_over:
        return f"the first look is after {day}", until(day, today, "first")
    so_far = none.message if none else _so_far(outcomes)
    why = f"look {n_looks + 1}, of {day}, needs outcomes up to {day - _lag(pilot, outcomes)}: {so_far}"
    remedy = until(day, today, "first")
    if none:
        return why, f"{remedy} If they should be there, {none.remedy}."
    if today <= day + GRACE:
        remedy += (
            f" From {day + GRACE + timedelta(days=1)} on it waits no longer for {pilot.randomise} that are behind."
        )
    return why, remedy


def until(day: date, today: date, which: str) -> str:
    """What a look waits for."""
    if day >= today:
        return f"The {which} look is after {day}; nothing to do until then."
    return f"The look of {day} waits for outcomes up to that day: bring them in."


def changes_on(pilot: Pilot, today: date) -> date | None:
    """The next day on which a look may come without any new data."""
    days = [day + wait for day in pilot.calendar for wait in (timedelta(days=1), GRACE + timedelta(days=1))]
    return min((day for day in days if day > today), default=None)


def _past(pilot: Pilot, today: date) -> Sequence[date]:
    return [day for day in pilot.calendar if day < today]


def _is_there(day: date, pilot: Pilot, outcomes: Outcomes, today: date) -> bool:
    lag, there = _lag(pilot, outcomes), outcomes.latest
    if today > day + GRACE:
        lag, there = max(lag, LAST_WEEK), outcomes.waited
    return there is not None and there.date() >= day - lag


def _lag(pilot: Pilot, outcomes: Outcomes) -> timedelta:
    period = pilot.in_time.period_days if pilot.in_time else 1
    once_in = max(period - outcomes.counts["last_day"], outcomes.counts["step"])
    return max(LAG, timedelta(days=once_in - 1))


def _so_far(outcomes: Outcomes) -> str:
    if outcomes.latest is None:
        return "they have no day, and are taken for those of the end"
    return f"they are there up to {outcomes.latest.date()}"
