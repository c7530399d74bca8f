"""Standardised differences against published figures."""

import pytest

from proveout.core.errors import TooLittle
from proveout.stats.balance import (
    Moments,
    largest_difference,
    simultaneous,
    standardised_difference,
    standardised_difference_of_shares,
)

PRINTED = 0.0012  # published with three decimals, from means and deviations with two

RIGHT_HEART = [  # Connors et al. (1996), as tabulated with R's tableone: 3,551 without a catheter, 2,184 with one
    (61.76, 17.29, 60.75, 15.63, 0.061),  # age
    (50.93, 18.81, 60.74, 20.27, 0.501),  # APACHE score
    (84.87, 38.87, 68.20, 34.24, 0.455),  # mean blood pressure
]


@pytest.mark.parametrize(("mean_a", "sd_a", "mean_b", "sd_b", "published"), RIGHT_HEART)
def test_means(mean_a, sd_a, mean_b, sd_b, published):
    a, b = Moments(n=3551, mean=mean_a, variance=sd_a**2), Moments(n=2184, mean=mean_b, variance=sd_b**2)
    assert abs(standardised_difference(a, b).value) == pytest.approx(published, abs=PRINTED)


def test_shares():
    male = standardised_difference_of_shares(1914, 3551, 1278, 2184)
    assert abs(male.value) == pytest.approx(0.093, abs=0.0005)


def test_austin_2009_a_tenth_is_a_phi_of_a_twentieth():
    n, k_a = 10_000, 5_250
    k_b = next(k for k in range(k_a, 0, -1) if standardised_difference_of_shares(k_a, n, k, n).value >= 0.1)
    p_a, p_b = k_a / n, k_b / n
    both = (p_a + p_b) / 2
    phi = (p_a - p_b) / 2 / (both * (1 - both)) ** 0.5
    assert phi == pytest.approx(0.05, abs=0.0005)


def test_the_interval_of_hedges_and_olkin():
    d = standardised_difference(Moments(n=45, mean=1.0, variance=4.0), Moments(n=55, mean=0.0, variance=4.0))
    error = (100 / (45 * 55) + 0.25 / 200) ** 0.5
    assert d.value == 0.5
    assert (d.lower, d.upper) == pytest.approx((0.5 - 1.959964 * error, 0.5 + 1.959964 * error), abs=1e-6)


def test_all_against_none_is_finite():
    d = standardised_difference_of_shares(50, 50, 0, 50)
    assert 5 < d.value < 20  # (50.5 - 0.5) / 51 over sqrt(p (1 - p)) = 9.95
    assert standardised_difference_of_shares(0, 50, 50, 50).value == -d.value


def test_nothing_varies():
    same, other = Moments(n=9, mean=1, variance=0), Moments(n=9, mean=2, variance=0)
    assert standardised_difference(same, same).value == 0
    with pytest.raises(TooLittle, match="nothing varies"):
        standardised_difference(same, other)
    with pytest.raises(TooLittle, match="groups of 1 and 9"):
        standardised_difference(Moments(n=1, mean=1, variance=0), other)
    with pytest.raises(ValueError, match="not shares"):
        standardised_difference_of_shares(3, 2, 1, 2)


def test_the_largest_of_several():
    level = simultaneous(0.95, 2)
    small = standardised_difference_of_shares(50, 100, 48, 100, level=level)
    large = standardised_difference_of_shares(20, 100, 60, 100, level=level)
    assert level == pytest.approx(0.975)
    largest = largest_difference([small, large])
    assert (largest.value, largest.lower, largest.upper) == (-large.value, -large.upper, -large.lower)


def test_the_largest_of_one_around_zero_starts_at_zero():
    d = standardised_difference_of_shares(50, 100, 48, 100)
    largest = largest_difference([d])
    assert largest.lower == 0
    assert largest.upper == max(-d.lower, d.upper)


def test_the_largest_of_none():
    with pytest.raises(TooLittle):
        largest_difference([])
