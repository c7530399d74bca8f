"""At the effect that the plan of stepped waves names, the test over orders finds it about four times in five."""

import numpy as np
import pytest
from tests.calibration.pilots_in_time import EVERY, WEEKS, Turns, World, blocks_of, observed_of, told

from proveout.flow.design_in_time import _error
from proveout.instruments.kpis.sight import Spread
from proveout.instruments.pilot.stepped import stepped, timed
from proveout.instruments.pilot.switching import allowing, switching
from proveout.stats.allocation import draw, wave_sizes
from proveout.stats.power import minimal_detectable_effect
from proveout.stats.switchback import pair_strata

BEFORE, TRIALS = 6, 250


@pytest.mark.parametrize(("teams", "lasting"), [(8, 0.5), (12, 0.5), (12, 0.9), (12, 0.1), (20, 0.5)])
def test_stepped_waves_find_what_the_plan_names(teams: int, lasting: float) -> None:
    """Of 500: 87, 79, 77, 77 and 78%."""
    world, random = World(teams, lasting), np.random.default_rng(1)
    pilot, arms = world.pilot, np.repeat(np.array(world.pilot.arms, dtype=object), wave_sizes(teams, 3, 0.25))
    spread = Spread(lasting=lasting, passing=1 - lasting, icc=0, icc_assumed=False, known_from=50, days=42.0)
    error, df = _error(teams, spread, pilot)
    effect = minimal_detectable_effect(error**2, df, variance_df=49).value
    week, found = np.arange(-BEFORE, WEEKS), 0
    for _ in range(TRIALS):
        drawn = random.permutation(arms)
        starts = np.array([EVERY * pilot.arms.index(arm) if pilot.spans(arm) else np.inf for arm in drawn])
        values = world.noise(random, WEEKS + BEFORE) + effect * (week[None, :] >= starts[:, None])
        seen = observed_of(values, pilot, BEFORE, 7)
        found += told(timed(stepped(seen, blocks_of(drawn, np.zeros(teams, bool)), pilot)), pilot)
    assert 0.69 < found / TRIALS < 0.93


@pytest.mark.parametrize("teams", [4, 8])
def test_small_switchbacks_that_allow_for_carry_over_find_what_the_plan_names(teams: int) -> None:
    """The spread is known; where few teams have to tell it, too, less is found."""
    world, random, found = Turns(teams, 4, left_out=0), np.random.default_rng(2), 0
    spread = Spread(lasting=1.0, passing=1.0, icc=0, icc_assumed=False, known_from=50, days=42.0)
    error, df = _error(teams, spread, world.pilot)
    effect = minimal_detectable_effect(error**2, df, variance_df=49).value
    strata, turns = pair_strata(np.zeros(teams), 4), world.pilot.switchback
    assert turns is not None
    for trial in range(TRIALS):
        first = draw(strata.ravel(), 0.5, seed=trial).reshape(strata.shape)
        arms = np.array([turns.arm(row) for row in first], dtype=object)
        there = np.stack([first, ~first], axis=2).reshape(teams, -1)
        values = random.normal(0, 1, there.shape) + effect * there
        seen = observed_of(values, world.pilot, 0, 7)
        found += told(allowing(switching(seen, blocks_of(arms, np.zeros(teams, bool)), world.pilot)), world.pilot)
    assert 0.72 < found / TRIALS < 0.88, found / TRIALS
