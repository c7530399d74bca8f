"""Cohen's sample sizes, Killip's design effects, and the published examples of detectable effects."""

from math import ceil, inf

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.panel import Parts
from proveout.stats.power import (
    cases_per_group,
    design_effect,
    duration_curve,
    effect_variance,
    mean_design_effect,
    minimal_detectable_effect,
    smallest_p,
    teams_needed,
    two_sample_power,
    units_per_group,
)
from proveout.stats.randomisation import assignments
from proveout.stats.randomisation_power import errors_to_see

PRINTED = 0.00005
TWO_DECIMALS = 0.0051
THREE_DECIMALS = 0.00051
LASTING, PASSING = 0.4, 0.4 * 1.3 / 0.7
"""Inferred from the printed curve, which names only 12 teams of 8: lasting variance 0.1 of teams and 0.3 of users, and
weeks of variance 0.4 with autocorrelation 0.3, whose T(1 - a)/(1 + a) was taken below one week too; equal sizes."""


@pytest.mark.parametrize(("effect", "expected"), [(0.2, 393.4057), (0.5, 63.7656), (0.8, 25.5246)])
def test_cohen_1988(effect, expected):
    assert units_per_group(effect) == pytest.approx(expected, abs=PRINTED)
    assert two_sample_power(effect, expected) == pytest.approx(0.8, abs=1e-6)


def test_chow_shao_and_wang_2008():
    assert ceil(cases_per_group(0.65, 0.85)) == 70
    assert ceil(cases_per_group(0.03, 0.09)) == 243  # as the design notes count it: three replies in a hundred, or nine
    with pytest.raises(ValueError, match="nothing changes"):
        cases_per_group(0.1, 0.1)


def test_power_without_an_effect_is_the_error_of_the_first_kind():
    assert two_sample_power(0.0, 20, alpha=0.05) == pytest.approx(0.05)
    with pytest.raises(ValueError, match="effect of 0"):
        units_per_group(0)


def test_power_against_simulated_t_tests():
    from scipy.stats import binom, ttest_ind

    rng = np.random.default_rng(5)
    found = (ttest_ind(rng.normal(0, 1, (4000, 12)), rng.normal(1, 1, (4000, 12)), axis=1).pvalue < 0.05).sum()
    low, high = binom.ppf([0.0005, 0.9995], 4000, two_sample_power(1.0, 12))
    assert low <= found <= high


@pytest.mark.parametrize(
    ("size", "effect", "effective"), [(10, 1.153, 34), (20, 1.323, 60), (40, 1.663, 96), (80, 2.343, 136)]
)
def test_killip_2004(size, effect, effective):
    found = design_effect(size, 0.017)
    assert found == pytest.approx(effect, abs=1e-9)
    assert int(4 * size / found) == effective


def test_teams_that_count_alike_vary_as_their_own_sizes_say():
    """Of lognormal sizes the mean of 1/m is (1 + CV^2) / mean m exactly."""
    rng, icc, size, cv = np.random.default_rng(8), 0.1, 8.0, 0.5
    sizes = rng.lognormal(np.log(size) - np.log(1 + cv**2) / 2, np.log(1 + cv**2) ** 0.5, 200_000)
    of_means = rng.normal(0, icc**0.5, len(sizes)) + rng.normal(0, ((1 - icc) / sizes) ** 0.5)
    assert mean_design_effect(size, icc, cv=cv) / size == pytest.approx(of_means.var(), rel=0.015)
    assert mean_design_effect(size, icc) == pytest.approx(design_effect(size, icc))


@pytest.mark.parametrize(("clusters", "p"), [(4, 0.3333), (6, 0.1), (8, 0.0286), (10, 0.0079), (12, 0.0022)])
def test_smallest_randomisation_p(clusters, p):
    assert smallest_p(clusters) == pytest.approx(p, abs=PRINTED)


def test_smallest_p_of_odd_numbers_and_of_one():
    assert smallest_p(5) == pytest.approx(0.1)
    with pytest.raises(TooLittle):
        smallest_p(1)


@pytest.mark.parametrize(
    ("clusters", "without", "with_covariate"),
    [(6, 1.53, 1.37), (8, 1.20, 1.00), (12, 0.91, 0.73), (16, 0.76, 0.61), (20, 0.67, 0.54), (30, 0.54, 0.43)],
)
def test_examples_of_the_design_notes(clusters, without, with_covariate):
    for r, expected in ((0.0, without), (0.6, with_covariate)):
        variance = effect_variance(1.0, clusters * 8, clusters=clusters, icc=0.1, cv=0.65, r=r)
        found = minimal_detectable_effect(variance, clusters - 2 - (r > 0), variance_df=100)
        assert found.value == pytest.approx(expected, abs=TWO_DECIMALS)


@pytest.mark.parametrize(
    ("teams", "size", "icc", "power"), [(12, 8, 0.1, 0.697), (20, 8, 0.3, 0.655), (8, 6, 0.1, 0.421)]
)
def test_power_foretold_in_the_design_notes(teams, size, icc, power):
    """Of an effect of 0.8; tests/calibration/test_pilots.py simulates the first two."""
    variance = effect_variance(1.0, teams * size, clusters=teams, icc=icc, cv=0.65)
    per_arm = teams / 2
    assert two_sample_power(0.8 / (variance * per_arm / 2) ** 0.5, per_arm) == pytest.approx(power, abs=THREE_DECIMALS)


