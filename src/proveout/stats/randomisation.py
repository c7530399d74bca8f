"""Tests that rest on how units were assigned, and on nothing else."""

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb, lgamma
from typing import Any

import numpy as np

from proveout.core.errors import NotFinite, TooLittle
from proveout.core.estimate import Estimate

ENUMERABLE = 100_000
"""Up to this many assignments are all looked at; beyond it they are drawn."""
DRAWS = 10_000
PORTION = 1 << 23
"""Cells that are worked on at a time, so that many units need little memory."""
TIE = 1e-9
"""Statistics nearer than this, relative to the larger, are taken for equal: sums in another order differ by less."""
DOUBLINGS, HALVINGS = 12, 30
"""How far the end of an interval is looked for, in steps, and how finely: to a billionth of the last step."""


def assignments(treated: np.ndarray, strata: np.ndarray, *, draws: int = DRAWS, seed: int = 0) -> np.ndarray:
    """The ways in which units could have been assigned: as many treated in each stratum as really were.

    Args:
        treated: Shape (G,), 0 or 1: the assignment that was made.
        strata: Shape (G,): codes of the strata (or pairs) within which it was drawn; all alike where there were none.
        draws: How many to draw where there are more than `ENUMERABLE`.
        seed: Of the draws.

    Returns:
        Shape (M, G), bool; the first row is the assignment that was made. All assignments, each once, where they can
        be enumerated; else that one and `draws` drawn ones, independent and equally likely.

    Raises:
        TooLittle: Only one assignment was possible.

    Source: Fisher (1935), The Design of Experiments, section 21; Phipson and Smyth (2010), Stat. Appl. Genet. Mol.
    Biol. 9, article 39, for counting the assignment that was made. Oracle: tests/oracles/test_randomisation.py.
    """
    made = np.asarray(treated).astype(bool)
    members = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    counts = [int(made[units].sum()) for units in members]
    possible = 1
    for units, count in zip(members, counts, strict=True):
        possible *= comb(len(units), count)
    if possible < 2:
        raise TooLittle("only one assignment was possible", "assign at random, with units of both arms in a stratum")
    if possible > ENUMERABLE:
        return np.vstack([made, _drawn(members, counts, len(made), draws, np.random.default_rng(seed))])
    every = np.zeros((1, len(made)), dtype=bool)
    for units, count in zip(members, counts, strict=True):
        choices = np.array(list(combinations(units, count)), dtype=int).reshape(comb(len(units), count), count)
        every = np.repeat(every, len(choices), axis=0)
        rows = np.arange(len(every))[:, None]
        every[rows, np.tile(choices, (len(every) // len(choices), 1))] = True
    first = int(np.flatnonzero((every == made).all(axis=1))[0])
    every[[0, first]] = every[[first, 0]]
    return every


def _drawn(members: list[np.ndarray], counts: list[int], n: int, draws: int, random: np.random.Generator) -> np.ndarray:
    drawn = np.zeros((draws, n), dtype=bool)
    for units, count in zip(members, counts, strict=True):
        for rows in _portions(draws, len(units)):
            order = random.random((len(rows), len(units))).argpartition(min(count, len(units) - 1), axis=1)
            drawn[rows[:, None], units[order[:, :count]]] = True
    return drawn


def _portions(n_rows: int, n_columns: int) -> list[np.ndarray]:
    """All rows in turn, as many at a time as `PORTION` allows."""
    size = max(1, PORTION // max(1, n_columns))
    return [np.arange(start, min(start + size, n_rows)) for start in range(0, n_rows, size)]


def log_ways(sizes: Sequence[int]) -> float:
    r"""Logarithm of the number of ways to deal units out into groups of these sizes: :math:`\ln(n!/\prod n_g!)`.

    Args:
        sizes: Units in each group.

    Source: the multinomial coefficient. Oracle: tests/oracles/test_randomisation.py.
    """
    return lgamma(sum(sizes) + 1) - sum(lgamma(n + 1) for n in sizes)


def centred(values: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """Values less the mean of their stratum, whatever the arm: what a stratified draw is to be judged by.

    Args:
        values: Shape (G,) or (G, K), in any unit.
        strata: Shape (G,): codes.

    Returns:
        The same shape; the values of each stratum add up to 0.

    Source: Rosenbaum (2002), Observational Studies, 2nd edition, section 2.4, for aligning within strata.
    Oracle: tests/oracles/test_randomisation.py.
    """
    _, index = np.unique(strata, return_inverse=True)
    sums = np.zeros((index.max() + 1, *values.shape[1:]))
    np.add.at(sums, index, values)
    return values - (sums.T / np.bincount(index)).T[index]


def studentised_differences(ways: np.ndarray, values: np.ndarray) -> np.ndarray:
    r"""The difference of two means in standard errors, under every assignment.

    .. math:: T = \frac{\bar y_1 - \bar y_0}{\sqrt{s_1^2/n_1 + s_0^2/n_0}}

    Args:
        ways: Shape (M, G), bool, from `assignments`.
        values: Shape (G,) or (G, K): one value per unit, or one per unit and look; centre them within strata first.

    Returns:
        Shape (M,) or (M, K); 0 where both means are equal, infinite where they differ and nothing varies.

    Raises:
        TooLittle: Fewer than two units in an arm.

    Source: Neyman (1923); Wu and Ding (2021), JASA 116, 1898-1913, for why to studentise.
    Oracle: tests/oracles/test_randomisation.py.
    """
    y = np.asarray(values, float)
    y = y - y.mean(axis=0)
    over_treated, over_all = _sums(ways, (y, y**2))
    return _studentised(ways, over_treated[0], over_all[0], over_treated[1], over_all[1], np.abs(y).max(axis=0))


def linear_statistics(ways: np.ndarray, fixed: np.ndarray, moving: np.ndarray) -> Callable[[float], np.ndarray]:
    r"""`studentised_differences` of values that depend on a supposed effect, once for all effects.

    .. math:: y(\theta) = a + \theta b

    A constant effect is taken away with :math:`b = -w` (1 for the treated), a constant factor with a the untreated
    and b the treated values, :math:`\theta` being one over the factor.

    Args:
        ways: Shape (M, G), bool, from `assignments`.
        fixed: a, shape (G, K): one value per unit and look.
        moving: b, of the same shape.

    Returns:
        From theta to the statistics, shape (M, K), in time that does not depend on G.

    Raises:
        TooLittle: Fewer than two units in an arm.

    Source: as for `studentised_differences`, whose sums are quadratic in theta.
    Oracle: tests/oracles/test_randomisation.py.
    """
    a, b = (np.asarray(part, float) - np.mean(part, axis=0) for part in (fixed, moving))
    (a1, b1, aa1, ab1, bb1), (a0, b0, aa0, ab0, bb0) = _sums(ways, (a, b, a * a, 2 * a * b, b * b))
    largest = np.abs(a).max(axis=0), np.abs(b).max(axis=0)

    def statistics(theta: float) -> np.ndarray:
        squares1, squares = aa1 + theta * ab1 + theta**2 * bb1, aa0 + theta * ab0 + theta**2 * bb0
        size = largest[0] + abs(theta) * largest[1]
        return _studentised(ways, a1 + theta * b1, a0 + theta * b0, squares1, squares, size)

    return statistics


def _sums(ways: np.ndarray, parts: Sequence[np.ndarray]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Of each part, the sums over the treated under every assignment, and those over all."""
    n1 = int(ways[0].sum())
    n0 = ways.shape[1] - n1
    if min(n1, n0) < 2:
        raise TooLittle(f"arms of {n1} and {n0}: each needs two", "assign more units")
    found: list[list[np.ndarray]] = [[] for _ in parts]
    for rows in _portions(*ways.shape):
        w = ways[rows[0] : rows[-1] + 1].astype(float)
        for sums, part in zip(found, parts, strict=True):
            sums.append(w @ part)
    return [np.concatenate(sums) for sums in found], [part.sum(axis=0) for part in parts]


def _studentised(
    ways: np.ndarray, sum1: np.ndarray, total: np.ndarray, square1: np.ndarray, squares: np.ndarray, largest: np.ndarray
) -> np.ndarray:
    """From the sums over the treated and over all, of centred values and of their squares."""
    n1 = int(ways[0].sum())
    n0 = ways.shape[1] - n1
    mean1, mean0 = sum1 / n1, (total - sum1) / n0
    variance1 = np.maximum(square1 / n1 - mean1**2, 0) / (n1 - 1)
    variance0 = np.maximum((squares - square1) / n0 - mean0**2, 0) / (n0 - 1)
    difference, spread = mean1 - mean0, variance1 + variance0
    noise = TIE * np.maximum(largest, np.finfo(float).tiny)
    difference = np.where(np.abs(difference) <= noise, 0.0, difference)
    spread = np.where(spread <= noise**2, 0.0, spread)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(difference == 0, 0.0, difference / np.sqrt(spread))


def randomisation_p(statistics: np.ndarray) -> float:
    r"""Two-sided p-value of the first of the statistics, among all of them.

    .. math:: p = \frac1M \#\{m: |T_m| \ge |T_1|\}

    Args:
        statistics: Shape (M,): under every assignment; the first belongs to the one that was made.

    Returns:
        In [1/M, 1].

    Raises:
        NotFinite: A statistic is no number, as after an overflow: it is not as extreme as anything.

    Assumes: the assignments are all that were possible, or the one made and others drawn as it was.
    Source: Fisher (1935); Phipson and Smyth (2010). Oracle: tests/oracles/test_randomisation.py.
    """
    size = np.abs(np.asarray(statistics))
    if np.isnan(size).any():
        raise NotFinite("a statistic is not a number", "look for values that cannot be")
    return float(np.mean(size >= size[0] * (1 - TIE))) if np.isfinite(size[0]) else float(np.mean(np.isinf(size)))


def randomisation_effect(ways: np.ndarray, values: np.ndarray, *, level: float = 0.95) -> Estimate:
    """The difference of two means with the interval of all constant effects that the assignment does not rule out.

    An effect is ruled out when, after it is taken away from the treated, the studentised test rejects.

    Args:
        ways: Shape (M, G), bool, from `assignments`.
        values: Shape (G,), one per unit, in any unit; centred within strata where there are any.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate in the unit of the values; an end is open where no effect however large is ruled out: so few
        assignments cannot.

    Raises:
        TooLittle: Fewer than two units in an arm.

    Assumes: a constant effect (for the interval; the p-value needs none), independent assignment as recorded.
    Source: Rosenbaum (2002), Observational Studies, 2nd edition, section 2.6.
    Oracle: tests/oracles/test_randomisation.py. Calibrated: tests/calibration/test_randomisation.py.
    """
    y, made = np.asarray(values, float), ways[0]
    value = float(y[made].mean() - y[~made].mean())
    alpha = 1 - level

    def kept(effect: float) -> bool:
        return randomisation_p(studentised_differences(ways, y - effect * made)) > alpha

    spread = float(np.std(y - value * made)) or abs(value) or 1.0
    return Estimate(
        name="difference",
        value=value,
        lower=farthest_kept(kept, value, -spread),
        upper=farthest_kept(kept, value, spread),
        n=len(y),
        level=level,
        method=f"randomisation test over {len(ways)} assignments, studentised",
    )


def changes_sign(statistic: Callable[[float], float], near: float, step: float) -> float:
    """The effect that leaves nothing: where a statistic changes its sign once the effect is taken off.

    Args:
        statistic: Of the assignment that was made, from a supposed effect; monotone, and it may be infinite.
        near: Where to begin; it is the answer where the statistic is 0.
        step: How far to go first, above 0.

    Returns:
        In the unit of `near`.

    Raises:
        TooLittle: The sign is the same up to `DOUBLINGS` of the step away, or the step is not above 0.

    Source: Hodges and Lehmann (1963), Ann. Math. Statist. 34, 598-611, for estimates from tests.
    Oracle: tests/oracles/test_randomisation.py.
    """
    from scipy.optimize import bisect

    start = statistic(near)
    if start == 0:
        return near
    for far in (step * 2**i for i in range(DOUBLINGS) if step > 0):
        for end in (near - far, near + far):
            if statistic(end) * start <= 0:
                found: Any = bisect(statistic, near, end, xtol=TIE * TIE, maxiter=200)
                return float(found)
    raise TooLittle("no effect explains what was seen", "measure an outcome that varies, in more teams or periods")


def farthest_kept(kept: Callable[[float], bool], value: float, step: float) -> float | None:
    """The last effect in one direction that a test does not reject, by doubling and bisection.

    Args:
        kept: Whether the test keeps an effect.
        value: Where to begin; it is the answer itself where even it is rejected.
        step: How far to go first; its sign is the direction.

    Returns:
        In the unit of the value; None where `DOUBLINGS` of the step are still kept.

    Assumes: what lies beyond a rejected effect is rejected too.
    Source: Garthwaite and Buckland (1992), Applied Statistics 41, 159-171, for the search.
    Oracle: tests/oracles/test_randomisation.py.
    """
    if not kept(value):
        return value
    inside, outside = value, value + step
    for _ in range(DOUBLINGS):
        if not kept(outside):
            break
        inside, outside = outside, value + 2 * (outside - value)
    else:
        return None
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)
    return outside
