"""Coverage of shares and quantiles of requests that fail, and are slow, together."""

import numpy as np
import pytest

from proveout.stats.clustered_share import clustered_proportion, clustered_quantile

TRIALS = 1_500
LEAST, MOST = 0.93, 1.0
"""The exact interval is conservative by design; it must hardly ever be too short."""


def band():
    from scipy.stats import binom

    return binom.ppf(0.0005, TRIALS, LEAST) / TRIALS


@pytest.mark.parametrize(("days", "rate"), [(14, 0.5), (30, 0.2), (30, 1.0), (60, 0.1)])
def test_outages_on_some_days(days, rate):
    """Outages come at random, `rate` a day, each takes up to a tenth of its day; single requests fail besides."""
    rng = np.random.default_rng(int(10 * rate) + days)
    truth, held = 1 - rate * 0.05 - 0.001, 0
    for _ in range(TRIALS):
        n = rng.poisson(1000, days)
        down = np.array([rng.uniform(0, 0.1, k).sum() for k in rng.poisson(rate, days)])
        good = rng.binomial(n, np.clip(0.999 - down, 0, 1))
        found = clustered_proportion(n, good)
        held += found.lower <= truth <= found.upper
    assert band() <= held / TRIALS <= MOST


def test_independent_failures_are_held_without_waste():
    rng = np.random.default_rng(4)
    found = [clustered_proportion(np.full(30, 400), rng.binomial(400, 0.97, 30)) for _ in range(TRIALS)]
    held = sum(f.lower <= 0.97 <= f.upper for f in found) / TRIALS
    assert band() <= held <= 0.98
    assert np.mean([f.upper - f.lower for f in found]) < 1.2 * 2 * 1.96 * (0.97 * 0.03 / 12_000) ** 0.5


@pytest.mark.parametrize("p", [0.5, 0.95])
def test_quantiles_of_slow_and_fast_hours(p):
    """Log-normal latency whose centre moves from hour to hour; the truth is that of the mixture."""
    from scipy.special import ndtri

    rng, edges = np.random.default_rng(5), 1.02 ** np.arange(-300, 301.0)
    truth, held = np.exp(ndtri(p) * (1 + 0.25) ** 0.5), 0
    for _ in range(600):
        hours = rng.normal(0, 0.5, 40)
        values = np.exp(hours[:, None] + rng.normal(0, 1, (40, 50)))
        bins = np.clip(np.floor(np.log(values) / np.log(1.02)) + 300, 0, 599).astype(int)
        flat = np.bincount((bins + 600 * np.arange(40)[:, None]).ravel(), minlength=24_000)
        found = clustered_quantile(flat.reshape(40, 600), edges, p)
        held += found.lower <= truth and (found.upper is None or truth <= found.upper)
    assert 0.915 <= held / 600 <= 0.995
