"""Coverage of the interval that the assignment alone gives."""

import numpy as np
import pytest

from proveout.stats.randomisation import assignments, randomisation_effect

TRIALS = 400
EFFECT = 0.7


@pytest.mark.parametrize("skewed", [False, True])
def test_a_constant_effect_is_covered(skewed):
    from scipy.stats import binom

    rng = np.random.default_rng(11)
    held = 0
    for _ in range(TRIALS):
        outcomes = rng.lognormal(0, 1, 8) if skewed else rng.normal(0, 1, 8)
        treated = rng.permutation(np.arange(8) % 2)
        estimate = randomisation_effect(assignments(treated, np.zeros(8)), outcomes + EFFECT * treated)
        held += estimate.lower <= EFFECT <= estimate.upper
    promised = 1 - 2 * (70 * 0.05 // 2) / 70  # 70 assignments: the test's size is 2/70, less than 5%
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, promised)
    assert low <= held <= high
