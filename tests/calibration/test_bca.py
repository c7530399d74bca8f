"""Coverage of the BCa interval for a mean of skewed cases, alone and in clusters."""

import numpy as np
import pytest

from proveout.stats.bca import bca

TRIALS = 400


@pytest.mark.parametrize("per_cluster", [1, 4])
def test_coverage(per_cluster):
    """The bootstrap is known to fall a few points short with few skewed clusters; 40 keep within four."""
    from scipy.stats import binom

    rng, held, n = np.random.default_rng(per_cluster), 0, 40
    clusters = np.repeat(np.arange(n), per_cluster)
    for trial in range(TRIALS):
        x = rng.exponential(size=n)[clusters] + rng.exponential(size=n * per_cluster)
        estimate = bca(lambda w, x=x: w @ x / w.sum(axis=1), len(x), clusters=clusters, draws=600, seed=trial)
        held += estimate.lower <= 2 <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.91, 0.96])
    assert low <= held <= high
