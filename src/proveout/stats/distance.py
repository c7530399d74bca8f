"""How far apart two distributions of one field lie."""

import numpy as np

from proveout.core.errors import TooLittle
from proveout.stats.two_sample import codes

FLOOR = 0.5
"""Added to each count, so that a category that one side lacks gives a large distance and not an infinite one."""
CASES = 1_000
"""Of how many cases shares are taken to be, which do not say it."""


def population_stability(before: np.ndarray, after: np.ndarray) -> float:
    r"""Population stability index of two sets of counts over the same bins.

    .. math:: \sum_i (q_i - p_i)\ln(q_i/p_i)

    Args:
        before: Shape (k,), counts or shares; missing values are a bin of their own.
        after: Shape (k,), of the other set. Where a bin is empty half a case is added to each; shares, which do not say
            of how many cases they are, count as of 1,000.

    Returns:
        0 when alike; by chance alone about (k - 1)(1/n + 1/m).

    Raises:
        TooLittle: A side has no cases.
        ValueError: A count is negative or no number.

    Source: Siddiqi (2006), Credit Risk Scorecards, p. 136; Yurdakul and Naranjo (2020), J. Risk Model Validation 14,
    for chance. Oracle: tests/oracles/test_distance.py.
    """
    p, q = _shares(before, after)
    return float(((q - p) * np.log(q / p)).sum())


def jensen_shannon(before: np.ndarray, after: np.ndarray) -> float:
    r"""Jensen-Shannon distance of two sets of counts over the same bins: the root of the divergence in bits.

    .. math:: \sqrt{\tfrac12 \sum p_i\log_2(p_i/m_i) + \tfrac12\sum q_i\log_2(q_i/m_i)}, \quad m = (p + q)/2

    Args:
        before: Shape (k,), counts or shares; missing values are a bin of their own.
        after: Shape (k,), of the other set.

    Returns:
        0 when alike, 1 when nothing is shared.

    Raises:
        TooLittle: A side has no cases.
        ValueError: A count is negative or no number.

    Source: Lin (1991), IEEE Trans. Information Theory 37, 145-151. Oracle: tests/oracles/test_distance.py.
    """
    p, q = _plain(before), _plain(after)
    m = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(x > 0, x * np.log2(x / m), 0.0).sum() for x in (p, q)]
    return float(max(0.0, sum(parts) / 2) ** 0.5)


def kolmogorov_smirnov(a: np.ndarray, b: np.ndarray) -> float:
    r"""Largest distance of two empirical distribution functions.

    Args:
        a: Shape (n,), numbers.
        b: Shape (m,), numbers in the same unit.

    Returns:
        0 when alike, 1 when one side lies wholly above the other.

    Raises:
        TooLittle: A side has no cases.
        ValueError: A value is NaN.

    Source: Smirnov (1939), Bull. Math. Univ. Moscou 2. Oracle: tests/oracles/test_distance.py.
    """
    if not len(a) or not len(b):
        raise TooLittle("one side has no values", "compare sets with cases")
    x, y = np.sort(a), np.sort(b)
    if np.isnan([x[-1], y[-1]]).any():
        raise ValueError("some values are no numbers")
    every = np.concatenate([x, y])
    apart = np.searchsorted(x, every, side="right") / len(x) - np.searchsorted(y, every, side="right") / len(y)
    return float(np.abs(apart).max())


def field_distance(before: np.ndarray, after: np.ndarray, *, bins: int = 10) -> float:
    """Jensen-Shannon distance of a field in two sets, in bins of equal size; gaps are a bin.

    Args:
        before: Shape (n,), numbers, dates or texts; masked, None and NaN are missing.
        after: Shape (m,), of the same type.
        bins: For numbers and dates.

    Returns:
        0 when alike, 1 when nothing is shared. One extreme value changes hardly anything.

    Raises:
        TooLittle: A side has no cases.

    Source: as for `jensen_shannon`. Oracle: tests/oracles/test_distance.py.
    """
    both = codes(np.ma.concatenate([np.ma.asarray(before), np.ma.asarray(after)]), bins=bins)
    levels = int(both.max()) + 1 if len(both) else 1
    counts = (np.bincount(part, minlength=levels) for part in (both[: len(before)], both[len(before) :]))
    return jensen_shannon(*counts)


def _shares(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    p, q = (_counted(side) for side in (before, after))
    p, q = (CASES * side if side.sum() < 1 + 1e-6 else side for side in (p, q))
    if (p == 0).any() or (q == 0).any():
        p, q = p + FLOOR, q + FLOOR
    return p / p.sum(), q / q.sum()


def _plain(counts: np.ndarray) -> np.ndarray:
    c = _counted(counts)
    return c / c.sum()


def _counted(counts: np.ndarray) -> np.ndarray:
    c = np.asarray(counts, float)
    if not (np.isfinite(c) & (c >= 0)).all():
        raise ValueError("some counts are no counts")
    if not c.sum():
        raise TooLittle("one side has no cases", "compare sets with cases")
    return c
