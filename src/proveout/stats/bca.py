"""Intervals for any statistic, by resampling cases or the clusters they belong to."""

from collections.abc import Callable

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.bootstrap import resamples

BATCH_CELLS = 4_000_000
"""Weights held at once: 32 MB."""
JACKKNIFE_GROUPS = 400
"""With more clusters than this, whole groups of them are left out at a time."""
UNDEFINED = 0.01
"""The share of resamples on which a statistic may be undefined."""

Statistic = Callable[[np.ndarray], np.ndarray]
"""From weights, shape (b, n), to values, shape (b,); NaN where it is undefined."""


def bca(
    statistic: Statistic,
    n: int,
    *,
    clusters: np.ndarray | None = None,
    draws: int = 2_000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    r"""Bias-corrected and accelerated bootstrap interval.

    .. math:: \Phi\Bigl(z_0 + \frac{z_0 + z_\alpha}{1 - a(z_0 + z_\alpha)}\Bigr), \quad
        z_0 = \Phi^{-1}\Bigl(\tfrac{\#\{\theta^* < \hat\theta\} + \frac12\#\{\theta^* = \hat\theta\}}{B}\Bigr), \quad
        a = \frac{\sum(\bar\theta - \theta_{(i)})^3}{6\,[\sum(\bar\theta - \theta_{(i)})^2]^{3/2}}

    with :math:`\theta_{(i)}` from leaving out one cluster at a time, or one of 400 groups of them.

    Args:
        statistic: Of weights: how often each case counts.
        n: Number of cases.
        clusters: Shape (n,), codes of what is resampled; None for the cases themselves.
        draws: How many resamples.
        seed: Of the resamples.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate in the unit of the statistic; `n` counts what was resampled.

    Raises:
        TooLittle: Fewer than two clusters, a statistic that is undefined on the data or on more than 1% of resamples.

    Assumes: independent clusters; enough of them (about 20) for the bootstrap.
    Source: Efron (1987), JASA 82, 171-185. Oracle: tests/oracles/test_bca.py. Calibrated:
    tests/calibration/test_bca.py.
    """
    from scipy.special import ndtr, ndtri

    codes = np.arange(n) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    size = int(codes.max()) + 1 if n else 0
    if size < 2:
        raise TooLittle(f"{size} case(s) or cluster(s): resampling needs two", "collect more")
    value = float(statistic(np.ones((1, n)))[0])
    drawn = _values(statistic, resamples(size, draws, seed=seed), codes)
    if not np.isfinite(value) or np.isnan(drawn).mean() > UNDEFINED:
        raise TooLittle("the figure is not defined on such few cases", "collect more cases of every kind")
    drawn = drawn[~np.isnan(drawn)]
    below = ((drawn < value).sum() + 0.5 * (drawn == value).sum()) / len(drawn)
    bias = float(ndtri(np.clip(below, 0.5 / len(drawn), 1 - 0.5 / len(drawn))))
    acceleration = _acceleration(statistic, codes, size)
    z = bias + ndtri(np.array([0.5 - level / 2, 0.5 + level / 2]))
    lower, upper = np.quantile(drawn, ndtr(bias + z / (1 - acceleration * z)))
    return Estimate(
        name="bootstrap",
        value=value,
        lower=min(float(lower), value),
        upper=max(float(upper), value),
        n=size,
        level=level,
        method=f"BCa bootstrap of {size} {'cases' if clusters is None else 'clusters'}",
    )


def _values(statistic: Statistic, counts: np.ndarray, codes: np.ndarray) -> np.ndarray:
    rows = max(1, BATCH_CELLS // len(codes))
    parts = [statistic(counts[i : i + rows][:, codes].astype(float)) for i in range(0, len(counts), rows)]
    return np.concatenate(parts)


def _acceleration(statistic: Statistic, codes: np.ndarray, size: int) -> float:
    groups = min(size, JACKKNIFE_GROUPS)
    kept = np.arange(size)[None, :] % groups != np.arange(groups)[:, None]
    left = _values(statistic, kept, codes)
    left = left[~np.isnan(left)]
    apart = left.mean() - left if len(left) else np.zeros(1)
    spread = float((apart**2).sum())
    return float((apart**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0
