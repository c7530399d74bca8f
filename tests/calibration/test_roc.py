"""Coverage of DeLong's interval on the logit scale, of its difference, and with clusters."""

import numpy as np
import pytest

from proveout.stats.roc import auc, auc_difference

TRIALS = 2_000
BINORMAL = {0.7: 0.7416, 0.85: 1.4657, 0.95: 2.3262}
"""Area under the curve to the distance of two normal distributions of variance 1."""


@pytest.mark.parametrize(("area", "positives", "negatives"), [(0.7, 15, 40), (0.85, 30, 30), (0.95, 25, 80)])
def test_one_area(area, positives, negatives):
    from scipy.stats import binom

    rng, truth = np.random.default_rng(positives), np.repeat([1, 0], [positives, negatives])
    held = 0
    for _ in range(TRIALS):
        estimate = auc(rng.normal(size=len(truth)) + BINORMAL[area] * truth, truth)
        held += estimate.lower <= area <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.94, 0.975])
    assert low <= held <= high


def test_a_difference_of_two_models_on_the_same_cases():
    from scipy.stats import binom

    rng, truth, held = np.random.default_rng(3), np.repeat([1, 0], [40, 60]), 0
    for _ in range(TRIALS):
        shared = rng.normal(size=100)
        a, b = (0.7 * shared + 0.714 * rng.normal(size=100) + BINORMAL[0.85] * truth for _ in range(2))
        estimate = auc_difference(a, b, truth)
        held += estimate.lower <= 0 <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.94, 0.96])
    assert low <= held <= high


@pytest.mark.parametrize("clusters", [10, 30])
def test_clusters(clusters):
    """Cases of a cluster share a part of their score and of their truth; without clusters the interval is too short."""
    from scipy.stats import binom

    rng = np.random.default_rng(clusters)

    def world(n):
        of = np.repeat(np.arange(n), 10)
        truth = (rng.normal(size=n)[of] + rng.normal(size=len(of)) > 0).astype(int)
        return of, truth, rng.normal(size=n)[of] + rng.normal(size=len(of)) + 1.5 * truth

    of, truth, scores = world(40_000)
    area, held, trials = auc(scores, truth).value, 0, 1_000
    for _ in range(trials):
        of, truth, scores = world(clusters)
        estimate = auc(scores, truth, clusters=of)
        held += estimate.lower <= area <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], trials, [0.92, 0.975])
    assert low <= held <= high
