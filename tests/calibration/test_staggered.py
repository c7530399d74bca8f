"""Coverage of the interval for waves of random order, with few teams, and where the effect grows with use."""

import numpy as np
import pytest
from scipy.stats import binom

from proveout.stats.staggered import staggered, staggered_effect
from proveout.stats.waves import Panel, exposure_weights, simple_weights

TRIALS = 200
STARTS = np.repeat([6, 9, 12, 99], [5, 5, 5, 5])
PERIODS = np.arange(18)


def drawn(rng: np.random.Generator, profile) -> Panel:
    """Twenty teams with levels of their own and a common trend; the order of the waves is drawn."""
    starts = rng.permutation(STARTS)
    exposure = PERIODS - starts[:, None]
    noise = rng.normal(0, 1, (20, 1)) + 0.1 * PERIODS + rng.normal(0, 1, (20, 18))
    return Panel(noise + np.where(exposure >= 0, profile(exposure), 0.0), starts, np.zeros(20, int))


@pytest.mark.parametrize(
    ("name", "profile"),
    [("none", lambda e: 0.0 * e), ("constant", lambda e: 1.0 + 0.0 * e), ("growing", lambda e: 0.2 * (e + 1.0))],
)
def test_the_interval_covers(name, profile):
    rng, held = np.random.default_rng(17), 0
    for _ in range(TRIALS):
        panel = drawn(rng, profile)
        weights = exposure_weights(panel, 5)
        interval = staggered_effect(panel, weights)
        held += interval.lower <= float(profile(np.array(5))) <= interval.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    assert low <= held <= (high if name != "growing" else TRIALS)


def test_the_errors_are_those_of_repeated_draws():
    rng, values, errors = np.random.default_rng(18), [], []
    for _ in range(400):
        panel = drawn(rng, lambda e: 0.0 * e)
        found = staggered(panel, simple_weights(panel))
        values.append(found.value)
        errors.append(found.neyman_error)
    assert abs(np.mean(values)) < 4 * np.std(values) / 20
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.2)
