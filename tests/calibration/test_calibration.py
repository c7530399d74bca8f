"""Coverage of the calibration error where probabilities are right, a little and very wrong; and of the slope."""

import numpy as np
import pytest
from scipy.special import expit, logit

from proveout.stats.calibration import calibration_error, recalibration

TRIALS = 1_000


@pytest.mark.parametrize("slope", [1.0, 0.7, 0.4])
@pytest.mark.parametrize("n", [200, 1_000])
def test_calibration_error(n, slope):
    """The estimand is that of ten bins with very many cases; the interval is cautious near 0."""
    from scipy.stats import binom

    rng = np.random.default_rng(n)
    many = rng.beta(1.5, 1.5, 400_000)
    edges = np.quantile(many, np.arange(1, 10) / 10)
    code = np.searchsorted(edges, many)
    target = np.mean([abs((expit(slope * logit(many[code == k])) - many[code == k]).mean()) for k in range(10)])
    held = 0
    for _ in range(TRIALS):
        scores = rng.beta(1.5, 1.5, n)
        truth = rng.random(n) < expit(slope * logit(scores))
        estimate = calibration_error(scores, truth)
        held += estimate.lower <= target <= estimate.upper
    assert held >= binom.ppf(0.0005, TRIALS, 0.94)


def test_slope_and_intercept():
    from scipy.stats import binom

    rng, both = np.random.default_rng(1), np.zeros(2)
    for _ in range(TRIALS):
        scores = rng.beta(2, 2, 300)
        truth = rng.random(300) < expit(0.2 + 0.8 * logit(scores))
        slope, intercept = recalibration(scores, truth)
        both += [slope.lower <= 0.8 <= slope.upper, intercept.lower <= 0.2 <= intercept.upper]
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.94, 0.96])
    assert ((low <= both) & (both <= high)).all()
