"""Teams (or units) that have no outcomes any more while the others have: by name, and since when."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from proveout.core.evidence import Check
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.core.question import Columns, texts
from proveout.instruments.pilot.blocks import Blocks, floats
from proveout.instruments.pilot.effects import drawn

NAMED = 3
"""Of those that stopped, as many are named."""
SOME = 0.25
"""Share of those that take part that must still have outcomes in a period for the others to lack them there."""
PATIENCE = {"teams": 1, "units": 2}
"""Periods without outcomes at the end that are a stop: one person may have none in a week."""


def of_outcome(numbers: Columns, blocks: Blocks, kpi: Kpi, pilot: Pilot, today: date) -> Iterator[Check]:
    """Whether all still have outcomes, as of the last period that is over and in which some have them.

    Args:
        numbers: `block` and the number of each `week` (or `period`) since the start in which it has outcomes.
        blocks: What was assigned.
        kpi: Whose outcomes.
        pilot: The design.
        today: The day that counts as today.
    """
    if pilot.arriving or (pilot.randomise == "units" and len(blocks.names) < blocks.n_units.sum()):
        return  # each has one outcome; or buckets, which nobody knows by name
    days = pilot.in_time.period_days if pilot.in_time else 7
    due = drawn(blocks, pilot) & (blocks.n_units > blocks.n_late)
    seen = _seen(numbers, blocks, ((min(today, pilot.end + timedelta(days=1)) - pilot.start).days) // days)[due]
    there = np.flatnonzero(seen.mean(axis=0) >= SOME) if len(seen) else np.array([], dtype=int)
    if not len(there):
        return
    end = int(there[-1]) + 1
    first_without = np.array([int(row[-1]) + 1 if len(row := np.flatnonzero(one[:end])) else 0 for one in seen])
    stopped = np.flatnonzero(end - first_without >= PATIENCE[pilot.randomise])
    if not len(stopped):
        return
    names = np.array(blocks.names, dtype=object)[due]
    last = [(first_without[i], str(names[i])) for i in stopped]
    told = [f"{name} ({_since(int(n) * days, pilot)})" for n, name in sorted(last)[:NAMED]]
    more = f" and {len(last) - NAMED:,} more" if len(last) > NAMED else ""
    until = pilot.start + timedelta(days=end * days - 1)
    note = f"{len(last):,} of {len(seen):,} have none any more, others up to {until}: {', '.join(told)}{more}"
    if not pilot.in_time:
        n = int(blocks.treated[due][stopped].sum())
        note += f"; {n:,} of them with the system, {len(last) - n:,} without"
    yield Check(name=f"{kpi.id}: all {pilot.randomise} still have outcomes", passed=False, note=note)


def _seen(numbers: Columns, blocks: Blocks, over: int) -> np.ndarray:
    """Shape (G, T), bool: who has outcomes in which period that is over."""
    seen = np.zeros((len(blocks.names), max(0, over)), dtype=bool)
    place = {name: i for i, name in enumerate(blocks.names)}
    at = floats(numbers["period" if "period" in numbers else "week"]).astype(int)
    rows = np.array([place[str(name)] for name in texts(numbers["block"])], dtype=int)
    inside = (at >= 0) & (at < over)
    seen[rows[inside], at[inside]] = True
    return seen


def _since(days: int, pilot: Pilot) -> str:
    return f"none from {pilot.start + timedelta(days=days)} on" if days else "never any"
