"""Coverage of the linearised ratio."""

import numpy as np
import pytest

from proveout.stats.ratio import ratio_of_sums

RUNS = 4000
TOLERATED = 0.02  # shortfall of coverage that skewed units may cause


@pytest.mark.parametrize("n", [30, 200])
def test_flow_efficiency_like_ratios_are_covered(n):
    from scipy.stats import binom

    rng = np.random.default_rng(20260108)
    held = 0
    for _ in range(RUNS):
        x = rng.gamma(3, size=n)
        y = x * rng.beta(2, 6, size=n)
        estimate = ratio_of_sums(n, x.sum(), y.sum(), (x * x).sum(), (x * y).sum(), (y * y).sum())
        held += estimate.lower <= 0.25 <= estimate.upper
    assert binom.ppf(0.0001, RUNS, 0.95 - TOLERATED) <= held <= binom.ppf(0.9999, RUNS, 0.95 + TOLERATED)
