"""What the effect would be if those without outcomes were the worst, or the best: bounds instead of a guess."""

from collections.abc import Iterator

import numpy as np

from proveout.core.duration import is_duration
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.instruments.pilot.alike import UNLIKELY
from proveout.instruments.pilot.blocks import Blocks, Outcomes
from proveout.instruments.pilot.effects import drawn

WHOEVER = "the effect stands whoever is missing"
"""A check."""
FAR = 2.0
"""Standard deviations from the mean at which the missing are supposed: one in forty is further off (our judgement)."""


def of_missing(
    blocks: Blocks, outcomes: Outcomes, effect: Estimate, kpi: Kpi, pilot: Pilot, n_looks: int, p: float
) -> Iterator[Check]:
    """Whether an effect stands if those who have no outcomes at all were the worst; Manski's bounds, cut at `FAR`.

    Where chance does not explain who is missing (p), an effect that does not stand is a failed check.
    """
    due = blocks.n_units - (0 if pilot.arriving else blocks.n_late)
    here = (due > 0) & drawn(blocks, pilot)
    n, y, yy = (outcomes.sums[name][here, n_looks - 1] for name in ("n", "y", "yy"))
    due, treated = np.maximum(due[here], n), blocks.treated[here]
    missing = int((due - n).sum())
    if not missing or outcomes.ratio or n.sum() < 2:
        return
    low, high = _ends(n, y, yy, outcomes, kpi)
    known = _difference(y[n > 0] / n[n > 0], treated[n > 0])
    shifts = [
        _difference((y + (due - n) * np.where(treated, one, other)) / due, treated) - known
        for one, other in ((low, high), (high, low))
    ]
    ends = effect.lower, effect.upper
    ends = [None if end is None else end + shift for end, shift in zip(ends, shifts, strict=True)]
    passed = True if _tells(*ends) else False if p < UNLIKELY else None
    note = (
        f"if those {missing:,} without outcomes were the worst or the best ({FAR:g} standard deviations off), "
        f"the effect would be between {effect.value + shifts[0]:.4g} and {effect.value + shifts[1]:.4g}, "
        f"rather than {effect.value:.4g}"
    )
    yield Check(name=f"{kpi.id}: {WHOEVER}", passed=passed, note=note)


def _ends(n: np.ndarray, y: np.ndarray, yy: np.ndarray, outcomes: Outcomes, kpi: Kpi) -> tuple[float, float]:
    """Where those who are missing may be, less the shift of the sums."""
    mean = y.sum() / n.sum()
    far = FAR * float(np.sqrt(max(0.0, yy.sum() / n.sum() - mean**2)))
    low, high = mean - far, mean + far
    if not outcomes.counts["graded"]:
        return max(low, -outcomes.shift), min(high, 1 - outcomes.shift)
    return (max(low, -outcomes.shift), high) if is_duration(kpi.unit) else (low, high)


def _difference(means: np.ndarray, treated: np.ndarray) -> float:
    return float(means[treated].mean() - means[~treated].mean())


def _tells(lower: float | None, upper: float | None) -> bool:
    """Whether an interval is on one side of 0."""
    return (lower is not None and lower > 0) or (upper is not None and upper < 0)
