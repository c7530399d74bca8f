"""Shares and quantiles of units that come in bursts: requests of an hour fail together, and are slow together."""

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.cluster import Numbers, cr2_mean


def clustered_proportion(sizes: Numbers, totals: Numbers, *, level: float = 0.95) -> Estimate:
    r"""Share over units in clusters: the exact binomial interval of as many units as the clusters are worth.

    With CR2's half width h of the mean,

    .. math:: n^* = \min\Bigl(N, \frac{\hat p(1-\hat p)\,t_{N-1}^2}{h^2}\Bigr), \quad x^* = \hat p\,n^*, \quad
        [B_{\alpha/2}(x^*, n^*-x^*+1),\; B_{1-\alpha/2}(x^*+1, n^*-x^*)]

    Where all units are alike, a burst was not seen and its size is not known: each cluster counts as one unit.

    Args:
        sizes: Shape (G,), units per cluster; empty clusters do not count.
        totals: Shape (G,), of them those that are counted, 0 to the size.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``; `n` is the number of clusters.

    Raises:
        TooLittle: Fewer than two clusters with units, or nearly all units in one.

    Assumes: independent clusters.
    Source: Korn and Graubard (1998), Survey Methodology 24, 193-201; Clopper and Pearson (1934), Biometrika 26,
    404-413.
    Oracle: tests/oracles/test_clustered_share.py. Calibrated: tests/calibration/test_clustered_share.py.
    """
    from scipy.special import betaincinv

    n, x = _counted(sizes, totals)
    p, worth = float(x.sum() / n.sum()), _worth(n, x, level)
    half = (1 - level) / 2
    successes, failures = p * worth, (1 - p) * worth
    lower = float(betaincinv(successes, failures + 1, half)) if successes > 0 else 0.0
    upper = float(betaincinv(successes + 1, failures, 1 - half)) if failures > 0 else 1.0
    return Estimate(
        name="proportion",
        value=p,
        lower=min(lower, p),
        upper=max(upper, p),
        unit="share",
        n=len(n),
        level=level,
        method=f"Korn and Graubard's interval over {len(n):,} clusters, worth {worth:,.0f} independent units",
    )


def clustered_quantile(counts: np.ndarray, edges: Numbers, p: float, *, level: float = 0.95) -> Estimate:
    r"""Quantile of binned units in clusters, by inverting the interval of the share below it.

    The value is interpolated within its bin; the ends are the outer edges of theirs, so that no bin is too coarse.

    Args:
        counts: Shape (G, B), units per cluster and bin.
        edges: Shape (B + 1,), rising, in the unit of the values; the last may be infinite.
        p: Which quantile, in (0, 1).
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate in the unit of the edges; a side is open where the clusters are too few for it, or its bin is open.

    Raises:
        TooLittle: Fewer than two clusters with units, or the quantile lies in a bin without an upper edge.

    Assumes: independent clusters.
    Source: Woodruff (1952), JASA 47, 635-646; Korn and Graubard as `clustered_proportion`.
    Oracle: tests/oracles/test_clustered_share.py. Calibrated: tests/calibration/test_clustered_share.py.
    """
    c, e = np.asarray(counts, float), np.asarray(edges, float)
    c = c[c.sum(axis=1) > 0]
    if not len(c):
        raise TooLittle("a quantile of nothing", "collect at least one observation")
    rising = np.cumsum(c.sum(axis=0)) / c.sum()
    place = int(np.searchsorted(rising, p))
    if not np.isfinite(e[place + 1]):
        raise TooLittle(f"it lies beyond the last edge, {e[place]:g}", "add bins beyond it")
    before = rising[place - 1] if place else 0.0
    within = (p - before) / (rising[place] - before)
    below = c[:, :place].sum(axis=1) + within * c[:, place]
    share = clustered_proportion(c.sum(axis=1), below, level=level)
    worth, half = _worth(c.sum(axis=1), below, level), (1 - level) / 2
    sides = (share.lower or 0.0, 1.0 if share.upper is None else share.upper)
    lower, upper = (min(int(np.searchsorted(rising, end)), len(rising) - 1) for end in sides)
    ends = (
        None if (1 - p) ** worth > half else float(e[lower]),
        None if p**worth > half or not np.isfinite(e[upper + 1]) else float(e[upper + 1]),
    )
    return Estimate(
        name="quantile",
        value=float(e[place] + within * (e[place + 1] - e[place])),
        lower=ends[0],
        upper=ends[1],
        n=len(c),
        level=level,
        method=f"Woodruff's interval over {len(c):,} clusters, from bins",
    )


def _counted(sizes: Numbers, totals: Numbers) -> tuple[np.ndarray, np.ndarray]:
    n, x = np.asarray(sizes, float), np.asarray(totals, float)
    n, x = n[n > 0], x[n > 0]
    if len(n) < 2:
        raise TooLittle(f"{len(n)} cluster(s): an interval needs two", "collect data over a longer time")
    return n, x


def _worth(n: np.ndarray, x: np.ndarray, level: float) -> float:
    """How many independent units would know the share as well."""
    from scipy.special import stdtrit

    units, p = float(n.sum()), float(x.sum() / n.sum())
    if p in (0.0, 1.0):
        return float(len(n))
    mean = cr2_mean(n, x, level=level)
    half = mean.value - (mean.lower or 0.0)
    t = float(stdtrit(units - 1, 0.5 + level / 2))
    return min(units, p * (1 - p) * t**2 / half**2) if half else units
