"""How far a field has moved between two sets of counts over the same bins, and how sure that is."""

from collections.abc import Sequence

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.distance import jensen_shannon, population_stability

FAR = 5_000.0
"""From this statistic on, the noncentral distribution is normal on the scale of the root."""
DRAWS = 400


def dispersion(counts: np.ndarray) -> float:
    r"""How many cases of chunked data are worth one: how much more the chunks differ than chance would have it.

    .. math:: \hat\phi = \max\Bigl(1, \frac{1}{(c-1)(k-1)}\sum_{ij}\frac{(O_{ij} - E_{ij})^2}{E_{ij}}\Bigr)

    Args:
        counts: Shape (c, k), cases per chunk of time and bin, of a time in which nothing should have moved.

    Returns:
        1 or more; 1 where there are fewer than two chunks or bins with cases.

    Source: Pearson's statistic per degree of freedom, McCullagh and Nelder (1989), Generalized Linear Models, section
    4.5; Rao and Scott (1981), JASA 76, 221-230. Oracle: tests/oracles/test_drift.py.
    """
    c = np.asarray(counts, float)
    c = c[c.sum(axis=1) > 0][:, c.sum(axis=0) > 0]
    if min(c.shape) < 2:
        return 1.0
    expected = c.sum(axis=1, keepdims=True) * c.sum(axis=0) / c.sum()
    return max(1.0, float(((c - expected) ** 2 / expected).sum() / ((c.shape[0] - 1) * (c.shape[1] - 1))))


def homogeneity(before: np.ndarray, after: np.ndarray, *, dispersion: float = 1.0) -> float:
    r"""p-value of Pearson's test that both sets of counts are drawn from one distribution.

    Args:
        before: Shape (k,), counts.
        after: Shape (k,), counts over the same bins.
        dispersion: As `dispersion` gives it; the statistic is divided by it.

    Returns:
        Within [0, 1]; 1 where only one bin has cases.

    Raises:
        TooLittle: A side has no cases.

    Source: Pearson (1900), Phil. Mag. 50, 157-175. Oracle: tests/oracles/test_drift.py.
    """
    from scipy.special import chdtrc

    both = _both(before, after)
    if both.shape[1] < 2:
        return 1.0
    expected = both.sum(axis=1, keepdims=True) * both.sum(axis=0) / both.sum()
    return float(chdtrc(both.shape[1] - 1, ((both - expected) ** 2 / expected).sum() / dispersion))


def smirnov(gap: float, n: float, m: float) -> float:
    r"""p-value of the largest gap between two distribution functions.

    Args:
        gap: The largest gap, 0 to 1.
        n: Independent cases on one side, positive.
        m: On the other.

    Returns:
        Within [0, 1]; too large rather than too small where values are binned or tied.

    Source: Smirnov (1948), Ann. Math. Statist. 19, 279-281. Oracle: tests/oracles/test_drift.py.
    """
    from scipy.special import kolmogorov

    return float(kolmogorov(gap * (n * m / (n + m)) ** 0.5))


def stability(before: np.ndarray, after: np.ndarray, *, dispersion: float = 1.0, level: float = 0.95) -> Estimate:
    r"""Population stability index, with what chance alone would give taken off the interval.

    Divided by :math:`\phi(1/n + 1/m)`, the index is noncentral chi-squared with k - 1 degrees of freedom; the interval
    holds every noncentrality that does not contradict what was seen.

    Args:
        before: Shape (k,), counts; missing values are a bin of their own.
        after: Shape (k,), counts over the same bins.
        dispersion: How many cases are worth one independent case, 1 or more.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate, 0 when alike. The value is the plain index, held above the lower end.

    Raises:
        TooLittle: A side has no cases.

    Assumes: bins were chosen without a look at what came after.
    Source: Yurdakul and Naranjo (2020), J. Risk Model Validation 14, 89-100, for the distribution; Kent and Hainsworth
    (1995), JSPI 46, 147-159, for inverting it. Oracle: tests/oracles/test_drift.py.
    Calibrated: tests/calibration/test_drift.py.
    """
    both = _both(before, after)
    value = population_stability(*both)
    unit = dispersion * _noise(both)
    spread = _spread(both, lambda p, q: (_logs(p, q) + 1 - _over(q, p), 1 - _over(p, q) - _logs(p, q)))
    lower, upper = _inverted(value / unit, both.shape[1] - 1, level, spread * dispersion / unit**2)
    return _distance("population_stability", value, lower * unit, upper * unit, both, level)


