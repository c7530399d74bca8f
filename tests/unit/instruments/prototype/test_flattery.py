"""What a figure must not hide: ties in the order of the file, missing verdicts, groups that are all wrong."""

import numpy as np
import pytest

from proveout.instruments.prototype.settings import Costs, Promise, Rubric, Settings

from .trial import declared, figure, leads, note, see, write


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_equal_scores_are_not_drawn_in_the_order_of_the_file(tmp_path):
    """A score that says nothing, over a file that is sorted by truth."""
    truth, today = [1] * 100 + [0] * 100, [1, 0] * 100
    write(tmp_path / "predictions.csv", truth=truth, score=[0.3, 0.3, 0.3, 0.4] * 50, today=today)
    gain = figure(see(tmp_path, declared(columns={"score": "score", "today": "today"})), "gain_over_today")
    assert gain.lower < 0 < gain.upper


def test_a_metric_of_the_yes_is_held_against_always_yes(tmp_path, rng):
    """Always yes has an F1 of 0.57 where 2 of 5 are a yes; always no has none."""
    truth = np.array([1, 1, 0, 0, 0] * 60)
    answer = rng.integers(0, 2, 300)
    write(tmp_path / "predictions.csv", truth=truth, answer=answer)
    for metric in ("f1", "precision"):
        finding = see(tmp_path, declared(columns={"answer": "answer"}, metric=metric, baseline="majority"))
        gain = figure(finding, "gain_over_baseline")
        assert gain is not None
        assert gain.lower < 0.01, metric
        assert "always 'yes'" in gain.method


def test_right_in_all_cases_of_few_clusters_is_not_certain(tmp_path):
    truth = [0, 1] * 100
    write(tmp_path / "predictions.csv", truth=truth, answer=truth, person=[i % 4 for i in range(200)])
    asked = {"answer": "answer", "cluster": "person"}
    found = figure(see(tmp_path, declared(columns=asked, metric="accuracy")), "accuracy")
    assert (found.value, found.n) == (1, 4)
    assert found.lower == pytest.approx(4 / (4 + 1.959964**2), abs=1e-6)


def test_a_slice_without_one_hit_is_worse_than_the_whole(tmp_path):
    truth, plan = [0, 1] * 200, ["a"] * 300 + ["b"] * 100
    answer = [t if p == "a" else 0 for t, p in zip(truth, plan, strict=True)]
    write(tmp_path / "predictions.csv", truth=truth, answer=answer, plan=plan)
    finding = see(tmp_path, declared(columns={"answer": "answer"}, metric="f1", slices=("plan",)))
    assert note(finding, "No slice is worse")[0] is False


@pytest.mark.parametrize("metric", ["f1", "balanced_accuracy"])
def test_few_of_the_rarer_kind_that_are_all_right_prove_little(tmp_path, metric):
    truth = [1] * 8 + [0] * 192
    write(tmp_path / "predictions.csv", truth=truth, answer=truth)
    found = figure(see(tmp_path, declared(columns={"answer": "answer"}, metric=metric)), metric)
    assert found.lower == pytest.approx(8 / (8 + 1.959964**2), abs=1e-6)


def test_an_error_that_is_always_one_is_no_share(tmp_path, rng):
    truth = rng.normal(100, 20, 60).round()
    write(tmp_path / "predictions.csv", truth=truth, says=truth + 1)
    found = figure(see(tmp_path, declared(kind="regression", columns={"answer": "says"}, metric="mae")), "mae")
    assert (found.lower, found.value, found.upper) == (1, 1, 1)


def test_a_slice_that_always_gets_the_same_answer_is_worse_than_the_whole(tmp_path):
    """Its balanced accuracy is a half in every resample, which is no reason to call it chance."""
    truth, plan = [0, 1] * 200, ["a"] * 300 + ["b"] * 100
    answer = [t if p == "a" else 0 for t, p in zip(truth, plan, strict=True)]
    write(tmp_path / "predictions.csv", truth=truth, answer=answer, plan=plan)
    finding = see(tmp_path, declared(columns={"answer": "answer"}, slices=("plan",)))
    assert note(finding, "No slice is worse")[0] is False


