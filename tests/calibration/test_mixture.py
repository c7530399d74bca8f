"""Boundaries for sums: how often they are crossed at any time, when increments are fair."""

import numpy as np
import pytest

from proveout.stats.mixture import (
    beta_binomial_wealth,
    boundary,
    gamma_exponential_wealth,
    gamma_poisson_wealth,
    normal_tuning,
    normal_wealth,
)
from proveout.stats.stitching import poly_stitching

TRIALS, STEPS = 2_000, 400
LOOKS = np.unique(np.geomspace(2, STEPS, 40).astype(int))
ONE_SIDED = normal_tuning(100, one_sided=True)


def yes(random):
    return (random.random((TRIALS, STEPS)) < 0.2) - 0.2


@pytest.mark.parametrize(
    ("draw", "variance", "bound"),
    [
        (
            lambda r: r.normal(size=(TRIALS, STEPS)),
            1.0,
            lambda v: boundary(lambda s: normal_wealth(s, v, tuning=ONE_SIDED, one_sided=True)),
        ),
        (
            lambda r: r.exponential(size=(TRIALS, STEPS)) - 1,
            1.0,
            lambda v: boundary(lambda s: gamma_exponential_wealth(s, v, tuning=ONE_SIDED, scale=1)),
        ),
        (
            lambda r: r.poisson(1, (TRIALS, STEPS)) - 1,
            1.0,
            lambda v: boundary(lambda s: gamma_poisson_wealth(s, v, tuning=ONE_SIDED, scale=1)),
        ),
        (
            yes,
            0.16,
            lambda v: boundary(
                lambda s: beta_binomial_wealth(s, v, tuning=ONE_SIDED, below=0.2, above=0.8, one_sided=True),
                most=v / 0.2,
            ),
        ),
        (lambda r: r.normal(size=(TRIALS, STEPS)), 1.0, lambda v: poly_stitching(v, start=10)),
    ],
    ids=["normal", "gamma-exponential", "gamma-Poisson", "beta-binomial", "stitched"],
)
def test_fair_sums_stay_below(draw, variance, bound):
    from scipy.stats import binom

    sums = draw(np.random.default_rng(6)).cumsum(axis=1)[:, LOOKS - 1]
    bounds = np.array([bound(variance * n) for n in LOOKS])
    crossed = int((sums > bounds + 1e-9).any(axis=1).sum())
    assert crossed <= binom.ppf(0.9995, TRIALS, 0.05)
    assert (sums > 1.645 * np.sqrt(variance * LOOKS)).any(axis=1).mean() > 0.15  # what they are there to prevent
