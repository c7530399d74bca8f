"""Mixture boundaries against the tests of confseq, whose values are of a reference implementation in R."""

import pytest

from proveout.stats.mixture import (
    beta_binomial_wealth,
    boundary,
    gamma_exponential_wealth,
    gamma_poisson_wealth,
    normal_tuning,
    normal_wealth,
)

PRINTED = 1e-5  # their tolerance
TWO_SIDED, ONE_SIDED = normal_tuning(100), normal_tuning(100, one_sided=True)
YES_OR_NO = {"below": 0.2, "above": 0.8}


def test_tuning():
    assert normal_tuning(100) == pytest.approx(12.60056, abs=PRINTED)


@pytest.mark.parametrize(
    ("wealth", "kwargs", "log_wealth", "bound"),
    [
        (normal_wealth, {"tuning": TWO_SIDED}, -0.6510052, 30.35209),
        (normal_wealth, {"tuning": ONE_SIDED, "one_sided": True}, -0.06502391, 27.66071),
        (gamma_exponential_wealth, {"tuning": ONE_SIDED, "scale": 2}, -0.2490165, 33.02017),
        (gamma_poisson_wealth, {"tuning": ONE_SIDED, "scale": 2}, -0.06991219, 30.1949),
        (beta_binomial_wealth, {"tuning": TWO_SIDED, **YES_OR_NO}, -0.6941012, 31.4308),
        (beta_binomial_wealth, {"tuning": ONE_SIDED, "one_sided": True, **YES_OR_NO}, -0.07134019, 28.41238),
    ],
)
def test_confseq(wealth, kwargs, log_wealth, bound):
    assert wealth(10, 100, **kwargs) == pytest.approx(log_wealth, abs=PRINTED)
    assert boundary(lambda s: wealth(s, 100, **kwargs)) == pytest.approx(bound, abs=PRINTED)


def test_two_cases_cannot_be_more_than_twice_yes():
    found = boundary(
        lambda s: beta_binomial_wealth(s, 2 * 0.2 * 0.8, tuning=ONE_SIDED, one_sided=True, **YES_OR_NO), most=2 * 0.8
    )
    assert found == pytest.approx(1.6, abs=PRINTED)
