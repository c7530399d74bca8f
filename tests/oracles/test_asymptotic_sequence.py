"""The asymptotic confidence sequence against GrowthBook's fixtures and the widths of Waudby-Smith et al.'s formula."""

from dataclasses import replace

import pytest
from tests.oracles.growthbook import relative_effect
from tests.oracles.test_difference import B, of_sums

from proveout.stats.asymptotic_sequence import asymptotic_interval, asymptotic_p, asymptotic_radius
from proveout.stats.balance import Moments
from proveout.stats.difference import relative_difference, welch

PRINTED = 6e-6  # GrowthBook rounds to five decimals
SEARCHED = 2e-4  # it looks for the one-sided p by halving; ours is the solution
CONTROL_OF_3000 = of_sums(1396.87, 52377.9767, 3000)
DEFAULT = 5_000  # planned units, if GrowthBook is told nothing


def ends(tested, planned, **kwargs):
    estimate = asymptotic_interval(tested, planned, **kwargs)
    return estimate.lower, estimate.upper


def test_growthbook_relative():
    tested = relative_difference(CONTROL_OF_3000, B)
    assert tested.estimate.value == pytest.approx(0.50336, abs=PRINTED)
    assert ends(tested, 1_000) == pytest.approx((-0.55844, 1.56516), abs=PRINTED)
    assert asymptotic_p(tested, 1_000) == 1


def test_growthbook_one_sided():
    tested = welch(CONTROL_OF_3000, B)
    lower, upper = ends(tested, DEFAULT, side="lower")
    assert lower == pytest.approx(-0.126568441728050, abs=1e-12)
    assert upper is None
    assert asymptotic_p(tested, DEFAULT, side="lower") == pytest.approx(0.463164919433594, abs=SEARCHED)


def test_growthbook_proportions():
    arms = [Moments(n=n, mean=x / n, variance=x / n * (1 - x / n)) for x, n in ((1396, 3000), (2422, 3461))]
    tested = relative_difference(*arms)
    assert tested.estimate.value == pytest.approx(0.50386, abs=PRINTED)
    assert ends(tested, DEFAULT) == pytest.approx((0.40098, 0.60675), abs=PRINTED)


def test_growthbook_ratio_with_covariate():
    value, error = relative_effect()
    assert (value, error) == pytest.approx((-0.0007, 0.00391), abs=PRINTED)
    plain = welch(CONTROL_OF_3000, B)
    estimate = replace(plain.estimate, value=value, lower=None, upper=None, n=200)
    assert ends(replace(plain, estimate=estimate, standard_error=error), DEFAULT) == pytest.approx(
        (-0.02063, 0.01923), abs=PRINTED
    )


@pytest.mark.parametrize(
    ("n", "half"), [(10, 2.87273), (50, 0.667338), (100, 0.385505), (1_000, 0.0959817), (10_000, 0.0324172)]
)
def test_half_widths_of_a_mean_with_deviation_1(n, half):
    assert asymptotic_radius(n, 1_000) / n**0.5 == pytest.approx(half, rel=2e-6)


@pytest.mark.parametrize("side", ["both", "lower"])
def test_the_interval_ends_where_the_test_has_the_error_promised(side):
    tested = welch(CONTROL_OF_3000, B)
    lower = ends(tested, DEFAULT, side=side)[0]
    off = (tested.estimate.value - lower) / tested.estimate.value
    moved = replace(tested, standard_error=tested.standard_error / off)
    assert asymptotic_p(moved, DEFAULT, side=side) == pytest.approx(0.05)
