"""BCa against the law schools of Efron and Tibshirani, and against scipy."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.bca import bca

# Efron and Tibshirani (1993), table 3.1: average LSAT and GPA of 15 law schools
LSAT = np.array([576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594.0])
GPA = np.array([3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96])


def correlation(w):
    total = w.sum(axis=1)
    x, y = w @ LSAT / total, w @ GPA / total
    xy = w @ (LSAT * GPA) / total - x * y
    xx, yy = w @ LSAT**2 / total - x**2, w @ GPA**2 / total - y**2
    return xy / np.sqrt(xx * yy)


def test_law_schools():
    """Correlation .776; Efron (1987) gives a 90% BCa interval of about .43 to .92 with 1,000s of resamples."""
    estimate = bca(correlation, 15, draws=20_000, level=0.9)
    assert estimate.value == pytest.approx(0.776, abs=5e-4)
    assert (estimate.lower, estimate.upper) == pytest.approx((0.43, 0.92), abs=0.025)


def test_scipy():
    from scipy.stats import bootstrap

    x = np.random.default_rng(2).lognormal(size=60)
    theirs = bootstrap((x,), np.mean, n_resamples=40_000, method="BCa", rng=1).confidence_interval
    ours = bca(lambda w: w @ x / w.sum(axis=1), 60, draws=40_000)
    assert (ours.lower, ours.upper) == pytest.approx((theirs.low, theirs.high), rel=0.01)


def test_the_cluster_is_what_is_drawn():
    x = np.random.default_rng(3).normal(size=40)
    alone = bca(lambda w: w @ x / w.sum(axis=1), 40)
    tripled, of = np.tile(x, 3), np.tile(np.arange(40), 3)
    copies = bca(lambda w: w @ tripled / w.sum(axis=1), 120, clusters=of)
    assert (copies.value, copies.lower, copies.upper) == pytest.approx((alone.value, alone.lower, alone.upper))
    assert copies.n == 40


def test_groups_are_left_out_where_there_are_many_clusters():
    x = np.random.default_rng(4).exponential(size=3_000)
    estimate = bca(lambda w: w @ x / w.sum(axis=1), 3_000, draws=500)
    assert estimate.lower < x.mean() < estimate.upper
    assert estimate.upper - x.mean() == pytest.approx(1.96 * x.std() / 3_000**0.5, rel=0.15)


def test_undefined_on_the_data_or_on_resamples():
    few = np.zeros(30)
    few[0] = 1

    def share_of_positives(w):
        with np.errstate(invalid="ignore", divide="ignore"):
            return (w @ few) / (w @ few)

    with pytest.raises(TooLittle, match="not defined"):
        bca(share_of_positives, 30)
    with pytest.raises(TooLittle, match="two"):
        bca(lambda w: w.sum(axis=1), 1)


def test_what_never_varies_is_that():
    estimate = bca(lambda w: np.full(len(w), 7.0), 12)
    assert (estimate.lower, estimate.value, estimate.upper) == (7, 7, 7)
