"""Coverage of the intervals of the Universal Scalability Law with eight runs."""

import numpy as np
import pytest
from scipy.stats import binom

from proveout.stats.scalability import fit_scaling, law

TRIALS = 120
LOADS = np.array([1.0, 2, 4, 8, 16, 32, 48, 64])
LINEARISED = 0.05
"""Eight runs, three parameters, two of them bounded by 0: the linearised interval is that much off."""


@pytest.mark.parametrize("parameters", [(50.0, 0.03, 0.0005), (50.0, 0.05, 0.0)])
def test_the_intervals_cover(parameters):
    rng = np.random.default_rng(41)
    truth = law(np.array(parameters), LOADS)
    fine = law(np.array(parameters), np.linspace(1, 64, 5000)).max()
    held = np.zeros(4)
    for _ in range(TRIALS):
        found = fit_scaling(LOADS, np.maximum(truth + rng.normal(0, 0.03 * truth.max(), 8), 1.0))
        figures = (found.rate, found.contention, found.coherency, found.largest)
        for i, (figure, true) in enumerate(zip(figures, (*parameters, fine), strict=True)):
            held[i] += figure.lower - 1e-9 <= true <= figure.upper + 1e-9
    assert (held >= binom.ppf(0.0005, TRIALS, 0.95 - LINEARISED)).all()
