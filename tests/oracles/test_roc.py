"""AUC against published ratings, brute force and scikit-learn."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.roc import auc, auc_difference

# Hanley and McNeil (1982), Radiology 143, 29-36, table 1: CT ratings 1 to 5 of 58 normal and 51 abnormal patients
NORMAL, ABNORMAL = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
RATINGS = np.repeat(np.tile(np.arange(1, 6), 2), NORMAL + ABNORMAL)
DISEASED = np.repeat([0, 1], [58, 51])


# DeLong, DeLong and Clarke-Pearson (1988): albumin, total protein, K-G score and outcome of surgery, of 43
# patients with ovarian cancer, as printed in SAS/STAT, PROC LOGISTIC, "Comparing Receiver Operating Characteristic
# Curves"
OVARIAN = """
3.0 5.8 10 0 3.2 6.3 5 1 3.9 6.8 3 1 2.8 4.8 6 0 3.2 5.8 3 1 0.9 4.0 5 0 2.5 5.7 8 0 1.6 5.6 5 1 3.8 5.7 5 1 3.7 6.7 6 1
3.2 5.4 4 1 3.8 6.6 6 1 4.1 6.6 5 1 3.6 5.7 5 1 4.3 7.0 4 1 3.6 6.7 4 0 2.3 4.4 6 1 4.2 7.6 4 0 4.0 6.6 6 0 3.5 5.8 6 1
3.8 6.8 7 1 3.0 4.7 8 0 4.5 7.4 5 1 3.7 7.4 5 1 3.1 6.6 6 1 4.1 8.2 6 1 4.3 7.0 5 1 4.3 6.5 4 1 3.2 5.1 5 1 2.6 4.7 6 1
3.3 6.8 6 0 1.7 4.0 7 0 3.7 6.1 5 1 3.3 6.3 7 1 4.2 7.7 6 1 3.5 6.2 5 1 2.9 5.7 9 0 2.1 4.8 7 1 2.8 6.2 8 0 4.0 7.0 7 1
3.3 5.7 6 1 3.7 6.9 5 1 3.6 6.6 5 1
"""
ALBUMIN, PROTEIN, SCORE, OUTCOME = np.array(OVARIAN.split(), dtype=float).reshape(-1, 4).T


def brute_force(scores, truth):
    """Areas and DeLong's covariance, of positives and of negatives, by counting pairs."""
    placed = []
    for row in scores:
        x, y = row[truth == 1], row[truth == 0]
        psi = (x[:, None] > y).astype(float) + 0.5 * (x[:, None] == y)
        placed.append((psi.mean(axis=1), psi.mean(axis=0), psi.mean()))
    v, w = np.array([p[0] for p in placed]), np.array([p[1] for p in placed])
    return (
        np.array([p[2] for p in placed]),
        np.atleast_2d(np.cov(v)) / v.shape[1],
        np.atleast_2d(np.cov(w)) / w.shape[1],
    )


def half_width(of_positives, of_negatives, truth):
    """Of Welch's interval."""
    from scipy.special import stdtrit

    m, n = truth.sum(), (1 - truth).sum()
    variance = of_positives + of_negatives
    df = variance**2 / (of_positives**2 / (m - 1) + of_negatives**2 / (n - 1))
    return stdtrit(df, 0.975) * variance**0.5


def test_hanley_and_mcneil_1982():
    """Area .8932; DeLong's standard error .0307, by counting pairs."""
    areas, of_positives, of_negatives = brute_force(RATINGS[None, :], DISEASED)
    assert auc(RATINGS, DISEASED).value == pytest.approx(0.8932, abs=5e-5)
    assert areas[0] == pytest.approx(0.8932, abs=5e-5)
    assert float((of_positives + of_negatives)[0, 0]) ** 0.5 == pytest.approx(0.0307, abs=5e-5)