@pytest.mark.parametrize("n", [8, 20, 60])
def test_the_sum_of_t_quantiles_is_near_the_noncentral_t(n):
    variance = effect_variance(1.0, 2 * n)
    found = minimal_detectable_effect(variance, 2 * n - 2, variance_df=50).value
    assert two_sample_power(found, n) == pytest.approx(0.8, abs=0.01)


def test_too_few_to_compare():
    with pytest.raises(TooLittle):
        minimal_detectable_effect(1.0, 0, variance_df=5)


@pytest.mark.parametrize("r", [0.0, 0.6])
@pytest.mark.parametrize("teams", [8, 12, 16, 20, 30])
def test_teams_needed_is_where_the_detectable_effect_meets_the_worthwhile_one(teams, r):
    variance = effect_variance(1.0, teams * 8, clusters=teams, icc=0.1, cv=0.65, r=r)
    worthwhile = minimal_detectable_effect(variance, teams - 2 - (r > 0), variance_df=9).value
    for factor, expected in ((1.0001, teams), (0.9999, teams + 1)):
        found = teams_needed(worthwhile * factor, team_size=8, unit_variance=1.0, icc=0.1, cv=0.65, r=r)
        assert found == expected


def test_so_few_teams_that_no_p_is_small_enough_are_never_enough():
    assert teams_needed(100.0, team_size=8, unit_variance=1.0, icc=0.1) == 7
    assert teams_needed(100.0, team_size=8, unit_variance=1.0, icc=0.1, alpha=0.1) == 5


@pytest.mark.parametrize("worthwhile", [1e-9, 0.0, -1.0])
def test_effects_that_no_number_of_teams_shows(worthwhile):
    with pytest.raises(TooLittle, match="no number of teams"):
        teams_needed(worthwhile, team_size=8, unit_variance=1.0, icc=0.1)


def test_published_duration_curve():
    parts = Parts(between=LASTING, within=PASSING, autocorrelation=0.0)
    found = duration_curve(parts, [1, 2, 4, 8, 12, 26, 52], teams=12, team_size=8, icc=0.25)
    assert found == pytest.approx([0.861, 0.769, 0.719, 0.693, 0.684, 0.674, 0.670], abs=THREE_DECIMALS)


def test_the_floor_of_the_duration():
    parts = Parts(between=LASTING, within=PASSING, autocorrelation=0.5)
    found = duration_curve(parts, [1e9, inf], teams=12, team_size=8, icc=0.25)
    floor = minimal_detectable_effect(4 / 12 * (0.1 + 0.3 / 8), 10, variance_df=10).value
    assert found == pytest.approx([floor, floor])


def test_published_gain_of_a_baseline_as_long_as_the_pilot():
    """x 0.52, 0.39 and 0.32 at 4, 8 and 12 weeks: so many teams that the covariate's degree of freedom is nothing."""
    parts, weeks = Parts(between=LASTING, within=PASSING, autocorrelation=0.0), [4, 8, 12]
    plain = duration_curve(parts, weeks, teams=4000, team_size=8, icc=0.25)
    helped = duration_curve(parts, weeks, teams=4000, team_size=8, icc=0.25, baseline=weeks)
    assert np.divide(helped, plain) == pytest.approx([0.52, 0.39, 0.32], abs=TWO_DECIMALS)


def test_duration_against_simulated_panels():
    """The spread of estimated effects of teams of unequal people over weeks, without effect."""
    rng = np.random.default_rng(3)
    teams, size, weeks, trials = 10, 6, 3, 20_000
    users = rng.normal(0, 0.3**0.5, (trials, teams, size)) + rng.normal(0, 0.1**0.5, (trials, teams, 1))
    means = (users + rng.normal(0, (0.5 / weeks) ** 0.5, users.shape)).mean(axis=2)
    effects = means[:, :5].mean(axis=1) - means[:, 5:].mean(axis=1)
    expected = duration_curve(
        Parts(between=0.4, within=0.5, autocorrelation=0.0), [weeks], teams=teams, team_size=size, icc=0.25
    )
    found = minimal_detectable_effect(float(effects.var()), teams - 2, variance_df=9).value
    assert found == pytest.approx(expected[0], rel=0.02)


@pytest.mark.parametrize(("blocks", "alpha", "power"), [(40, 0.05, 0.8), (40, 0.1, 0.9)])
def test_many_blocks_take_the_errors_of_the_t_test(blocks, alpha, power):
    from scipy.stats import t

    halves = np.arange(blocks) % 2

    def ways_of(seed: int) -> np.ndarray:
        return assignments(halves, np.zeros(blocks), draws=1_000, seed=seed)

    found = errors_to_see(ways_of, np.zeros(blocks), alpha=alpha, power=power)
    assert found == pytest.approx(t.isf(alpha / 2, blocks - 2) + t.ppf(power, blocks - 2), rel=0.05)


def test_six_blocks_see_no_effect_however_large():
    with pytest.raises(TooLittle, match="no effect however large"):
        errors_to_see(lambda _: assignments(np.arange(6) % 2, np.zeros(6)), np.zeros(6))
