"""Every metric that can be asked for, from a file to its figure, against scikit-learn; costs against the allowance."""

import numpy as np
import pytest
import sklearn.metrics as theirs
from tests.unit.instruments.prototype.trial import declared, figure, leads, see, write

from proveout.instruments.prototype.settings import Allowed


@pytest.fixture
def rng():
    return np.random.default_rng(12)


@pytest.mark.parametrize(
    ("metric", "reference", "of_scores"),
    [
        ("precision", theirs.precision_score, False),
        ("recall", theirs.recall_score, False),
        ("f1", theirs.f1_score, False),
        ("matthews", theirs.matthews_corrcoef, False),
        ("log_loss", theirs.log_loss, True),
        ("brier", theirs.brier_score_loss, True),
        ("auc", theirs.roc_auc_score, True),
    ],
)
def test_metrics_of_two_classes(tmp_path, rng, metric, reference, of_scores):
    score, truth = leads(rng)
    write(tmp_path / "predictions.csv", truth=truth, score=score)
    finding = see(tmp_path, declared(columns={"score": "score"}, metric=metric))
    found = figure(finding, metric)
    assert found.value == pytest.approx(reference(truth, score if of_scores else score >= 0.5), abs=1e-6)
    assert found.lower < found.value < found.upper


@pytest.mark.parametrize(
    ("metric", "reference"), [("rmse", theirs.root_mean_squared_error), ("r_squared", theirs.r2_score)]
)
def test_metrics_of_numbers(tmp_path, rng, metric, reference):
    truth = rng.normal(100, 20, 200)
    says = truth + rng.normal(0, 8, 200)
    write(tmp_path / "predictions.csv", truth=truth, says=says)
    found = figure(see(tmp_path, declared(kind="regression", columns={"answer": "says"}, metric=metric)), metric)
    assert found.value == pytest.approx(reference(truth, says), abs=1e-6)
    assert found.lower < found.value < found.upper


@pytest.mark.parametrize("metric", ["precision_at_k", "average_precision"])
def test_metrics_of_lists(tmp_path, rng, metric):
    query = np.repeat(np.arange(40), 8)
    truth = (rng.random(320) < 0.4).astype(int)
    truth[::8] = 1
    score = truth + rng.normal(0, 0.7, 320)
    write(tmp_path / "predictions.csv", truth=truth, score=score, query=query)
    asked = {"score": "score", "query": "query"}
    found = figure(see(tmp_path, declared(kind="ranking", columns=asked, metric=metric, k=3)), metric)
    lists = [(truth[query == q], score[query == q]) for q in range(40)]
    if metric == "precision_at_k":
        expected = np.mean([t[np.argsort(-s)[:3]].mean() for t, s in lists])
    else:
        expected = np.mean([theirs.average_precision_score(t, s) for t, s in lists])
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.lower < found.value < found.upper


def test_cost_per_decision_is_held_against_what_is_allowed(tmp_path, rng):
    score, truth = leads(rng)
    cost = rng.lognormal(-3, 0.3, 400)
    write(tmp_path / "predictions.csv", truth=truth, score=score, cost=cost)
    settings = declared(columns={"score": "score", "cost": "cost"}, allowed=Allowed(cost=0.1))
    found = figure(see(tmp_path, settings), "cost_per_decision_ratio")
    assert found.value == pytest.approx(cost.mean() / 0.1)
    assert found.lower < found.value < found.upper < 1
