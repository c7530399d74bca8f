"""Days on which results are looked at, fixed beforehand."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

ALPHA = 0.05
"""Two-sided error that all looks at one KPI may spend together, as is usual."""


def check_looks(looks: Sequence[date], first: date, last: date, *, of: str) -> None:
    """Look whether they lie within a pilot or a rollout, one after the other.

    Raises:
        ValueError: They do not.
    """
    for day in looks:
        if not first <= day <= last:
            raise ValueError(f"the look of {day} is outside the {of}, {first} to {last}")
    for before, after in pairwise(looks):
        if after <= before:
            raise ValueError(f"the look of {after} does not come after that of {before}")


def with_last(looks: tuple[date, ...], last: date) -> tuple[date, ...]:
    """All looks, the last day among them."""
    return looks if looks and looks[-1] == last else (*looks, last)


def share_passed(day: date, first: date, last: date) -> float:
    """How much of the planned time has passed at the end of a day, 0 to 1."""
    return min(1.0, max(0.0, ((day - first).days + 1) / ((last - first).days + 1)))
