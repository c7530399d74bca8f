"""Coverage of the betting interval over all moments together, for scores that are hardly ever anything but 0 or 1."""

import numpy as np
import pytest

from proveout.stats.betting import betting_ends, betting_mean

TRIALS, SCORES = 250, 60


@pytest.mark.parametrize(("a", "b"), [(0.2, 0.2), (0.3, 3.0), (5.0, 5.0)])
def test_the_mean_is_covered_at_every_moment(a, b):
    from scipy.stats import binom

    rng, truth, held = np.random.default_rng(8), a / (a + b), 0
    for _ in range(TRIALS):
        scores = rng.beta(a, b, SCORES)
        lower, upper = betting_ends(scores)
        held += bool(((lower <= truth) & (truth <= upper)).all())
        final = betting_mean(scores, low=0, high=1)
        assert final.lower <= scores.mean() <= final.upper
    assert held >= binom.ppf(0.0005, TRIALS, 0.95)
