"""Coverage of expected performance where inputs move and the relation does not."""

import numpy as np
import pytest

from proveout.stats.estimated_performance import Scored, estimated_performance, performance_gap, realised_performance

TRIALS = 40
LEVELS = (np.arange(40) + 0.5) / 40
CHANCE = LEVELS**1.5
"""Of yes at each score: the scores are not calibrated."""


def drawn(rng, size, tilt):
    weights = np.exp(tilt * LEVELS)
    n = rng.multinomial(size, weights / weights.sum())
    return Scored(LEVELS, LEVELS >= 0.5, n, rng.binomial(n, CHANCE))


def truth(metric, tilt):
    weights = np.exp(tilt * LEVELS)
    weights /= weights.sum()
    if metric == "accuracy":
        return (weights * np.where(LEVELS >= 0.5, CHANCE, 1 - CHANCE)).sum()
    yes, no = weights * CHANCE, weights * (1 - CHANCE)
    return (yes * (np.cumsum(no) - no / 2)).sum() / (yes.sum() * no.sum())


@pytest.mark.parametrize("metric", ["accuracy", "auc"])
def test_the_intervals_hold_what_they_should(metric):
    from scipy.stats import binom

    rng, held, wanted = np.random.default_rng(1), [0, 0, 0], truth(metric, -1.5)
    for seed in range(TRIALS):
        before, after = drawn(rng, 4000, 0.5), drawn(rng, 2000, -1.5)
        found = [
            (estimated_performance(before, after, metric, seed=seed, draws=100), wanted),
            (realised_performance(after, metric, seed=seed, draws=100), wanted),
            (performance_gap(before, after, metric, seed=seed, draws=100), 0.0),
        ]
        held = [h + (f.lower <= t <= f.upper) for h, (f, t) in zip(held, found, strict=True)]
    assert min(held) >= binom.ppf(0.0005, TRIALS, 0.93), held
