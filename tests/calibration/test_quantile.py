"""Coverage of the order-statistic interval on skewed values."""

import numpy as np
import pytest

from proveout.stats.quantile import quantile

RUNS = 4000


@pytest.mark.parametrize(("n", "p"), [(12, 0.5), (60, 0.5), (60, 0.9), (400, 0.9)])
def test_covers_at_least_as_often_as_promised_and_little_more(n, p):
    from scipy.stats import binom

    from proveout.stats.quantile import quantile_ranks

    rng = np.random.default_rng(20260105)
    truth = -np.log(1 - p)
    held = 0
    for x in np.sort(rng.exponential(size=(RUNS, n)), axis=1):
        estimate = quantile(lambda k, x=x: float(x[k - 1]), n, p)
        low_enough = estimate.lower is None or estimate.lower <= truth
        held += low_enough and (estimate.upper is None or truth <= estimate.upper)
    lower, upper = quantile_ranks(n, p)
    exact = (1.0 if upper is None else binom.cdf(upper - 1, n, p)) - (
        0.0 if lower is None else binom.cdf(lower - 1, n, p)
    )
    assert exact >= 0.95
    assert binom.ppf(0.0001, RUNS, exact) <= held <= binom.ppf(0.9999, RUNS, exact)
