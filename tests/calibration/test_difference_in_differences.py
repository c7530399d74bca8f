"""Coverage of averages of differences in differences with few teams, and the error of the test of what was before."""

import numpy as np
from scipy.stats import binom

from proveout.stats.difference_in_differences import POWER, callaway_santanna, combined_effect, pretrend
from proveout.stats.waves import Panel, exposure_weights

TRIALS = 500
TWO = np.repeat([9, 99], 12)
"""Of more waves those that wait drift as well, so that less of a drift is to be seen."""
STARTS = np.repeat([6, 9, 12, 99], 6)
PERIODS = np.arange(18)
SMALL_SAMPLE = 0.04
"""Six teams a wave: the normal theory of averages over waves is that much off."""


def drawn(rng: np.random.Generator, drift: float = 0.0, starts: np.ndarray = STARTS) -> Panel:
    exposure = PERIODS - starts[:, None]
    walk = rng.normal(0, 1, (24, 1)) + 0.1 * PERIODS + rng.normal(0, 1, (24, 18))
    values = walk + np.where(exposure >= 0, 0.2 * (exposure + 1), 0.0) + drift * PERIODS * (starts < 99)[:, None]
    return Panel(values, starts, np.zeros(24, int))


def test_the_interval_covers_an_effect_that_grows():
    rng, held = np.random.default_rng(21), 0
    for _ in range(TRIALS):
        panel = drawn(rng)
        effects = callaway_santanna(panel, np.array([exposure_weights(panel, e) for e in (4, 5)]))
        interval = combined_effect(effects, np.array([0.5, 0.5]))
        held += interval.lower <= 1.1 <= interval.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    assert low - SMALL_SAMPLE * TRIALS <= held <= high


def test_the_interval_of_the_drift_covers():
    rng, held = np.random.default_rng(22), 0
    for _ in range(TRIALS):
        drift = pretrend(drawn(rng, 0.3, TWO)).drift
        held += drift.lower <= 0.3 <= drift.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    assert low - SMALL_SAMPLE * TRIALS <= held <= high


def test_the_drift_that_is_said_to_be_found_is_found():
    rng = np.random.default_rng(23)
    gap = float(np.mean([pretrend(drawn(rng, 0.0, TWO)).detectable for _ in range(100)]))
    found = sum(pretrend(drawn(rng, gap, TWO)).p_value < 0.05 for _ in range(TRIALS))
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, POWER)
    assert low - SMALL_SAMPLE * TRIALS <= found <= high + SMALL_SAMPLE * TRIALS
