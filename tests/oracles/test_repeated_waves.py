"""Waves that are looked at more than once: against the definitions in plain loops, and scipy's permutation test."""

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import permutation_test
from tests.oracles.waves import panel

from proveout.core.errors import TooLittle
from proveout.stats.repeated_waves import repeated_wave_statistics, waves_alike_p
from proveout.stats.staggered import orders, planned_error, staggered, staggered_effect
from proveout.stats.waves import Panel, simple_weights


def by_loops(values: np.ndarray, starts: np.ndarray) -> float:
    """Mean gain over those that wait, adjusted by the mean of all periods before, in Neyman's errors."""
    waves, n_periods = sorted(set(starts)), values.shape[1]
    cells = [(g, t) for g in waves for t in range(n_periods) if g <= t < waves[-1]]
    n = {g: (starts == g).sum() for g in waves}
    total = sum(n[g] for g, _ in cells)
    now, before = dict.fromkeys(waves, 0.0), dict.fromkeys(waves, 0.0)
    rows = {g: values[starts == g] for g in waves}
    for g, t in cells:
        waiting = [h for h in waves if h > t]
        for h in (g, *waiting):
            share = n[g] / total * (1.0 if h == g else -n[h] / sum(n[w] for w in waiting))
            now[h] = now[h] + share * rows[h][:, t]
            before[h] = before[h] + share * rows[h][:, :g].mean(axis=1) if g else before[h]
    p, q = ([part[g] + np.zeros(n[g]) for g in waves] for part in (now, before))
    theta, x = (sum(one.mean() for one in part) for part in (p, q))
    v, c, s = (
        sum(np.cov(a, b)[0, 1] / len(a) for a, b in zip(one, other, strict=True))
        for one, other in ((p, p), (p, q), (q, q))
    )
    beta = c / s if s > 0 else 0.0
    return (theta - beta * x) / (v - beta * c) ** 0.5


@pytest.mark.parametrize("holdback", [True, False])
def test_each_look_has_the_statistic_of_the_definition_under_every_order(holdback):
    p, ends = panel(5, effect=0.7, holdback=holdback), (4, 7, 10)
    drawn = orders(p, draws=4, seed=2)
    found = repeated_wave_statistics(p, ends, drawn, there=p.with_system)(0.0)
    for row, statistics in zip(drawn, found, strict=True):
        for end, statistic in zip(ends, statistics, strict=True):
            assert statistic == pytest.approx(by_loops(p.values[row][:, :end], p.starts[p.seats]))


def test_taking_the_effect_off_leaves_nothing():
    p = panel(6, effect=0.0)
    moved = Panel(p.values + 3.0 * p.with_system, p.starts, p.strata)
    drawn = orders(p, draws=20)
    off = repeated_wave_statistics(moved, (6, 12), drawn, there=p.with_system)(3.0)
    assert off == pytest.approx(repeated_wave_statistics(p, (6, 12), drawn, there=p.with_system)(0.0))


def test_a_look_before_anybody_has_the_system_is_refused():
    with pytest.raises(TooLittle, match="in no period"):
        repeated_wave_statistics(panel(), (2,), orders(panel(), draws=2), there=panel().with_system)


def test_a_look_that_saw_nothing_does_not_end_the_later_ones():
    p = panel(5, effect=0.7)
    drawn = orders(p, draws=4, seed=2)
    early = repeated_wave_statistics(p, (2, 7), drawn, there=p.with_system)(0.0)
    assert early[:, 0].tolist() == [0.0] * 5
    assert early[:, 1:] == pytest.approx(repeated_wave_statistics(p, (7,), drawn, there=p.with_system)(0.0))


def test_waves_that_are_alike_before_have_the_p_of_scipys_permutation_test():
    rng = np.random.default_rng(3)
    starts, before = np.repeat([1, 2, 9], [2, 2, 3]), rng.normal(0, 1, 7)
    p = Panel(rng.normal(0, 1, (7, 3)), starts, np.zeros(7, int))
    every = np.array([list(way) for way in permutations(range(7))])
    ours = waves_alike_p(p, before, np.vstack([p.seats, every]))
    x = before - before.mean()
    theirs = permutation_test(
        (x[:2], x[2:4], x[4:]),
        lambda *groups: sum(len(g) * np.mean(g) ** 2 for g in groups),
        permutation_type="independent",
        n_resamples=np.inf,
        alternative="greater",
    )
    assert ours == pytest.approx(theirs.pvalue, abs=1 / len(every))


def test_the_planned_error_of_two_waves_and_one_period_is_that_of_two_means():
    p = Panel(np.zeros((12, 1)), np.repeat([0, 9], 6), np.zeros(12, int))
    assert planned_error(p, simple_weights(p), np.array([[2.25]])) == pytest.approx((4 * 2.25 / 12) ** 0.5)


@pytest.mark.parametrize("lasting", [0.2, 0.8])
def test_the_planned_error_is_that_of_repeated_draws(lasting):
    rng, starts = np.random.default_rng(4), np.repeat([6, 9, 12, 99], 10)
    covariance = np.full((15, 15), lasting) + np.eye(15) * (1 - lasting)
    root, found = np.linalg.cholesky(covariance), []
    for _ in range(600):
        p = Panel(rng.normal(size=(40, 15)) @ root.T, rng.permutation(starts), np.zeros(40, int))
        found.append(staggered(p, simple_weights(p), whole_before=True).value)
    planned = planned_error(p, simple_weights(p), covariance, whole_before=True)
    assert np.std(found) == pytest.approx(planned, rel=0.1)
    assert planned < planned_error(p, simple_weights(p), covariance)  # one period before tells less than all


def test_an_effect_without_any_spread_is_known():
    p = panel(1)
    sure = Panel(0.25 * p.with_system, p.starts, p.strata)
    found = staggered_effect(sure, simple_weights(sure))
    assert (found.lower, found.upper) == pytest.approx((0.25, 0.25), abs=1e-6)
