"""Coverage of the absolute and the relative difference of two means."""

import numpy as np
import pytest

from proveout.stats.balance import Moments
from proveout.stats.difference import relative_difference, welch

TRIALS = 4_000


@pytest.mark.parametrize(("n_a", "n_b", "spread"), [(6, 6, 1.0), (8, 30, 3.0), (40, 15, 1.0)])
def test_coverage(n_a, n_b, spread):
    from scipy.stats import binom

    rng = np.random.default_rng(n_a + n_b)
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.945, 0.96])
    absolute = relative = 0
    for _ in range(TRIALS):
        x, y = rng.normal(10, 1, n_a), rng.normal(11, spread, n_b)
        a, b = (Moments(n=len(v), mean=v.mean(), variance=v.var(ddof=1)) for v in (x, y))
        difference, share = welch(a, b).estimate, relative_difference(a, b).estimate
        absolute += difference.lower <= 1 <= difference.upper
        relative += share.lower <= 0.1 <= share.upper
    assert low <= absolute <= high
    assert low <= relative <= high
