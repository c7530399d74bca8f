"""How far people who decide the same cases agree, beyond what chance alone would give."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.chance_corrected import Figure, Parts, chance_corrected, kinds

Scale = Literal["nominal", "ordinal", "interval"]


def cohen_kappa(
    table: np.ndarray,
    *,
    weights: Literal["none", "linear", "quadratic"] = "none",
    draws: int = 1_000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    r"""Agreement of two people, corrected for chance by what each of them tends to say.

    .. math:: \kappa = 1 - \frac{n\sum_{ij} w_{ij} n_{ij}}{\sum_{ij} w_{ij} n_{i\cdot} n_{\cdot j}}, \quad
        w_{ij} = 1[i \ne j],\; |i-j| \text{ or } (i-j)^2

    with the interval of `chance_corrected`.

    Args:
        table: Shape (k, k), cases by the label of the first person and that of the second, in the same order.
        weights: How labels count that are further apart; for labels in an order.
        draws: How many resamples.
        seed: Of the resamples.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of kappa, at most 1; 0 is chance.

    Raises:
        TooLittle: No cases, or one label only.

    Assumes: independent cases, decided by the two independently.
    Source: Cohen (1960), Educational and Psychological Measurement 20, 37-46; Fleiss, Cohen and Everitt (1969),
    Psychological Bulletin 72, 323-327, whose standard errors it nears in large samples.
    Oracle: tests/oracles/test_agreement.py. Calibrated: tests/calibration/test_agreement.py.
    """
    counts = np.asarray(table, float)
    k = len(counts)
    i, j = np.indices((k, k)).reshape(2, -1)
    apart = np.abs(i - j).astype(float) ** {"none": 0, "linear": 1, "quadratic": 2}[weights]
    w = np.where(i == j, 0.0, apart)
    rows = np.column_stack([w, np.eye(k)[i], np.eye(k)[j]])

    def parts(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        one, other = sums[:, 1 : 1 + k], sums[:, 1 + k :]
        return sums[:, 0], ((one @ w.reshape(k, k)) * other).sum(axis=1) / np.maximum(one.sum(axis=1), 1)

    said = counts.ravel() > 0
    method = "Cohen's kappa" if weights == "none" else f"Cohen's kappa, {weights} weights"
    figure = Figure(name="kappa", method=method, parts=parts, by_chance=_first_by_chance(parts))
    times = counts.ravel()[said].astype(int)
    return chance_corrected(figure, rows[said], times, draws=draws, seed=seed, level=level)


def fleiss_kappa(counts: np.ndarray, *, draws: int = 1_000, seed: int = 0, level: float = 0.95) -> Estimate:
    r"""Agreement of any number of people, corrected for chance by what all of them together tend to say.

    .. math:: \kappa = \frac{\bar P - \sum_c \pi_c^2}{1 - \sum_c \pi_c^2}, \quad
        \bar P = \text{mean of } \frac{\sum_c n_{uc}(n_{uc}-1)}{m_u(m_u-1)}, \quad
        \pi_c = \text{mean of } \frac{n_{uc}}{m_u}

    with the interval of `chance_corrected`. Cases may be decided by different numbers of people.

    Args:
        counts: Shape (n, k), how many people gave the case each label.
        draws: How many resamples.
        seed: Of the resamples.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of kappa, at most 1; 0 is chance.

    Raises:
        TooLittle: No case was decided twice, or there is one label only.

    Assumes: independent cases, decided independently.
    Source: Fleiss (1971), Psychological Bulletin 76, 378-382; Gwet (2021), Handbook of Inter-Rater Reliability,
    5th edition, for cases that some people left out. Oracle: tests/oracles/test_agreement.py.
    Calibrated: tests/calibration/test_agreement.py.
    """
    return _of_shares("Fleiss' kappa", counts, lambda p: 1 - (p**2).sum(axis=1), draws, seed, level)


def gwet_ac1(counts: np.ndarray, *, draws: int = 1_000, seed: int = 0, level: float = 0.95) -> Estimate:
    r"""Agreement corrected for chance in a way that one dominating label does not turn into none.

    .. math:: AC_1 = \frac{\bar P - P_e}{1 - P_e}, \quad P_e = \frac{1}{k-1}\sum_c \pi_c(1-\pi_c)

    with :math:`\bar P`, :math:`\pi_c` as in `fleiss_kappa` and the interval of `chance_corrected`.

    Args:
        counts: Shape (n, k), how many people gave the case each label; k >= 2 labels that could be given.
        draws: How many resamples.
        seed: Of the resamples.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of AC1, at most 1.

    Raises:
        TooLittle: No case was decided twice.
        ValueError: Fewer than two labels.

    Assumes: independent cases, decided independently; all labels that could be given are columns.
    Source: Gwet (2008), British J. Mathematical and Statistical Psychology 61, 29-48.
    Oracle: tests/oracles/test_agreement.py. Calibrated: tests/calibration/test_agreement.py.
    """
    k = np.shape(counts)[1]
    if k < 2:
        raise ValueError("AC1 needs two labels that could be given")
    return _of_shares("AC1", counts, lambda p: 1 - (p * (1 - p)).sum(axis=1) / (k - 1), draws, seed, level)


def krippendorff_alpha(
    values: np.ndarray, *, scale: Scale = "nominal", draws: int = 1_000, seed: int = 0, level: float = 0.95
) -> Estimate:
    """Krippendorff's alpha of a table of cases by people, as `alpha_of_ratings` computes it.

    Args:
        values: Shape (cases, people), codes of labels or numbers; NaN where a person left a case out.
        scale: What distance means, as in `alpha_of_ratings`.
        draws: How many resamples.
        seed: Of the resamples.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of alpha, at most 1; 0 is chance.

    Raises:
        TooLittle: No case was decided twice, or all decisions are the same.

    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability, University of Pennsylvania.
    Oracle: tests/oracles/test_agreement.py. Calibrated: tests/calibration/test_agreement.py.
    """
    given = ~np.isnan(values)
    return alpha_of_ratings(np.nonzero(given)[0], values[given], scale=scale, draws=draws, seed=seed, level=level)


def alpha_of_ratings(
    case: np.ndarray,
    value: np.ndarray,
    *,
    scale: Scale = "nominal",
    draws: int = 1_000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    r"""Krippendorff's alpha: agreement of any people on any scale, some of whom left some cases out.

    .. math:: \alpha = 1 - \frac{\sum_u \frac{1}{m_u-1}\sum_{i\ne j}\delta^2(v_{ui}, v_{uj})}
        {\frac{1}{n-1}\sum_{i\ne j}\delta^2(v_i, v_j)}

    over cases :math:`u` with :math:`m_u \ge 2` decisions and all their :math:`n` decisions, where :math:`\delta` is
    whether two differ (nominal), how many decisions lie between them (ordinal) or how far apart they are (interval).

    with the interval of `chance_corrected`: the bootstrap over cases.

    Args:
        case: Shape (m,), codes of cases, from 0.
        value: Shape (m,), codes of labels (in their order, for the ordinal scale) or numbers.
        scale: What distance means.
        draws: How many resamples.
        seed: Of the resamples.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of alpha, at most 1; 0 is chance. `n` is the number of cases decided twice or more.

    Raises:
        TooLittle: No case was decided twice, or all decisions are the same, or nearly so.

    Assumes: independent cases, the people as they are.
    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability, University of Pennsylvania; the bootstrap
    of cases: Zapf et al. (2016), BMC Medical Research Methodology 16, 93.
    Oracle: tests/oracles/test_agreement.py. Calibrated: tests/calibration/test_agreement.py.
    """
    _, case, m = np.unique(case, return_inverse=True, return_counts=True)
    twice = m[case] >= 2
    _, case, m = np.unique(case[twice], return_inverse=True, return_counts=True)
    v = np.asarray(value, float)[twice]
    if not len(v):
        raise TooLittle("no case was decided twice", "let two people decide the same cases")
    method = f"Krippendorff's alpha, {scale}"
    if scale == "interval":
        v = v - v.mean()
        cases = np.column_stack([m, np.bincount(case, weights=v), np.bincount(case, weights=v**2)])
        figure, row = _of_numbers(method)
    else:
        labels, code = np.unique(v, return_inverse=True)
        k = len(labels)
        cases = np.bincount(case * k + code, minlength=len(m) * k).reshape(len(m), k).astype(float)
        figure, row = _of_labels(method) if scale == "nominal" else _of_ranks(method, k)
    rows, times = kinds(cases, row, seed=seed)
    return chance_corrected(figure, rows, times, n=len(m), draws=draws, seed=seed, level=level)


def pairs_agreeing(counts: np.ndarray) -> np.ndarray:
    r"""Of each case, the share of pairs of people who said the same.

    .. math:: \frac{\sum_c n_{uc}(n_{uc}-1)}{m_u(m_u-1)}

    Args:
        counts: Shape (n, k), how many people gave the case each label.

    Returns:
        Shape (n,), 0 to 1; NaN where fewer than two decided.

    Source: Fleiss (1971), Psychological Bulletin 76, 378-382, equation 2. Oracle: tests/oracles/test_agreement.py.
    """
    c = np.asarray(counts, float)
    m = c.sum(axis=1)
    pairs = np.where(m >= 2, m * (m - 1), np.nan)
    return ((c * (c - 1)).sum(axis=1)) / pairs


Row = Callable[[np.ndarray], np.ndarray]


def _first_by_chance(parts: Parts) -> Row:
    """Sums whose first is the disagreement observed: with that which is expected in its place."""
    return lambda sums: np.concatenate([parts(sums[None])[1], sums[1:]])


def _of_labels(method: str) -> tuple[Figure, Row]:
    def row(counts: np.ndarray) -> np.ndarray:
        m = counts.sum(axis=1)
        return np.column_stack([(m**2 - (counts**2).sum(axis=1)) / (m - 1), counts])

    def parts(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        of_label = sums[:, 1:]
        n = of_label.sum(axis=1)
        return sums[:, 0], (n**2 - (of_label**2).sum(axis=1)) / np.maximum(n - 1, 1)

    return Figure(name="alpha", method=method, parts=parts, by_chance=_first_by_chance(parts)), row


def _of_numbers(method: str) -> tuple[Figure, Row]:
    """Of each case the number of decisions, their sum and that of their squares, around the mean of all."""

    def row(cases: np.ndarray) -> np.ndarray:
        m, one, two = cases.T
        return np.column_stack([np.maximum(m * two - one**2, 0) / (m - 1), cases])

    def parts(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n, one, two = sums[:, 1:].T
        return sums[:, 0], (n * two - one**2) / np.maximum(n - 1, 1)

    return Figure(name="alpha", method=method, parts=parts, by_chance=_first_by_chance(parts)), row


def _of_ranks(method: str, k: int) -> tuple[Figure, Row]:
    """The ordinal distance of two labels is that of their middle ranks, which every resample has its own of."""

    def row(counts: np.ndarray) -> np.ndarray:
        m = counts.sum(axis=1, keepdims=True)
        both = counts[:, :, None] * counts[:, None, :] / (m - 1)[:, :, None]
        return np.column_stack([counts * m / (m - 1), both.reshape(len(counts), k * k), counts])

    def parts(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        single, pairs, of_label = sums[:, :k], sums[:, k : k + k * k].reshape(-1, k, k), sums[:, k + k * k :]
        rank, n = np.cumsum(of_label, axis=1) - of_label / 2, of_label.sum(axis=1)
        observed = (single * rank**2).sum(axis=1) - ((rank[:, None, :] @ pairs)[:, 0] * rank).sum(axis=1)
        expected = n * (of_label * rank**2).sum(axis=1) - (of_label * rank).sum(axis=1) ** 2
        return observed, expected / np.maximum(n - 1, 1)

    def by_chance(sums: np.ndarray) -> np.ndarray:
        of_label = sums[k + k * k :]
        n = of_label.sum()
        return np.concatenate([of_label * n, np.outer(of_label, of_label).ravel(), of_label * (n - 1)]) / (n - 1)

    return Figure(name="alpha", method=method, parts=parts, by_chance=by_chance), row


def _of_shares(
    method: str,
    counts: np.ndarray,
    differing: Callable[[np.ndarray], np.ndarray],
    draws: int,
    seed: int,
    level: float,
) -> Estimate:
    """Of pairs, from what share of them would differ by chance."""
    c = np.asarray(counts, float)
    c = c[c.sum(axis=1) >= 1]

    def row(cases: np.ndarray) -> np.ndarray:
        agreeing = pairs_agreeing(cases)
        twice = np.isfinite(agreeing)
        return np.column_stack([np.where(twice, 1 - agreeing, 0), twice, cases / cases.sum(axis=1, keepdims=True)])

    def parts(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        label = sums[:, 2:] / sums[:, 2:].sum(axis=1, keepdims=True)
        return sums[:, 0] / np.maximum(sums[:, 1], 1), differing(label)

    def by_chance(sums: np.ndarray) -> np.ndarray:
        return np.concatenate([parts(sums[None])[1] * sums[1], sums[1:]])

    rows, times = kinds(c, row, seed=seed)
    figure = Figure(name="kappa", method=method, parts=parts, by_chance=by_chance)
    n = int((c.sum(axis=1) >= 2).sum())
    return chance_corrected(figure, rows, times, n=n, draws=draws, seed=seed, level=level)
