"""Switchback: each team has the system in one of every two periods, and is its own comparison."""

from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.pilot import Pilot
from proveout.instruments.pilot.blocks import Blocks
from proveout.instruments.pilot.in_time import Observed, Statistics, Timed
from proveout.stats.balance import Moments
from proveout.stats.difference import welch
from proveout.stats.group_sequential import look_interval
from proveout.stats.randomisation import randomisation_p
from proveout.stats.switchback import (
    Before,
    Switched,
    allowing_effect,
    allowing_statistics,
    carry_over_p,
    pair_strata,
    switchback_effect,
    switchback_statistics,
    switched,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switching:
    """The pairs of periods of one KPI, ready to be compared.

    Args:
        cells: Blocks by pairs of periods, both of which were seen.
        at: Row of the block and number of the pair of each cell.
        columns: First and second period of each pair, as columns of the values; -1 where it does not count.
        there: Shape (N, T), 0 or 1: where the system was.
        before: What each cell's block had in the period before.
        observed: The values as they are.
    """

    cells: Switched
    at: tuple[np.ndarray, np.ndarray]
    columns: np.ndarray
    there: np.ndarray
    before: Before
    observed: Observed

    def halves(self, values: np.ndarray) -> np.ndarray:
        """Half of the first less the second period of each cell."""
        rows, pairs = self.at
        first, second = self.columns[pairs].T
        return (values[rows, first] - values[rows, second]) / 2


def orders_of(blocks: Blocks, pilot: Pilot) -> np.ndarray:
    """Shape (G, P), bool: whether a block has the system in the first of every two periods."""
    nothing = (False,) * pilot.n_pairs
    found = [pilot.switchback and pilot.switchback.first(arm or "", pilot.start, pilot.end) for arm in blocks.arms]
    return np.array([first or nothing for first in found], dtype=bool).reshape(len(found), pilot.n_pairs)


def switching(observed: Observed, blocks: Blocks, pilot: Pilot) -> Switching:
    """The pairs.

    Raises:
        TooLittle: No block was seen in both of two periods, or only one draw was possible.
    """
    place = {int(number): i for i, number in enumerate(observed.periods)}
    columns = np.array([[place.get(2 * pair + i, -1) for i in (0, 1)] for pair in range(pilot.n_pairs)])
    both = (columns >= 0).all(axis=1)
    seen = both & observed.seen[:, columns[:, 0]] & observed.seen[:, columns[:, 1]]
    rows, pairs = np.nonzero(seen)
    first = orders_of(blocks, pilot)[observed.kept]
    strata = pair_strata(blocks.strata, pilot.n_pairs)[observed.kept]
    over = columns[pairs, 1][:, None] < np.array(observed.ends)
    numbers = observed.periods
    there = np.zeros(observed.values.shape)
    since = numbers >= 0
    there[:, since] = first[:, numbers[since] // 2] == (numbers[since] % 2 == 0)
    return Switching(
        cells=switched(first[rows, pairs], strata[rows, pairs], over, seed=pilot.known_seed),
        at=(rows, pairs),
        columns=columns,
        there=there,
        before=_before(rows, pairs, first),
        observed=observed,
    )


def _before(rows: np.ndarray, pairs: np.ndarray, first: np.ndarray) -> Before:
    place = {(int(row), int(pair)): i for i, (row, pair) in enumerate(zip(rows, pairs, strict=True))}
    cell = np.array([place.get((int(row), int(pair) - 1), -1) for row, pair in zip(rows, pairs, strict=True)])
    return Before(cell, (pairs > 0) & ~first[rows, pairs - 1])


def timed(one: Switching) -> Timed:
    """The mean gain of the periods with the system over those without, two by two.

    Raises:
        TooLittle: All had the same order.
    """

    def statistics(fixed: np.ndarray, off: np.ndarray, ends: tuple[int, ...]) -> Statistics:
        looks = [one.observed.ends.index(end) for end in ends]
        return switchback_statistics(one.cells, one.halves(fixed), one.halves(off), looks)

    values, (rows, pairs) = one.observed.values, one.at
    on = np.where(one.cells.first, one.columns[pairs, 0], one.columns[pairs, 1])
    return Timed(
        values=values,
        seen=one.observed.seen,
        there=one.there,
        value=switchback_effect(one.cells, one.halves(values), one.halves(one.there)),
        with_system=float(values[rows, on].mean()),
        ends=one.observed.ends,
        statistics=statistics,
        method="randomisation test over redraws of the schedules, two periods against each other",
    )


def allowing(one: Switching) -> Timed:
    """The same, whatever is carried over from one period into the next.

    Raises:
        TooLittle: Too few periods to tell what is carried over from the effect.
    """

    def statistics(fixed: np.ndarray, off: np.ndarray, ends: tuple[int, ...]) -> Statistics:
        looks = [one.observed.ends.index(end) for end in ends]
        return allowing_statistics(one.cells, one.before, one.halves(fixed), one.halves(off), looks)

    plain = timed(one)
    return replace(
        plain,
        value=allowing_effect(one.cells, one.before, one.halves(one.observed.values)),
        statistics=statistics,
        method=f"{plain.method}, allowing for what each had in the period before",
    )


def carried_over(one: Switching, effect: float) -> tuple[float, int]:
    """p-value of what was there before the two periods making no difference, and how many had others before."""
    rest = one.halves(one.observed.values - effect * one.there)
    return carry_over_p(one.cells, rest, one.before), int((one.before.cell >= 0).sum())


def missing(observed: Observed, blocks: Blocks, pilot: Pilot, share: np.ndarray) -> tuple[Estimate, float] | None:
    """How much more is missing (share, shape (G, T)) with the system, and its p-value; None where none is missing."""
    here = blocks.n_units > blocks.n_late
    share = share[here]
    if not share[:, observed.periods >= 0].any():
        return None
    every = Observed(
        kept=here,
        periods=observed.periods,
        values=share,
        seen=np.ones(share.shape, dtype=bool),
        present=observed.present,
        ends=observed.ends[-1:],
    )
    if not np.ptp(share[:, observed.periods >= 0], axis=1).any():  # somebody is never there, with the system or without
        return exact("missing_gap", 0.0, unit="share", method="nothing varies over time"), 1.0
    one = switching(every, blocks, pilot)
    found = timed(one)
    statistics = found.statistics(share, one.there, every.ends)
    gap = look_interval(
        lambda effect: statistics(effect)[:, -1],
        (1.0,),
        value=found.value,
        spread=abs(found.value) or float(share.std()),
        n=len(share),
        method=found.method,
    )
    return gap, randomisation_p(statistics(0.0)[:, -1])


def by_pair(one: Switching) -> tuple[tuple[int, Estimate], ...]:
    """The effect in each two periods, where several blocks of each order were seen in them."""
    halves, found = one.halves(one.observed.values), []
    for pair in np.unique(one.at[1]):
        here = one.at[1] == pair
        orders = [halves[here & (one.cells.first == order)] for order in (False, True)]
        if min(map(len, orders)) < 2:
            continue
        try:
            found.append((int(pair), welch(*map(Moments.of, orders)).estimate))
        except TooLittle:
            continue
    return tuple(found)


def by_block(one: Switching) -> tuple[tuple[int, float], ...]:
    """Row of each block, and what it gained on average over its pairs."""
    gains = np.where(one.cells.first, 2.0, -2.0) * one.halves(one.observed.values)
    return tuple((int(row), float(gains[one.at[0] == row].mean())) for row in np.unique(one.at[0]))
