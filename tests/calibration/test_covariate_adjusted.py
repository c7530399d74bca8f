"""Coverage of differences with a covariate, of ratios too, and of relative differences on logarithms."""

import numpy as np
import pytest

from proveout.stats.balance import Moments
from proveout.stats.covariate_adjusted import JointMoments, adjusted_means, adjusted_ratios, ratio_of_means
from proveout.stats.difference import welch

TRIALS = 2_000


def band(lowest=0.945, highest=0.955):
    from scipy.stats import binom

    return binom.ppf([0.0005, 0.9995], TRIALS, [lowest, highest])


def joint(*columns):
    return JointMoments(n=len(columns[0]), means=np.mean(columns, axis=1), covariances=np.cov(columns))


@pytest.mark.parametrize(("n_a", "n_b"), [(30, 30), (200, 60)])
def test_means(n_a, n_b):
    rng, covered = np.random.default_rng(n_a), 0
    for _ in range(TRIALS):
        arms = []
        for n, effect in ((n_a, 0.0), (n_b, 0.3)):
            x = rng.lognormal(0, 0.7, n)
            arms.append(joint(2 + 0.8 * x + effect + rng.normal(0, 1, n), x))
        found = welch(*adjusted_means(*arms)).estimate
        covered += found.lower <= 0.3 <= found.upper
    low, high = band(0.94)
    assert low <= covered <= high


def test_ratios():
    """Orders per session, of people who differ in both."""
    rng, covered = np.random.default_rng(4), 0
    for _ in range(TRIALS):
        arms = []
        for n, rate in ((150, 0.30), (120, 0.36)):
            keen = rng.gamma(20, 0.05, n)
            sessions, before = 1 + rng.poisson(4, n), 1 + rng.poisson(4, n)
            orders, orders_before = rng.poisson(rate * keen * sessions), rng.poisson(0.3 * keen * before)
            arms.append(joint(orders, sessions, orders_before, before))
        found = welch(*adjusted_ratios(*arms)).estimate
        covered += found.lower <= 0.06 <= found.upper
    low, high = band(0.94)
    assert low <= covered <= high


@pytest.mark.parametrize(("n", "shape"), [(20, 4.0), (80, 1.0)])
def test_relative_differences(n, shape):
    """Skewed outcomes whose means are a fifth apart."""
    rng, covered = np.random.default_rng(n), 0
    for _ in range(TRIALS):
        x, y = rng.gamma(shape, 1, n), 1.2 * rng.gamma(shape, 1, n)
        a, b = (Moments(n=n, mean=v.mean(), variance=v.var(ddof=1)) for v in (x, y))
        found = ratio_of_means(a, b).estimate
        covered += found.lower <= 0.2 <= found.upper
    low, high = band(0.94)
    assert low <= covered <= high
