"""Switchback: against counting, least squares with units and periods, and repeated draws."""

from math import comb

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.randomisation import randomisation_p
from proveout.stats.switchback import (
    Before,
    allowing_effect,
    allowing_statistics,
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
    found, allowing = [], []
    for seed in range(400):
        values, there, first = world(seed, n=6, pairs=4)
        cells = switched(first.ravel()[:], pair_strata(np.zeros(6), 4).ravel(), np.ones((24, 1), dtype=bool))
        found.append(switchback_effect(cells, halves(values), halves(there)))
        allowing.append(allowing_effect(cells, before_of(first), halves(values)))
    assert np.std(found) == pytest.approx(switchback_error(24, 1.0), rel=0.15)  # strata take degrees of freedom
    assert np.std(allowing) == pytest.approx(switchback_error(24, 1.0, allowing=4), rel=0.15)


@pytest.mark.parametrize(("units", "pairs"), [(4, 4), (4, 6), (6, 4), (8, 4), (12, 4)])
def test_the_planned_error_that_allows_is_that_of_least_squares_over_drawn_schedules(units: int, pairs: int) -> None:
    """(X'X)^-1 of every draw, by hand; one that forgets chance is too small by 4 to 11% of the variance."""
    found = []
    for seed in range(1_500):
        first = world(seed, n=units, pairs=pairs)[2].astype(float)
        had = np.column_stack([np.zeros(units), 1 - first[:, :-1]])
        x = np.stack([(part - part.mean(axis=0)).ravel() for part in (first, had)], axis=1)
        found.append(np.linalg.inv(x.T @ x).sum() / 2)  # halves of a difference have half the variance of a period
    assert switchback_error(units * pairs, 1.0, allowing=pairs) ** 2 == pytest.approx(np.mean(found), rel=0.025)


def test_what_is_carried_over_is_seen_and_chance_is_not():
    values, there, first = world(5, n=12, pairs=4)
    cells = cells_of(first)
    before = before_of(first)
    assert carry_over_p(cells, halves(values), before) > 0.01
    had = carried(there)
    assert carry_over_p(cells, halves(values + 4 * had * (np.arange(8) % 2 == 0)), before) < 0.01
    assert carry_over_p(cells, halves(values), Before(np.full(48, -1), before.had)) == 1.0


def before_of(first: np.ndarray) -> Before:
    n, pairs = first.shape
    cell = np.where(np.arange(n * pairs) % pairs > 0, np.arange(n * pairs) - 1, -1)
    return Before(cell, np.column_stack([np.zeros(n, dtype=bool), ~first[:, :-1]]).ravel())


def carried(there: np.ndarray) -> np.ndarray:
    """What each had in the period before."""
    return np.column_stack([np.zeros(len(there)), there[:, :-1]])


def least_squares(d: np.ndarray, first: np.ndarray, had: np.ndarray) -> tuple[float, float]:
    """Sum of the coefficients of who is first and who had it before, with pairs as dummies; its standard error."""
    n, pairs = first.shape
    design = np.column_stack([first.ravel(), had.ravel(), np.tile(np.eye(pairs), (n, 1))]).astype(float)
    coefficients, (rest,), *_ = np.linalg.lstsq(design, d, rcond=None)
    inverse = np.linalg.inv(design.T @ design)[:2, :2]
    return coefficients[:2].sum(), (rest / (len(d) - design.shape[1]) * inverse.sum()) ** 0.5


@pytest.mark.parametrize("left", [-3.0, 0.0, 5.0])
def test_the_effect_that_allows_for_carry_over_is_that_of_least_squares_and_does_not_depend_on_it(left: float):
    values, there, first = world(6, effect=1.5, n=8, pairs=5)
    cells, before = cells_of(first), before_of(first)
    moved = halves(values + left * carried(there))
    effect, error = least_squares(moved, first, before.had)
    assert allowing_effect(cells, before, moved) == pytest.approx(effect)
    assert effect == pytest.approx(allowing_effect(cells, before, halves(values)))
    found = allowing_statistics(cells, before, moved, halves(there), [0])
    assert found(0.7)[0, 0] == pytest.approx((effect - 0.7) / error)
    plain = allowing_statistics(cells, before, halves(values), halves(there), [0])
    assert found(0.0) == pytest.approx(plain(0.0))
    assert switchback_effect(cells, moved, halves(there)) != pytest.approx(effect, abs=0.05) or not left


def test_under_every_draw_it_is_least_squares_of_what_is_left_without_what_is_carried_over():
    values, there, first = world(7, n=4, pairs=3)
    cells, before = cells_of(first), before_of(first)
    found = allowing_statistics(cells, before, halves(values), halves(there), [0])(0.0)[:, 0]
    pairs = np.tile(np.eye(P), (N, 1))
    carry = before.had.astype(float) - first.ravel()
    coefficients = np.linalg.lstsq(np.column_stack([carry, pairs]), halves(values), rcond=None)[0]
    rest = halves(values) - carry * coefficients[0]
    compared = 0
    for way, statistic in list(zip(cells.ways, found, strict=True))[:40]:
        drawn = way.reshape(N, P)
        had = np.column_stack([np.zeros(N, dtype=bool), ~drawn[:, :-1]])
        if np.linalg.matrix_rank(np.column_stack([way, had.ravel(), pairs])) < 2 + P:
            assert np.isinf(statistic)
            continue
        effect, error = least_squares(rest, drawn, had)
        assert statistic == pytest.approx(effect / error)
        compared += 1
    assert compared > 20


def test_cells_whose_pair_before_was_not_seen_keep_what_was_drawn():
    _, _, first = world(8)
    before = before_of(first)
    unseen = Before(np.where(np.arange(N * P) == 1, -1, before.cell), before.had)
    ways = cells_of(first).ways
    assert (unseen.under(ways)[:, 1] == before.had[1]).all()
    assert (unseen.under(ways)[:, 2] == ~ways[:, 1]).all()
    assert (unseen.under(ways)[0] == before.had).all()


def test_one_pair_of_periods_does_not_allow_for_carry_over_and_a_look_at_it_tells_nothing():
    values, there, first = world(9, n=6, pairs=3)
    cells, before = cells_of(first, n_looks=3), before_of(first)
    found = allowing_statistics(cells, before, halves(values), halves(there), [0, 2])(0.0)
    assert not found[:, 0].any() and found[:, 1].any()
    _, there, first = world(9, n=6, pairs=1)
    with pytest.raises(TooLittle, match="carried over"):
        allowing_effect(cells_of(first), before_of(first), halves(there))
    with pytest.raises(TooLittle, match="carried over"):
        switchback_error(6, 1.0, allowing=1)


def test_carry_over_alone_is_hardly_told_where_it_is_allowed_for():
    plain, allowing = 0, 0
    for seed in range(60):
        values, there, first = world(seed, n=6, pairs=4)
        cells = switched(first.ravel(), pair_strata(np.zeros(6), 4).ravel(), np.ones((24, 1), dtype=bool))
        moved = halves(values - 2 * carried(there)), halves(there)
        plain += randomisation_p(switchback_statistics(cells, *moved, [0])(0.0)[:, 0]) <= 0.05
        allowing += randomisation_p(allowing_statistics(cells, before_of(first), *moved, [0])(0.0)[:, 0]) <= 0.05
    assert plain > 30 > 10 > allowing
