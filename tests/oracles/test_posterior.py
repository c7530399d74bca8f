"""Beliefs after the data against the fixtures of GrowthBook's Bayesian engine."""

from dataclasses import replace

import pytest
from tests.oracles.test_difference import of_sums

from proveout.core.errors import TooLittle
from proveout.stats.balance import Moments
from proveout.stats.difference import relative_difference
from proveout.stats.posterior import posterior

PRINTED = 6e-6  # GrowthBook rounds to five decimals
MEANS = relative_difference(of_sums(100, 1002.25, 10), of_sums(105, 1111.5, 10))


def found(belief):
    return belief.mean, *belief.interval(), belief.chance_to_win


def test_growthbook_shares():
    """49 of 100 against 51, with the variance p(1 - p) that GrowthBook takes."""
    arms = [Moments(n=100, mean=p, variance=p * (1 - p)) for p in (0.49, 0.51)]
    belief = posterior(relative_difference(*arms))
    assert found(belief) == pytest.approx((0.04082, -0.24779, 0.32943, 0.60918), abs=PRINTED)
    assert belief.deviation == pytest.approx(0.14725, abs=PRINTED)


def test_growthbook_means():
    belief = posterior(MEANS)
    assert found(belief) == pytest.approx((0.05, -0.02, 0.12, 0.91923), abs=PRINTED)
    assert belief.deviation == pytest.approx(0.03572, abs=PRINTED)


def test_growthbook_means_with_a_prior():
    belief = posterior(MEANS, mean=0.1, variance=0.1)
    assert found(belief) == pytest.approx((0.05063, -0.01893, 0.12019, 0.92315), abs=PRINTED)


def test_refusal():
    with pytest.raises(TooLittle):
        posterior(replace(MEANS, standard_error=0.0))
