"""Coverage of the finite-population interval, exactly, by adding up the hypergeometric distribution."""

import numpy as np
import pytest

from proveout.stats.finite_population import wilson_finite


@pytest.mark.parametrize("population", [15, 30, 60])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.8])
def test_on_average_it_covers_at_least_nearly_what_it_says(population, part):
    from scipy.stats import hypergeom

    n = round(population * part)
    ends = [wilson_finite(k, n, population) for k in range(n + 1)]
    coverages = []
    for marked in range(population + 1):
        share = marked / population
        held = np.array([e.lower - 1e-12 <= share <= e.upper + 1e-12 for e in ends])
        coverages.append(hypergeom.pmf(np.arange(n + 1), population, marked, n)[held].sum())
    assert 0.94 <= np.mean(coverages) <= 0.985
    assert np.min(coverages) >= 0.8 - 1e-9  # one or two marked among many: the distribution has two or three points
