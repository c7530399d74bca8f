"""Bad tables, prototypes that are asked, texts that are judged, and mistakes that are seen before measuring."""

import json
from dataclasses import replace

import numpy as np
import pytest

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Outcome
from proveout.core.initiative import Initiative, Source
from proveout.core.probe import CommandCall, HttpCall
from proveout.instruments import instrument
from proveout.instruments.prototype.settings import (
    Allowed,
    Columns,
    Promise,
    Rubric,
    Run,
    Settings,
    Training,
    Where,
)

from .trial import declared, figure, leads, note, see, write


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize(
    ("columns", "error", "words"),
    [
        ({"score": [0.5] * 10, "truth": [0, 1] * 5}, TooLittle, "10 case"),
        ({"score": [0.5] * 50, "truth": [1] * 50}, TooLittle, "'yes'"),
        ({"score": [0.5] * 50, "truth": ["won", "lost"] * 25}, ProveoutError, "which of them is yes"),
        ({"score": ["high"] * 50, "truth": [0, 1] * 25}, TooLittle, "no answer"),
        ({"points": [0.5] * 50, "truth": [0, 1] * 25}, ProveoutError, "no column score"),
        ({"score": [0.5] * 50, "truth": [None] * 50}, TooLittle, "0 case"),
        ({"score": [], "truth": []}, TooLittle, "0 case"),
    ],
)
def test_bad_tables_are_refused_with_a_remedy(tmp_path, columns, error, words):
    write(tmp_path / "predictions.csv", **columns)
    with pytest.raises(error) as caught:
        see(tmp_path, declared(columns={"score": "score"}))
    assert words in caught.value.message and caught.value.remedy


def test_a_missing_file_of_answers_asks_for_a_probe(tmp_path):
    write(tmp_path / "todo.csv", id=range(30), truth=[0, 1] * 15)
    settings = Settings(
        predictions=Where(source="gone"),
        key="id",
        columns=Columns(truth="truth", score="score"),
        run=Run(cases=Where(source="todo"), command=("python3", "predict.py")),
    )
    finding = see(tmp_path, settings)
    assert finding.outcome is Outcome.UNREACHABLE
    assert finding.remedy.startswith("run `proveout probe`")


def test_recorded_answers_are_joined_with_the_truth_they_never_saw(tmp_path, rng):
    score, truth = leads(rng, 60)
    write(tmp_path / "todo.csv", id=range(60), size=np.round(score, 2), truth=truth, rep=1 - truth)
    lines = [
        {"id": i, "size": 1, "score": float(s), "latency_seconds": 0.1 + i / 100, "error": "time-out" if i < 6 else ""}
        for i, s in enumerate(score)
    ]
    for line in lines[:6]:
        del line["score"]
    (tmp_path / "answers.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    settings = Settings(
        predictions=Where(source="answers"),
        key="id",
        columns=Columns(truth="truth", score="score", today="rep"),
        run=Run(cases=Where(source="todo"), url="https://prototype.example/score", timeout_seconds=5),
        allowed=Allowed(latency_seconds=2),
    )
    finding = see(tmp_path, settings)
    assert figure(finding, "auc").n == 54
    assert figure(finding, "failed_share").value == pytest.approx(0.1)
    assert figure(finding, "latency_ratio").value == pytest.approx((0.1 + 0.95 * 0.59) / 2)
    assert figure(finding, "gain_over_today").value > 0.5


@pytest.mark.parametrize("how", [{"command": ("./predict",)}, {"url": "https://prototype.example"}])
def test_what_is_sent_holds_neither_truth_nor_todays_decision(tmp_path, how):
    from proveout import data

    write(tmp_path / "todo.csv", id=[1, 2], size=[3, 4], Truth=[0, 1], rep=[1, 1], SCORE=[1, 1])
    settings = Settings(
        predictions=Where(source="answers"),
        key="id",
        columns=Columns(truth="truth", score="score", today="rep"),
        run=Run(cases=Where(source="todo"), **how),
    )
    sources = {"answers": Source(location="runs/a.jsonl"), "todo": Source(location="todo.csv")}
    trial = instrument("prototype").recording(settings, Initiative(sources=sources))
    tables, failures = data.ask([trial.cases], sources, tmp_path)
    assert not failures
    assert list(tables[trial.cases.name]) == ["id", "size"]
    assert trial.file == "runs/a.jsonl"
    assert isinstance(trial.call, HttpCall if "url" in how else CommandCall)


def test_what_the_prototype_did_not_say_is_looked_up_nowhere(tmp_path):
    write(tmp_path / "todo.csv", id=range(30), truth=[0, 1] * 15, score=[0, 1] * 15)
    (tmp_path / "answers.jsonl").write_text("\n".join(json.dumps({"id": i, "points": 0.5}) for i in range(30)))
    settings = Settings(
        predictions=Where(source="answers"),
        key="id",
        columns=Columns(truth="truth", score="score"),
        run=Run(cases=Where(source="todo"), command=("./predict",)),
    )
    with pytest.raises(ProveoutError, match="no column score"):
        see(tmp_path, settings)


