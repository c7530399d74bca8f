"""AUC against published ratings, brute force and scikit-learn."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.roc import auc, auc_difference

# Hanley and McNeil (1982), Radiology 143, 29-36, table 1: CT ratings 1 to 5 of 58 normal and 51 abnormal patients
NORMAL, ABNORMAL = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
RATINGS = np.repeat(np.tile(np.arange(1, 6), 2), NORMAL + ABNORMAL)
DISEASED = np.repeat([0, 1], [58, 51])


def brute_force(scores, truth):
    """Areas and DeLong's covariance by counting pairs."""
    placed = []
    for row in scores:
        x, y = row[truth == 1], row[truth == 0]
        psi = (x[:, None] > y).astype(float) + 0.5 * (x[:, None] == y)
        placed.append((psi.mean(axis=1), psi.mean(axis=0), psi.mean()))
    v, w = np.array([p[0] for p in placed]), np.array([p[1] for p in placed])
    return np.array([p[2] for p in placed]), np.cov(v) / v.shape[1] + np.cov(w) / w.shape[1]


def test_hanley_and_mcneil_1982():
    """Area .8932; DeLong's standard error .0307."""
    estimate = auc(RATINGS, DISEASED)
    assert estimate.value == pytest.approx(0.8932, abs=5e-5)
    scale = estimate.value * (1 - estimate.value)
    logit = np.log(estimate.value / (1 - estimate.value))
    error = (np.log(estimate.upper / (1 - estimate.upper)) - logit) * scale / 1.959964
    assert error == pytest.approx(0.0307, abs=5e-5)


def test_scikit_learn_documentation():
    assert auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])).value == 0.75


@pytest.mark.parametrize("seed", range(3))
def test_brute_force_with_ties(seed):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, 60)
    a, b = (rng.integers(0, 9, 60) + 2 * truth).astype(float), rng.normal(size=60) + truth
    areas, covariance = brute_force(np.array([a, b]), truth)
    difference = auc_difference(a, b, truth)
    error = (covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]) ** 0.5
    assert difference.value == pytest.approx(areas[0] - areas[1])
    assert (difference.upper - difference.value) / 1.959964 == pytest.approx(error, rel=1e-6)


def test_a_million_cases_give_what_scikit_learn_gives():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(4)
    truth = rng.integers(0, 2, 1_000_000)
    scores = np.round(rng.normal(size=1_000_000) + truth, 2)
    assert auc(scores, truth).value == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)


def test_clusters_of_one_are_nearly_no_clusters_and_copies_are_not_cases():
    rng = np.random.default_rng(9)
    truth = np.arange(200) % 2
    scores = rng.normal(size=200) + truth
    alone, single = auc(scores, truth), auc(scores, truth, clusters=np.arange(200))
    assert (single.lower, single.upper) == pytest.approx((alone.lower, alone.upper), abs=2e-3)
    copied = auc(np.tile(scores, 5), np.tile(truth, 5), clusters=np.tile(np.arange(200), 5))
    assert (copied.lower, copied.upper) == pytest.approx((single.lower, single.upper), abs=1e-9)
    assert copied.n == 200


def test_obuchowski_1997_by_hand():
    """Two patients with two units each: the variance is that of the patients' sums of influence, G/(G - 1) times."""
    scores, truth, patient = np.array([3.0, 1.0, 2.0, 4.0]), np.array([1, 0, 0, 1]), np.array([0, 0, 1, 1])
    difference = auc_difference(scores, np.array([1.0, 3.0, 4.0, 2.0]), truth, clusters=patient)
    assert difference.value == 1.0
    assert difference.n == 2


def test_what_separates_entirely_is_not_certain():
    estimate = auc(np.arange(40.0), (np.arange(40) >= 20).astype(int))
    assert estimate.value == estimate.upper == 1
    assert 0.8 < estimate.lower < 0.99
    worst = auc(-np.arange(40.0), (np.arange(40) >= 20).astype(int))
    assert worst.value == 0
    assert worst.lower == 0 < worst.upper < 0.2


def test_one_class_is_too_little():
    with pytest.raises(TooLittle, match="same truth"):
        auc(np.arange(5.0), np.ones(5))
    with pytest.raises(TooLittle, match="cluster"):
        auc(np.arange(4.0), np.array([0, 1, 0, 1]), clusters=np.zeros(4))


def test_one_case_of_a_kind_has_no_interval():
    """Its placement has no variance, and the interval would be that of the other class alone."""
    with pytest.raises(TooLittle, match="one case"):
        auc(np.arange(30.0), np.eye(30)[11])


def test_cases_of_few_clusters_that_are_told_apart_are_no_more_than_the_clusters():
    truth = np.repeat([0, 1], 50)
    alone, together = auc(truth, truth), auc(truth, truth, clusters=np.arange(100) % 3)
    assert alone.lower == pytest.approx(50 / (50 + 1.959964**2), abs=1e-6)
    assert together.lower == pytest.approx(3 / (3 + 1.959964**2), abs=1e-6)


def test_a_perfect_score_on_few_cases_does_not_make_the_difference_exact():
    truth = np.array([0, 0, 1, 1])
    gain = auc_difference(truth, np.ones(4), truth)
    assert (gain.value, gain.lower) == (0.5, pytest.approx(0.5 - 1.959964**2 / (2 + 1.959964**2), abs=1e-6))
    assert auc_difference(truth, 1 - truth, truth).lower < 1
    assert auc_difference(truth, truth + np.array([0, 0.1, 0, 0]), truth).lower < 0
    assert auc_difference(truth, 2 * truth, truth).exact
