"""Pilots in waves, and switchbacks: no more errors than promised, and intervals that hold the truth.

In full: `python tests/calibration/pilots_in_time.py 1000`; docs/explanation/calibration.md holds the result.
"""

import numpy as np
import pytest
from scipy.stats import binom
from tests.calibration.pilots_in_time import (
    FURTHER,
    NULLS,
    SWITCHED,
    TRUTHS,
    TURNS,
    Turns,
    World,
    errors,
    seed_of,
    tally,
)

from proveout.stats.group_sequential import look_interval
from proveout.stats.randomisation import assignments, linear_statistics

TRIALS = 40
SURE = 0.9999


@pytest.mark.parametrize("world", NULLS + TURNS, ids=str)
def test_without_an_effect_no_more_is_told_from_nothing_than_promised(world: World | Turns):
    assert errors(world, TRIALS, seed=seed_of(world)) <= binom.ppf(SURE, TRIALS, 0.05)


@pytest.mark.parametrize("world", TRUTHS, ids=str)
def test_the_interval_holds_an_effect_that_is_constant_grows_or_fades(world: World):
    found = tally(world, TRIALS // 2)
    assert found.held >= binom.ppf(1 - SURE, TRIALS // 2, 0.95)
    assert found.ours == pytest.approx(found.truth, abs=0.15)
    assert found.found > binom.ppf(SURE, TRIALS // 2, 0.05)


@pytest.mark.parametrize("world", FURTHER.values(), ids=str)
def test_the_interval_holds_an_effect_with_cells_missing_and_one_that_is_a_share(world: World):
    found = tally(world, TRIALS // 2)
    assert found.held >= binom.ppf(1 - SURE, TRIALS // 2, 0.95)
    assert found.ours == pytest.approx(found.truth, abs=0.08)


@pytest.mark.parametrize("world", SWITCHED.values(), ids=str)
def test_the_interval_of_a_switchback_holds_the_mean_effect(world: Turns):
    found = tally(world, TRIALS // 2)
    assert found.held >= binom.ppf(1 - SURE, TRIALS // 2, 0.95)
    assert found.ours == pytest.approx(found.truth, abs=0.25)


def with_two_looks(random: np.random.Generator, change: float) -> bool:
    """Whether the interval of twelve units holds an effect of 1 at the last look; at the first it is another."""
    treated = random.permutation(12) < 6
    noise = random.normal(0, 1, (12, 2)).cumsum(axis=1) / [1, 2]
    values = noise + treated[:, None] * [1 - change, 1.0]
    ways = assignments(treated, np.zeros(12, dtype=int))
    of_theta = linear_statistics(ways, values[:, 1:], -treated[:, None].astype(float))
    value = values[treated, 1].mean() - values[~treated, 1].mean()
    found = look_interval(lambda e: of_theta(e)[:, 0], (0.5, 1.0), value=value, spread=0.5, n=12, method="")
    return found.lower <= 1 <= found.upper


@pytest.mark.parametrize("change", [0.0, 1.5])
def test_intervals_over_looks_hold_the_effect_at_the_last(change: float):
    random = np.random.default_rng(5)
    held = sum(with_two_looks(random, change) for _ in range(150))
    assert held >= binom.ppf(1 - SURE, 150, 0.95)
