"""What is said of predictions whose truth the test made itself."""

import numpy as np
import pytest

from proveout.core.errors import ProveoutError, TooLittle
from proveout.instruments.prototype.settings import (
    BaselineColumn,
    Costs,
    Promise,
)
from proveout.stats.proportion import wilson

from .trial import declared, figure, leads, note, see, write


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_the_common_case_needs_two_columns(tmp_path, rng):
    score, truth = leads(rng)
    write(tmp_path / "predictions.csv", score=score, truth=truth)
    finding = see(tmp_path, declared(columns={"score": "score"}))
    auc = figure(finding, "auc")
    positives, negatives = score[truth == 1], score[truth == 0]
    assert auc.value == pytest.approx(np.mean(positives[:, None] > negatives[None, :]))
    assert auc.lower < auc.value < auc.upper
    for name, declare in (
        ("promised", "`promise`"),
        ("Today's", "`columns.today`"),
        ("population", "`population`"),
        ("later than", "`training`"),
        ("looked at", "`fields`"),
        ("latency", "`allowed.latency_seconds`"),
        ("every group of cases", "`slices`"),
        ("treated alike", "`groups`"),
    ):
        passed, said = note(finding, name)
        assert passed is None and declare in said
    missing = {"promise_margin", "gain_over_today", "sample_population_auc", "later_than_training", "leakage_suspects"}
    assert not missing & {e.name for e in finding.estimates}


def test_accuracy_is_counted_and_held_against_the_promise(tmp_path):
    truth = ["yes"] * 100 + ["no"] * 100
    says = ["yes"] * 90 + ["no"] * 10 + ["no"] * 90 + ["yes"] * 10
    write(tmp_path / "predictions.csv", says=says, truth=truth)
    settings = declared(columns={"answer": "says"}, metric="accuracy", promise=Promise(at_least=0.85))
    finding = see(tmp_path, settings)
    expected = wilson(180, 200)
    accuracy, margin = figure(finding, "accuracy"), figure(finding, "promise_margin")
    assert (accuracy.value, accuracy.lower, accuracy.upper) == (0.9, expected.lower, expected.upper)
    assert margin.value == pytest.approx(0.05)
    assert margin.lower == pytest.approx(expected.lower - 0.85) and margin.lower > 0  # as the card says of 90% of 200
    assert wilson(174, 200).lower < 0.85


def test_an_error_is_promised_at_most_and_less_is_better(tmp_path, rng):
    truth = rng.normal(100, 20, 200)
    write(tmp_path / "predictions.csv", says=truth + rng.normal(0, 4, 200), today=truth + 10, truth=truth)
    settings = declared(
        kind="regression", columns={"answer": "says", "today": "today"}, promise=Promise(at_most=5), baseline="majority"
    )
    finding = see(tmp_path, settings)
    mae = figure(finding, "mae")
    assert mae.lower < 4 * np.sqrt(2 / np.pi) < mae.upper  # of a normal error
    assert figure(finding, "promise_margin").lower == pytest.approx(5 - mae.upper)
    assert figure(finding, "gain_over_today").value == pytest.approx(10 - mae.value)
    assert figure(finding, "gain_over_baseline").lower > 5  # the median errs by about 16


def test_today_and_the_majority_are_beaten_or_not_on_the_same_cases(tmp_path):
    truth = ["yes"] * 60 + ["no"] * 140
    says = ["yes"] * 50 + ["no"] * 10 + ["no"] * 130 + ["yes"] * 10  # 180 right
    today = ["no"] * 60 + ["no"] * 138 + ["yes"] * 2  # 138 right, hardly ever a yes
    write(tmp_path / "predictions.csv", says=says, today=today, truth=truth)
    finding = see(tmp_path, declared(columns={"answer": "says", "today": "today"}, metric="accuracy"))
    gain = figure(finding, "gain_over_today")
    assert gain.value == pytest.approx((180 - 138) / 200)
    assert figure(finding, "gain_over_baseline").value == pytest.approx((180 - 140) / 200)
    (table,) = [e for e in finding.exhibits if e.title.startswith("Case by case")]
    both, only_it, only_today, neither = table.rows[0][1:5]
    assert (both + only_it, both + only_today, both + only_it + only_today + neither) == (180, 138, 200)


