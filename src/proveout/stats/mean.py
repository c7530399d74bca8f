"""Means."""

from collections.abc import Sequence

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate


def t_mean(values: Sequence[float] | np.ndarray, *, level: float = 0.95) -> Estimate:
    r"""Student's t interval of a mean.

    .. math:: \bar x \pm t_{n-1,\,(1+level)/2}\; s/\sqrt n

    Args:
        values: Shape (n,), n >= 2, finite, in any unit.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of the mean in the unit of the values.

    Raises:
        TooLittle: Fewer than two values.

    Assumes: independent values, a mean that is roughly normal.
    Source: Student (1908), Biometrika 6, 1-25. Oracle: tests/oracles/test_mean.py (Student's sleep data).
    Calibrated: tests/calibration/test_mean.py.
    """
    from scipy.special import stdtrit

    x = np.asarray(values, dtype=float)
    n = len(x)
    if n < 2:
        raise TooLittle(f"{n} value(s): a mean with an interval needs two", "collect more observations")
    mean = float(x.mean())
    half = float(stdtrit(n - 1, 0.5 + level / 2) * x.std(ddof=1) / n**0.5)
    return Estimate(
        name="mean", value=mean, lower=mean - half, upper=mean + half, n=n, level=level, method="Student's t interval"
    )
