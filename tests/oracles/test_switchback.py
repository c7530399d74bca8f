"""Switchback: against counting, least squares with units and periods, and repeated draws."""

from math import comb

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.switchback import (
    carry_over_p,
    pair_strata,
    switchback_effect,
    switchback_error,
    switchback_statistics,
    switched,
)

N, P = 4, 3


def world(seed: int, effect: float = 0.0, n: int = N, pairs: int = P):
    """Values of units over periods, who is first, and the cells in the order of units, then pairs."""
    rng = np.random.default_rng(seed)
    first = np.stack([rng.permutation(n) < n // 2 for _ in range(pairs)], axis=1)
    there = np.stack([first, ~first], axis=2).reshape(n, 2 * pairs).astype(float)
    values = rng.normal(0, 2, (n, 1)) + rng.normal(0, 3, 2 * pairs) + rng.normal(0, 1, there.shape) + effect * there
    return values, there, first


def halves(values: np.ndarray) -> np.ndarray:
    return ((values[:, 0::2] - values[:, 1::2]) / 2).ravel()


def cells_of(first: np.ndarray, n_looks: int = 1):
    n, pairs = first.shape
    strata = pair_strata(np.zeros(n), pairs).ravel()
    last = np.tile(np.arange(pairs), n)[:, None]
    over = last < np.linspace(0, pairs, n_looks + 1)[1:]
    return switched(first.ravel(), strata, over)


def test_units_are_drawn_against_each_other_in_each_pair_and_a_lone_one_against_itself():
    found = pair_strata(np.array(["a", "a", "b", "a"]), 3)
    assert (found[0] == found[1]).all() and (found[0] == found[3]).all()
    assert len(set(found[0])) == 3
    assert len(set(found[2])) == 1 and not set(found[2]) & set(found[0])


def test_all_draws_are_looked_at_where_they_can_be_counted():
    _, _, first = world(1)
    cells = cells_of(first)
    assert len(cells.ways) == comb(4, 2) ** 3
    assert len({tuple(way) for way in cells.ways}) == len(cells.ways)
    assert (cells.ways[0] == first.ravel()).all()


def test_one_order_for_all_and_no_cells_are_refused():
    with pytest.raises(TooLittle, match="only one"):
        cells_of(np.ones((4, 3), dtype=bool))
    with pytest.raises(TooLittle, match="both of two periods"):
        switched(np.zeros(0, dtype=bool), np.zeros(0, int), np.zeros((0, 1), dtype=bool))


def test_the_effect_is_that_of_least_squares_with_units_by_pairs_and_periods():
    values, there, first = world(2, effect=1.5, n=8, pairs=5)
    cells = cells_of(first)
    n, t = values.shape
    unit_pair = np.eye(n * t // 2)[(np.arange(n)[:, None] * (t // 2) + np.arange(t) // 2).ravel()]
    period = np.eye(t)[np.tile(np.arange(t), n)]
    design = np.column_stack([there.ravel(), unit_pair, period])
    expected = np.linalg.lstsq(design, values.ravel(), rcond=None)[0][0]
    assert switchback_effect(cells, halves(values), halves(there)) == pytest.approx(expected)


def by_hand(d: np.ndarray, first: np.ndarray) -> float:
    one, other = d[first], d[~first]
    error = (one.var() / (len(one) - 1) + other.var() / (len(other) - 1)) ** 0.5
    return (one.mean() - other.mean()) / error


def test_statistics_are_the_studentised_difference_of_the_two_orders_at_each_look_under_every_draw():
    values, there, first = world(3, effect=1.0)
    cells = cells_of(first, n_looks=3)
    found = switchback_statistics(cells, halves(values), halves(there), [0, 1, 2])(0.0)
    d = ((values[:, 0::2] - values[:, 1::2]) / 2).copy()
    d -= d.mean(axis=0)
    for way, statistics in list(zip(cells.ways, found, strict=True))[:30]:
        for look, statistic in enumerate(statistics):
            seen = np.where(np.arange(P) <= look, d, 0.0)
            assert statistic == pytest.approx(by_hand(seen.ravel(), way))


def test_an_effect_that_is_taken_off_leaves_nothing_of_it():
    values, there, first = world(4)
    cells = cells_of(first)
    moved = switchback_statistics(cells, halves(values + 2 * there), halves(there), [0])(2.0)
    assert moved == pytest.approx(switchback_statistics(cells, halves(values), halves(there), [0])(0.0))


def test_the_planned_error_is_that_of_repeated_draws():
    found = []
    for seed in range(400):
        values, there, first = world(seed, n=6, pairs=4)
        cells = switched(first.ravel()[:], pair_strata(np.zeros(6), 4).ravel(), np.ones((24, 1), dtype=bool))
        found.append(switchback_effect(cells, halves(values), halves(there)))
        if seed == 0:
            planned = switchback_error(24, 1.0)
    assert np.std(found) == pytest.approx(planned, rel=0.15)  # strata take degrees of freedom


def test_what_is_carried_over_is_seen_and_chance_is_not():
    values, there, first = world(5, n=12, pairs=4)
    cells = cells_of(first)
    before = np.where(np.arange(48) % 4 > 0, np.arange(48) - 1, -1)
    assert carry_over_p(cells, halves(values), before) > 0.01
    had = np.column_stack([np.zeros(12), there[:, :-1]])
    assert carry_over_p(cells, halves(values + 4 * had * (np.arange(8) % 2 == 0)), before) < 0.01
    assert carry_over_p(cells, halves(values), np.full(48, -1)) == 1.0
