"""Units that have something in one of every two periods: how it is drawn, and the test that rests on the draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.stats.randomisation import DRAWS, assignments, centred, linear_statistics

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


def carry_over_p(cells: Switched, rest: np.ndarray, before: np.ndarray) -> float:
    """p-value of what a unit had just before its two periods making no difference to the first of them.

    Args:
        cells: n of them.
        rest: Shape (n,): half of the first less the second period, once the effect is taken off.
        before: Shape (n,): index of the cell of the same unit's two periods before; -1 where there is none.

    Returns:
        In [1/M, 1]; 1 where nothing can be said.

    Assumes: about the same effect for all; the effect that is taken off is estimated.
    Source: Bojinov, Simchi-Levi and Zhao (2023), section 5, for finding the order of the carry-over by its effect.
    Oracle: tests/oracles/test_switchback.py.
    """
    later = before >= 0
    if later.sum() < 2:
        return 1.0
    had = ~cells.ways[:, before[later]]  # whoever was first had nothing in the second period
    values = centred(rest[later], cells.strata[later])
    size = np.abs(had @ values - had.mean(axis=1) * values.sum())
    return float(np.mean(size >= size[0] * (1 - 1e-9)))


def switchback_error(cells: int, passing: float) -> float:
    r"""The standard error that a switchback will have: :math:`\sqrt{2\sigma^2/n}`; levels that last drop out.

    Args:
        cells: n, units times pairs of periods.
        passing: :math:`\sigma^2`, variance of a unit's mean in a period around its level.

    Returns:
        In the outcome's unit.

    Assumes: periods that do not depend on one another, and as many of each order.
    Source: Senn (2002), Cross-over Trials in Clinical Research, 2nd ed., chapter 3.
    Oracle: tests/oracles/test_switchback.py (repeated draws).
    """
    return (2 * passing / cells) ** 0.5
