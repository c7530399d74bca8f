"""The lasting effect over simulated rollouts; in full: `python tests/calibration/rollouts.py 1000`."""

import pytest
from scipy.stats import binom
from tests.calibration.rollouts import EFFECTS, compared, tally

TRIALS = 100
SMALL_SAMPLE = 0.05
"""Four teams a wave: the normal theory behind differences in differences is that much off."""


@pytest.mark.parametrize("name", list(EFFECTS))
def test_intervals_hold_the_truth_whatever_the_effect_does_with_use(name):
    found = tally(EFFECTS[name], TRIALS)
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.95) / TRIALS
    assert low <= found.covered <= (high if name in ("none", "constant") else 1.0)


def test_where_the_effect_grows_one_constant_effect_has_the_wrong_sign_and_ours_does_not():
    """Kenny et al. (2022): late periods with the system get negative weights."""
    found = tally(EFFECTS["grows with use"], TRIALS)
    assert found.constant < 0
    assert found.constant_negative > 0.6
    assert found.ours > 0
    assert found.found > 0.95


def test_without_an_effect_both_err_as_often_as_they_say():
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.05) / TRIALS
    for ours, other in compared(TRIALS).values():
        assert low <= ours <= high
        assert other <= high + SMALL_SAMPLE
