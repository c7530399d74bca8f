"""Paired proportions against Agresti, Newcombe and exact counting."""

import pytest

from proveout.core.errors import TooLittle
from proveout.stats.paired import mcnemar, paired_difference


def test_agresti_approval_ratings():
    """86 and 150 changed their minds: 16.8178 with continuity correction, p = 4.115e-5."""
    assert mcnemar(86, 150) == pytest.approx(4.115e-5, rel=1e-3)


def test_few_cases_are_counted():
    from scipy.stats import binomtest

    for a, b in ((0, 5), (3, 9), (12, 12), (1, 0)):
        assert mcnemar(a, b) == pytest.approx(binomtest(a, a + b).pvalue)
    assert mcnemar(0, 0) == 1


@pytest.mark.parametrize(
    ("table", "lower", "upper"),
    [((36, 12, 2, 0), 0.0569, 0.3404), ((20, 12, 2, 16), 0.0562, 0.3292), ((0, 12, 2, 36), 0.0569, 0.3404)],
)
def test_newcombe_1998_table_2(table, lower, upper):
    estimate = paired_difference(*table)
    assert estimate.value == pytest.approx(0.2)
    assert (estimate.lower, estimate.upper) == pytest.approx((lower, upper), abs=6e-5)


def test_the_order_turns_the_sign():
    one, other = paired_difference(30, 9, 4, 7), paired_difference(30, 4, 9, 7)
    assert (one.value, one.lower, one.upper) == pytest.approx((-other.value, -other.upper, -other.lower))


def test_deciders_that_never_differ_leave_an_interval():
    estimate = paired_difference(40, 0, 0, 0)
    assert estimate.lower < 0 < estimate.upper


def test_refusals():
    with pytest.raises(TooLittle):
        paired_difference(0, 0, 0, 0)
    with pytest.raises(ValueError, match="counts"):
        mcnemar(-1, 3)
