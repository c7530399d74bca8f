"""The interval that all chance-corrected figures of agreement share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

MOST_PATTERNS = 4_000
"""With more different cases than this, blocks of cases are resampled."""
BLOCKS = 1_000
SAME = 1e-12
"""Draws that differ by less than rounding are the same."""
UNDEFINED = 0.2
"""The share of resamples with one decision only from which nothing is said."""

Parts = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""From sums over cases, shape (b, f), to the disagreement observed and that expected by chance, shape (b,) each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure 1 - observed / expected disagreement, both of which are functions of sums over cases.

    Args:
        name: Of the estimate.
        method: In a few words.
        parts: From the sums to both.
        by_chance: From the sums, shape (f,), to sums with as much disagreement as chance expects.
    """

    name: str
    method: str
    parts: Parts
    by_chance: Callable[[np.ndarray], np.ndarray]


def chance_corrected(
    figure: Figure,
    rows: np.ndarray,
    times: np.ndarray,
    *,
    n: int | None = None,
    draws: int = 1_000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    r"""The figure with its bootstrap interval over cases, from the different kinds of cases and how often each occurs.

    BCa as in `bca`. Where disagreement is rare that falls short, since what was not seen is not drawn: the lower end is
    at most that of the same bootstrap with one more case, on which people agree no more than by chance.

    Args:
        figure: What is computed of the sums.
        rows: Shape (p, f), what each kind of case adds to the sums.
        times: Shape (p,), how many cases are of each kind.
        n: Number of cases, where it is not the sum of times.
        draws: How many resamples.
        seed: Of the resamples.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of the figure, at most 1.

    Raises:
        TooLittle: Fewer than two cases, or decisions that are the same in all or nearly all cases.

    Assumes: independent cases, the people as they are.
    Source: Efron (1987), JASA 82, 171-185; the added case is our own, with its coverage measured.
    Oracle: tests/oracles/test_agreement.py. Calibrated: tests/calibration/test_agreement.py.
    """
    cases = int(times.sum()) if n is None else n
    if cases < 2:
        raise TooLittle(f"{cases} case(s) decided twice", "let two people decide the same cases")
    sums = times @ rows
    value = float(_values(sums[None], figure.parts)[0])
    if not np.isfinite(value):
        raise TooLittle("all decisions are the same", "let people decide cases of other kinds too")
    lower, upper = _ends(rows, times, figure.parts, draws, seed, level)
    one_more = np.vstack([rows, figure.by_chance(sums) / cases])
    wary, _ = _ends(one_more, np.append(times, 1), figure.parts, draws, seed, level)
    return Estimate(
        name=figure.name,
        value=value,
        lower=min(lower, wary, value),
        upper=max(min(upper, 1.0), value),
        n=cases,
        level=level,
        method=f"{figure.method}; BCa bootstrap of {cases:,} cases",
    )


def kinds(
    cases: np.ndarray, row: Callable[[np.ndarray], np.ndarray], *, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """The different kinds of cases and how often each occurs; where they are many, sums over random blocks of cases.

    Args:
        cases: Shape (n, b), what is known of each case.
        row: From kinds of cases, shape (p, b), to what each adds to the sums, shape (p, f).
        seed: Of the blocks.

    Returns:
        Rows, shape (p, f), and times, shape (p,).

    Source: equal rows of cases need one weight. Oracle: tests/oracles/test_agreement.py.
    """
    words = np.ascontiguousarray(cases, dtype=float).view(np.uint64)
    odd = np.random.default_rng(0).integers(0, 2**63, size=cases.shape[1], dtype=np.uint64) * np.uint64(2) + np.uint64(
        1
    )
    mixed = (words ^ (words >> np.uint64(29))) * odd
    _, first, kind, times = np.unique(
        (mixed ^ (mixed >> np.uint64(32))).sum(axis=1, dtype=np.uint64),
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    rows = row(cases[first])
    if len(rows) <= MOST_PATTERNS:
        return rows, times
    block = np.random.default_rng(seed).permutation(len(cases)) % BLOCKS
    sums = np.column_stack([np.bincount(block, weights=column[kind], minlength=BLOCKS) for column in rows.T])
    return sums, np.ones(BLOCKS, int)


def _values(sums: np.ndarray, parts: Parts) -> np.ndarray:
    observed, expected = parts(sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > SAME, 1 - observed / expected, np.nan)


def _ends(
    rows: np.ndarray, times: np.ndarray, parts: Parts, draws: int, seed: int, level: float
) -> tuple[float, float]:
    """Resamples with one decision only are left out while they are few."""
    from scipy.special import ndtr, ndtri

    n = int(times.sum())
    drawn = np.random.default_rng(seed).multinomial(n, times / n, size=draws)
    found, sums = _values(drawn @ rows, parts), times @ rows
    value = float(_values(sums[None], parts)[0])
    if np.isnan(found).mean() > UNDEFINED:
        raise TooLittle("nearly all decisions are the same", "let people decide more cases of the rarer kinds")
    found = found[np.isfinite(found)]
    same = np.abs(found - value) <= SAME
    below = ((found < value) & ~same).mean() + 0.5 * same.mean()
    bias = float(ndtri(np.clip(below, 0.5 / len(found), 1 - 0.5 / len(found))))
    z = bias + ndtri(np.array([0.5 - level / 2, 0.5 + level / 2]))
    lower, upper = np.quantile(found, ndtr(bias + z / (1 - _acceleration(_values(sums - rows, parts), times) * z)))
    return float(lower), float(upper)


def _acceleration(left: np.ndarray, times: np.ndarray) -> float:
    """From the figure without one case of each kind."""
    some = np.isfinite(left)
    if not some.any():
        return 0.0
    apart = np.average(left[some], weights=times[some]) - left[some]
    spread = float(times[some] @ apart**2)
    return float(times[some] @ apart**3) / (6 * spread**1.5) if spread > SAME**2 else 0.0
