"""Teams (or units) without outcomes, or without any more, while the others have some: by name, why, and since when."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from proveout.core.evidence import Check
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.core.question import Columns
from proveout.instruments.pilot.blocks import Blocks, Outcomes, floats
from proveout.instruments.pilot.effects import drawn
from proveout.instruments.pilot.per_team import PerTeam

NAMED = 3
"""Of those that stopped, as many are named."""
SOME = 0.25
"""Share of those that take part that must still have outcomes in a period for the others to lack them there."""
PATIENCE = {"teams": 1, "units": 2}
"""Periods without outcomes at the end that are a stop: one person may have none in a week."""


def of_outcome(
    numbers: Columns, there: PerTeam, found: Outcomes, blocks: Blocks, kpi: Kpi, pilot: Pilot, today: date
) -> Iterator[Check]:
    """Whether all have outcomes, and still have, as of the last period that is over and in which some have them.

    Args:
        numbers: `block` and the number of each `week` (or `period`) since the start in which it has outcomes.
        there: What was read of each, and what could not be.
        found: All rows, with a value and a day that cannot be read.
        blocks: What was assigned.
        kpi: Whose outcomes.
        pilot: The design.
        today: The day that counts as today.
    """
    if pilot.arriving or (pilot.randomise == "units" and len(blocks.names) < blocks.n_units.sum()):
        return  # each has one outcome; or buckets, which nobody knows by name
    due = drawn(blocks, pilot) & (blocks.n_units > blocks.n_late)
    if not found.counts["dated"]:
        none = due & (there.n == 0)
        if today > pilot.end and (due & ~none).any():
            yield from _without(np.flatnonzero(none), due, there, found, blocks, kpi, pilot)
        return
    days = pilot.in_time.period_days if pilot.in_time else 7
    seen = _seen(numbers, blocks, ((min(today, pilot.end + timedelta(days=1)) - pilot.start).days) // days)
    some = np.flatnonzero(seen[due].mean(axis=0) >= SOME) if due.any() else np.array([], dtype=int)
    if not len(some):
        return
    end = int(some[-1]) + 1
    first_without = np.array([int(row[-1]) + 1 if len(row := np.flatnonzero(one[:end])) else 0 for one in seen])
    stopped = due & (end - first_without >= PATIENCE[pilot.randomise])
    yield from _without(np.flatnonzero(stopped & (first_without == 0)), due, there, found, blocks, kpi, pilot)
    last = sorted((int(first_without[i]), int(i)) for i in np.flatnonzero(stopped & (first_without > 0)))
    if last:
        told = [f"{blocks.names[i]} (none from {pilot.start + timedelta(days=n * days)} on)" for n, i in last]
        until = pilot.start + timedelta(days=end * days - 1)
        those = _so_many([i for _, i in last], due, blocks, pilot)
        note = f"{those} have none any more, while others have up to {until}: {_some(told)}"
        yield Check(name=f"{kpi.id}: all {pilot.randomise} still have outcomes", passed=False, note=note)


def _without(
    at: np.ndarray, due: np.ndarray, there: PerTeam, found: Outcomes, blocks: Blocks, kpi: Kpi, pilot: Pilot
) -> Iterator[Check]:
    """Those that never had any, and why as far as it shows."""
    if len(at):
        told = _some([f"{blocks.names[i]} ({_why(i, there, found)})" for i in at])
        note = (
            f"{_so_many(at, due, blocks, pilot)} have no outcome that counts since the start, while others have: {told}"
        )
        yield Check(name=f"{kpi.id}: all {pilot.randomise} have outcomes", passed=False, note=note)


def _why(i: int, there: PerTeam, found: Outcomes) -> str:
    value, day = found.odd
    why = []
    if n := int(there.unreadable[i]):
        why.append(f"{n:,} value(s) are no number, such as {value!r}")
    if n := int(there.undated[i]):
        why.append(f"{n:,} day(s) cannot be read, such as {day!r}")
    if there.spelt[i]:
        why.append(f"there are some of {there.spelt[i]!r}, which was assigned under another spelling")
    return " and ".join(why) or "not a row"


def _so_many(at: Sequence[int] | np.ndarray, due: np.ndarray, blocks: Blocks, pilot: Pilot) -> str:
    said = f"{len(at):,} of {int(due.sum()):,} {pilot.randomise}"
    if pilot.in_time:
        return said
    n = int(blocks.treated[at].sum())
    return f"{said} ({n:,} with the system, {len(at) - n:,} without)"


def _some(told: list[str]) -> str:
    more = f" and {len(told) - NAMED:,} more" if len(told) > NAMED else ""
    return ", ".join(told[:NAMED]) + more


def _seen(numbers: Columns, blocks: Blocks, over: int) -> np.ndarray:
    """Shape (G, T), bool: who has outcomes in which period that is over."""
    seen = np.zeros((len(blocks.names), max(0, over)), dtype=bool)
    at = floats(numbers["period" if "period" in numbers else "week"]).astype(int)
    rows = blocks.places(numbers["block"])
    inside = (at >= 0) & (at < over)
    seen[rows[inside], at[inside]] = True
    return seen
