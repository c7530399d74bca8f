"""The bootstrap against Hesterberg (2015), scipy's bootstrap and theory."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.bootstrap import percentile, resamples, stretched


@pytest.mark.parametrize("n", [2, 5, 10, 40, 1000])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_stretching_obeys_hesterbergs_equation(n, level):
    """His expanded level q' solves z(q') sqrt((n - 1) / n) = t(q, n - 1), as in `ExpandProbs` of R's resample."""
    from scipy.stats import norm, t

    q = 0.5 + level / 2
    factor = float(stretched(np.array([1.0]), 0.0, n, level=level)[0])
    assert factor * norm.ppf(q) * ((n - 1) / n) ** 0.5 == pytest.approx(t.ppf(q, n - 1), rel=1e-9)


def test_draws_of_a_mean_have_its_bootstrap_variance():
    x = np.random.default_rng(3).gamma(2, size=30)
    counts = resamples(30, 20_000, seed=5)
    assert (counts.sum(axis=1) == 30).all()
    means = counts @ x / 30
    assert means.var() == pytest.approx(x.var() / 30, rel=0.05)  # four standard errors of a variance of 20,000 draws
    assert means.mean() == pytest.approx(x.mean(), abs=4 * (x.var() / 30 / 20_000) ** 0.5)
    assert (resamples(30, 10, seed=5) == counts[:10]).all()


def test_interval_is_scipys_percentile_interval():
    from scipy.stats import bootstrap

    x = np.random.default_rng(4).gamma(2, size=40)
    ours = percentile(float(x.mean()), resamples(40, 20_000, seed=1) @ x / 40, n=40)
    theirs = bootstrap((x,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(2))
    low, high = theirs.confidence_interval
    assert (ours.lower, ours.upper) == pytest.approx((low, high), rel=0.01)  # two sets of draws
    assert ours.n == 40


def test_the_interval_holds_the_value():
    estimate = percentile(5.0, np.arange(3.0), n=3)
    assert estimate.upper == 5.0


def test_one_cluster_is_refused():
    with pytest.raises(TooLittle):
        stretched(np.zeros(3), 0.0, 1)
