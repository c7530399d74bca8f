"""Waves of random order, against the definitions written out with full covariance matrices, and against counting.

The figures of the R package's README need its data of 7,785 police officers, which no package registry carries; what
is compared here is every part of its algorithm, on data of the same shape.
"""

from itertools import permutations

import numpy as np
import pytest
from tests.oracles.waves import by_hand, named, panel

from proveout.core.errors import TooLittle
from proveout.stats.randomisation import randomisation_p
from proveout.stats.staggered import (
    n_orders,
    orders,
    planned_error,
    staggered,
    staggered_effect,
    staggered_p,
    staggered_statistics,
)
from proveout.stats.waves import Panel, exposure_weights, simple_weights

DIGITS = 1e-10


@pytest.mark.parametrize("holdback", [True, False])
@pytest.mark.parametrize("kind", ["simple", "cohort", "calendar", "0", "1", "3", "-2"])
@pytest.mark.parametrize(("beta", "last_only"), [(None, False), (0.0, False), (1.0, False), (1.0, True)])
def test_estimate_and_both_errors_are_those_of_the_definition(holdback, kind, beta, last_only):
    p = panel(holdback=holdback)
    weights, defined = named(p, kind)
    found = staggered(p, weights, beta=beta, last_only=last_only)
    expected = by_hand(p, defined, beta=beta, last_only=last_only)
    assert (found.value, found.standard_error, found.neyman_error, found.beta) == pytest.approx(expected, abs=DIGITS)


def test_with_beta_one_the_difference_of_two_waves_is_difference_in_differences():
    rng = np.random.default_rng(4)
    values, starts = rng.normal(0, 1, (9, 2)), np.repeat([1, 2], [4, 5])
    p = Panel(values, starts, np.zeros(9, int))
    rise = values[:, 1] - values[:, 0]
    assert staggered(p, simple_weights(p), beta=1).value == pytest.approx(rise[:4].mean() - rise[4:].mean())


def test_two_waves_and_one_period_are_neymans_difference_of_means():
    rng = np.random.default_rng(5)
    values, starts = rng.normal(0, 1, (11, 1)), np.repeat([0, 9], [5, 6])
    p = Panel(values, starts, np.zeros(11, int))
    found, x, y = staggered(p, simple_weights(p)), values[:5, 0], values[5:, 0]
    assert found.value == pytest.approx(x.mean() - y.mean())
    assert found.standard_error == pytest.approx((x.var(ddof=1) / 5 + y.var(ddof=1) / 6) ** 0.5)


def test_a_constant_effect_is_recovered_whatever_the_weights():
    quiet = panel(1)
    moved = Panel(quiet.values + 7.0 * quiet.with_system, quiet.starts, quiet.strata)
    for weights in (simple_weights(quiet), exposure_weights(quiet, 2)):
        assert staggered(moved, weights).value - staggered(quiet, weights).value == pytest.approx(7.0)


def test_the_statistic_of_the_order_that_was_made_is_the_estimate_in_neymans_errors():
    p = panel(2, effect=1.0)
    weights = simple_weights(p)
    found = staggered(p, weights)
    statistics = staggered_statistics(p, weights, orders(p, draws=3))(0.0)
    assert statistics[0] == pytest.approx(found.value / found.neyman_error)


def test_statistics_of_drawn_orders_are_those_of_panels_in_that_order():
    p = panel(2, effect=1.0)
    weights, drawn = simple_weights(p), orders(p, draws=5, seed=3)
    for row, statistic in zip(drawn, staggered_statistics(p, weights, drawn)(0.0), strict=True):
        again = Panel(p.values[row], p.starts[p.seats], p.strata)
        found = staggered(again, weights)
        assert statistic == pytest.approx(found.value / found.neyman_error)


def test_taking_an_effect_off_moves_the_estimate_by_as_much():
    p = panel(3, effect=2.0)
    slope = exposure_weights(p, 2) - exposure_weights(p, 1)
    for weights in (simple_weights(p), slope):
        found = staggered(p, weights)
        statistic = staggered_statistics(p, weights, orders(p, draws=1))(found.value)[0]
        assert statistic == pytest.approx(0, abs=1e-6)


def test_drawn_orders_approach_all_orders():
    rng = np.random.default_rng(6)
    values, starts = rng.normal(0, 1, (6, 3)) + 1.5 * np.array([[1]] * 3 + [[0]] * 3), np.repeat([1, 9], [3, 3])
    p = Panel(values, starts, np.zeros(6, int))
    weights = simple_weights(p)
    every = np.array([np.argsort(p.starts[list(way)], kind="stable") for way in set(permutations(range(6)))])
    exact = randomisation_p(staggered_statistics(p, weights, np.vstack([p.seats, every]))(0.0))
    assert staggered_p(p, weights, draws=20_000) == pytest.approx(exact, abs=0.01)


