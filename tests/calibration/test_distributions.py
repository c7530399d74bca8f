"""How many new draws the central range holds."""

import numpy as np
import pytest

from proveout.stats.distributions import central, lognormal_range, pert, two_piece

DRAWS = 100_000


@pytest.mark.parametrize(
    "quantiles", [lognormal_range(1, 30), pert(0, 1, 10), two_piece(5, 4, 9)], ids=["lognormal", "pert", "measured"]
)
def test_new_draws(quantiles):
    from scipy.stats import binom

    rng = np.random.default_rng(8)
    found = central(quantiles(rng.random(DRAWS)))
    new = quantiles(rng.random(DRAWS))
    low, high = binom.ppf([0.0005, 0.9995], DRAWS, [0.897, 0.903])  # the ends themselves vary by a tenth of a per cent
    assert low <= ((found.lower <= new) & (new <= found.upper)).sum() <= high
