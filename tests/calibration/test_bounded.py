"""Coverage of the mean on a scale of 1 to 5, for answers as people give them."""

import numpy as np
import pytest

from proveout.stats.bounded import scale_mean

TRIALS = 6_000
ANSWERS = np.arange(1, 6)
SPREAD = (0.1, 0.2, 0.4, 0.2, 0.1)
HIGH = (0.02, 0.03, 0.15, 0.4, 0.4)
SPLIT = (0.4, 0.1, 0.0, 0.1, 0.4)


@pytest.mark.parametrize("n", [2, 5, 12, 40])
@pytest.mark.parametrize("weights", [SPREAD, HIGH, SPLIT], ids=["spread", "high", "split"])
def test_coverage(weights, n):
    from scipy.stats import binom

    rng, truth = np.random.default_rng(n), float(np.dot(ANSWERS, weights))
    draws = rng.choice(ANSWERS, p=weights, size=(TRIALS, n))
    held = sum((e := scale_mean(row, low=1, high=5)).lower <= truth <= e.upper for row in draws)
    assert held >= binom.ppf(0.0005, TRIALS, 0.92)