def test_a_recording_needs_a_file_of_its_own():
    settings = Settings(
        predictions=Where(source="answers"),
        key="id",
        columns=Columns(truth="truth", score="score"),
        run=Run(cases=Where(source="answers"), command=("./predict",)),
        fields=("size", "Truth"),
    )
    sources = {"answers": Source(location="duckdb:a.duckdb")}
    found = instrument("prototype").faults(settings, Initiative(sources=sources))
    assert [fault.path for fault in found] == [("predictions", "source"), ("run", "cases", "source"), ("fields", 1)]
    sources = {"answers": Source(location="./.Proveout/answers.jsonl")}
    settings = replace(settings, run=replace(settings.run, cases=Where(source="todo")), fields=())
    (kept,) = instrument("prototype").faults(settings, Initiative(sources=sources))
    assert kept.path == ("predictions", "source") and "keeps its own files" in kept.message


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"columns": Columns(score="s")}, "columns.truth"),
        ({"columns": Columns(truth="t")}, "columns.score"),
        ({"columns": Columns(truth="t", score="s"), "metric": "mae"}, "does not measure a classification"),
        ({"columns": Columns(truth="t", answer="a"), "metric": "auc"}, "metric of scores"),
        ({"columns": Columns(truth="t", score="s"), "promise": Promise(at_most=1)}, "at_least"),
        ({"columns": Columns(truth="t", score="s"), "threshold": "cheapest"}, "costs"),
        ({"columns": Columns(truth="t", score="s"), "cases": Where(source="c")}, "key"),
        ({"columns": Columns(truth="t", score="s"), "baseline": "one-rule"}, "fields"),
        ({"columns": Columns(truth="t", answer="s"), "kind": "regression", "baseline": "persistence"}, "time"),
        ({"kind": "text"}, "rubric"),
        ({"columns": Columns(truth="t", score="s"), "known_after": ("a",), "known_at_decision": ("A",)}, "cannot be"),
    ],
)
def test_contradictions_are_seen_before_measuring(block, words):
    with pytest.raises(ValueError, match=words):
        Settings(predictions=Where(source="predictions"), **block)


def test_texts_are_judged_by_people_and_models_by_people(tmp_path, rng):
    cases, items = 60, ("polite", "right")
    rows = []
    for case in range(cases):
        for item in items:
            passed = rng.random() < 0.8
            rows.append((case, item, "anna", "yes" if passed else "no", "yes"))
            rows.append((case, item, "model", "yes" if rng.random() < 0.5 else "no", "no"))
    columns = dict(zip(("case", "item", "judge", "verdict", "person"), zip(*rows, strict=True), strict=True))
    write(tmp_path / "verdicts.csv", **columns)
    rubric = Rubric(source="verdicts", item="item", judge="judge", person="person")
    finding = see(tmp_path, Settings(kind="text", rubric=rubric, promise=Promise(at_least=0.5)))
    by_case = {}
    for case, _, judge, verdict, _ in rows:
        if judge == "anna":
            by_case[case] = by_case.get(case, True) and verdict == "yes"
    assert figure(finding, "rubric_pass_share").value == pytest.approx(sum(by_case.values()) / cases)
    assert figure(finding, "promise_margin").value == pytest.approx(sum(by_case.values()) / cases - 0.5)
    passed, said = note(finding, "Models judge")
    assert passed is False and "kappa" in said


def test_models_alone_are_no_judges(tmp_path):
    write(tmp_path / "verdicts.csv", case=range(40), verdict=["pass"] * 40, person=["no"] * 40)
    finding = see(tmp_path, Settings(kind="text", rubric=Rubric(source="verdicts", person="person")))
    passed, said = note(finding, "Models judge")
    assert passed is False and "have people judge" in said


def test_training_declares_no_more_than_it_has(tmp_path, rng):
    score, truth = leads(rng, 100)
    write(tmp_path / "predictions.csv", score=score, truth=truth, at=["2026-02-01"] * 100)
    finding = see(tmp_path, declared(columns={"score": "score", "time": "at"}, training=Training(source="gone")))
    assert figure(finding, "later_than_training") is None
    assert note(finding, "later than")[0] is False


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"url": "https://me:pass@prototype.example"}, "holds a user"),
        ({"url": "https://prototype.example", "headers": {"Authorization": "Bearer abc"}}, "holds a secret"),
    ],
)
def test_secrets_stand_in_the_environment(how, said):
    with pytest.raises(ValueError, match=said):
        Run(cases=Where(source="todo"), **how)
