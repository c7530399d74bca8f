"""The anytime-valid linear model against the README of R's avlm."""

import numpy as np
import pytest
from scipy.stats import linregress

from proveout.core.errors import TooLittle
from proveout.stats.anytime import (
    anytime_coefficient,
    anytime_difference,
    anytime_errors,
    anytime_p,
    anytime_ratio,
    best_tuning,
)
from proveout.stats.balance import Moments

VALUE, ERROR = 2.32245, 0.2156596
MODEL = {"n": 100, "parameters": 8}


def test_avlm_readme():
    tuning = best_tuning(100, 8)
    assert tuning == pytest.approx(11.5815, abs=1e-3)
    estimate = anytime_coefficient(VALUE, ERROR, **MODEL, tuning=tuning)
    assert (estimate.lower, estimate.upper) == pytest.approx((1.6530529, 2.9918408), abs=1e-5)
    assert (estimate.upper - VALUE) / ERROR == pytest.approx(3.103938, abs=1e-5)
    assert anytime_p(VALUE, ERROR, **MODEL, tuning=tuning) == pytest.approx(3.191e-14, rel=5e-3)


def test_avlms_intercept():
    """Of which the README prints t = 5.776 and p = 9.768e-6: to the digits that a rounded t leaves."""
    tuning = best_tuning(100, 8)
    least, most = (anytime_p(t, 1.0, **MODEL, tuning=tuning) for t in (5.7765, 5.7755))
    assert least < 9.768e-06 < most < 1.01 * least


@pytest.mark.parametrize("n", [12, 30, 100, 1_000])
def test_the_interval_ends_where_the_test_has_the_error_promised(n):
    estimate = anytime_coefficient(3.0, 0.7, n=n, parameters=2, tuning=10.0)
    assert anytime_p(3.0 - estimate.lower, 0.7, n=n, parameters=2, tuning=10.0) == pytest.approx(0.05)


def test_too_few_units():
    early = anytime_coefficient(1.0, 0.5, n=3, parameters=2, tuning=100.0)
    assert early.lower is None and early.upper is None
    with pytest.raises(TooLittle):
        anytime_coefficient(1.0, 0.5, n=2, parameters=2, tuning=1.0)
    with pytest.raises(TooLittle):
        best_tuning(2, 2)


def test_the_difference_is_a_coefficient_of_least_squares():
    """Of the rows on an intercept and the arm, where the arms vary alike."""
    rng = np.random.default_rng(4)
    y, w = rng.normal(5, 2, 60), np.arange(60) % 2
    fit = linregress(w, y)
    arms = [Moments.of(y[w == arm]) for arm in (0, 1)]
    level = Moments(n=30, mean=arms[1].mean, variance=arms[0].variance), arms[0]
    tested = anytime_difference(*arms, tuning=5.0)
    coefficient = anytime_coefficient(fit.slope, fit.stderr, n=60, parameters=2, tuning=5.0)
    assert tested.estimate.value == pytest.approx(fit.slope)
    assert tested.standard_error == pytest.approx(fit.stderr)
    assert tested.estimate.upper >= coefficient.upper
    same = anytime_difference(*level, tuning=5.0)
    error = (2 * arms[0].variance / 30) ** 0.5
    expected = anytime_coefficient(same.estimate.value, error, n=60, parameters=2, tuning=5.0)
    assert (same.estimate.lower, same.estimate.upper) == pytest.approx((expected.lower, expected.upper))
    assert same.p_value == anytime_p(same.estimate.value, error, n=60, parameters=2, tuning=5.0)


def test_the_share_ends_where_the_test_has_the_error_promised():
    """Treated units divided by an end of the interval are just told from those of the control arm."""
    a, b = Moments(n=40, mean=10.0, variance=9.0), Moments(n=40, mean=13.0, variance=9.0)
    found = anytime_ratio(a, b, tuning=8.0)
    assert found.value == pytest.approx(0.3)
    df = (1 + 1.3**2) ** 2 / (
        (1 + 1.3**4) / 39
    )  # Welch's, at the estimate: fewer than 78, so that this is the wider one
    for end in (found.lower, found.upper):
        factor = end + 1
        p = anytime_p(13 - factor * 10, (9 / 40 * (1 + factor**2)) ** 0.5, n=80, parameters=80 - df, tuning=8.0)
        assert p == pytest.approx(0.05)


def test_a_control_mean_that_may_be_0_leaves_the_share_open():
    a, b = Moments(n=9, mean=0.5, variance=9.0), Moments(n=9, mean=1.0, variance=9.0)
    found = anytime_ratio(a, b, tuning=8.0)
    assert found.lower is None and found.upper is None
    with pytest.raises(TooLittle, match="control mean is 0"):
        anytime_ratio(Moments(n=9, mean=0.0, variance=9.0), b, tuning=8.0)


def test_few_that_all_say_no_have_an_interval():
    """The error of these groups apart counts one of them as certain."""
    a, b = Moments(n=3, mean=0.0, variance=0.0), Moments(n=30, mean=0.3, variance=0.21)
    found = anytime_difference(a, b, tuning=8.0)
    assert found.standard_error == pytest.approx((29 * 0.21 / 31 * (1 / 3 + 1 / 30)) ** 0.5)
    assert found.estimate.lower < 0
    with pytest.raises(TooLittle, match="nothing varies"):
        anytime_difference(a, a, tuning=8.0)


def test_errors_to_see_are_the_radius_of_the_interval_and_a_quantile_of_t():
    from scipy.stats import t

    interval = anytime_coefficient(0.0, 1.0, n=100, parameters=2, tuning=best_tuning(100, 2))
    assert anytime_errors(100) == pytest.approx(interval.upper + t.ppf(0.8, 98))
    with pytest.raises(TooLittle):
        anytime_errors(3)
