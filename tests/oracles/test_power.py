"""Cohen's sample sizes, Killip's design effects, and the published examples of detectable effects."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.power import (
    design_effect,
    effect_variance,
    minimal_detectable_effect,
    smallest_p,
    two_sample_power,
    units_per_group,
)

PRINTED = 0.00005
TWO_DECIMALS = 0.0051


@pytest.mark.parametrize(("effect", "expected"), [(0.2, 393.4057), (0.5, 63.7656), (0.8, 25.5246)])
def test_cohen_1988(effect, expected):
    assert units_per_group(effect) == pytest.approx(expected, abs=PRINTED)
    assert two_sample_power(effect, expected) == pytest.approx(0.8, abs=1e-6)


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


@pytest.mark.parametrize("n", [8, 20, 60])
def test_the_sum_of_t_quantiles_is_near_the_noncentral_t(n):
    variance = effect_variance(1.0, 2 * n)
    found = minimal_detectable_effect(variance, 2 * n - 2, variance_df=50).value
    assert two_sample_power(found, n) == pytest.approx(0.8, abs=0.01)


def test_too_few_to_compare():
    with pytest.raises(TooLittle):
        minimal_detectable_effect(1.0, 0, variance_df=5)
