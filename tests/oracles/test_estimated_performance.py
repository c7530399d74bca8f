"""Expected performance against scikit-learn and its definition over pairs; tests/real/test_drift.py has NannyML."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.estimated_performance import (
    Scored,
    estimated_performance,
    isotonic,
    performance_gap,
    realised_performance,
)


def cases(seed, size=400, *, truth=True):
    rng = np.random.default_rng(seed)
    score = rng.integers(0, 41, size) / 40
    yes = rng.random(size) < score**1.5
    return Scored(score, score >= 0.5, np.ones(size, int), yes.astype(int) if truth else None)


def test_isotonic_is_scikit_learns():
    from sklearn.isotonic import IsotonicRegression

    known = cases(1)
    knots, fitted = isotonic(known.score, known.n, known.positive)
    peer = IsotonicRegression(out_of_bounds="clip").fit(known.score, known.positive)
    at = np.linspace(-0.1, 1.1, 77)
    assert np.interp(at, knots, fitted) == pytest.approx(peer.predict(at), abs=1e-12)


def test_isotonic_by_hand():
    """Scores .2 and .4 violate the order and are pooled: 3 of 6."""
    knots, fitted = isotonic(np.array([0.4, 0.1, 0.2]), np.array([4, 5, 2]), np.array([1, 0, 2]))
    assert knots.tolist() == [0.1, 0.2, 0.4]
    assert fitted.tolist() == [0, 0.5, 0.5]


def test_expected_performance_by_its_definition():
    known, new = cases(2), cases(3, 150, truth=False)
    chance = np.interp(new.score, *isotonic(known.score, known.n, known.positive))
    accuracy = np.where(new.answered, chance, 1 - chance).mean()
    assert estimated_performance(known, new).value == pytest.approx(accuracy)
    above = (chance[:, None] > chance) + 0.5 * (chance[:, None] == chance)
    weights = chance[:, None] * (1 - chance)
    auc = (weights * above).sum() / weights.sum()
    assert estimated_performance(known, new, "auc").value == pytest.approx(auc, abs=1e-12)


def test_realised_performance_is_scikit_learns():
    from sklearn.metrics import accuracy_score, roc_auc_score

    new = cases(4)
    assert realised_performance(new).value == accuracy_score(new.positive, new.answered)
    assert realised_performance(new, "auc").value == pytest.approx(roc_auc_score(new.positive, new.score))


def test_the_gap_is_realised_less_expected():
    known, new = cases(5), cases(6)
    for metric in ("accuracy", "auc"):
        gap = realised_performance(new, metric).value - estimated_performance(known, new, metric).value
        assert performance_gap(known, new, metric).value == pytest.approx(gap)


def test_cases_grouped_by_score_give_the_same():
    known, new = cases(7), cases(8)
    score, place = np.unique(new.score, return_inverse=True)
    yes = np.bincount(place, weights=new.positive).astype(int)
    grouped = Scored(score, score >= 0.5, np.bincount(place), yes)
    for metric in ("accuracy", "auc"):
        plain = performance_gap(known, new, metric).value
        assert performance_gap(known, grouped, metric).value == pytest.approx(plain)


def test_too_little():
    unknown, one = cases(9, truth=False), Scored(np.array([0.5]), np.array([True]), np.array([3]), np.array([3]))
    with pytest.raises(TooLittle, match="truth is known"):
        estimated_performance(unknown, unknown)
    with pytest.raises(TooLittle, match="truth is known"):
        performance_gap(one, unknown)
    with pytest.raises(TooLittle, match="of one kind"):
        realised_performance(one, "auc")
    with pytest.raises(TooLittle, match="calibrate"):
        isotonic(np.array([]), np.array([]), np.array([]))
