"""Coverage of Student's interval."""

import numpy as np
import pytest

from proveout.stats.mean import t_mean

TRIALS = 10_000


def held(draw, mean, n, seed):
    rng = np.random.default_rng(seed)
    estimates = (t_mean(row) for row in draw(rng, (TRIALS, n)))
    return sum(e.lower <= mean <= e.upper for e in estimates)


@pytest.mark.parametrize("n", [2, 5, 30])
def test_normal(n):
    from scipy.stats import binom

    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    assert low <= held(lambda rng, shape: rng.normal(3, 2, shape), 3, n, seed=n) <= high


def test_skewed_values_are_covered_less_often_and_we_know_how_much():
    from scipy.stats import binom

    count = held(lambda rng, shape: rng.lognormal(0, 1, shape), np.exp(0.5), 20, seed=7)
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.86, 0.89])
    assert low <= count <= high
