"""Units that have something in one of every two periods: how it is drawn, and the test that rests on the draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.stats.randomisation import DRAWS, TIE, assignments, centred, linear_statistics

MOST_CELLS = 8_000_000
"""Of drawn schedules times units times pairs: memory for that many numbers."""


def pair_strata(strata: np.ndarray, n_pairs: int) -> np.ndarray:
    """Within what it is drawn who has the system first.

    Units of a stratum are drawn against one another, anew for each two periods; a unit that is alone in its stratum is
    drawn against itself, over its pairs of periods.

    Args:
        strata: Shape (N,), codes.
        n_pairs: P.

    Returns:
        Shape (N, P), codes: within each of them about half of the cells have the system in the first of two periods.

    Source: Bojinov, Simchi-Levi and Zhao (2023), Management Science 69, 3759-3777, for switching by a draw that the
    test repeats. Oracle: tests/oracles/test_switchback.py.
    """
    _, codes, counts = np.unique(strata, return_inverse=True, return_counts=True)
    own = codes[:, None] * (n_pairs + 1) + np.arange(1, n_pairs + 1)
    return np.where((counts[codes] > 1)[:, None], own, codes[:, None] * (n_pairs + 1))


@dataclass(frozen=True)
class Switched:
    """Units by pairs of periods, as far as both periods were seen: cells.

    Args:
        first: Shape (n,), bool: whether the cell's unit had the system in the first of the two periods.
        strata: Shape (n,), codes, from `pair_strata`.
        over: Shape (n, K), bool: whether the two periods were over at each look.
        ways: Shape (M, n), bool: the draws that could have been made; row 0 is the one that was.
    """

    first: np.ndarray
    strata: np.ndarray
    over: np.ndarray
    ways: np.ndarray


def switched(first: np.ndarray, strata: np.ndarray, over: np.ndarray, *, seed: int = 0) -> Switched:
    """Cells with the draws that could have been made of them.

    Args:
        first: As in `Switched`.
        strata: As in `Switched`.
        over: As in `Switched`.
        seed: Of the draws, where there are too many to look at all.

    Raises:
        TooLittle: Only one draw was possible.

    Source: as `assignments`. Oracle: tests/oracles/test_switchback.py.
    """
    if not len(first):
        raise TooLittle("no unit was seen in both of two periods", "look whether outcomes get lost")
    draws = max(500, min(DRAWS, MOST_CELLS // len(first)))
    return Switched(first, strata, over, assignments(first, strata, draws=draws, seed=seed))


def _by_look(cells: Switched, values: np.ndarray, looks: Sequence[int]) -> np.ndarray:
    """Values of what is over at each look less the mean of their stratum, 0 elsewhere: shape (n, K)."""
    found = np.zeros((len(values), len(looks)))
    for k, look in enumerate(looks):
        here = cells.over[:, look]
        if here.any():
            found[here, k] = centred(values[here], cells.strata[here])
    return found


def switchback_effect(cells: Switched, halves: np.ndarray, there: np.ndarray) -> float:
    r"""The effect at the last look: :math:`\sum \tilde w d / \sum \tilde w x`.

    With :math:`\tilde w` who was first less the mean of the stratum, d half of the first less the second period, and x
    the same of the system being there: the difference of the two orders.

    Args:
        cells: n of them.
        halves: Shape (n,): d, in the outcome's unit.
        there: Shape (n,): x, one half or minus one half.

    Returns:
        In the outcome's unit.

    Raises:
        TooLittle: Nobody of a stratum had another order than the others.

    Source: Hills and Armitage (1979), Br. J. Clin. Pharmacol. 8, 7-20, for the two-period crossover.
    Oracle: tests/oracles/test_switchback.py.
    """
    w, d, x = (_by_look(cells, part.astype(float), [-1])[:, 0] for part in (cells.first, halves, there))
    if not (w @ x) > 0:
        raise TooLittle("all had the system in the same order", "draw the order")
    return float((w @ d) / (w @ x))


def switchback_statistics(
    cells: Switched, halves: np.ndarray, off: np.ndarray, looks: Sequence[int]
) -> Callable[[float], np.ndarray]:
    """The studentised difference of the two orders at each look under every draw, once an effect is taken off.

    Args:
        cells: n of them.
        halves: Shape (n,): half of the first less the second period, in the outcome's unit.
        off: Shape (n,): the same of what is taken off per unit of the effect.
        looks: Which of the looks, K of them.

    Returns:
        From an effect to the statistics, shape (M, K), as `group_sequential.looks` takes them.

    Raises:
        TooLittle: Fewer than two cells of an order.

    Assumes: what a unit had before its two periods, and in the first of them, does not show in what is measured.
    Source: Bojinov, Simchi-Levi and Zhao (2023); Wu and Ding (2021), JASA 116, 1898-1913, for why to studentise.
    Oracle: tests/oracles/test_switchback.py. Calibrated: tests/calibration/test_pilots_in_time.py.
    """
    return linear_statistics(cells.ways, _by_look(cells, halves, looks), -_by_look(cells, off, looks))


@dataclass(frozen=True)
class Before:
    """What each cell's unit had in the period just before.

    Args:
        cell: Shape (n,): index of the cell of the same unit's two periods before; -1 where that is none.
        had: Shape (n,), bool: whether the unit had the system in the second of them.
    """

    cell: np.ndarray
    had: np.ndarray

    def under(self, ways: np.ndarray) -> np.ndarray:
        """Under every draw, shape (M, n), bool; what was drawn of cells that were not seen stays as it was."""
        return np.where(self.cell >= 0, ~ways[:, self.cell], self.had)  # whoever was first had nothing in the second


def _products(one: np.ndarray, other: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """Under every draw, the sum of products of two regressors less the means of their strata: shape (M,)."""
    _, index, counts = np.unique(strata, return_inverse=True, return_counts=True)
    member = np.eye(len(counts))[index]
    return np.einsum("mn,mn->m", one, other) - ((one @ member) * (other @ member) / counts).sum(axis=1)


@dataclass(frozen=True)
class _Fit:
    """Least squares of cells on who is first and on what each had before, under every draw; the effect is their sum."""

    first: np.ndarray
    had: np.ndarray
    strata: np.ndarray

    def statistics(self, fixed: np.ndarray, moving: np.ndarray) -> Callable[[float], tuple[np.ndarray, np.ndarray]]:
        """From theta to the effect in fixed + theta moving and its standard error, each of shape (M,)."""
        ww, hh, wh = (
            _products(one, other, self.strata)
            for one, other in ((self.first, self.first), (self.had, self.had), (self.first, self.had))
        )
        lost = ww * hh - wh**2 <= TIE * ww * hh
        whole = np.where(lost, np.nan, ww * hh - wh**2)
        made = centred(self.had[0] - self.first[0], self.strata)  # what is carried over shows as a multiple of it
        a, b = (centred(part, self.strata) for part in (fixed, moving))
        a, b = (part - made * (made @ part) / (made @ made) if made.any() else part for part in (a, b))
        (wa, wb), (ha, hb) = ((x @ a, x @ b) for x in (self.first, self.had))
        df = len(a) - len(np.unique(self.strata)) - 2

        def at(theta: float) -> tuple[np.ndarray, np.ndarray]:
            w, h, y = wa + theta * wb, ha + theta * hb, a + theta * b
            on_first, on_had = (hh * w - wh * h) / whole, (ww * h - wh * w) / whole
            rest = np.maximum(y @ y - on_first * w - on_had * h, 0.0)
            return on_first + on_had, np.sqrt(rest / df * (ww + hh - 2 * wh) / whole)

        return at


def _fit(cells: Switched, before: Before, look: int) -> tuple[_Fit, np.ndarray] | None:
    """Of the cells that are over at a look, and which those are; None where they cannot tell the two apart."""
    here = cells.over[:, look]
    first, had = cells.ways[:, here].astype(float), before.under(cells.ways)[:, here].astype(float)
    strata = cells.strata[here]
    made = [_products(one[:1], other[:1], strata)[0] for one, other in ((first, first), (had, had), (first, had))]
    enough = here.sum() - len(np.unique(strata)) > 2 and made[0] * made[1] - made[2] ** 2 > TIE * made[0] * made[1]
    return (_Fit(first, had, strata), here) if enough else None


def allowing_effect(cells: Switched, before: Before, halves: np.ndarray) -> float:
    r"""The effect at the last look, whatever is carried over from one period into the next.

    With an effect :math:`\tau` and :math:`\gamma` carried over, half of the first less the second period is
    :math:`(\tau - \gamma/2) w + (\gamma/2) h` and what all share, w being 1 for who is first and h for who had the
    system just before: the effect is the sum of both coefficients.

    Args:
        cells: n of them.
        before: What each had just before.
        halves: Shape (n,), in the outcome's unit.

    Returns:
        In the outcome's unit.

    Raises:
        TooLittle: What each had before cannot be told from what it has.

    Assumes: what is carried over adds to the outcome, alike for all, and is gone after one period.
    Source: Senn (2002), Cross-over Trials in Clinical Research, 2nd ed., chapter 10, for more than two periods.
    Oracle: tests/oracles/test_switchback.py.
    """
    found = _fit(replace(cells, ways=cells.ways[:1]), before, -1)
    if found is None:
        raise TooLittle(
            "too few times two periods to allow for what is carried over",
            "leave out `carry_over_days` at the start of each period, or wait for the next two",
        )
    fit, here = found
    return float(fit.statistics(halves[here], np.zeros(int(here.sum())))(0.0)[0][0])


def allowing_statistics(
    cells: Switched, before: Before, halves: np.ndarray, off: np.ndarray, looks: Sequence[int]
) -> Callable[[float], np.ndarray]:
    """As `switchback_statistics`, but the effect in its standard errors is `allowing_effect` under every draw.

    What is carried over is estimated as if the supposed effect were the true one, and taken off before the redraws.

    Args:
        cells: n of them.
        before: What each had just before.
        halves: As for `switchback_statistics`.
        off: As for `switchback_statistics`.
        looks: Which of the looks, K of them.

    Returns:
        From an effect to the statistics, shape (M, K); 0 at looks at which too few periods are over.

    Assumes: as `allowing_effect`; the test would be exact if what is carried over were known instead of estimated.
    Source: Freedman and Lane (1983), J. Business & Economic Statistics 1, 292-298, for taking off what is estimated.
    Oracle: tests/oracles/test_switchback.py. Calibrated: tests/calibration/test_pilots_in_time.py.
    """

    def at_look(look: int) -> Callable[[float], tuple[np.ndarray, np.ndarray]] | None:
        fit = _fit(cells, before, look)
        return fit and fit[0].statistics(halves[fit[1]], -off[fit[1]])

    found = [at_look(look) for look in looks]
    sizes = [np.abs(part).max() for part in (halves, off)]

    def statistics(effect: float) -> np.ndarray:
        noise = TIE * (sizes[0] + abs(effect) * sizes[1])
        columns = [_in_errors(*one(effect), noise) if one else np.zeros(len(cells.ways)) for one in found]
        return np.stack(columns, axis=1)

    return statistics


def _in_errors(effect: np.ndarray, error: np.ndarray, noise: float) -> np.ndarray:
    """Infinite where a draw cannot tell the two apart, so that it counts against what is told."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(np.abs(effect) <= noise, 0.0, effect / np.where(error <= noise, 0.0, error))
    return np.where(np.isnan(size), np.inf, size)


