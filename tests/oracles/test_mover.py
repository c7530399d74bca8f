"""Sums of independent estimates against Newcombe's published differences, and against normal theory."""

from dataclasses import replace

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.stats.mover import independent_ratio, independent_sum
from proveout.stats.proportion import wilson

NEWCOMBE = (
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (10, 10, 0, 10, 0.6075, 1.0),
)
"""Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10: a of n less b of m, 95%."""


def negative(estimate: Estimate) -> Estimate:
    return replace(estimate, value=-estimate.value, lower=-(estimate.upper or 0), upper=-(estimate.lower or 0))


@pytest.mark.parametrize(("a", "n", "b", "m", "lower", "upper"), NEWCOMBE)
def test_newcombe_1998(a, n, b, m, lower, upper):
    found = independent_sum((wilson(a, n), negative(wilson(b, m))))
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=6e-5)


def test_normal_intervals_add_as_variances_do():
    parts = [Estimate(name="x", value=v, lower=v - 1.96 * s, upper=v + 1.96 * s) for v, s in ((1, 3), (2, 4), (-5, 12))]
    found = independent_sum(parts)
    assert (found.value, found.lower, found.upper) == pytest.approx((-2, -2 - 1.96 * 13, -2 + 1.96 * 13))


def test_exact_parts_only_shift():
    part = wilson(30, 40)
    found = independent_sum((part, exact("x", 2.0)))
    assert (found.lower, found.upper) == pytest.approx((2 + (part.lower or 0), 2 + (part.upper or 0)))
    assert independent_sum((exact("x", 2.0), exact("x", 3.0))).exact


def test_an_open_side_stays_open():
    found = independent_sum((Estimate(name="x", value=1.0, lower=0.5, upper=None), exact("x", 2.0)))
    assert found.upper is None and found.lower == 2.5


def test_refusals():
    with pytest.raises(ValueError, match="needs parts"):
        independent_sum(())
    with pytest.raises(ValueError, match="one level"):
        independent_sum((wilson(1, 3), wilson(1, 3, level=0.9)))


@pytest.mark.parametrize(("a", "sa", "b", "sb"), [(4.0, 1.0, 2.0, 0.3), (-4.0, 1.0, 2.0, 0.3), (0.2, 1.0, -5.0, 1.0)])
def test_a_ratio_of_normal_estimates_has_fiellers_interval(a, sa, b, sb):
    z = 1.96
    parts = [Estimate(name="x", value=v, lower=v - z * s, upper=v + z * s) for v, s in ((a, sa), (b, sb))]
    found = independent_ratio(*parts)
    quadratic = np.roots([b**2 - z**2 * sb**2, -2 * a * b, a**2 - z**2 * sa**2])
    assert found.value == pytest.approx(a / b)
    assert sorted((found.lower, found.upper)) == pytest.approx(sorted(quadratic))


def test_ratios_that_mean_nothing_are_refused():
    one, around = Estimate(name="x", value=1.0, lower=0.5, upper=1.5), Estimate(name="x", value=1.0, lower=-1, upper=3)
    with pytest.raises(TooLittle, match="may be 0"):
        independent_ratio(one, around)
    with pytest.raises(TooLittle, match="open"):
        independent_ratio(one, Estimate(name="x", value=1.0, lower=0.5, upper=None))
