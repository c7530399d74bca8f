"""The lasting effect over simulated rollouts; in full: `python -m tests.calibration.rollouts 300`."""

import pytest
from scipy.stats import binom
from tests.calibration.rollouts import EFFECTS, foretold, levels, passes, rolled_back, tally

TRIALS, FEWER, FEW = 100, 30, 2
ROUGH = 0.25
"""Nearly three standard errors of a share of so few rollouts."""
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
    for ours, other in levels(TRIALS).values():
        assert low <= ours <= high
        assert other <= high + SMALL_SAMPLE


def test_what_is_no_more_than_worthwhile_and_what_is_gone_pass_as_often_as_they_may():
    """At the edge one rollout of twenty passes; what fell to nothing, or harms by now, does not last."""
    high = binom.ppf(0.9995, FEWER, 0.05) / FEWER
    assert passes("none", FEWER).worthwhile == 0
    assert passes("what is worthwhile, for good", FEWER).worthwhile <= high
    for fate in ("twice that, gone after 20 weeks", "2.5 times that, harm after 10 weeks"):
        assert passes(fate, FEWER).both == 0


def test_what_is_there_for_good_passes_about_as_often_as_the_plan_says():
    found, said = passes("twice that, for good", FEWER), foretold(5)
    assert found.worthwhile >= 0.8
    assert said[0] >= 0.9
    assert abs(found.lasts - said[1]) <= ROUGH


def test_harm_is_shown_early_and_no_harm_hardly_ever_though_looked_for_every_week():
    assert rolled_back(0.0, 1.0, FEW)[0] == 0
    share, week = rolled_back(3.0, 1.0, FEW)
    assert share == 1
    assert week <= 8
