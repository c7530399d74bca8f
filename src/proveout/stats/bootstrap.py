"""Resampling of clusters, such as weeks, with what few clusters need."""

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate


def resamples(n: int, draws: int, *, seed: int) -> np.ndarray:
    """How often each of n clusters is drawn when n are drawn with replacement.

    Args:
        n: How many clusters, at least 1.
        draws: How many resamples.
        seed: Of the generator; the same seed gives the same draws.

    Returns:
        Counts, shape (draws, n); every row adds up to n.

    Source: Efron (1979), Ann. Statist. 7, 1-26. Oracle: tests/oracles/test_bootstrap.py.
    """
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)


def stretched(draws: np.ndarray, value: float | np.ndarray, n: int, *, level: float = 0.95) -> np.ndarray:
    r"""Draws moved away from the value, as far as few clusters make the plain bootstrap too narrow.

    .. math:: \theta^*_b \to \hat\theta + f\,(\theta^*_b - \hat\theta), \quad
        f = \sqrt{\tfrac{n}{n-1}}\; t_{n-1,\,(1+level)/2} \,/\, z_{(1+level)/2}

    Args:
        draws: Bootstrap draws, shape (b,) or (b, k), in any unit.
        value: The statistic on the data, scalar or shape (k,).
        n: How many clusters were resampled, at least 2.
        level: Coverage of the interval to be taken from the draws, in (0, 1).

    Returns:
        The draws, stretched; same shape.

    Raises:
        TooLittle: Fewer than two clusters.

    Assumes: a distribution near enough to normal that widening its quantiles and stretching it are the same.
    Source: the expanded percentile interval of Hesterberg (2015), The American Statistician 69, 371-386.
    Oracle: tests/oracles/test_bootstrap.py.
    """
    from scipy.special import ndtri, stdtrit

    if n < 2:
        raise TooLittle(f"{n} cluster(s): resampling needs two", "observe for longer")
    q = 0.5 + level / 2
    return value + (draws - value) * ((n / (n - 1)) ** 0.5 * stdtrit(n - 1, q) / ndtri(q))


def percentile(value: float, draws: np.ndarray, *, n: int, level: float = 0.95) -> Estimate:
    """The interval between two percentiles of the draws, widened where it must be to hold the value.

    Args:
        value: The statistic on the data, in any unit.
        draws: Shape (b,), `stretched` where clusters are few.
        n: How many clusters were resampled.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate in the unit of the value.

    Assumes: independent clusters.
    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    Oracle: tests/oracles/test_bootstrap.py. Calibrated: tests/calibration/test_bootstrap.py.
    """
    lower, upper = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2])
    return Estimate(
        name="bootstrap",
        value=value,
        lower=min(float(lower), value),
        upper=max(float(upper), value),
        n=n,
        level=level,
        method="bootstrap",
    )
