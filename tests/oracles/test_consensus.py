"""Consensus: counts by hand, the definitions by loops, and Wilson's interval where there are no clusters."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.consensus import against_others, clustered_share, dawid_skene, majority
from proveout.stats.proportion import wilson


def test_majority_shares_ties():
    found = majority(np.array([[3, 1, 0], [2, 2, 0], [0, 0, 0]]))
    assert found[:2].tolist() == [[1, 0, 0], [0.5, 0.5, 0]]
    assert np.isnan(found[2]).all()


def test_each_against_the_majority_of_the_others():
    """Case 0: a, a, b. For each a the others are a and b, a tie; for b they are a and a. Case 1 has one decision."""
    case, label = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 0])
    assert against_others(case, label, n_labels=2)[:3].tolist() == [0.5, 0.5, 0]
    assert np.isnan(against_others(case, label, n_labels=2)[3])
    model = np.array([1, 1, 1, 1])
    assert against_others(case, label, n_labels=2, answer=model)[:3].tolist() == [0.5, 0.5, 0]
    assert len(against_others(case[:0], label[:0], n_labels=2)) == 0


def test_dawid_and_skene_by_loops():
    """Ten rounds of the two steps, written out case by case."""
    rng = np.random.default_rng(1)
    n, people, k, s = 30, 4, 3, 0.01
    right = rng.integers(0, k, n)
    case, person = np.divmod(np.arange(n * people), people)
    label = np.where(rng.random(n * people) < 0.7, right[case], rng.integers(0, k, n * people))
    p = np.array([[np.mean(label[case == u] == t) for t in range(k)] for u in range(n)])
    for _ in range(10):
        prior = p.mean(axis=0)
        theta = np.full((people, k, k), s)
        for u, i, said in zip(case, person, label, strict=True):
            theta[i, :, said] += p[u]
        theta /= theta.sum(axis=2, keepdims=True)
        q = np.array([prior] * n)
        for u, i, said in zip(case, person, label, strict=True):
            q[u] *= theta[i, :, said]
        p = q / q.sum(axis=1, keepdims=True)
    found = dawid_skene(case, person, label, n_labels=k, iterations=10)
    assert found.probabilities == pytest.approx(p, abs=1e-9)
    assert found.confusion == pytest.approx(theta, abs=1e-9)
    assert found.answers.tolist() == p.argmax(axis=1).tolist()


def test_dawid_and_skene_hear_one_good_person_among_guessers():
    rng = np.random.default_rng(2)
    right = rng.integers(0, 2, 400)
    accuracy = np.array([0.97, 0.9, 0.55, 0.5, 0.5])
    said = np.where(rng.random((400, 5)) < accuracy, right[:, None], 1 - right[:, None])
    case, person = np.nonzero(np.ones_like(said))
    found = dawid_skene(case, person, said.ravel(), n_labels=2)
    voted = (said.sum(axis=1) > 2).astype(int)
    assert (found.answers == right).mean() > (voted == right).mean() + 0.1
    assert found.confusion[:, 1, 1][:2].min() > 0.85
    assert found.prevalence.sum() == pytest.approx(1)


def test_a_share_without_clusters_is_wilsons_with_students_quantile():
    score = np.repeat([1.0, 0.0], [160, 40])
    found, near = clustered_share(np.arange(200), score), wilson(160, 200)
    assert found.value == near.value
    assert (found.lower, found.upper) == pytest.approx((near.lower, near.upper), abs=0.002)
    assert found.upper - found.lower > near.upper - near.lower


def test_a_share_of_cases_that_were_scored_five_times_alike_counts_cases():
    score = np.repeat(np.repeat([1.0, 0.0], [30, 10]), 5)
    five, one = clustered_share(np.repeat(np.arange(40), 5), score), clustered_share(np.arange(40), score[::5])
    assert (five.lower, five.upper, five.n) == pytest.approx((one.lower, one.upper, one.n))


def test_all_alike_is_no_certainty():
    found = clustered_share(np.repeat(np.arange(30), 3), np.ones(90))
    assert (found.value, found.upper) == (1, 1)
    assert 0.85 < found.lower < 0.9


def test_refusals():
    with pytest.raises(TooLittle):
        clustered_share(np.zeros(3), np.ones(3))
    with pytest.raises(TooLittle):
        dawid_skene(np.zeros(0, int), np.zeros(0, int), np.zeros(0, int), n_labels=2)
    with pytest.raises(ValueError, match="no shares"):
        clustered_share(np.arange(3), np.array([0.5, 2, 1]))
