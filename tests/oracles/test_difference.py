"""Welch and the delta method against the fixtures of GrowthBook and against scipy."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.balance import Moments
from proveout.stats.difference import relative_difference, welch

PRINTED = 6e-6  # GrowthBook rounds to five decimals
OTHER_DF = 2e-4  # for relative differences it takes the degrees of freedom of the absolute ones


def of_sums(total, squares, n):
    return Moments(n=n, mean=total / n, variance=(squares - total**2 / n) / (n - 1))


A, B = of_sums(1396.87, 52377.9767, 3407), of_sums(2422.7, 134698.29, 3461)


def test_growthbook_absolute():
    tested = welch(A, B)
    found = (tested.estimate.value, tested.estimate.lower, tested.estimate.upper, tested.standard_error, tested.p_value)
    assert found == pytest.approx((0.29, 0.04538, 0.53462, 0.12478, 0.02016), abs=PRINTED)


def test_growthbook_relative():
    tested = relative_difference(A, B)
    assert (tested.estimate.value, tested.standard_error) == pytest.approx((0.70732, 0.37879), abs=PRINTED)
    found = (tested.estimate.value, tested.estimate.lower, tested.estimate.upper, tested.standard_error, tested.p_value)
    assert found == pytest.approx((0.70732, -0.03526, 1.44989, 0.37879, 0.06191), abs=OTHER_DF)


def test_growthbook_proportions():
    """14 of 28 against 16 of 30, with the variance p(1 - p) that GrowthBook takes."""
    a, b = Moments(n=28, mean=14 / 28, variance=0.25), Moments(n=30, mean=16 / 30, variance=16 / 30 * 14 / 30)
    tested = relative_difference(a, b)
    found = (tested.estimate.value, tested.estimate.lower, tested.estimate.upper, tested.standard_error, tested.p_value)
    assert found == pytest.approx((0.06667, -0.47767, 0.61101, 0.2717, 0.80707), abs=OTHER_DF)


def test_growthbook_one_sided():
    """Control of 3,000: the one-sided bound at 95% is an end of the interval at 90%, its p half of the two-sided."""
    control = of_sums(1396.87, 52377.9767, 3000)
    absolute, relative = welch(control, B, level=0.9), relative_difference(control, B, level=0.9)
    found = (absolute.estimate.value, absolute.estimate.lower, absolute.standard_error, absolute.p_value / 2)
    assert found == pytest.approx((0.234376666666667, 0.020791480063256, 0.129830812541847, 0.035542724898730))
    assert (relative.estimate.value, relative.standard_error) == pytest.approx((0.503361085856236, 0.333412214640074))
    found = (relative.estimate.lower, relative.p_value / 2)
    assert found == pytest.approx((-0.045136675850396, 0.065582628684677), abs=OTHER_DF)


def test_scipy():
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(1)
    x, y = rng.normal(3, 1, 9), rng.normal(4, 3, 14)
    tested = welch(*(Moments(n=len(v), mean=v.mean(), variance=v.var(ddof=1)) for v in (x, y)))
    theirs = ttest_ind(y, x, equal_var=False)
    interval = theirs.confidence_interval(0.95)
    assert tested.p_value == pytest.approx(theirs.pvalue)
    assert (tested.estimate.lower, tested.estimate.upper) == pytest.approx((interval.low, interval.high))


def test_refusals():
    one, none = Moments(n=1, mean=1, variance=0), Moments(n=9, mean=1, variance=0)
    for pair in ((one, B), (none, none)):
        with pytest.raises(TooLittle):
            welch(*pair)
    with pytest.raises(TooLittle, match="hardly different from 0"):
        relative_difference(Moments(n=100, mean=0.1, variance=1), B)
