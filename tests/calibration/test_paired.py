"""Coverage of Newcombe's paired difference."""

import numpy as np
import pytest

from proveout.stats.paired import paired_difference

TRIALS = 4_000


@pytest.mark.parametrize("shares", [(0.6, 0.2, 0.1, 0.1), (0.85, 0.08, 0.05, 0.02), (0.3, 0.3, 0.3, 0.1)])
@pytest.mark.parametrize("n", [30, 120])
def test_coverage(shares, n):
    from scipy.stats import binom

    tables = np.random.default_rng(n).multinomial(n, shares, TRIALS)
    estimates = (paired_difference(*map(int, table)) for table in tables)
    held = sum(e.lower <= shares[1] - shares[2] <= e.upper for e in estimates)
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.94, 0.975])
    assert low <= held <= high
