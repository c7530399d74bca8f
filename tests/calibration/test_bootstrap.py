"""Coverage of the week bootstrap for a rate per year, with few and with many weeks."""

import numpy as np
import pytest

from proveout.stats.bootstrap import percentile, resamples, stretched

RUNS = 1500
TOLERATED = 0.02  # shortfall of coverage that skewed weeks may cause


@pytest.mark.parametrize("weeks", [6, 13, 52])
def test_yearly_hours_are_covered(weeks):
    from scipy.stats import binom

    rng = np.random.default_rng(20260106)
    counts = resamples(weeks, 600, seed=7)
    held = 0
    for hours in rng.gamma(4, 10, size=(RUNS, weeks)):
        value = float(hours.mean())
        estimate = percentile(value, stretched(counts @ hours / weeks, value, weeks), n=weeks)
        held += estimate.lower <= 40 <= estimate.upper
    assert binom.ppf(0.0001, RUNS, 0.95 - TOLERATED) <= held <= binom.ppf(0.9999, RUNS, 0.95 + TOLERATED)


def test_without_stretching_six_weeks_would_not_be_covered():
    rng = np.random.default_rng(20260107)
    counts = resamples(6, 600, seed=7)
    held = {False: 0, True: 0}
    for hours in rng.normal(40, 10, size=(RUNS, 6)):
        plain = counts @ hours / 6
        for stretch in held:
            draws = stretched(plain, hours.mean(), 6) if stretch else plain
            estimate = percentile(float(hours.mean()), draws, n=6)
            held[stretch] += estimate.lower <= 40 <= estimate.upper
    assert held[False] / RUNS < 0.9 < held[True] / RUNS
