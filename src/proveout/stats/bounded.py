"""Means of answers on a scale with two ends."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.mean import t_mean


def scale_mean(values: Sequence[float] | np.ndarray, *, low: float, high: float, level: float = 0.95) -> Estimate:
    r"""Mean of answers on a bounded scale: Student's interval, kept within the scale.

    Where all answers are the same, Student's interval has no width, which is no certainty. Hoeffding's takes its place:

    .. math:: \bar x \pm (high - low) \sqrt{\frac{\ln(2 / (1 - level))}{2n}}

    Args:
        values: Shape (n,), n >= 1, from low to high.
        low: The scale's lowest answer.
        high: The scale's highest answer, above low.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of the mean in the scale's unit, within low to high.

    Raises:
        TooLittle: No values.
        ValueError: A value outside the scale.

    Assumes: independent answers; where they differ, a mean that is roughly normal.
    Source: Student (1908), Biometrika 6, 1-25; Hoeffding (1963), JASA 58, 13-30, theorem 2.
    Oracle: tests/oracles/test_bounded.py. Calibrated: tests/calibration/test_bounded.py.
    """
    x = np.asarray(values, dtype=float)
    if len(x) == 0:
        raise TooLittle("a mean of nothing", "collect at least one answer")
    if x.min() < low or x.max() > high:
        raise ValueError(f"answers from {x.min():g} to {x.max():g} on a scale from {low:g} to {high:g}")
    if x.min() < x.max():
        estimate = t_mean(x, level=level)
    else:
        mean, half = float(x[0]), (high - low) * math.sqrt(math.log(2 / (1 - level)) / (2 * len(x)))
        estimate = Estimate(
            name="mean",
            value=mean,
            lower=mean - half,
            upper=mean + half,
            n=len(x),
            level=level,
            method="Hoeffding's interval, since all answers are the same",
        )
    lower = estimate.lower if estimate.lower is not None else low
    upper = estimate.upper if estimate.upper is not None else high
    return replace(estimate, lower=max(low, lower), upper=min(high, upper))
