"""How often the interval of a median time holds the truth, where some leave before it happens."""

import numpy as np

from proveout.stats.survival import median_time

TRIALS = 400


def test_median_of_waiting_times_that_are_cut_off():
    from scipy.stats import binom

    random, held = np.random.default_rng(0), 0
    for _ in range(TRIALS):
        times, leaves = random.exponential(10, 60), random.uniform(5, 40, 60)
        estimate = median_time(np.minimum(times, leaves), times <= leaves)
        truth = 10 * np.log(2)
        held += bool(estimate and estimate.lower <= truth and (estimate.upper is None or truth <= estimate.upper))
    assert binom.ppf(0.0005, TRIALS, 0.95) <= held <= binom.ppf(0.9995, TRIALS, 0.975)
