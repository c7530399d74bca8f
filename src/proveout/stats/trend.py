"""Whether something moves over time."""

from collections.abc import Sequence

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate


def line_slope(values: Sequence[float] | np.ndarray, *, level: float = 0.95) -> Estimate:
    r"""Slope per step of a straight line through equally spaced values, with Student's interval.

    .. math:: \hat\beta = \frac{\sum (t - \bar t) y_t}{\sum (t - \bar t)^2}, \quad
        \hat\beta \pm t_{T-2,\,(1+level)/2}\; \frac{s}{\sqrt{\sum (t-\bar t)^2}}

    Args:
        values: Shape (T,), T >= 3, one value per step, in any unit.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate in the unit of the values per step.

    Raises:
        TooLittle: Fewer than three values.

    Assumes: independent, roughly normal deviations from the line.
    Source: Gauss (1809); Draper and Smith (1998), Applied Regression Analysis, ch. 1.
    Oracle: tests/oracles/test_trend.py (scipy.stats.linregress). Calibrated: tests/calibration/test_trend.py.
    """
    from scipy.special import stdtrit

    y = np.asarray(values, dtype=float)
    steps = len(y)
    if steps < 3:
        raise TooLittle(f"{steps} period(s): a trend needs three", "collect more periods")
    t = np.arange(steps) - (steps - 1) / 2
    sxx = float((t**2).sum())
    slope = float((t * y).sum() / sxx)
    residual = y - y.mean() - slope * t
    half = float(stdtrit(steps - 2, 0.5 + level / 2) * ((residual**2).sum() / (steps - 2) / sxx) ** 0.5)
    return Estimate(
        name="slope",
        value=slope,
        lower=slope - half,
        upper=slope + half,
        n=steps,
        level=level,
        method="least squares, Student's t interval",
    )
