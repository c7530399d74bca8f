"""How often sets that are alike are called unlike, and coverage of the area where they differ."""

import numpy as np

from proveout.stats.two_sample import classifier_two_sample

TRIALS = 24


def test_alike_and_unlike():
    from scipy.stats import binom

    rng, false, held = np.random.default_rng(0), 0, 0
    far = rng.normal(0.8, 1, 30_000), rng.normal(0, 1, 30_000)
    limit = classifier_two_sample([far[1]], [far[0]]).value  # what the same model reaches with very many cases
    for trial in range(TRIALS):
        a, b = rng.normal(size=(2, 150)), rng.normal(size=(2, 150))
        estimate = classifier_two_sample(list(a), list(b), seed=trial)
        false += estimate.lower > 0.5
        shifted = classifier_two_sample([a[0]], [b[0] + 0.8], seed=trial)
        held += shifted.lower - 0.02 <= limit <= shifted.upper + 0.02  # fewer cases, a slightly worse model
    assert false <= binom.ppf(0.9995, TRIALS, 0.025)
    assert held >= binom.ppf(0.0005, TRIALS, 0.95)
