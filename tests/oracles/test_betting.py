"""Betting against the package of its authors, confseq, on ten scores."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.betting import betting_ends, betting_mean

SCORES = np.array([0.5, 0.7, 0.2, 0.9, 0.4, 0.6, 0.8, 0.3, 0.55, 0.65])
LOWER = [0, 0, 0, 0.126, 0.154, 0.19, 0.23, 0.236, 0.257, 0.281]
UPPER = [1, 1, 0.954, 0.932, 0.881, 0.858, 0.852, 0.816, 0.797, 0.787]
STEP = 0.0011  # of confseq's grid


def test_confseq():
    """betting_cs(x, breaks=1000, running_intersection=True)."""
    lower, upper = betting_ends(SCORES)
    assert lower == pytest.approx(LOWER, abs=STEP)
    assert upper == pytest.approx(UPPER, abs=STEP)


def test_on_another_scale():
    estimate = betting_mean(1 + 4 * SCORES, low=1, high=5)
    assert (estimate.lower, estimate.upper) == pytest.approx((1 + 4 * LOWER[-1], 1 + 4 * UPPER[-1]), abs=4 * STEP)
    assert estimate.value == pytest.approx(1 + 4 * SCORES.mean())


def test_all_scores_alike_leave_an_interval():
    estimate = betting_mean([5.0] * 30, low=1, high=5)
    assert estimate.upper == 5
    assert 4 < estimate.lower < 5


def test_refusals():
    with pytest.raises(TooLittle):
        betting_mean([], low=0, high=1)
    with pytest.raises(ValueError, match="scale"):
        betting_mean([6.0], low=1, high=5)


def test_sorted_scores_fit_no_mean_and_give_no_false_certainty():
    scores = np.sort(np.random.default_rng(0).uniform(size=400))
    lower, upper = betting_ends(scores)
    assert (lower[-1], upper[-1]) == (0, 1)