def test_very_many_clusters_are_resampled_in_lots(tmp_path, rng):
    score, truth = leads(rng, n=6_000)
    write(tmp_path / "predictions.csv", truth=truth, score=score, person=[i // 2 for i in range(6_000)])
    found = figure(
        see(tmp_path, declared(columns={"score": "score", "cluster": "person"}, metric="accuracy")), "accuracy"
    )
    assert found.n == 3_000
    assert "3000 clusters in 2000 lots" in found.method


def test_slices_beyond_the_largest_are_said(tmp_path, rng):
    score, truth = leads(rng, n=1_200)
    write(tmp_path / "predictions.csv", truth=truth, score=score, shop=[f"s{i % 50}" for i in range(1_200)])
    finding = see(tmp_path, declared(columns={"score": "score"}, slices=("shop",)))
    passed, said = note(finding, "Every slice is judged")
    assert passed is None
    assert "the 10 smallest of 50" in said


def test_a_case_that_was_not_judged_in_full_has_not_passed(tmp_path):
    """Half of the cases were judged by the easy question only."""
    rows = [(case, item) for case in range(40) for item in ("fluent", "true") if item == "fluent" or case < 20]
    case, item = zip(*rows, strict=True)
    write(tmp_path / "verdicts.csv", case=case, item=item, verdict=["yes"] * len(rows))
    rubric = Rubric(source="verdicts", item="item")
    finding = see(tmp_path, Settings(kind="text", rubric=rubric, promise=Promise(at_least=0.5)))
    assert figure(finding, "rubric_pass_share").value == 0.5
    passed, said = note(finding, "judged by every item")
    assert passed is False
    assert "20 of 40" in said


def test_selected_cases_of_few_clusters_are_no_more_than_the_clusters(tmp_path):
    truth = [0, 1] * 100
    answer = [t if i % 5 else None for i, t in enumerate(truth)]
    write(tmp_path / "predictions.csv", truth=truth, answer=answer, person=[i % 4 for i in range(200)])
    asked = {"answer": "answer", "cluster": "person"}
    found = figure(see(tmp_path, declared(columns=asked, metric="accuracy")), "selective_accuracy")
    assert (found.value, found.n) == (1, 4)
    assert found.lower < 0.6


def test_groups_that_are_treated_alike_are_compared_with_each_other(tmp_path):
    truth, sex = [0, 1] * 100, ["f", "f", "m", "m"] * 50
    write(tmp_path / "predictions.csv", truth=truth, answer=truth, sex=sex)
    finding = see(tmp_path, declared(columns={"answer": "answer"}, groups=("sex",)))
    assert figure(finding, "selection_rate_ratio").method.startswith(("sex=m per sex=f", "sex=f per sex=m"))


@pytest.mark.parametrize("columns", [{"answer": "truth"}, {"answer": "says", "today": "Truth"}, {"score": "TRUTH"}])
def test_the_truth_is_not_held_against_itself(columns):
    with pytest.raises(ValueError, match="held against itself it proves nothing"):
        declared(columns=columns)


def test_answers_that_are_never_wrong_are_suspects_until_a_person_vouches(tmp_path, rng):
    truth = rng.integers(0, 2, 100)
    write(tmp_path / "predictions.csv", truth=truth, says=truth, age=rng.normal(40, 9, 100))
    settings = {"columns": {"answer": "says"}, "fields": ("age",)}
    finding = see(tmp_path, declared(**settings))
    assert figure(finding, "leakage_suspects").value == 1
    assert "right in each of 100 cases" in note(finding, "No leakage by says")[1]
    vouched = see(tmp_path, declared(**settings, known_at_decision=("says",)))
    assert figure(vouched, "leakage_suspects").value == 0
    assert note(vouched, "No leakage by says")[0] is None


def test_what_is_saved_is_by_its_own_answers(tmp_path, rng):
    """A cheaper threshold is another prototype: it is named, and is not what was tested."""
    score, truth = leads(rng, 2000)
    write(tmp_path / "predictions.csv", score=score, truth=truth)
    costs = Costs(false_positive=10, false_negative=90, currency="EUR")
    finding = see(tmp_path, declared(columns={"score": "score"}, costs=costs, metric="accuracy"))
    says = (score >= 0.5).astype(int)
    paid = np.where(says == truth, 0, np.where(truth == 1, 90, 10)).mean()
    always_yes = 10 * (truth == 0).mean()
    assert figure(finding, "cost_saving").value == pytest.approx(always_yes - paid)
    assert figure(finding, "best_cost_saving").value > figure(finding, "cost_saving").value
    passed, said = note(finding, "No other threshold is cheaper")
    assert passed is None and "test it on new cases" in said


def test_a_share_is_promised_as_a_share():
    with pytest.raises(ValueError, match=r"accuracy is never beyond 1, and 85 is promised; 85% is 0\.85"):
        declared(columns={"answer": "says"}, metric="accuracy", promise=Promise(at_least=85))
