"""Scores against scikit-learn, with weights, and its documented examples."""

import numpy as np
import pytest
import sklearn.metrics as theirs

from proveout.stats import scoring as ours

RNG = np.random.default_rng(1)
TRUTH, ANSWER = RNG.integers(0, 2, 200), RNG.integers(0, 2, 200)
SCORE, NUMBER = RNG.random(200), RNG.normal(size=200)
WEIGHTS = RNG.integers(0, 4, (3, 200)).astype(float)


@pytest.fixture(autouse=True)
def _same_draws_in_any_order(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(globals(), "RNG", np.random.default_rng(1))


@pytest.mark.parametrize(
    ("mine", "reference", "answer"),
    [
        (ours.accuracy, theirs.accuracy_score, ANSWER),
        (ours.balanced_accuracy, theirs.balanced_accuracy_score, ANSWER),
        (ours.precision, theirs.precision_score, ANSWER),
        (ours.recall, theirs.recall_score, ANSWER),
        (ours.f1, theirs.f1_score, ANSWER),
        (ours.matthews, theirs.matthews_corrcoef, ANSWER),
        (ours.brier_score, theirs.brier_score_loss, SCORE),
        (ours.log_loss, theirs.log_loss, SCORE),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_two_classes(mine, reference, answer):
    expected = [reference(TRUTH, answer, sample_weight=w) for w in WEIGHTS]
    assert mine(TRUTH, answer, WEIGHTS) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mine", "reference"),
    [
        (ours.mae, theirs.mean_absolute_error),
        (ours.rmse, theirs.root_mean_squared_error),
        (ours.r_squared, theirs.r2_score),
    ],
    ids=lambda value: value.__name__,
)
def test_numbers(mine, reference):
    truth = NUMBER + 1_000
    answer = truth + RNG.normal(size=200)
    expected = [reference(truth, answer, sample_weight=w) for w in WEIGHTS]
    assert mine(truth, answer, WEIGHTS) == pytest.approx(expected)


def test_more_than_two_classes():
    truth, answer = RNG.integers(0, 4, 300), RNG.integers(0, 4, 300)
    weights = RNG.integers(1, 4, (2, 300)).astype(float)
    for mine, reference, options in (
        (ours.accuracy, theirs.accuracy_score, {}),
        (ours.balanced_accuracy, theirs.balanced_accuracy_score, {}),
        (ours.f1, theirs.f1_score, {"average": "macro"}),
    ):
        expected = [reference(truth, answer, sample_weight=w, **options) for w in weights]
        assert mine(truth, answer, weights) == pytest.approx(expected)


def test_scikit_learn_documentation():
    """Brier .0375, log loss .21616, Matthews -.3333."""
    rain = ours.brier_score(np.array([0, 1, 1, 0]), np.array([0.1, 0.9, 0.8, 0.3]), np.ones((1, 4)))
    assert rain == pytest.approx(0.0375)
    spam = ours.log_loss(np.array([1, 0, 0, 1]), np.array([0.9, 0.1, 0.2, 0.65]), np.ones((1, 4)))
    assert spam == pytest.approx(0.21616, abs=1e-5)
    assert ours.matthews(np.array([1, 1, 1, 0]), np.array([1, 0, 1, 1]), np.ones((1, 4))) == pytest.approx(-1 / 3)


def test_what_is_undefined_is_nan():
    nobody = np.zeros(3, dtype=int)
    assert np.isnan(ours.recall(nobody, nobody, np.ones((1, 3))))
    assert np.isnan(ours.precision(np.ones(3), nobody, np.ones((1, 3))))
    assert np.isnan(ours.r_squared(np.ones(3), np.ones(3), np.ones((1, 3))))
    assert np.isnan(ours.ndcg([0, 0])) and np.isnan(ours.average_precision([0, 0]))


def test_ranking():
    relevance, scores = RNG.integers(0, 4, 20), RNG.random(20)
    order = np.argsort(-scores)
    assert ours.ndcg(relevance[order]) == pytest.approx(theirs.ndcg_score([relevance], [scores]))
    assert ours.ndcg(relevance[order], 5) == pytest.approx(theirs.ndcg_score([relevance], [scores], k=5))
    relevant = (relevance > 1).astype(int)
    expected = theirs.average_precision_score(relevant, scores)
    assert ours.average_precision(relevant[order]) == pytest.approx(expected)
    assert ours.precision_at([1, 0, 2, 0, 1], 3) == pytest.approx(2 / 3)
    assert ours.precision_at([1], 4) == 0.25
