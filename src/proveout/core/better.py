"""What better means for a KPI."""

from dataclasses import replace

from proveout.core.estimate import Estimate
from proveout.core.initiative import Change, Kpi


def size_of(change: Change | None) -> float:
    """How large a change is, whatever its direction: absolute in the KPI's unit, or relative as a share."""
    if change is None:
        return 0.0
    return abs(change.absolute if change.absolute is not None else change.relative or 0.0)


def turned(estimate: Estimate, kpi: Kpi, *, factor: float = 1.0, shift: float = 0.0) -> Estimate:
    """The estimate in the direction that is better, times a positive factor, plus a shift."""
    sign = -factor if kpi.direction == "down" else factor
    ends = [None if end is None else sign * end + shift for end in (estimate.lower, estimate.upper)]
    lower, upper = ends if sign > 0 else ends[::-1]
    return replace(estimate, value=sign * estimate.value + shift, lower=lower, upper=upper)
