"""Coverage of the intervals of the Universal Scalability Law with eight runs."""

import numpy as np
import pytest
from scipy.stats import binom

from proveout.stats.scalability import fit_scaling, law

TRIALS = 120
LOADS = np.array([1.0, 2, 4, 8, 16, 32, 48, 64])
LINEARISED = 0.05
"""Eight runs, three parameters, two of them bounded by 0: the linearised interval is that much off."""
NOISE = 0.03
"""Of a run: of its own throughput, the usual kind, or of the largest one at all loads."""


@pytest.mark.parametrize("errors", ["proportional", "alike"])
@pytest.mark.parametrize("parameters", [(50.0, 0.03, 0.0005), (50.0, 0.05, 0.0)])
def test_the_intervals_cover(parameters, errors):
    rng = np.random.default_rng(41)
    truth = law(np.array(parameters), LOADS)
    fine = law(np.array(parameters), np.linspace(1, 64, 5000)).max()
    spread = NOISE * (truth if errors == "proportional" else truth.max())
    held = np.zeros(4)
    for _ in range(TRIALS):
        found = fit_scaling(LOADS, np.maximum(truth + rng.normal(0, 1, 8) * spread, 1.0), errors=errors)
        figures = (found.rate, found.contention, found.coherency, found.largest)
        for i, (figure, true) in enumerate(zip(figures, (*parameters, fine), strict=True)):
            held[i] += figure.lower - 1e-9 <= true <= figure.upper + 1e-9
    assert (held >= binom.ppf(0.0005, TRIALS, 0.95 - LINEARISED)).all()


def test_the_largest_throughput_is_covered_also_where_errors_are_alike():
    """What the instrument fits, over runs of the other kind: parameters may be off, capacity is not."""
    rng = np.random.default_rng(7)
    truth = law(np.array((50.0, 0.03, 0.0005)), LOADS)
    held = 0
    for _ in range(TRIALS):
        top = fit_scaling(LOADS, np.maximum(truth + rng.normal(0, NOISE * truth.max(), 8), 1.0)).largest
        held += top.lower <= truth.max() <= top.upper
    assert held >= binom.ppf(0.0005, TRIALS, 0.95)
