"""Pilots in stepped waves: errors no more often than promised, intervals that hold the truth, also where it changes.

In full: `python tests/calibration/pilots_in_time.py 1000`; docs/explanation/calibration.md holds the result.
"""

import pytest
from scipy.stats import binom
from tests.calibration.pilots_in_time import NULLS, TRUTHS, World, errors, tally

TRIALS = 60
SURE = 0.9999


@pytest.mark.parametrize("world", NULLS, ids=str)
def test_without_an_effect_no_more_is_told_from_nothing_than_promised(world: World):
    assert errors(world, TRIALS, seed=world.teams) <= binom.ppf(SURE, TRIALS, 0.05)


@pytest.mark.parametrize("world", TRUTHS, ids=str)
def test_the_interval_holds_an_effect_that_is_constant_grows_or_fades(world: World):
    found = tally(world, TRIALS // 2)
    assert found.held >= binom.ppf(1 - SURE, TRIALS // 2, 0.95)
    assert found.ours == pytest.approx(found.truth, abs=0.15)
    assert found.found > binom.ppf(SURE, TRIALS // 2, 0.05)
