"""Is the test like the world, and does the prototype know what it cannot know? Tables in which it is known."""

from datetime import date

import numpy as np
import pytest

from proveout.instruments.prototype.settings import Training, Where

from .trial import declared, figure, note, see, write

N = 600


@pytest.fixture
def rng():
    return np.random.default_rng(11)


@pytest.fixture
def table(rng):
    """Cases with two honest fields, each of which tells a little."""
    truth = rng.integers(0, 2, N)
    size = np.round(rng.normal(50, 15, N) + 10 * truth, 2)
    kind = np.where(rng.random(N) < 0.4 + 0.2 * truth, "a", "b")
    return {"id": np.arange(N), "score": rng.random(N), "truth": truth, "size": size, "kind": kind}


def probe(folder, table, **more):
    write(folder / "predictions.csv", **table)
    fields = more.pop("fields", ("size", "kind"))
    return see(folder, declared(columns={"score": "score", "time": more.pop("time", "")}, fields=fields, **more))


def test_honest_fields_are_no_suspects(tmp_path, table):
    finding = probe(tmp_path, table)
    assert figure(finding, "leakage_suspects").exact and figure(finding, "leakage_suspects").value == 0
    (shown,) = [e for e in finding.exhibits if e.title.startswith("What each field says")]
    assert {row[0] for row in shown.rows} == {"size", "kind"}
    assert all(0.5 < row[1] < 0.8 for row in shown.rows)


def test_the_truth_in_other_words_is_a_suspect(tmp_path, table):
    finding = probe(tmp_path, table | {"stage": np.where(table["truth"], "won", "lost")}, fields=("size", "stage"))
    assert figure(finding, "leakage_suspects").value == 1
    assert "by itself" in note(finding, "No leakage by stage")[1]


def test_a_field_that_dominates_all_others_is_a_suspect(tmp_path, table, rng):
    seconds = np.exp(rng.normal(0, 1, N) + 1.3 * table["truth"])
    finding = probe(tmp_path, table | {"seconds": seconds}, fields=("size", "kind", "seconds"))
    passed, said = note(finding, "No leakage by seconds")
    assert passed is False and "without it all other fields lose" in said


def test_a_field_filled_for_one_outcome_is_a_suspect(tmp_path, table, rng):
    reason = [f"r{rng.integers(0, 3)}" if t and rng.random() < 0.3 else None for t in table["truth"]]
    finding = probe(tmp_path, table | {"reason": reason}, fields=("size", "reason"))
    assert "of cases of one outcome" in note(finding, "No leakage by reason")[1]


def test_what_is_filled_after_the_decision_is_a_suspect_and_vouching_is_said(tmp_path, table):
    after = probe(tmp_path, table, known_after=("SIZE",))
    assert figure(after, "leakage_suspects").value == 1
    vouched = probe(tmp_path, table | {"stage": table["truth"]}, fields=("size", "stage"), known_at_decision=("stage",))
    assert figure(vouched, "leakage_suspects").value == 0
    passed, said = note(vouched, "No leakage by stage")
    assert passed is None and "vouched for" in said


def test_fields_that_cannot_be_looked_at_leave_the_count_open(tmp_path, table):
    finding = probe(tmp_path, table, fields=("size", "revenue"))
    assert figure(finding, "leakage_suspects") is None
    passed, said = note(finding, "was looked at")
    assert passed is False and "revenue" in said


def test_numbers_are_told_from_their_source_by_a_higher_bar(tmp_path, rng):
    truth = rng.normal(0, 1, N)
    columns = {
        "says": truth + rng.normal(0, 0.1, N),
        "truth": truth,
        "strong": truth + rng.normal(0, 0.5, N),
        "copy": truth * 2 + 1,
    }
    write(tmp_path / "predictions.csv", **columns)
    settings = declared(kind="regression", columns={"answer": "says"}, fields=("strong", "copy"))
    finding = see(tmp_path, settings)
    assert figure(finding, "leakage_suspects").value == 1
    assert note(finding, "No leakage by copy")[0] is False


def test_cases_that_stand_in_the_training_data_are_found_by_key(tmp_path, table):
    write(tmp_path / "built_on.csv", lead=range(590, 2000))
    finding = probe(tmp_path, table, key="id", training=Training(source="built_on", key="lead"))
    assert "10 of 600 cases" in note(finding, "No leakage by keys")[1]
    assert figure(finding, "leakage_suspects").value == 1


