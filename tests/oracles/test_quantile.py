"""Order-statistic intervals against the table of Campbell & Gardner (1988) and the binomial distribution."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.quantile import quantile, quantile_ranks


@pytest.mark.parametrize(
    ("n", "ranks", "reached"),
    [(10, (2, 9), 0.979), (20, (6, 15), 0.959), (50, (18, 33), 0.967), (100, (40, 61), 0.965)],
)
def test_table_for_medians(n, ranks, reached):
    from scipy.stats import binom

    assert quantile_ranks(n, 0.5) == ranks
    lower, upper = ranks
    coverage = binom.cdf(upper - 1, n, 0.5) - binom.cdf(lower - 1, n, 0.5)
    assert coverage == pytest.approx(reached, abs=0.0005)


@pytest.mark.parametrize("n", [6, 37, 1000, 250_000])
@pytest.mark.parametrize("p", [0.25, 0.5, 0.9])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_no_tail_is_larger_than_promised_and_the_next_rank_would_be(n, p, level):
    from scipy.stats import binom

    half = (1 - level) / 2
    lower, upper = quantile_ranks(n, p, level=level)
    if lower is not None:
        assert binom.cdf(lower - 1, n, p) <= half < binom.cdf(lower, n, p)
    else:
        assert binom.cdf(0, n, p) > half
    if upper is not None:
        assert binom.sf(upper - 1, n, p) <= half < binom.sf(upper - 2, n, p)
    else:
        assert binom.sf(n - 1, n, p) > half


def test_value_is_numpys_and_the_ends_are_values():
    x = np.sort(np.random.default_rng(1).lognormal(size=57))
    for p in (0.1, 0.5, 0.9):
        estimate = quantile(lambda k: float(x[k - 1]), len(x), p)
        assert estimate.value == pytest.approx(np.quantile(x, p), rel=1e-12)
        for end in (estimate.lower, estimate.upper):
            assert end is None or end in x


def test_too_few_values_leave_a_side_open():
    estimate = quantile(lambda k: float(k), 5, 0.5)
    assert (estimate.value, estimate.lower, estimate.upper) == (3.0, None, None)
    assert quantile(lambda k: 7.0, 1, 0.5).value == 7.0
    with pytest.raises(TooLittle):
        quantile(lambda k: 0.0, 0, 0.5)
