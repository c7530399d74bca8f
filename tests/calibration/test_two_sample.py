"""How often sets that are alike are called unlike, and coverage of the area where they differ."""

import numpy as np

from proveout.stats.two_sample import classifier_two_sample

TRIALS = 200
REACHED = 0.678
"""Mean area of 1,500 runs with 150 cases a side that lie 0.8 standard deviations apart, by the second test's loop."""


def test_sets_that_are_alike_are_called_unlike_no_more_often_than_promised():
    """DeLong's interval alone misses 0.5 in one run of six: folds share most of what their models learn."""
    from scipy.stats import binom

    rng, held = np.random.default_rng(7), 0
    for trial in range(TRIALS):
        a, b = rng.normal(size=(2, 2, 150))
        estimate = classifier_two_sample(list(a), list(b), seed=trial)
        held += estimate.lower <= 0.5 <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.945, 0.985])
    assert low <= held <= high


def test_the_area_of_sets_that_are_unlike():
    """Cautious there: the folds' models differ less."""
    from scipy.stats import binom

    rng, held, areas = np.random.default_rng(8), 0, []
    for trial in range(TRIALS):
        estimate = classifier_two_sample([rng.normal(size=150)], [rng.normal(size=150) + 0.8], seed=trial)
        held += estimate.lower <= REACHED <= estimate.upper
        areas.append(estimate.value)
    assert held >= binom.ppf(0.0005, TRIALS, 0.95)
    assert abs(np.mean(areas) - REACHED) < 0.01
