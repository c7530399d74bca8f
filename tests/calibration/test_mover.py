"""Coverage of sums of independent estimates."""

import numpy as np
import pytest

from proveout.stats.mean import t_mean
from proveout.stats.mover import independent_ratio, independent_sum

TRIALS = 3000


@pytest.mark.parametrize(("sizes", "spreads"), [((30, 30), (1, 5)), ((5, 40), (4, 1)), ((8, 8, 8, 8), (1, 1, 2, 2))])
def test_sums_of_means(sizes, spreads):
    """Small samples make it somewhat wider than it needs to be, never narrower."""
    from scipy.stats import binom

    rng = np.random.default_rng(sum(sizes))
    held = 0
    for _ in range(TRIALS):
        found = independent_sum([t_mean(rng.normal(10, s, n)) for n, s in zip(sizes, spreads, strict=True)])
        held += found.lower <= 10 * len(sizes) <= found.upper
    low, _ = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    _, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.975)
    assert low <= held <= high


@pytest.mark.parametrize(("a", "b"), [(10, 8), (-3, 8), (0, 20)])
def test_ratios_of_means(a, b):
    from scipy.stats import binom

    rng = np.random.default_rng(abs(a) + b)
    held = 0
    for _ in range(TRIALS):
        found = independent_ratio(t_mean(rng.normal(a, 3, 25)), t_mean(rng.normal(b, 4, 25)))
        held += found.lower <= a / b <= found.upper
    low, _ = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    _, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.975)
    assert low <= held <= high
