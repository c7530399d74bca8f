"""Quantiles and distributions at every look: how often the truth is ruled out at any."""

import numpy as np
import pytest

from proveout.stats.quantile_sequence import same_quantile_p
from proveout.stats.stitching import distribution_band, quantile_stitching

TRIALS = 200
LOOKS = (5, 10, 20, 40, 80, 160)


@pytest.mark.parametrize("q", [0.5, 0.9])
def test_groups_with_one_quantile_in_common(q):
    """Of unlike spread, so that nothing else is alike; and a shift by one deviation is found in most."""
    from scipy.stats import binom, norm

    random, wrong, found = np.random.default_rng(7), 0, 0
    for _ in range(TRIALS):
        a, b = random.normal(0, 1, max(LOOKS)), random.normal(0, 3, max(LOOKS)) - 2 * norm.ppf(q)
        wrong += any(same_quantile_p(a[:n], b[:n], q=q, planned=80) <= 0.05 for n in LOOKS)
        found += same_quantile_p(a, a[::-1] + 1.5, q=q, planned=80) <= 0.05
    assert wrong <= binom.ppf(0.9995, TRIALS, 0.05)
    assert found > 0.8 * TRIALS


def test_all_quantiles_and_the_whole_distribution():
    from scipy.stats import binom

    random, start, wrong, off = np.random.default_rng(8), 5, 0, 0
    shares = np.linspace(0.05, 0.95, 19)
    bounds = {n: np.array([quantile_stitching(q, n, start=start) for q in shares]) for n in LOOKS}
    bands = {n: distribution_band(n, start=start) for n in LOOKS}
    for _ in range(TRIALS):
        values = random.random(max(LOOKS))
        excess = {n: (values[:n, None] <= shares).sum(axis=0) - n * shares for n in LOOKS}
        wrong += any((excess[n] > bounds[n]).any() for n in LOOKS)
        off += any(np.abs(excess[n]).max() / n > bands[n] for n in LOOKS)
    assert max(wrong, off) <= binom.ppf(0.9995, TRIALS, 0.05)
