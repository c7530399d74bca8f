"""Shares and quantiles in clusters against scipy's exact interval and order statistics."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.cluster import cr2_mean
from proveout.stats.clustered_share import clustered_proportion, clustered_quantile
from proveout.stats.quantile import quantile


def clopper_pearson(x, n, level=0.95):
    from scipy.stats import beta

    return beta.ppf((1 - level) / 2, x, n - x + 1), beta.ppf((1 + level) / 2, x + 1, n - x)


def test_units_of_their_own_give_clopper_and_pearsons_interval():
    ones = np.ones(200)
    found = clustered_proportion(ones, np.arange(200) < 190)
    # each unit is its own cluster: worth n - 1 of n, as the variance has n - 1 in it
    assert (found.lower, found.upper) == pytest.approx(clopper_pearson(190 * 199 / 200, 199), abs=1e-12)


def test_equal_bursts_count_as_events():
    """Three hours of 1,000 fail as a whole: worth 1,000 hours, not 50,000 requests."""
    failed = np.arange(1000) < 3
    found = clustered_proportion(np.full(1000, 50), 50 * ~failed)
    assert 1 - found.lower == pytest.approx(1 - clopper_pearson(997, 1000)[0], rel=0.02)
    assert found.value == 0.997 and found.n == 1000


def test_the_worth_is_korn_and_graubards():
    from scipy.stats import t

    rng = np.random.default_rng(1)
    n = rng.integers(20, 60, 25)
    x = rng.binomial(n, rng.beta(18, 2, 25))
    p, mean = x.sum() / n.sum(), cr2_mean(n, x)
    worth = p * (1 - p) * (t.ppf(0.975, n.sum() - 1) / (mean.value - mean.lower)) ** 2
    found = clustered_proportion(n, x)
    assert (found.lower, found.upper) == pytest.approx(clopper_pearson(p * worth, worth), abs=1e-12)


def test_without_any_failure_a_cluster_counts_as_one():
    found = clustered_proportion([500] * 720, [500] * 720)
    assert found.upper == 1 and found.lower == pytest.approx(0.025 ** (1 / 720))
    assert clustered_proportion([5] * 30, [0] * 30).upper == pytest.approx(1 - 0.025 ** (1 / 30))


def test_a_quantile_of_independent_units_is_near_that_of_order_statistics():
    values = np.sort(np.random.default_rng(2).lognormal(0, 1, 5000))
    edges = np.linspace(0, values[-1] + 0.01, 20_001)
    counts = np.zeros((5000, 20_000), np.int8)
    counts[np.arange(5000), np.searchsorted(edges, values) - 1] = 1
    ours, exact = clustered_quantile(counts, edges, 0.95), quantile(lambda k: values[k - 1], 5000, 0.95)
    assert (ours.value, ours.lower, ours.upper) == pytest.approx((exact.value, exact.lower, exact.upper), rel=0.01)


def test_a_value_in_a_bin_without_an_end_is_none():
    with pytest.raises(TooLittle, match="beyond the last edge, 1"):
        clustered_quantile(np.full((9, 2), 10), [0, 1, np.inf], 0.95)
    found = clustered_quantile(np.tile([96, 4], (9, 1)), [0, 1, np.inf], 0.95)
    assert found.value == pytest.approx(0.95 / 0.96) and found.upper is None


def test_few_units_leave_the_upper_end_open():
    assert clustered_quantile(np.eye(10), np.arange(11), 0.95).upper is None


@pytest.mark.parametrize("sizes", [[], [7], [7, 0]])
def test_too_little(sizes):
    with pytest.raises(TooLittle):
        clustered_proportion(sizes, sizes)
    with pytest.raises(TooLittle):
        clustered_quantile(np.array(sizes, float).reshape(-1, 1), [0, 1], 0.5)