def divergence(before: np.ndarray, after: np.ndarray, *, dispersion: float = 1.0, level: float = 0.95) -> Estimate:
    r"""Jensen-Shannon distance, with what chance alone would give taken off the interval.

    Its square times :math:`8\ln 2/(\phi(1/n + 1/m))` is noncentral chi-squared with k - 1 degrees of freedom.

    Args:
        before: Shape (k,), counts; missing values are a bin of their own.
        after: Shape (k,), counts over the same bins.
        dispersion: How many cases are worth one independent case, 1 or more.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate, 0 when alike, 1 when nothing is shared. The value is the plain distance.

    Raises:
        TooLittle: A side has no cases.

    Assumes: bins were chosen without a look at what came after.
    Source: Grosse et al. (2002), Phys. Rev. E 65, 041905, for the distribution; Kent and Hainsworth (1995), JSPI 46,
    147-159, for inverting it. Oracle: tests/oracles/test_drift.py. Calibrated: tests/calibration/test_drift.py.
    """
    both = _both(before, after)
    value = jensen_shannon(*both)
    unit = dispersion * _noise(both) / (8 * np.log(2))

    def slopes(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        m, half = (p + q) / 2, 0.5 / np.log(2)
        return half * -_logs(m, p), half * -_logs(m, q)

    spread = _spread(both, slopes)
    lower, upper = _inverted(value**2 / unit, both.shape[1] - 1, level, spread * dispersion / unit**2)
    return _distance("jensen_shannon", value, (lower * unit) ** 0.5, min(1.0, (upper * unit) ** 0.5), both, level)


def largest_gap(before: np.ndarray, after: np.ndarray, *, dispersion: float = 1.0, level: float = 0.95) -> Estimate:
    r"""Largest gap between two distribution functions over ordered bins (Kolmogorov-Smirnov), seen at their edges.

    .. math:: D \pm K_{level}\sqrt{\phi(1/n + 1/m)}

    Args:
        before: Shape (k,), counts in order of the values, without the missing.
        after: Shape (k,), counts over the same bins.
        dispersion: How many cases are worth one independent case, 1 or more.
        level: Coverage of the interval, in (0, 1); what is reached is at least that.

    Returns:
        Estimate, 0 to 1. Between edges the gap can be larger by a bin's share at most.

    Raises:
        TooLittle: A side has no cases.

    Assumes: independent cases, up to the dispersion.
    Source: Kolmogorov's limit law holds for the deviation of the difference, so that the triangle inequality gives the
    ends; Doksum and Sievers (1976), Biometrika 63, 421-434. Oracle: tests/oracles/test_drift.py.
    Calibrated: tests/calibration/test_drift.py.
    """
    from scipy.special import kolmogi

    n, m = _sides(before, after)
    gap = float(np.abs(np.cumsum(before) / n - np.cumsum(after) / m).max())
    half = float(kolmogi(1 - level)) * (dispersion * (1 / n + 1 / m)) ** 0.5
    both = np.array([before, after], float)
    return _distance("kolmogorov_smirnov", gap, max(0.0, gap - half), min(1.0, gap + half), both, level)


def transport(
    edges: Sequence[float] | np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    *,
    steps: bool = False,
    dispersion: float = 1.0,
    level: float = 0.95,
    seed: int = 0,
    draws: int = DRAWS,
) -> Estimate:
    r"""How far values were moved on average (Wasserstein), from ordered bins.

    .. math:: \int |F(x) - G(x)|\,dx

    between the first and the last edge; values beyond count as the edge. The ends are the distance less and plus what
    resampling moves the difference F - G itself, by the triangle inequality.

    Args:
        edges: Shape (k - 1,), rising, in the unit of the values: bin i lies between edge i - 1 and edge i, and holds
            the latter.
        before: Shape (k,), counts; the last bin lies above the last edge.
        after: Shape (k,), counts over the same bins.
        steps: Whether values lie on the edges only; else they are spread evenly in their bins.
        dispersion: How many cases are worth one independent case, 1 or more.
        level: Coverage of the interval, in (0, 1); what is reached is at least that.
        seed: Of the resampling.
        draws: Of the resampling; few do where only the value is wanted.

    Returns:
        Estimate in the unit of the edges, 0 when alike.

    Raises:
        TooLittle: A side has no cases.

    Assumes: independent cases, up to the dispersion.
    Source: Vallender (1974), Theory of Probability and its Applications 18, 784-786.
    Oracle: tests/oracles/test_drift.py. Calibrated: tests/calibration/test_drift.py.
    """
    n, m = _sides(before, after)
    widths, random = np.diff(np.asarray(edges, float)), np.random.default_rng(seed)
    curves = [np.cumsum(side)[:-1] / total for side, total in ((before, n), (after, m))]
    value = float(_area((curves[0] - curves[1])[None, :], widths, steps)[0])
    moved = np.zeros((draws, len(curves[0])))
    for side, total, curve, sign in zip((before, after), (n, m), curves, (1, -1), strict=True):
        worth = max(1, round(total / dispersion))
        drawn = random.multinomial(worth, np.asarray(side, float) / total, draws)
        moved += sign * (np.cumsum(drawn, axis=1)[:, :-1] / worth - curve)
    half = float(np.quantile(_area(moved, widths, steps), level))
    return _distance("wasserstein", value, max(0.0, value - half), value + half, np.array([before, after]), level)


def _area(curves: np.ndarray, widths: np.ndarray, steps: bool) -> np.ndarray:
    """Area between a curve and 0, of each row: flat to the next edge, or straight."""
    a, b = curves[:, :-1], curves[:, 1:]
    if steps:
        return np.abs(a) @ widths
    crossing, both = a * b < 0, np.abs(a) + np.abs(b)
    parts = np.where(crossing, (a * a + b * b) / np.where(both > 0, 2 * both, 1.0), both / 2)
    return parts @ widths


def _inverted(statistic: float, df: int, level: float, variance: float) -> tuple[float, float]:
    """Ends of the noncentrality; far from 0 those of the statistic's own variance."""
    from scipy.special import chndtr, chndtrinc, ndtri

    half = (1 - level) / 2
    if df < 1:
        return 0.0, 0.0
    z = float(ndtri(1 - half))
    if statistic > FAR:
        centre = max(0.0, statistic - df) ** 0.5
        lower, upper = max(0.0, centre - z) ** 2, (centre + z) ** 2
    else:
        lower, upper = (
            float(chndtrinc(statistic, df, end)) if chndtr(statistic, df, 0.0) > end else 0.0
            for end in (1 - half, half)
        )
    stretch = max(1.0, (variance / (4 * statistic)) ** 0.5) if statistic > 0 else 1.0
    middle = min(max(statistic - df, lower), upper)
    return max(0.0, middle - stretch * (middle - lower)), middle + stretch * (upper - middle)


def _spread(both: np.ndarray, slopes) -> float:
    """Variance of a distance by the delta method, where it is not near 0."""
    n, m = both.sum(axis=1)
    p, q = (side / side.sum() for side in np.where((both == 0).any(), both + 0.5, both))
    at_p, at_q = slopes(p, q)
    return float(_variance(p, at_p) / n + _variance(q, at_q) / m)


def _variance(p: np.ndarray, slope: np.ndarray) -> float:
    return float((p * slope**2).sum() - (p * slope).sum() ** 2)


def _logs(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    return np.log(p / q)


def _over(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    return p / q


def _noise(both: np.ndarray) -> float:
    return float((1 / both.sum(axis=1)).sum())


def _both(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Both sides, without bins that neither has."""
    _sides(before, after)
    both = np.array([before, after], float)
    return both[:, both.sum(axis=0) > 0]


def _sides(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    n, m = float(np.sum(before)), float(np.sum(after))
    if not n or not m:
        raise TooLittle("one side has no cases", "compare windows with cases")
    return n, m


def _distance(name: str, value: float, lower: float, upper: float, both: np.ndarray, level: float) -> Estimate:
    """The plain distance, between its ends; near 0 chance alone can lift it above them."""
    n, m = both.sum(axis=1)
    return Estimate(
        name=name,
        value=float(value),
        lower=float(min(lower, value)),
        upper=float(max(upper, value)),
        n=int(min(n, m)),
        level=level,
        method=f"{both.shape[1]} bins, {n:,.0f} cases and {m:,.0f}",
    )
