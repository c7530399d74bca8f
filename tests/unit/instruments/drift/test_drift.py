"""Two windows in small files, asked through the real data room."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from proveout import data
from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.drift.settings import Field, Labels, Performance, Settings, Window

NOBODY = Initiative(initiative="test", title="Test")
MONDAY = datetime(2026, 3, 2)
THEN, NOW = Window(source="then"), Window(source="now")
TODAY = date(2026, 5, 1)


def write(path: Path, columns: dict) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *zip(*columns.values(), strict=True)])


def ask(folder: Path, **declared):
    settings, tool = Settings(**({"reference": THEN, "current": NOW} | declared)), instrument("drift")
    sources = {path.stem: Source(location=path.name) for path in folder.glob("*.csv")}

    def more(tables, failures):
        return tool.follow_up(settings, Answers(tables=tables, failures=failures, as_of=TODAY), NOBODY)

    tables, failures = data.ask(tool.questions(settings, NOBODY), sources, folder, follow_up=more)
    assert failures == {}
    return settings, tool, Answers(tables=tables, as_of=TODAY)


def find(folder: Path, then: dict, now: dict, **declared):
    write(folder / "then.csv", then)
    write(folder / "now.csv", now)
    settings, tool, answers = ask(folder, **declared)
    return tool.measure(settings, answers, NOBODY)


def figure(finding, name, subject=""):
    found = [e for e in finding.estimates if (e.name, e.subject) == (name, subject)]
    return found[0] if found else None


def notes(finding, passed=False):
    return {check.name: check.note for check in finding.checks if check.passed is passed}


def normal(seed, size=4000, shift=0.0):
    return np.random.default_rng(seed).normal(shift, 1, size).round(6)


def test_a_shift_of_half_a_standard_deviation(tmp_path):
    from scipy.stats import ks_2samp, wasserstein_distance

    before, after = normal(1), normal(2, shift=0.5)
    finding = find(tmp_path, {"x": before, "same": normal(3)}, {"x": after, "same": normal(4)})
    ratio = figure(finding, "drift_ratio", "x")
    assert ratio.value == pytest.approx(figure(finding, "jensen_shannon", "x").value / 0.1)
    assert ratio.lower > 1
    gap = figure(finding, "kolmogorov_smirnov", "x")
    assert gap.value == pytest.approx(ks_2samp(before, after).statistic, abs=0.005)
    moved = figure(finding, "wasserstein", "x")
    assert moved.value == pytest.approx(wasserstein_distance(before, after) / before.std(), rel=0.02)
    assert figure(finding, "population_stability", "x").value == pytest.approx(0.23, abs=0.04)
    assert figure(finding, "drift_ratio", "same").upper < 1
    assert figure(finding, "drifted_fields").value == 1
    assert [exhibit.kind for exhibit in finding.exhibits] == ["intervals", "table", "bars"]


def test_one_value_that_cannot_be_does_not_hide_the_shift(tmp_path):
    """Equal-width bins over pooled data call this no drift."""
    after = normal(2, shift=1.0)
    after[0] = 1e6
    finding = find(tmp_path, {"x": normal(1)}, {"x": after})
    assert figure(finding, "population_stability", "x").value == pytest.approx(0.926, abs=0.15)


def test_a_field_that_empties_has_drifted(tmp_path):
    after = ["" if i % 5 == 0 else x for i, x in enumerate(normal(2))]
    finding = find(tmp_path, {"x": normal(1)}, {"x": after})
    assert figure(finding, "missing_increase", "x").value == pytest.approx(0.2)
    assert figure(finding, "drift_ratio", "x").lower > 1
    assert "x: 0.0% then, 20.0% now" in notes(finding)["No more values are missing than before"]
    assert figure(finding, "drifted_fields").value == 1


def test_new_words_are_named_and_rare_ones_are_one_bin(tmp_path):
    rng = np.random.default_rng(5)
    names = [f"w{i}" for i in range(200)]
    before, after = rng.choice(names, 5000), rng.choice(names, 5000)
    assert figure(find(tmp_path, {"x": before}, {"x": after}), "drift_ratio", "x").upper < 1
    after[:400] = "Müller & Söhne"
    finding = find(tmp_path, {"x": before}, {"x": after})
    assert figure(finding, "new_values_share", "x").value == 0.08
    assert "x: 8.0%" in notes(finding)["All values are known from the reference"]
    bars = next(e for e in finding.exhibits if e.kind == "bars")
    assert {"new", "rare"} <= {bar.label for bar in bars.bars}


def test_a_text_with_very_many_values_raises_no_alarm(tmp_path):
    before, after = ([f"{who}{i}@example.org" for i in range(6000)] for who in "ab")
    finding = find(tmp_path, {"x": before}, {"x": after})
    assert figure(finding, "drift_ratio", "x").value < 1
    assert figure(finding, "new_values_share", "x") is None


def test_whole_numbers_are_compared_value_by_value(tmp_path):
    finding = find(tmp_path, {"x": [5] * 300}, {"x": [3] * 300})
    assert figure(finding, "jensen_shannon", "x").value == pytest.approx(1)
    assert figure(finding, "kolmogorov_smirnov", "x").value == 1
    assert figure(finding, "wasserstein", "x") is None
    assert "x: one value only" in notes(finding, None)["Every field varies"]
    alike = find(tmp_path, {"x": [1, 2, 3] * 100}, {"x": [1, 2, 3] * 200})
    assert figure(alike, "wasserstein", "x").value == 0


def test_the_declared_measure_and_threshold_count(tmp_path):
    fields = {"x": Field(measure="wasserstein", allowed=0.25), "y": Field(measure="kolmogorov_smirnov", allowed=0.5)}
    then, now = {"x": normal(1), "y": normal(2)}, {"x": normal(3, shift=0.5), "y": normal(4)}
    finding = find(tmp_path, then, now, fields=fields)
    assert figure(finding, "drift_ratio", "x").value == pytest.approx(2, abs=0.2)
    assert "wasserstein 0.5" in figure(finding, "drift_ratio", "x").method
    assert figure(finding, "drift_ratio", "y").value < 0.2


def test_a_measure_that_words_do_not_have(tmp_path):
    then = {"x": ["a", "b"] * 99, "y": normal(1, 198)}
    finding = find(tmp_path, then, then | {"y": normal(2, 198)}, measure="wasserstein")
    assert figure(finding, "drift_ratio", "x") is None
    assert "x: the declared measure needs numbers" in notes(finding)["Every field has the distance that counts"]


def test_dates_cut_one_source_into_windows_and_weeks(tmp_path):
    at = [MONDAY + timedelta(hours=i) for i in range(24 * 7 * 12)]
    x = normal(1, len(at))
    x[24 * 7 * 10 :] += 2  # the last two weeks
    write(tmp_path / "log.csv", {"at": at, "x": x})
    windows = {
        "reference": Window(source="log", until=date(2026, 4, 12)),
        "current": Window(source="log", from_=date(2026, 4, 13)),
    }
    settings, tool, answers = ask(tmp_path, **windows, time="at", chunk="week")
    finding = tool.measure(settings, answers, NOBODY)
    heatmap = next(e for e in finding.exhibits if e.kind == "heatmap")
    assert heatmap.columns == ("2026-04-13", "2026-04-20", "2026-04-27", "2026-05-04", "2026-05-11", "2026-05-18")
    (weeks,) = heatmap.values
    assert max(weeks[:4]) < 1 < 1.001 * min(weeks[4:])
    assert "at (TIMESTAMP" not in str(finding.checks)


def test_each_chunk_has_its_interval_and_all_share_one_error(tmp_path):
    """Thirty days of fifty cases in three fields that stay; then the last three days of one of them move."""
    rng, days = np.random.default_rng(3), 30
    then = {name: rng.normal(0, 1, 5000) for name in "xyz"}
    now = {name: rng.normal(0, 1, days * 50) for name in "xyz"}
    options = {"chunk_rows": 50, "measure": "kolmogorov_smirnov", "allowed": 0.1}
    still = find(tmp_path, then, now, **options)
    ratios = figure(still, "drifted_chunks")
    assert (ratios.value, ratios.n) == (0, 90)
    assert not [e for e in still.exhibits if e.title.startswith("Chunks that drifted")]
    beyond = [v for row in next(e for e in still.exhibits if e.kind == "heatmap").values for v in row if v > 0.5]
    assert beyond  # by chance alone, which is what the adjustment is for
    now["y"][-150:] += 1.5
    moved = find(tmp_path, then, now, **options)
    assert figure(moved, "drifted_chunks").value == 3
    table = next(e for e in moved.exhibits if e.title.startswith("Chunks that drifted"))
    assert sorted(row[:2] for row in table.rows) == [("y", "1,351"), ("y", "1,401"), ("y", "1,451")]
    assert all(1 < lower < value < upper for _, _, value, lower, upper, _ in table.rows)
    bars = next(e for e in moved.exhibits if e.title.startswith("y: how far each chunk")).bars
    assert [bar.lower > 1 for bar in bars] == [False] * 13 + [True] * 3


def test_a_reference_that_fluctuates_widens_the_interval(tmp_path):
    rng = np.random.default_rng(8)
    before = np.concatenate([rng.normal(rng.normal(0, 0.5), 1, 200) for _ in range(10)])
    after = np.concatenate([rng.normal(rng.normal(0, 0.5), 1, 200) for _ in range(2)])
    plain = figure(find(tmp_path, {"x": before}, {"x": after}), "drift_ratio", "x")
    wide = figure(find(tmp_path, {"x": before}, {"x": after}, chunk_rows=200), "drift_ratio", "x")
    assert wide.value == plain.value
    assert wide.lower < plain.lower
    assert "chunks of the reference fluctuate" in wide.method


def scored(seed, size, worse=0.0):
    rng = np.random.default_rng(seed)
    p = rng.beta(2, 2, size).round(3)
    return {"id": np.arange(size), "p": p, "y": (rng.random(size) < (1 - worse) * p + worse / 2).astype(int)}


PERFORMANCE = Performance(score="p", label="y")


def test_performance_is_estimated_and_checked_when_the_truth_comes(tmp_path):
    now = scored(2, 3000)
    write(tmp_path / "truth.csv", {"id": now["id"][:2500], "y": now.pop("y")[:2500]})
    performance = Performance(score="p", label="y", labels=Labels(source="truth", key="id"))
    finding = find(tmp_path, scored(1, 6000), now, performance=performance, chunk_rows=1000)
    for estimated, realised in (("estimated_accuracy", "realised_accuracy"), ("estimated_auc", "realised_auc")):
        assert figure(finding, estimated).value == pytest.approx(figure(finding, realised).value, abs=0.03)
    for metric in ("accuracy", "auc"):
        gap = figure(finding, "performance_gap", metric)
        assert gap.lower < 0 < gap.upper
        name = f"The same score still means the same chance ({metric})"
        assert "over 2,500 of 3,000 cases" in notes(finding, True)[name]
    table = next(e for e in finding.exhibits if e.title == "Performance by chunk")
    assert [row[1] for row in table.rows] == [1000, 1000, 1000]
    curve = next(e for e in finding.exhibits if e.title == "Accuracy, chunk by chunk")
    assert [line.label for line in curve.lines] == ["estimated", "realised"]


def test_a_relation_that_changed_is_no_secret_once_the_truth_is_known(tmp_path):
    finding = find(tmp_path, scored(1, 6000), scored(2, 3000, worse=0.8), performance=PERFORMANCE, ignore=("id",))
    assert figure(finding, "drifted_fields").value == 0
    assert figure(finding, "performance_gap", "accuracy").upper < 0
    assert "The same score still means the same chance (accuracy)" in notes(finding)


def test_without_any_truth_the_estimate_stands_alone(tmp_path):
    now = scored(2, 500)
    del now["y"]
    finding = find(tmp_path, scored(1, 900), now, performance=PERFORMANCE)
    assert figure(finding, "estimated_auc") and not figure(finding, "realised_auc")
    assert "The same score still means the same chance" in notes(finding, None)


def test_columns_may_be_called_as_our_own(tmp_path):
    then, now = scored(1, 900), scored(2, 900)
    names = ("score", "truth", "chunk", "n", "word", "v0", "x0", "field")
    others = {name: np.where(normal(3, 900) > 0, "b", "a") for name in names[2:]}
    then, now = ({"score": side["p"], "truth": side["y"], **others} for side in (then, now))
    finding = find(tmp_path, then, now, performance=Performance(score="score", label="truth"), chunk_rows=300)
    assert figure(finding, "realised_accuracy").value == np.mean((now["score"] >= 0.5) == (now["truth"] == 1))
    assert all(figure(finding, "drift_ratio", name).value == 0 for name in names[2:])


def test_a_name_with_a_quote_in_it(tmp_path):
    then = {'it"s': ["l'été", "x"] * 200, "sel'ect": normal(1, 400)}
    finding = find(tmp_path, then, then | {"sel'ect": normal(2, 400)})
    assert figure(finding, "jensen_shannon", 'it"s').value == 0
    assert figure(finding, "drift_ratio", "sel'ect").lower < 1


def test_scores_that_are_no_probabilities(tmp_path):
    now = scored(2, 500)
    with pytest.raises(ProveoutError, match=r"p goes from .* no probability"):
        find(tmp_path, scored(1, 900), now | {"p": now["p"] * 100}, performance=PERFORMANCE)


def test_a_reference_without_the_truth(tmp_path):
    then = scored(1, 900)
    with pytest.raises(TooLittle, match="the reference has no case with a score and y"):
        find(tmp_path, then | {"y": [""] * 900}, scored(2, 500), performance=PERFORMANCE)


def test_odd_columns_are_told_and_left_out(tmp_path):
    n = 200
    then = {"x": normal(1, n), "gone": normal(2, n), "empty": [""] * n, "day": [date(2026, 1, 1)] * n}
    now = {"x": ["inf", "n/a", *normal(3, n - 2)], "empty": [""] * n, "day": [date(2026, 2, 1)] * n, "fresh": [1] * n}
    finding = find(tmp_path, then, now)
    assert "gone (not in the current window)" in notes(finding, None)["Every column is compared"]
    assert "day (dates move" in notes(finding, None)["Every column is compared"]
    assert "fresh" in notes(finding, None)["No column is new"]
    assert "empty: all missing" in notes(finding)["Every field has values"]
    assert "x (DOUBLE then, VARCHAR now)" in notes(finding)["Columns have kept their type"]
    assert "x: 0 then, 1 now" in notes(finding)["Numbers are finite"]
    assert figure(finding, "missing_increase", "x").value == pytest.approx(2 / n)


def test_few_cases_are_no_drift(tmp_path):
    finding = find(tmp_path, {"x": normal(1, 30)}, {"x": normal(2, 1)})
    assert figure(finding, "drifted_fields").value == 0
    assert figure(finding, "drift_ratio", "x").lower < 1
    assert "30 cases then, 1 now" in notes(finding, None)["Both windows have 100 cases"]
    assert "x: beyond what is allowed, but chance" in notes(finding, None)["Windows are large enough for their bins"]


def test_times_in_mixed_zones_are_read_as_one(tmp_path):
    at = ["2026-03-01T23:30:00-02:00", "2026-03-01 12:00:00", "2026-03-02T00:30:00+02:00", "soon"] * 60
    write(tmp_path / "log.csv", {"at": at, "x": normal(1, 240)})
    write(tmp_path / "then.csv", {"at": at, "x": normal(2, 240)})
    settings, tool, answers = ask(
        tmp_path, current=Window(source="log", from_=date(2026, 3, 1), until=date(2026, 3, 1)), time="at"
    )
    assert answers.tables["current"]["n"].tolist() == [
        120
    ]  # the first is already the 2nd in UTC, the third still the 1st
    assert figure(tool.measure(settings, answers, NOBODY), "drift_ratio", "x")


@pytest.mark.parametrize(("then", "now", "empty"), [([], [1, 2], "reference"), ([1, 2], [], "current")])
def test_an_empty_window(tmp_path, then, now, empty):
    with pytest.raises(TooLittle, match=f"{empty} window has no cases|no field can be compared"):
        find(tmp_path, {"x": then}, {"x": now})


def test_nothing_in_common(tmp_path):
    with pytest.raises(TooLittle, match="no field in common"):
        find(tmp_path, {"x": [1, 2]}, {"y": [1, 2]})


def test_a_column_that_is_not_there(tmp_path):
    with pytest.raises(ProveoutError, match="the reference window has no column 'turnovr'") as caught:
        find(tmp_path, {"turnover": [1, 2]}, {"turnover": [1, 2]}, fields=("turnovr",))
    assert "turnover" in caught.value.remedy


def test_the_same_data_give_the_same_figures(tmp_path):
    then, now = {"x": normal(1)}, {"x": normal(2, shift=0.1)}
    assert find(tmp_path, then, now).estimates == find(tmp_path, then, now).estimates


@pytest.mark.parametrize(
    "declared",
    [{"chunk": "week"}, {"chunk": "week", "chunk_rows": 9, "time": "at"}, {"reference": NOW}],
)
def test_settings_that_contradict_themselves(declared):
    with pytest.raises(ValueError, match=r"need `time`|exclude|the same"):
        Settings(**({"reference": THEN, "current": NOW} | declared))