def test_delong_1988():
    """Areas .7366, .6478, .7258; standard errors .0927, .1000, .1028; differences from the score .0108, -.0780 with
    .0953, .1046. Their errors come from counting pairs; ours are the same.
    """
    scores = np.array([ALBUMIN, PROTEIN, 10 - SCORE])
    areas, of_positives, of_negatives = brute_force(scores, OUTCOME)
    covariance = of_positives + of_negatives
    assert areas == pytest.approx([0.7366, 0.6478, 0.7258], abs=5e-5)
    assert [auc(row, OUTCOME).value for row in scores] == pytest.approx(areas)
    assert np.diag(covariance) ** 0.5 == pytest.approx([0.0927, 0.1000, 0.1028], abs=5e-5)
    for one, apart, error in ((0, 0.0108, 0.0953), (1, -0.0780, 0.1046)):
        contrast = np.eye(3)[one] - np.eye(3)[2]
        assert (contrast @ covariance @ contrast) ** 0.5 == pytest.approx(error, abs=5e-5)
        ours = auc_difference(scores[one], scores[2], OUTCOME)
        assert ours.value == pytest.approx(apart, abs=5e-5)
        half = half_width(contrast @ of_positives @ contrast, contrast @ of_negatives @ contrast, OUTCOME)
        assert (ours.value - ours.lower, ours.upper - ours.value) == pytest.approx((half, half))


def test_scikit_learn_documentation():
    assert auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])).value == 0.75


@pytest.mark.parametrize("seed", range(3))
def test_brute_force_with_ties(seed):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, 60)
    a, b = (rng.integers(0, 9, 60) + 2 * truth).astype(float), rng.normal(size=60) + truth
    areas, of_positives, of_negatives = brute_force(np.array([a, b]), truth)
    difference, contrast = auc_difference(a, b, truth), np.array([1, -1])
    half = half_width(contrast @ of_positives @ contrast, contrast @ of_negatives @ contrast, truth)
    assert difference.value == pytest.approx(areas[0] - areas[1])
    assert difference.upper - difference.value == pytest.approx(half, rel=1e-6)


def test_many_cases_give_delongs_plain_interval():
    rng = np.random.default_rng(6)
    truth = rng.integers(0, 2, 2_000)
    scores = np.round(rng.normal(size=2_000) + truth, 1)
    areas, of_positives, of_negatives = brute_force(scores[None, :], truth)
    half, estimate = half_width(of_positives[0, 0], of_negatives[0, 0], truth), auc(scores, truth)
    assert (estimate.lower, estimate.upper) == pytest.approx((areas[0] - half, areas[0] + half), abs=1e-3)


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
    """Four patients with three units each: the variance is that of the patients' sums of influence, G/(G - 1) times."""
    patient, truth = np.repeat(np.arange(4), 3), np.array([1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1])
    scores = np.array([[5.0, 1, 2, 6, 3, 4, 1, 2, 3, 4, 9, 8], [3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]])
    sums = []
    for row in scores:
        psi = (row[truth == 1][:, None] > row[truth == 0]) + 0.5 * (row[truth == 1][:, None] == row[truth == 0])
        apart = np.empty(12)
        apart[truth == 1] = (psi.mean(axis=1) - psi.mean()) / 6
        apart[truth == 0] = (psi.mean(axis=0) - psi.mean()) / 6
        sums.append([apart[patient == g].sum() for g in range(4)])
    error = (4 / 3 * ((np.array(sums[0]) - sums[1]) ** 2).sum()) ** 0.5
    difference = auc_difference(*scores, truth, clusters=patient)
    assert difference.upper - difference.value == pytest.approx(3.182446 * error, rel=1e-6)
    assert difference.n == 4


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
    """With 50 of either kind nearly Wilson's interval of 50; with three clusters hardly anything is known."""
    truth = np.repeat([0, 1], 50)
    alone, together = auc(truth, truth), auc(truth, truth, clusters=np.arange(100) % 3)
    assert alone.lower == pytest.approx(50 / (50 + 1.959964**2), abs=0.005)
    assert together.lower < 3 / (3 + 1.959964**2)


def test_a_perfect_score_on_few_cases_does_not_make_the_difference_exact():
    truth = np.array([0, 0, 1, 1])
    gain = auc_difference(truth, np.ones(4), truth)
    assert gain.value == 0.5
    assert gain.lower < 0
    assert auc_difference(truth, 1 - truth, truth).lower < 1
    assert auc_difference(truth, truth + np.array([0, 0.1, 0, 0]), truth).lower < 0
    assert auc_difference(truth, 2 * truth, truth).exact


def test_scores_that_are_all_alike_rank_nothing():
    estimate = auc(np.ones(9), np.arange(9) % 2)
    assert (estimate.value, estimate.lower, estimate.upper) == (0.5, 0.5, 0.5)


def test_scores_whose_difference_does_not_vary_are_not_exactly_apart():
    """Every placement differs by the same: no variance, but not the same order."""
    truth = np.array([0, 0, 1, 1])
    one, other = np.array([1.0, 4, 2, 3]), np.array([2.0, 3, 1, 4])
    assert not auc_difference(one, other, truth).exact