def test_orders_keep_to_the_strata():
    p = Panel(panel().values, panel().starts, np.arange(20) % 3)
    drawn = orders(p, draws=200, seed=1)
    assert (p.strata[drawn] == p.strata[p.seats]).all()
    assert (np.sort(drawn, axis=1) == np.arange(20)).all()
    assert len({tuple(row) for row in drawn}) == 201


def test_the_interval_holds_the_value_and_agrees_with_the_test():
    p = panel(7, effect=3.0)
    weights = simple_weights(p)
    found = staggered_effect(p, weights)
    assert found.lower < staggered(p, weights).value < found.upper
    assert (found.lower > 0) == (staggered_p(p, weights) <= 0.05)


def test_many_units_get_the_normal_interval():
    rng = np.random.default_rng(8)
    p = Panel(rng.normal(0, 1, (600, 4)), np.repeat([2, 9], 300), np.zeros(600, int))
    weights = simple_weights(p)
    found, errors = staggered_effect(p, weights), staggered(p, weights)
    assert (found.upper - found.lower) / 2 == pytest.approx(1.959964 * errors.standard_error, rel=1e-6)


def test_weights_that_see_no_effect_are_refused():
    with pytest.raises(TooLittle, match="no effect"):
        staggered_effect(panel(), np.zeros((4, 12)))


def test_few_orders_are_looked_at_each_once():
    """Two and two and two teams, in two strata of three: (3!/(1! 1! 1!))^2 of them."""
    starts, strata = np.array([1, 2, 9, 1, 2, 9]), np.repeat([0, 1], 3)
    rng = np.random.default_rng(3)
    p = Panel(rng.normal(0, 1, (6, 4)), starts, strata)
    assert n_orders(starts, strata) == 36
    drawn = orders(p)
    assert drawn.shape == (36, 6)
    assert (np.sort(drawn, axis=1) == np.arange(6)).all()
    ways = {tuple(p.starts[p.seats][np.argsort(row)]) for row in drawn}
    assert len(ways) == 36
    assert all(sorted(way[:3]) == sorted(way[3:]) == [1, 2, 9] for way in ways)
    assert (drawn[0] == p.seats).all()


def test_the_p_value_of_few_teams_is_the_share_of_all_orders():
    """Against the definition: every permutation of the starts, the statistic of each panel in that order."""
    rng = np.random.default_rng(6)
    starts = np.array([1, 1, 2, 2, 9, 9])
    p = Panel(rng.normal(0, 1, (6, 4)) + 2.0 * (np.arange(4) >= starts[:, None]), starts, np.zeros(6, int))
    weights = simple_weights(p)
    sizes = {}
    for way in set(permutations(starts.tolist())):
        found = staggered(Panel(p.values, np.array(way), p.strata), weights)
        sizes[way] = abs(found.value / found.neyman_error)
    assert len(sizes) == 90
    expected = np.mean([size >= sizes[tuple(starts.tolist())] * (1 - 1e-9) for size in sizes.values()])
    assert staggered_p(p, weights) == pytest.approx(expected)


def test_the_planned_error_of_two_waves_and_one_period_is_neymans():
    p = Panel(np.zeros((11, 1)), np.repeat([0, 9], [5, 6]), np.zeros(11, int))
    assert planned_error(p, simple_weights(p), np.array([[4.0]])) == pytest.approx((4 / 5 + 4 / 6) ** 0.5)


def test_the_planned_error_with_the_whole_before_is_that_of_repeated_draws():
    """Lasting levels of variance 1, weeks of variance 1; the efficient factor is estimated, not known."""
    starts = np.repeat([4, 6, 99], 10)
    covariance = np.ones((8, 8)) + np.eye(8)
    rng, found = np.random.default_rng(8), []
    for _ in range(400):
        values = rng.normal(0, 1, (30, 1)) + rng.normal(0, 1, (30, 8))
        p = Panel(values, rng.permutation(starts), np.zeros(30, int))
        found.append(staggered(p, simple_weights(p), whole_before=True).value)
    planned = planned_error(p, simple_weights(p), covariance, whole_before=True)
    assert np.std(found) == pytest.approx(planned, rel=0.12)
    assert planned < planned_error(p, simple_weights(p), covariance)
