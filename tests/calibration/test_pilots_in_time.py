"""Pilots in waves, and switchbacks: no more errors than promised, and intervals that hold the truth.

In full: `python tests/calibration/pilots_in_time.py 1000`; docs/explanation/calibration.md holds the result.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom
from tests.calibration import pilots_in_time
from tests.calibration.pilots_in_time import (
    CARRIED,
    FURTHER,
    NULLS,
    SWITCHED,
    TRUTHS,
    TURNS,
    Turns,
    World,
    errors,
    judged,
    seed_of,
    tally,
)

from proveout.instruments.pilot.in_time import effect_of
from proveout.stats.group_sequential import look_interval
from proveout.stats.randomisation import assignments, linear_statistics

TRIALS = 40
SURE = 0.9999
ABOUT = 0.3
"""How far off a width may be that is foretold from few teams and half of the time."""


@pytest.mark.parametrize("world", NULLS + TURNS + CARRIED, ids=str)
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


def test_a_switchback_that_leaves_out_too_few_days_is_doubted_and_one_that_leaves_out_enough_loses_little():
    wrong = Turns(20, 4, carried=-1.0)
    found, vetoed = judged(wrong, TRIALS)
    assert found < TRIALS / 3 < vetoed  # by the plain test alone some nine in ten are told
    assert judged(Turns(8, 4, effect=1.5), TRIALS)[0] >= 0.8 * TRIALS


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


@pytest.mark.parametrize("world", [Turns(12, 4, looks=2), World(16, 0.8, looks=2)], ids=str)
def test_what_is_expected_at_the_end_is_about_what_comes(world: World | Turns, monkeypatch: pytest.MonkeyPatch):
    """Half the width of the interval, foretold at the first of two looks; a factor of 1 is right."""
    whole = pilots_in_time.observed_of

    def half_time(*given: object) -> object:
        seen = whole(*given)
        first = seen.ends[0]
        cut = {name: getattr(seen, name)[:, :first] for name in ("values", "seen", "present")}
        return replace(seen, periods=seen.periods[:first], ends=seen.ends[:1], **cut)

    ratios = []
    for seed in range(8):
        monkeypatch.setattr(pilots_in_time, "observed_of", whole)
        end = effect_of(pilots_in_time.simulated(world, np.random.default_rng(seed))[0], world.pilot, 2).absolute
        monkeypatch.setattr(pilots_in_time, "observed_of", half_time)
        now = effect_of(pilots_in_time.simulated(world, np.random.default_rng(seed))[0], world.pilot, 1)
        ratios.append(now.outlook.two_sided / ((end.upper - end.lower) / 2))
    assert np.median(ratios) == pytest.approx(1.0, abs=ABOUT)
