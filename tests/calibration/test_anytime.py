"""The error of looking after every unit, beside that of a plain t-test."""

import numpy as np
import pytest

from proveout.stats.anytime import anytime_coefficient, best_tuning

TRIALS, UNITS, FIRST = 1_000, 200, 4


@pytest.mark.parametrize("kind", ["normal", "lognormal", "yes or no"])
def test_looks_after_every_unit_are_wrong_no_more_often_than_promised(kind):
    """The design notes: at most 5.3% in all three; plain tests reject far more."""
    from scipy.stats import binom, t

    rng = np.random.default_rng(5)
    draw = {
        "normal": lambda: rng.normal(size=(TRIALS, UNITS)),
        "lognormal": lambda: rng.lognormal(0, 1, (TRIALS, UNITS)) - np.exp(0.5),
        "yes or no": lambda: rng.integers(0, 2, (TRIALS, UNITS)) - 0.5,
    }[kind]
    y, arm = draw(), np.tile([-1.0, 1.0], UNITS // 2)
    n = np.arange(1, UNITS + 1)
    value = (y * arm).cumsum(axis=1) / n  # half the difference of the arms
    mean = y.cumsum(axis=1) / n
    rest = (y**2).cumsum(axis=1) / n - mean**2 - value**2
    tuning = best_tuning(UNITS, 2)
    wrong = peeked = 0
    for k in range(FIRST - 1, UNITS, 2):  # both arms are of one size at every other unit, so that the fit is simple
        error = np.sqrt(np.maximum(rest[:, k], 1e-12) / (k + 1 - 2))
        radius = anytime_coefficient(0.0, 1.0, n=k + 1, parameters=2, tuning=tuning).upper or np.inf
        wrong = wrong | (np.abs(value[:, k]) > radius * error)
        peeked = peeked | (np.abs(value[:, k]) > t.ppf(0.975, k - 1) * error)
    assert np.sum(wrong) <= binom.ppf(0.9995, TRIALS, 0.053)
    assert np.sum(peeked) > 0.15 * TRIALS
