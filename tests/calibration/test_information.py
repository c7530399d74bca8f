"""Coverage of the Monte Carlo interval of the value of information."""

import numpy as np
import pytest

from proveout.stats.information import partial_perfect_information, perfect_information

TRIALS, DRAWS = 1_000, 2_000


def loss(mean, deviation):
    from scipy.stats import norm

    u = abs(mean) / deviation
    return deviation * (norm.pdf(u) - u * norm.sf(u))


@pytest.mark.parametrize("mean", [-1.0, 1.0])
def test_linear_and_normal(mean):
    from scipy.stats import binom

    rng = np.random.default_rng(int(mean) + 5)
    total = partial = 0
    for _ in range(TRIALS):
        scores = rng.standard_normal((2, DRAWS))
        benefit = mean + 2 * scores[0] + scores[1]
        whole, one = perfect_information(benefit), partial_perfect_information(benefit, scores[0])
        total += whole.lower <= loss(mean, 5**0.5) <= whole.upper
        partial += one.lower <= loss(mean, 2) <= one.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    assert low <= total <= high
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.93, 0.97])  # the spline adds a little to a noisy fit
    assert low <= partial <= high
