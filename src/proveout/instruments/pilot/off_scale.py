"""Teams (or people) whose figures are so unlike all others, or their own before, that they may be in another unit."""

from collections.abc import Iterator

import numpy as np

from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.core.wording import figure
from proveout.instruments.pilot.blocks import Blocks
from proveout.instruments.pilot.effects import drawn
from proveout.instruments.pilot.per_team import PerTeam

FACTOR = 10.0
"""A mean that is so many times another, or one so manieth of it, is asked about (our judgement)."""
FEWEST_ROWS = 5
"""Of fewer, one odd case makes the mean (our judgement)."""
FEWEST = 3
"""Teams without which nobody can say which is odd."""
NAMED = 3
UNITS = ("second", "minute", "hour")
SIXTY = (30.0, 120.0)
"""A factor that may be one of 60, and an effect."""


def off_scale(there: PerTeam, blocks: Blocks, kpi: Kpi, pilot: Pilot) -> list[str]:
    """Each with its figures, in words; none where all are of one kind."""
    known = drawn(blocks, pilot) & (there.n >= FEWEST_ROWS) & (there.mean > 0)
    said = dict(_apart(there, known, kpi)) | dict(_moved(there, known, blocks, kpi, pilot))
    told = [f"{blocks.names[i]}: {words}" for i, words in sorted(said.items())]
    return [*told[:NAMED], *([f"{len(told) - NAMED:,} more"] if len(told) > NAMED else [])]


def _apart(there: PerTeam, known: np.ndarray, kpi: Kpi) -> Iterator[tuple[int, str]]:
    """Those that a gap of the factor parts from most of the others."""
    at = np.flatnonzero(known)
    if len(at) < FEWEST:
        return
    at = at[np.argsort(there.mean[at], kind="stable")]
    means = there.mean[at]
    groups = np.split(at, np.flatnonzero(means[1:] >= FACTOR * means[:-1]) + 1)
    most = max(groups, key=len)
    usual = float(np.median(there.mean[most]))
    for group in groups:
        for i in group if group is not most else ():
            times = float(there.mean[i] / usual)
            yield (
                int(i),
                f"{_size(float(there.mean[i]), kpi)} where others have {_size(usual, kpi)}{_asked(times, kpi)}",
            )


def _moved(there: PerTeam, known: np.ndarray, blocks: Blocks, kpi: Kpi, pilot: Pilot) -> Iterator[tuple[int, str]]:
    """Those that moved by the factor since their own before, and by it from how most of their arm moved."""
    known = known & (there.n_before >= FEWEST_ROWS) & (there.mean_before > 0)
    times = np.where(known, there.mean, 1.0) / np.where(known, there.mean_before, 1.0)
    for arm in ("",) if pilot.in_time else sorted({arm or "" for arm in blocks.arms}):
        here = known & np.array([pilot.in_time is not None or (own or "") == arm for own in blocks.arms], dtype=bool)
        if here.sum() < FEWEST:
            continue
        usual = np.median(times[here])
        for i in np.flatnonzero(here & _far(times) & _far(times / usual)):
            before, since = _size(float(there.mean_before[i]), kpi), _size(float(there.mean[i]), kpi)
            yield int(i), f"{since} since the start, {before} before{_asked(float(times[i]), kpi)}"


def _far(times: np.ndarray) -> np.ndarray:
    return (times >= FACTOR) | (times <= 1 / FACTOR)


def _size(value: float, kpi: Kpi) -> str:
    return figure(value, kpi.unit)


def _asked(times: float, kpi: Kpi) -> str:
    """Which unit it may be in."""
    own, many = kpi.unit.casefold().removesuffix("s"), times > 1
    if own in UNITS and SIXTY[0] <= (times if many else 1 / times) <= SIXTY[1]:
        other = UNITS.index(own) + (-1 if many else 1)
        if 0 <= other < len(UNITS):
            return f" (in {UNITS[other]}s?)"
    return " (in another unit, or without its decimal point?)"