def test_a_prototype_that_only_says_no_beats_nothing(tmp_path):
    truth = ["yes"] * 20 + ["no"] * 180
    write(tmp_path / "predictions.csv", says=["no"] * 200, truth=truth)
    finding = see(tmp_path, declared(columns={"answer": "says"}, metric="accuracy", positive="yes"))
    assert figure(finding, "accuracy").value == 0.9
    gain = figure(finding, "gain_over_baseline")
    assert gain.value == 0 and gain.lower < 0
    passed, said = note(finding, "better than majority")
    assert passed is None and "may be chance" in said


def test_a_score_against_todays_yes_or_no_selects_as_many(tmp_path, rng):
    score, truth = leads(rng)
    today = (score > 0.5).astype(int)
    write(tmp_path / "predictions.csv", score=score, today=today, truth=truth)
    finding = see(tmp_path, declared(columns={"score": "score", "today": "today"}))
    gain = figure(finding, "gain_over_today")
    assert gain.value == pytest.approx(0, abs=1e-12)  # the same decisions, though the area of one point is smaller
    assert "balanced accuracy" in gain.method


def test_a_baseline_column_and_persistence(tmp_path, rng):
    n = 200
    truth = np.repeat(rng.normal(0, 10, n // 10), 10) + rng.normal(0, 0.1, n)
    order = rng.permutation(n)
    days = np.array([f"2026-01-01T{i // 60:02}:{i % 60:02}:00" for i in range(n)])
    columns = {"says": truth + rng.normal(0, 5, n), "rule": truth + 1, "truth": truth, "at": days}
    write(tmp_path / "predictions.csv", **{name: values[order] for name, values in columns.items()})
    asked = {"answer": "says", "time": "at"}
    own = see(tmp_path, declared(kind="regression", columns=asked, baseline=BaselineColumn(column="rule")))
    before = see(tmp_path, declared(kind="regression", columns=asked, baseline="persistence"))
    mae = figure(own, "mae").value
    assert figure(own, "gain_over_baseline").value == pytest.approx(1 - mae)
    steps = np.abs(np.diff(truth)).mean()
    errors = np.abs(columns["says"] - truth)[1:].mean()
    assert figure(before, "gain_over_baseline").value == pytest.approx(steps - errors)


def test_the_best_single_field_is_the_rule_to_beat(tmp_path, rng):
    score, truth = leads(rng)
    size = np.round(score * 100) + rng.integers(0, 30, 400)
    write(tmp_path / "predictions.csv", score=score, truth=truth, size=size, noise=rng.random(400))
    finding = see(tmp_path, declared(columns={"score": "score"}, fields=("size", "noise")))
    gain = figure(finding, "gain_over_baseline")
    assert "the score of size alone" in gain.method
    assert 0 < gain.value < 0.1


def test_slices_name_the_worst_and_leave_small_ones_out(tmp_path, rng):
    kinds = ["a"] * 200 + ["b"] * 200 + ["c"] * 5
    right = np.array([1] * 190 + [0] * 10 + [1] * 130 + [0] * 70 + [1] * 5)
    truth = rng.integers(0, 2, 405)
    write(tmp_path / "predictions.csv", says=np.where(right, truth, 1 - truth), truth=truth, kind=kinds)
    finding = see(tmp_path, declared(columns={"answer": "says"}, metric="accuracy", slices=("kind",)))
    worst = figure(finding, "worst_slice_ratio")
    assert worst.subject == "kind=b"
    assert worst.value == pytest.approx(0.65 / (325 / 405))
    assert wilson(130, 200).lower > worst.lower * 325 / 405  # wider than one interval alone
    assert note(finding, "large enough")[1].endswith("kind=c")
    passed, said = note(finding, "No slice is worse")
    assert passed is False and "kind=b" in said


def test_slices_that_are_alike_are_not_called_worse(tmp_path, rng):
    score, truth = leads(rng, 2000)
    write(tmp_path / "predictions.csv", score=score, truth=truth, kind=rng.integers(0, 10, 2000))
    finding = see(tmp_path, declared(columns={"score": "score"}, slices=("kind",)))
    assert note(finding, "No slice is worse")[0] is True


def test_groups_are_compared_by_who_is_selected_and_who_is_wronged(tmp_path, rng):
    group = np.repeat(["f", "m"], 200)
    truth = np.tile([0, 1], 200)
    says = truth.copy()
    says[:60:2] = 1  # 30 of the women who are a no are called
    write(tmp_path / "predictions.csv", says=says, truth=truth, gender=group)
    finding = see(tmp_path, declared(columns={"answer": "says"}, groups=("gender",)))
    assert figure(finding, "selection_rate_ratio", "gender").value == pytest.approx(0.5 / 0.65)
    gap = figure(finding, "error_rate_gap", "gender")
    assert gap.value == pytest.approx(0.15) and gap.lower > 0


def test_calibrated_scores_are_told_from_bold_ones(tmp_path, rng):
    score, truth = leads(rng, 3000, signal=1.0)
    bold = score**2 / (score**2 + (1 - score) ** 2)
    write(tmp_path / "predictions.csv", score=score, bold=bold, truth=truth)
    good = see(tmp_path, declared(columns={"score": "score"}))
    bad = see(tmp_path, declared(columns={"score": "bold"}))
    assert figure(good, "calibration_error").lower == 0
    assert figure(good, "calibration_slope").lower < 1 < figure(good, "calibration_slope").upper
    assert figure(bad, "calibration_error").lower > 0.03
    assert figure(bad, "calibration_slope").value == pytest.approx(1 / 2, abs=0.06)
    assert note(bad, "too bold")[0] is False
    assert [e.kind for e in good.exhibits].count("curve") == 1


def test_scores_outside_0_to_1_rank_but_are_no_probabilities(tmp_path, rng):
    score, truth = leads(rng)
    write(tmp_path / "predictions.csv", score=score * 100, truth=truth)
    finding = see(tmp_path, declared(columns={"score": "score"}))
    assert figure(finding, "auc").value > 0.8
    assert figure(finding, "calibration_error") is None
    passed, said = note(finding, "probabilities")
    assert passed is False and "divide percentages by 100" in said


def test_costs_choose_the_threshold_on_other_cases(tmp_path, rng):
    score, truth = leads(rng, 2000)
    today = (score > 0.5).astype(int)
    write(tmp_path / "predictions.csv", score=score, truth=truth, today=today)
    costs = Costs(false_positive=10, false_negative=90, currency="EUR")
    asked = {"score": "score", "today": "today"}
    finding = see(tmp_path, declared(columns=asked, costs=costs))
    best, plain = np.where(score > 0.1, 1, 0), np.where(score > 0.5, 1, 0)  # a true probability of 10% breaks even
    cost = [float(np.mean(np.where(a == truth, 0, np.where(truth == 1, 90, 10)))) for a in (plain, best)]
    saving = figure(finding, "best_cost_saving")
    assert saving.unit == "EUR/case"
    assert saving.value == pytest.approx(cost[0] - cost[1], rel=0.15)
    cheap = see(tmp_path, declared(columns=asked, costs=costs, threshold="cheapest", metric="recall"))
    assert figure(cheap, "recall").value > 0.95


def test_unsure_cases_go_to_people(tmp_path, rng):
    score, truth = leads(rng, 2000, signal=1.5)
    write(tmp_path / "predictions.csv", score=score, truth=truth)
    settings = declared(columns={"score": "score"}, metric="accuracy", promise=Promise(at_least=0.85))
    finding = see(tmp_path, settings)
    assert figure(finding, "accuracy").upper < 0.85
    share, accuracy = figure(finding, "answered_share"), figure(finding, "selective_accuracy")
    assert 0.2 < share.value < 0.8
    assert accuracy.lower < 0.86 and accuracy.upper > 0.84


def test_cases_without_an_answer_are_wrong_and_said(tmp_path):
    truth = ["yes", "no"] * 50
    says = [None] * 10 + truth[10:]
    write(tmp_path / "predictions.csv", says=says, truth=truth)
    finding = see(tmp_path, declared(columns={"answer": "says"}, metric="accuracy"))
    assert figure(finding, "accuracy").value == 0.9
    assert figure(finding, "answered_share").value == 0.9
    assert figure(finding, "selective_accuracy").value == 1
    assert "count as wrong" in note(finding, "has an answer")[1]


def test_most_cases_without_a_readable_answer_are_no_measurement(tmp_path):
    truth = ["yes", "no"] * 50
    write(tmp_path / "predictions.csv", says=["ja", "nein"] * 50, truth=truth)
    with pytest.raises(TooLittle, match="100 of 100 cases have no answer") as caught:
        see(tmp_path, declared(columns={"answer": "says"}))
    assert "'no' or 'yes'" in caught.value.remedy


def test_repeated_keys_and_unknown_truths_are_said(tmp_path, rng):
    score, truth = leads(rng, 100)
    known = [None if i < 7 else t for i, t in enumerate(truth)]
    rows = [*range(100), 50, 51]
    write(
        tmp_path / "predictions.csv",
        id=[f"L{i}" for i in rows],
        score=[score[i] for i in rows],
        truth=[known[i] for i in rows],
    )
    finding = see(tmp_path, declared(columns={"score": "score"}, key="id"))
    assert figure(finding, "auc").n == 93
    assert note(finding, "stands there once")[1].startswith("2 of 102 rows repeat a id")
    assert note(finding, "truth of every case")[1].startswith("7 of 100")


@pytest.mark.parametrize(("by_chance", "passed"), [(True, True), (False, False)])
def test_a_truth_known_only_of_high_scores_is_a_warning(tmp_path, rng, by_chance, passed):
    score, truth = leads(rng)
    known = rng.random(400) < (0.6 if by_chance else 0.2 + 0.7 * score)
    truths = [t if k else None for t, k in zip(truth, known, strict=True)]
    write(tmp_path / "predictions.csv", score=score, truth=truths)
    finding = see(tmp_path, declared(columns={"score": "score"}))
    assert note(finding, "has nothing to do with the answer")[0] is passed


def test_clusters_are_the_units_of_chance(tmp_path, rng):
    rep = np.repeat(np.arange(20), 20)
    right = np.repeat(rng.random(20) < 0.8, 20)
    truth = rng.integers(0, 2, 400)
    write(tmp_path / "predictions.csv", says=np.where(right, truth, 1 - truth), truth=truth, rep=rep)
    plain = figure(see(tmp_path, declared(columns={"answer": "says"}, metric="accuracy")), "accuracy")
    finding = see(tmp_path, declared(columns={"answer": "says", "cluster": "rep"}, metric="accuracy"))
    clustered = figure(finding, "accuracy")
    assert clustered.n == 20 and clustered.value == plain.value
    assert clustered.upper - clustered.lower > 3 * (plain.upper - plain.lower)


def test_weights_count(tmp_path):
    truth, says = ["yes"] * 50 + ["no"] * 50, ["yes"] * 100
    write(tmp_path / "predictions.csv", says=says, truth=truth, w=[3] * 50 + [1] * 50)
    asked = {"answer": "says", "weight": "w"}
    assert figure(see(tmp_path, declared(columns=asked, metric="accuracy")), "accuracy").value == pytest.approx(0.75)
    write(tmp_path / "predictions.csv", says=says, truth=truth, w=[-1] * 100)
    with pytest.raises(ProveoutError, match="weights"):
        see(tmp_path, declared(columns=asked, metric="accuracy"))


def test_more_than_two_classes(tmp_path):
    truth = ["a", "b", "c"] * 40
    says = ["a", "b", "b"] * 40
    write(tmp_path / "predictions.csv", says=says, truth=truth)
    finding = see(tmp_path, declared(columns={"answer": "says"}))
    assert figure(finding, "balanced_accuracy").value == pytest.approx(2 / 3)
    assert figure(finding, "gain_over_baseline").value == pytest.approx(1 / 3)


def test_a_ranking_is_judged_list_by_list(tmp_path, rng):
    lists, places = 60, 8
    query = np.repeat(np.arange(lists), places)
    truth = rng.integers(0, 3, lists * places)
    write(tmp_path / "predictions.csv", query=query, score=truth + rng.normal(0, 0.5, len(truth)), truth=truth)
    asked = {"score": "score", "query": "query"}
    finding = see(tmp_path, declared(kind="ranking", columns=asked, k=5))
    ndcg = figure(finding, "ndcg")
    assert 0.85 < ndcg.lower < ndcg.value < ndcg.upper <= 1
    assert figure(finding, "gain_over_baseline").lower > 0.1
    write(tmp_path / "predictions.csv", query=query, score=np.zeros(len(truth)), truth=truth)
    tied = see(tmp_path, declared(kind="ranking", columns=asked, k=5))
    assert figure(tied, "ndcg").value < figure(finding, "gain_over_baseline").value + 0.7  # ties earn nothing
