"""Coverage for one series that switched, where its residuals depend on one another."""

import numpy as np
import pytest
from scipy.stats import binom

from proveout.stats.counterfactual import counterfactual_effect

TRIALS, PERIODS, START, EFFECT = 100, 40, 32, 2.0
DEPENDENCE = 0.06
"""Shifts are exact for independent residuals; with an autocorrelation of 0.3 and a fitted line so much is lost."""


@pytest.mark.parametrize("model", ["trend", "parallel", "synthetic"])
def test_the_interval_covers(model):
    rng, held = np.random.default_rng(31), 0
    t = np.arange(PERIODS)
    for _ in range(TRIALS):
        noise = rng.normal(0, 1, (PERIODS, 5))
        for i in range(1, PERIODS):
            noise[i] += 0.3 * noise[i - 1]
        levels = 20 + 0.05 * t[:, None] + noise
        controls = levels[:, 1:]
        series = 20 + 0.05 * t + noise[:, 0] + EFFECT * (t >= START)
        interval = counterfactual_effect(series, controls, START, model=model)
        below = interval.lower is None or interval.lower <= EFFECT
        held += below and (interval.upper is None or interval.upper >= EFFECT)
    low, _ = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    assert held >= low - DEPENDENCE * TRIALS
