"""Ratio of sums on the ten cities of Davison & Hinkley (1997), table 1.3, and against the jackknife."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.ratio import ratio_of_sums

IN_1920 = np.array([138, 93, 61, 179, 48, 37, 29, 23, 30, 2.0])
IN_1930 = np.array([143, 104, 69, 260, 75, 63, 50, 48, 111, 50.0])


def estimate(x, y, **options):
    return ratio_of_sums(len(x), x.sum(), y.sum(), (x * x).sum(), (x * y).sum(), (y * y).sum(), **options)


def test_ten_cities():
    assert estimate(IN_1920, IN_1930).value == pytest.approx(1.520, abs=0.0005)


def test_standard_error_is_near_the_jackknifes():
    from scipy.special import stdtrit

    rng = np.random.default_rng(8)
    x = rng.gamma(5, size=500)
    y = x * rng.uniform(0.1, 0.6, size=500)
    ours = estimate(x, y)
    standard_error = (ours.upper - ours.value) / stdtrit(499, 0.975)
    left_out = (y.sum() - y) / (x.sum() - x)
    jackknife = (499 / 500 * ((left_out - left_out.mean()) ** 2).sum()) ** 0.5
    assert standard_error == pytest.approx(jackknife, rel=0.01)  # they differ by terms of order 1/n


def test_equal_ratios_are_known_exactly():
    same = estimate(IN_1920, IN_1920 * 0.25)
    assert (same.lower, same.upper) == pytest.approx((0.25, 0.25), abs=1e-7)


def test_too_little():
    with pytest.raises(TooLittle):
        ratio_of_sums(1, 1, 1, 1, 1, 1)
    with pytest.raises(TooLittle):
        ratio_of_sums(5, 0, 0, 0, 0, 0)
