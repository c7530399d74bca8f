"""Coverage of the interval of the minimal detectable effect, and whether it is detected as often as promised."""

import numpy as np
import pytest

from proveout.stats.power import effect_variance, minimal_detectable_effect

TRIALS = 10_000


@pytest.mark.parametrize("n", [3, 12, 60])
def test_the_interval_covers_the_effect_of_the_true_spread(n):
    from scipy.stats import binom

    truth = minimal_detectable_effect(effect_variance(4.0, 40), 38, variance_df=1).value
    samples = np.random.default_rng(n).normal(0, 2, (TRIALS, n)).var(axis=1, ddof=1)
    found = (minimal_detectable_effect(effect_variance(v, 40), 38, variance_df=n - 1) for v in samples)
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    assert low <= sum(e.lower <= truth <= e.upper for e in found) <= high


def test_the_effect_is_found_four_times_in_five():
    """Teams of eight, team means compared: the promise of the design effect, simulated."""
    from scipy.stats import binom, ttest_ind

    clusters, size, icc, trials = 16, 8, 0.2, 6_000
    variance = effect_variance(1.0, clusters * size, clusters=clusters, icc=icc)
    effect = minimal_detectable_effect(variance, clusters - 2, variance_df=50).value
    rng = np.random.default_rng(4)
    deviation = (icc + (1 - icc) / size) ** 0.5
    means = rng.normal(0, deviation, (2, trials, clusters // 2))
    found = (ttest_ind(means[0], means[1] + effect, axis=1).pvalue < 0.05).sum()
    low, high = binom.ppf([0.0005, 0.9995], trials, [0.79, 0.81])
    assert low <= found <= high