def test_rows_that_repeat_are_found_unless_chance_repeats_them(tmp_path, table, rng):
    size = np.round(rng.normal(50, 15, 2000), 2)
    kind = rng.choice(["a", "b"], 2000)
    size[:100], kind[:100] = table["size"][:100], table["kind"][:100]
    write(tmp_path / "built_on.csv", size=size, kind=kind)
    copied = probe(tmp_path, table, training=Training(source="built_on"))
    assert "equal a row of the training data" in note(copied, "No leakage by rows")[1]
    coarse = table | {"size": np.round(table["size"], -1)}
    write(tmp_path / "built_on.csv", size=np.round(size, -1), kind=kind)
    assert figure(probe(tmp_path, coarse, training=Training(source="built_on")), "leakage_suspects").value == 0


def test_a_test_like_the_population_cannot_be_told_from_it(tmp_path, table, rng):
    write(tmp_path / "world.csv", size=np.round(rng.normal(55, 15.8, 2000), 2), kind=rng.choice(["a", "b"], 2000))
    finding = probe(tmp_path, table, population=Where(source="world"))
    alike = figure(finding, "sample_population_auc")
    assert alike.value < 0.55 and alike.upper < 0.6


def test_a_chosen_test_can_be_told_and_the_field_is_named(tmp_path, table, rng):
    write(tmp_path / "world.csv", size=rng.normal(90, 15, 2000), kind=rng.choice(["a", "b"], 2000))
    finding = probe(tmp_path, table, population=Where(source="world"))
    assert figure(finding, "sample_population_auc").lower > 0.8
    (bars,) = [e for e in finding.exhibits if e.title.startswith("How far the test")]
    assert bars.bars[0].label == "size" and bars.bars[0].value > 0.5


def test_without_fields_whatever_both_have_is_compared(tmp_path, table, rng):
    write(tmp_path / "world.csv", id=range(2000), size=rng.normal(90, 15, 2000), other=range(2000))
    finding = probe(tmp_path, table, fields=(), key="id", population=Where(source="world"))
    (bars,) = [e for e in finding.exhibits if e.title.startswith("How far the test")]
    assert [bar.label for bar in bars.bars] == ["size"]
    assert figure(finding, "leakage_suspects") is None


def test_a_population_without_the_fields_or_out_of_reach_is_said(tmp_path, table):
    write(tmp_path / "world.csv", colour=["red"] * 100)
    unlike = probe(tmp_path, table, population=Where(source="world"))
    gone = probe(tmp_path, table, population=Where(source="gone"))
    for finding, word in ((unlike, "share no column"), (gone, "gone.csv")):
        assert figure(finding, "sample_population_auc") is None
        passed, said = note(finding, "compared with the population")
        assert passed is False and word in said


@pytest.mark.parametrize(("first", "share"), [("2026-01-31", 1.0), ("2026-01-10", 0.0)])
def test_the_test_is_later_than_the_training_or_not(tmp_path, table, first, share):
    write(tmp_path / "built_on.csv", day=["2026-01-01", "2026-01-30"])
    dated = table | {"at": [first] * N}
    finding = probe(tmp_path, dated, time="at", training=Training(source="built_on", time="day"))
    later = figure(finding, "later_than_training")
    assert later.exact and later.value == share


def test_cases_without_a_time_are_not_later(tmp_path, table):
    write(tmp_path / "built_on.csv", at=["2026-01-01", "soon"])
    dated = table | {"at": ["2026-02-01"] * (N - 60) + ["someday"] * 60}
    finding = probe(tmp_path, dated, time="at", training=Training(source="built_on"))
    assert figure(finding, "later_than_training").value == pytest.approx(0.9)
    assert note(finding, "Every case has a time")[0] is False


def test_cases_of_days_to_come_are_counted_until_they_have_come(tmp_path, table):
    dated = table | {"at": ["2026-02-20"] * (N - 60) + ["2026-02-23T08:00:00"] * 40 + ["2026-02-22"] * 19 + ["soon"]}
    finding = probe(tmp_path, dated, time="at")
    passed, words = note(finding, "in the future")
    assert passed is False and words.startswith("59 of 600 cases are after 2026-02-20, the last one on 2026-02-23")
    assert finding.changes_on == date(2026, 2, 22)
    past = probe(tmp_path, table | {"at": ["2026-02-20T23:59:59"] * N}, time="at")
    assert past.changes_on is None and not any("future" in check.name for check in past.checks)


def test_fields_are_looked_up_in_a_second_table(tmp_path, table):
    names = {"ID": table["id"], "size": table["size"], "stage": table["truth"]}
    write(tmp_path / "crm.csv", **{name: np.concatenate([cells, cells[:5]]) for name, cells in names.items()})
    slim = {name: table[name] for name in ("id", "score", "truth")}
    finding = probe(tmp_path, slim, fields=("size", "stage"), key="id", cases=Where(source="crm"))
    assert figure(finding, "auc").n == N  # the second table's repeated keys multiply nothing
    assert figure(finding, "leakage_suspects").value == 1
