"""The anytime-valid linear model against the README of R's avlm."""

import pytest

from proveout.core.errors import TooLittle
from proveout.stats.anytime import anytime_coefficient, anytime_p, best_tuning

VALUE, ERROR = 2.32245, 0.2156596
MODEL = {"n": 100, "parameters": 8}


def test_avlm_readme():
    tuning = best_tuning(100, 8)
    assert tuning == pytest.approx(11.5815, abs=1e-3)
    estimate = anytime_coefficient(VALUE, ERROR, **MODEL, tuning=tuning)
    assert (estimate.lower, estimate.upper) == pytest.approx((1.6530529, 2.9918408), abs=1e-5)
    assert (estimate.upper - VALUE) / ERROR == pytest.approx(3.103938, abs=1e-5)
    assert anytime_p(VALUE, ERROR, **MODEL, tuning=tuning) == pytest.approx(3.191e-14, rel=5e-3)


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