def carry_over_p(cells: Switched, rest: np.ndarray, before: Before) -> float:
    """p-value of what a unit had just before its two periods making no difference to the first of them.

    Args:
        cells: n of them.
        rest: Shape (n,): half of the first less the second period, once the effect is taken off.
        before: What each had just before; cells whose unit was not seen before say nothing.

    Returns:
        In [1/M, 1]; 1 where nothing can be said.

    Assumes: about the same effect for all; the effect that is taken off is estimated.
    Source: Bojinov, Simchi-Levi and Zhao (2023), section 5, for finding the order of the carry-over by its effect.
    Oracle: tests/oracles/test_switchback.py.
    """
    later = before.cell >= 0
    if later.sum() < 2:
        return 1.0
    had = before.under(cells.ways)[:, later]
    values = centred(rest[later], cells.strata[later])
    size = np.abs(had @ values - had.mean(axis=1) * values.sum())
    return float(np.mean(size >= size[0] * (1 - 1e-9)))


def switchback_error(cells: int, passing: float, *, allowing: int = 0, share: float = 1.0) -> float:
    r"""The standard error that a switchback will have: :math:`\sqrt{2\sigma^2/n}`; levels that last drop out.

    Allowing for what is carried over, the variance is :math:`(1 + P/(P - 1))\,\nu/(\nu - 1)` times as large with
    :math:`\nu = (N - 1)(P - 1)` for N units: by chance who is first resembles what each had before, the more so the
    fewer they are. Where that is done in a share of the pilots only, it is the mean over pilots.

    Args:
        cells: n, units times pairs of periods.
        passing: :math:`\sigma^2`, variance of a unit's mean in a period around its level.
        allowing: P, pairs of periods of each unit, where the effect is `allowing_effect`; else 0.
        share: Of the pilots in which it is.

    Returns:
        In the outcome's unit.

    Raises:
        TooLittle: One pair of periods does not show what is carried over.

    Assumes: periods that do not depend on one another, and as many of each order.
    Source: Senn (2002), Cross-over Trials in Clinical Research, 2nd ed., chapters 3 and 10.
    Oracle: tests/oracles/test_switchback.py (repeated draws).
    """
    if allowing == 1:
        raise TooLittle("two periods do not show what is carried over", "leave out `carry_over_days`, or take more")
    if not allowing:
        return (2 * passing / cells) ** 0.5
    free = (cells // allowing - 1) * (allowing - 1)
    by_chance = free / (free - 1) if free > 1 else 1.0
    larger = 1 + share * ((1 + allowing / (allowing - 1)) * by_chance - 1)
    return (2 * passing * larger / cells) ** 0.5
