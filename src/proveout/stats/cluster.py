"""Means of units that come in clusters, such as people in teams."""

from collections.abc import Sequence

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

Numbers = Sequence[float] | np.ndarray


def cr2_mean(sizes: Numbers, totals: Numbers, *, level: float = 0.95) -> Estimate:
    r"""Mean over units with a cluster-robust interval: CR2 with Bell and McCaffrey's degrees of freedom.

    For the intercept-only model with :math:`h_g = n_g/N` and :math:`r_g = T_g - n_g\bar y`,

    .. math:: V = \frac1{N^2}\sum_g \frac{r_g^2}{1-h_g}, \quad W_g = \frac{1}{N\sqrt{1-h_g}},\;
        P_g = n_g W_g,\; D_g = n_g W_g^2,\; K = \frac1N\sum_g P_g^2, \quad
        \nu = \frac{(\sum D_g - K)^2}{\sum D_g^2 - \frac2N\sum D_g P_g^2 + K^2}

    Every unit counts the same, so large clusters weigh more. With clusters of one it is Student's interval.

    Args:
        sizes: Shape (G,), G >= 2, units per cluster, all positive.
        totals: Shape (G,), sum of the units' values per cluster, in any unit.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of the mean in the unit of the values; `n` is the number of clusters.

    Raises:
        TooLittle: Fewer than two clusters, or nearly all units in one of them.

    Assumes: independent clusters; a working model of independent units within them (for the degrees of freedom only).
    Source: Bell and McCaffrey (2002), Survey Methodology 28, 169-181; Pustejovsky and Tipton (2018), JBES 36, 672-683.
    Oracle: tests/oracles/test_cluster.py (the matrix form). Calibrated: tests/calibration/test_cluster.py.
    """
    from scipy.special import stdtrit

    n, t = np.asarray(sizes, dtype=float), np.asarray(totals, dtype=float)
    if len(n) < 2:
        raise TooLittle(f"{len(n)} cluster(s): an interval needs two", "collect data from more clusters")
    units = n.sum()
    mean = float(t.sum() / units)
    rest = 1 - n / units
    variance = float((((t - n * mean) ** 2) / rest).sum() / units**2)
    w2 = 1 / (units**2 * rest)
    d, p2 = n * w2, n**2 * w2
    k = p2.sum() / units
    spread = (d**2).sum() - 2 * (d * p2).sum() / units + k**2
    df = float((d.sum() - k) ** 2 / spread) if spread > 0 else 0.0
    half = float(stdtrit(df, 0.5 + level / 2) * variance**0.5) if df > 0 else np.inf
    if not np.isfinite(half):
        raise TooLittle("nearly all units are in one cluster", "collect data from more clusters")
    return Estimate(
        name="mean",
        value=mean,
        lower=mean - half,
        upper=mean + half,
        n=len(n),
        level=level,
        method=f"mean of units, CR2 over {len(n)} clusters, {df:.1f} degrees of freedom",
    )


def intraclass_correlation(sizes: Numbers, means: Numbers, within_squares: float) -> float:
    r"""Share of the variance that lies between clusters, by one-way analysis of variance, held in [0, 1].

    .. math:: \hat\rho = \frac{MSB - MSW}{MSB + (n_0 - 1)\,MSW}, \quad
        n_0 = \frac{1}{G-1}\Bigl(N - \frac{\sum n_g^2}{N}\Bigr)

    Args:
        sizes: Shape (G,), G >= 2, units per cluster.
        means: Shape (G,), mean of each cluster.
        within_squares: Sum of the squared deviations of units from their cluster's mean.

    Returns:
        The correlation of two units of one cluster; 0 where the estimate is negative.

    Raises:
        TooLittle: Fewer than two clusters, or no cluster with two units.

    Source: Donner and Koval (1980), Biometrics 36, 19-25. Reproduces Shrout and Fleiss (1979), ICC(1,1) = .17:
    tests/oracles/test_cluster.py.
    """
    n, m = np.asarray(sizes, dtype=float), np.asarray(means, dtype=float)
    clusters, units = len(n), n.sum()
    if clusters < 2 or units <= clusters:
        raise TooLittle("clusters cannot be told from units", "collect data from two units or more in each cluster")
    between = float((n * (m - (n * m).sum() / units) ** 2).sum() / (clusters - 1))
    within = float(within_squares / (units - clusters))
    n0 = (units - (n**2).sum() / units) / (clusters - 1)
    total = between + (n0 - 1) * within
    return min(1.0, max(0.0, (between - within) / total)) if total > 0 else 0.0
