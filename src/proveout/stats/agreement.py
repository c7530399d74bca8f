"""How far people who judge the same cases agree, beyond what chance would give."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.bootstrap import percentile, stretched
from proveout.stats.proportion import wilson

Scale = Literal["nominal", "ordinal", "interval"]
UNDEFINED = 0.05
"""The share of resamples in which everybody may say the same, so that chance cannot be told from agreement."""


def cohen_kappa(
    table: np.ndarray, *, weights: Literal["none", "linear", "quadratic"] = "none", level: float = 0.95
) -> Estimate:
    r"""Agreement of two people.

    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}, \quad p_o = \sum w_{ij}p_{ij}, \quad p_e = \sum w_{ij}p_{i.}p_{.j}

    .. math:: var = \frac{\sum p_{ij}[w_{ij} - (\bar w_{i.} + \bar w_{.j})(1-\kappa)]^2 -
        [\kappa - p_e(1-\kappa)]^2}{n(1-p_e)^2}

    Args:
        table: Shape (k, k), counts: rows by what the first says, columns by what the second says.
        weights: How near two different labels are: not at all, by steps, or by squared steps.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate as a pure number, at most 1; 0 is chance.

    Raises:
        TooLittle: No cases, or both always say the same label.

    Assumes: independent cases, enough of them (about 30) for a normal interval.
    Source: Cohen (1960), Educ. Psychol. Meas. 20, 37-46; Fleiss, Cohen and Everitt (1969), Psychol. Bull. 72, 323-327.
    Oracle: tests/oracles/test_agreement.py. Calibrated: tests/calibration/test_agreement.py.
    """
    from scipy.special import ndtri

    counts = np.asarray(table, float)
    n, k = counts.sum(), len(counts)
    if n == 0:
        raise TooLittle("no case was judged by both", "let both judge the same cases")
    p = counts / n
    steps = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / max(k - 1, 1)
    w = {"none": (steps == 0).astype(float), "linear": 1 - steps, "quadratic": 1 - steps**2}[weights]
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    chance = float(rows @ w @ columns)
    if chance >= 1:
        raise TooLittle("both always say the same", "judge cases of several kinds")
    value = float(((w * p).sum() - chance) / (1 - chance))
    near = np.add.outer(w @ columns, rows @ w)
    spread = (p * (w - near * (1 - value)) ** 2).sum() - (value - chance * (1 - value)) ** 2
    half = float(ndtri(0.5 + level / 2)) * max(float(spread), 0.0) ** 0.5 / (n**0.5 * (1 - chance))
    if half == 0:
        half = (1 - (wilson(int(n), int(n), level=level).lower or 0.0)) / (1 - chance)
    return Estimate(
        name="kappa",
        value=value,
        lower=max(-1.0, value - half),
        upper=min(1.0, value + half),
        n=int(n),
        level=level,
        method="Cohen's kappa" + ("" if weights == "none" else f", {weights} weights"),
    )


def fleiss_kappa(counts: np.ndarray, *, draws: int = 1_000, seed: int = 0, level: float = 0.95) -> Estimate:
    r"""Agreement of several people on cases that each was judged by as many of them.

    .. math:: \kappa = \frac{\bar P - \bar P_e}{1 - \bar P_e}, \quad P_i = \frac{\sum_j n_{ij}^2 - m}{m(m-1)}, \quad
        \bar P_e = \sum_j p_j^2

    Args:
        counts: Shape (n, k): how many people gave each label to each case; every row adds up to m >= 2.
        draws: Of the bootstrap over cases.
        seed: Of the draws.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate as a pure number, at most 1; 0 is chance.

    Raises:
        TooLittle: Fewer than two cases, or everybody always says the same.
        ValueError: Rows of different sums.

    Assumes: independent cases.
    Source: Fleiss (1971), Psychol. Bull. 76, 378-382. Oracle: tests/oracles/test_agreement.py. Calibrated:
    tests/calibration/test_agreement.py.
    """
    c = np.asarray(counts, float)
    m = c.sum(axis=1)
    if len(c) and (m.min() != m.max() or m.min() < 2):
        raise ValueError("Fleiss' kappa needs the same number of people, at least two, for every case")

    def of(rows: np.ndarray, w: np.ndarray) -> np.ndarray:
        people = rows[0].sum()
        agree = ((rows**2).sum(axis=1) - people) / (people * (people - 1))
        shares = (w @ rows) / (w.sum(axis=1, keepdims=True) * people)
        return _beyond_chance(1 - (w @ agree) / w.sum(axis=1), 1 - (shares**2).sum(axis=1))

    return _resampled(c, of, "Fleiss' kappa", draws, seed, level)


def krippendorff_alpha(
    values: np.ndarray, *, scale: Scale = "nominal", draws: int = 1_000, seed: int = 0, level: float = 0.95
) -> Estimate:
    r"""Agreement of any number of people, each of whom may have judged only some of the cases.

    .. math:: \alpha = 1 - \frac{D_o}{D_e}, \quad
        D_o = \frac1n\sum_u\frac1{m_u - 1}\sum_{i \ne j}\delta^2(x_{ui}, x_{uj}), \quad
        D_e = \frac1{n(n-1)}\sum_{c,k}n_cn_k\,\delta^2(c,k)

    with :math:`\delta^2` 0 or 1 (nominal), :math:`(c-k)^2` (interval), or
    :math:`\bigl(\sum_{g=c}^k n_g - \tfrac{n_c+n_k}2\bigr)^2` (ordinal).

    Args:
        values: Shape (cases, people), NaN where somebody did not judge; labels as codes in their order.
        scale: What differences mean.
        draws: Of the bootstrap over cases.
        seed: Of the draws.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate as a pure number, at most 1; 0 is chance.

    Raises:
        TooLittle: Fewer than two cases that two people judged, or everybody always says the same.

    Assumes: independent cases.
    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability; Hayes and Krippendorff (2007), Comm.
    Methods and Measures 1, 77-89, for the bootstrap. Oracle: tests/oracles/test_agreement.py (.743, .815, .849).
    Calibrated: tests/calibration/test_agreement.py.
    """
    x = np.asarray(values, float)
    x = x[(~np.isnan(x)).sum(axis=1) >= 2]
    name = f"Krippendorff's alpha, {scale}"
    if scale == "interval":
        m = (~np.isnan(x)).sum(axis=1)
        centred = x - np.nanmean(x) if x.size else x
        rows = np.column_stack([m, np.nansum(centred, axis=1), np.nansum(centred**2, axis=1)]).astype(float)
        return _resampled(rows, _interval_alpha, name, draws, seed, level)
    labels = np.unique(x[~np.isnan(x)])
    counts = np.stack([(x == label).sum(axis=1) for label in labels], axis=1) if len(labels) else np.zeros((0, 1))
    of = _nominal_alpha if scale == "nominal" else _ordinal_alpha
    return _resampled(counts.astype(float), of, name, draws, seed, level)


def gwet_ac1(counts: np.ndarray) -> float:
    r"""Agreement that does not collapse where nearly all cases have one label.

    .. math:: AC_1 = \frac{p_a - p_e}{1 - p_e}, \quad p_e = \frac1{q-1}\sum_k \pi_k(1-\pi_k)

    Args:
        counts: Shape (n, q), q >= 2: how many people gave each label to each case; rows of less than two judge nothing
            about agreement, but count for how common labels are.

    Returns:
        At most 1.

    Raises:
        TooLittle: No case that two people judged.

    Source: Gwet (2008), Brit. J. Math. Stat. Psychol. 61, 29-48. Oracle: tests/oracles/test_agreement.py (.77544).
    """
    c = np.asarray(counts, float)
    m = c.sum(axis=1)
    several = m >= 2
    if not several.any() or c.shape[1] < 2:
        raise TooLittle("no case was judged by two people", "let people judge the same cases")
    agree = float((((c**2).sum(axis=1) - m)[several] / (m * (m - 1))[several]).mean())
    common = (c[m > 0] / m[m > 0, None]).mean(axis=0)
    chance = float((common * (1 - common)).sum()) / (c.shape[1] - 1)
    return (agree - chance) / (1 - chance)


def _nominal_alpha(counts: np.ndarray, w: np.ndarray) -> np.ndarray:
    m = counts.sum(axis=1)
    observed = w @ ((m**2 - (counts**2).sum(axis=1)) / (m - 1))
    totals = w @ counts
    n = totals.sum(axis=1)
    return _beyond_chance(observed / n, (n**2 - (totals**2).sum(axis=1)) / (n * (n - 1)))


def _ordinal_alpha(counts: np.ndarray, w: np.ndarray) -> np.ndarray:
    k = counts.shape[1]
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(k)
    pairs = (pairs / (counts.sum(axis=1) - 1)[:, None, None]).reshape(len(counts), k * k)
    observed = (w @ pairs).reshape(-1, k, k)
    totals = w @ counts
    n = totals.sum(axis=1)
    up_to = np.cumsum(totals, axis=1) - totals / 2
    apart = (up_to[:, :, None] - up_to[:, None, :]) ** 2
    expected = np.einsum("bi,bij,bj->b", totals, apart, totals) / (n * (n - 1))
    return _beyond_chance((observed * apart).sum(axis=(1, 2)) / n, expected)


def _interval_alpha(rows: np.ndarray, w: np.ndarray) -> np.ndarray:
    m, total, squares = rows.T
    observed = w @ (2 * (m * squares - total**2) / (m - 1))
    n, s, q = w @ m, w @ total, w @ squares
    return _beyond_chance(observed / n, 2 * (n * q - s**2) / (n * (n - 1)))


def _beyond_chance(observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _resampled(
    rows: np.ndarray,
    of: Callable[[np.ndarray, np.ndarray], np.ndarray],
    method: str,
    draws: int,
    seed: int,
    level: float,
) -> Estimate:
    """The figure on all cases, and its bootstrap over cases: cases with the same row are drawn together."""
    n = len(rows)
    if n < 2:
        raise TooLittle(f"{n} case(s) that two people judged", "let people judge the same cases")
    patterns, frequency = np.unique(rows, axis=0, return_counts=True)
    value = float(of(patterns, frequency[None, :].astype(float))[0])
    if not np.isfinite(value):
        raise TooLittle("everybody always says the same", "judge cases of several kinds")
    drawn = of(patterns, np.random.default_rng(seed).multinomial(n, frequency / n, size=draws).astype(float))
    if np.isnan(drawn).mean() > UNDEFINED:
        raise TooLittle("nearly everybody always says the same", "judge more cases of the rarer kind")
    drawn = drawn[~np.isnan(drawn)]
    estimate = percentile(value, stretched(drawn, value, n, level=level), n=n, level=level)
    lower = estimate.lower if value < 1 else 1 - 2 * (1 - (wilson(n, n, level=level).lower or 0.0))
    return Estimate(
        name="agreement",
        value=value,
        lower=lower,
        upper=min(1.0, max(estimate.upper or 1.0, value)),
        n=n,
        level=level,
        method=f"{method}, bootstrap over cases",
    )
