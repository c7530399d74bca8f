"""Coverage of the area under the ROC curve, of the difference of two, and with clusters."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.roc import auc, auc_difference

TRIALS = 1_000
BINORMAL = {0.6: 0.3583, 0.7: 0.7416, 0.85: 1.4657, 0.95: 2.3262}
"""Area under the curve to the distance of two normal distributions of variance 1."""


def logit_interval(scores, truth):
    """DeLong's interval on the logit scale, which others use."""
    x, y = scores[truth == 1], scores[truth == 0]
    psi = x[:, None] > y
    area = psi.mean()
    if area in (0, 1):
        return 0.0, 1.0
    variance = psi.mean(axis=1).var(ddof=1) / len(x) + psi.mean(axis=0).var(ddof=1) / len(y)
    logit, half = np.log(area / (1 - area)), 1.959964 * variance**0.5 / (area * (1 - area))
    return 1 / (1 + np.exp(half - logit)), 1 / (1 + np.exp(-half - logit))


def held_of(area, positives, negatives, interval):
    rng, truth = np.random.default_rng(positives), np.repeat([1, 0], [positives, negatives])
    ends = (interval(rng.normal(size=len(truth)) + BINORMAL[area] * truth, truth) for _ in range(TRIALS))
    return sum(lower <= area <= upper for lower, upper in ends)


def ours(scores, truth):
    estimate = auc(scores, truth)
    return estimate.lower, estimate.upper


@pytest.mark.parametrize(
    ("area", "positives", "negatives"),
    [(0.6, 10, 10), (0.7, 15, 40), (0.85, 10, 200), (0.85, 30, 30), (0.95, 10, 200), (0.95, 25, 80)],
)
def test_one_area(area, positives, negatives):
    from scipy.stats import binom

    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.94, 0.985])
    assert low <= held_of(area, positives, negatives, ours) <= high


def test_the_logit_interval_falls_below_where_one_kind_is_few():
    """The reason for an interval of our own: of ten positives among 200 negatives it holds less than 90%."""
    assert held_of(0.95, 10, 200, logit_interval) < 0.9 * TRIALS < 0.93 * TRIALS < held_of(0.95, 10, 200, ours)


@pytest.mark.parametrize("right", [0.75, 0.95])
def test_a_score_of_two_values(right):
    from scipy.stats import binom

    rng, truth, held = np.random.default_rng(8), np.repeat([1, 0], [20, 60]), 0
    for _ in range(TRIALS):
        estimate = auc((rng.random(80) < np.where(truth == 1, right, 1 - right)).astype(int), truth)
        held += estimate.lower <= right <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.93, 0.985])
    assert low <= held <= high


@pytest.mark.parametrize(("areas", "cases"), [((0.85, 0.85), (40, 60)), ((0.95, 0.85), (50, 100))])
def test_a_difference_of_two_models_on_the_same_cases(areas, cases):
    from scipy.stats import binom

    rng, truth, held = np.random.default_rng(3), np.repeat([1, 0], cases), 0
    for _ in range(TRIALS):
        shared = rng.normal(size=len(truth))
        a, b = (0.7 * shared + 0.714 * rng.normal(size=len(truth)) + BINORMAL[area] * truth for area in areas)
        estimate = auc_difference(a, b, truth)
        held += estimate.lower <= areas[0] - areas[1] <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.925, 0.97])
    assert low <= held <= high


def world(rng, clusters, *, whole):
    """Ten cases each, which share a part of their score and of their truth, or all of their truth."""
    of = np.repeat(np.arange(clusters), 10)
    leaning = rng.normal(size=clusters)[of]
    truth = (leaning + (not whole) * rng.normal(size=len(of)) > 0.5).astype(int)
    return of, truth, rng.normal(size=clusters)[of] + rng.normal(size=len(of)) + 1.5 * truth


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("clusters", [6, 10, 30])
def test_clusters(clusters, whole):
    """Few clusters of one truth each are the hardest: a handful of either kind."""
    from scipy.stats import binom

    rng = np.random.default_rng(clusters)
    _, truth, scores = world(rng, 40_000, whole=whole)
    area, held, trials = auc(scores, truth).value, 0, 0
    for _ in range(500):
        of, truth, scores = world(rng, clusters, whole=whole)
        try:
            estimate = auc(scores, truth, clusters=of)
        except TooLittle:
            continue
        trials, held = trials + 1, held + (estimate.lower <= area <= estimate.upper)
    low, high = binom.ppf([0.0005, 0.9995], trials, [0.92, 0.99])
    assert low <= held <= high
