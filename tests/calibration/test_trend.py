"""Coverage of the slope's interval."""

import numpy as np
import pytest

from proveout.stats.trend import line_slope

TRIALS = 10_000


@pytest.mark.parametrize("steps", [3, 8, 26])
def test_independent_periods(steps):
    from scipy.stats import binom

    values = np.random.default_rng(steps).normal(0, 1, (TRIALS, steps)) + 0.3 * np.arange(steps)
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    assert low <= sum(e.lower <= 0.3 <= e.upper for e in map(line_slope, values)) <= high


def test_dependent_periods_are_covered_less_often_and_we_know_how_much():
    from scipy.stats import binom

    rng = np.random.default_rng(9)
    noise = rng.normal(0, 1, (TRIALS, 12))
    for t in range(1, 12):
        noise[:, t] += 0.5 * noise[:, t - 1]
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.78, 0.88])
    assert low <= sum(e.lower <= 0 <= e.upper for e in map(line_slope, noise)) <= high
