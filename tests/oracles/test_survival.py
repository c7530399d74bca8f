"""Remission of leukaemia patients (Freireich et al. 1963), as in every textbook: R's survfit(conf.type = "log-log")."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.survival import kaplan_meier, median_time

DRUG = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
PUBLISHED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def test_the_published_curve():
    curve = kaplan_meier(DRUG, RELAPSED)
    assert dict(zip(curve.times, curve.shares.round(3), strict=True)) == PUBLISHED
    assert (curve.lower[0], curve.upper[0]) == pytest.approx((0.620, 0.952), abs=1e-3)
    assert (curve.lower[-1], curve.upper[-1]) == pytest.approx((0.188, 0.680), abs=1e-3)


def test_the_published_medians():
    drug, placebo = median_time(DRUG, RELAPSED), median_time(PLACEBO, np.ones(21))
    assert drug and placebo
    assert (drug.value, drug.lower, drug.upper) == (23, 13, None)
    assert (placebo.value, placebo.lower, placebo.upper) == (8, 4, 11)


def test_half_never_reached_and_nobody_at_all():
    assert median_time([1, 5, 5, 5], [True, False, False, False]) is None
    with pytest.raises(TooLittle, match="nobody"):
        median_time([1, 2], [False, False])


def test_five_could_all_lie_on_one_side_of_the_median_once_in_sixteen():
    five, six = median_time([4] * 5, [True] * 5), median_time([4] * 6, [True] * 6)
    assert five and six
    assert (five.value, five.lower, five.upper) == (4, None, None)
    assert six.lower == 4


def test_a_curve_that_reaches_one_half_exactly_has_its_median_there():
    """Nine tenths times eight ninths and so on is one half; in floating point it is a little more."""
    found = median_time([6, 14, 7, 19, 11, 13, 11, 16, 7, 12], [True] * 10)
    assert found and found.value == 11
