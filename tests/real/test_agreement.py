"""Crowds that judged birds, and labels of CIFAR-10 that people reviewed."""

import csv
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, SourceName
from proveout.data import ask
from proveout.instruments.agreement.measure import measure
from proveout.instruments.agreement.queries import questions
from proveout.instruments.agreement.settings import Ratings, Settings
from proveout.stats.label_errors import label_errors

pytestmark = pytest.mark.real_data


def test_bluebird(real_data: Path, tmp_path: Path):
    """108 questions, 39 people: alpha .126, majority right in .7593, people weighed by their habits in .8981."""
    folder = real_data / "label_noise"
    truth, answers = (
        list(csv.DictReader((folder / f"crowd_bluebird_duck_{name}.csv").read_text("utf-8").splitlines()))
        for name in ("truth", "answers")
    )
    true = {row["question"]: row["truth"] for row in truth}
    rows = [f"{row['question']},{row['worker']},{row['answer']},{true[row['question']]}" for row in answers]
    (tmp_path / "birds.csv").write_text("\n".join(["question,worker,answer,truth", *rows]), encoding="utf-8")
    settings = Settings(
        ratings=Ratings(source=SourceName("birds")), case="question", person="worker", decision="answer", truth="truth"
    )
    nobody = Initiative(initiative="test", title="Test")
    tables, failures = ask(questions(settings, nobody), {SourceName("birds"): Source(location="birds.csv")}, tmp_path)
    assert failures == {}
    finding = measure(settings, Answers(tables=tables, as_of=date(2026, 1, 1)), nobody)
    values = {(e.name, e.subject): e.value for e in finding.estimates}
    assert values["alpha", ""] == pytest.approx(0.126, abs=5e-4)
    assert values["consensus_accuracy", "majority"] == pytest.approx(0.7593, abs=5e-5)
    assert values["consensus_accuracy", "weighed by person"] == pytest.approx(0.8981, abs=5e-5)
    assert (values["n_cases", ""], values["n_people", ""]) == (108, 39)


def test_cifar_10(real_data: Path):
    """244 labels off the diagonal as cleanlab counts; 48 of the 54 that people confirmed; precision at 54: a third."""
    folder = real_data / "label_noise"
    labels = np.load(folder / "cifar10_test_set_original_labels.npy").astype(int)
    found = label_errors(labels, np.load(folder / "cifar10_test_set_pyx.npy"))
    reviewed = json.loads((folder / "cifar10_mturk.json").read_text(encoding="utf-8"))
    wrong = {item["id"] for item in reviewed if item["mturk"]["given"] < 3}
    assert len(wrong) == 54
    assert len(found.ranked) == found.joint.sum() - np.trace(found.joint) == 244
    assert len(wrong.intersection(found.ranked.tolist())) == 48
    assert len(wrong.intersection(found.ranked[:54].tolist())) / 54 == pytest.approx(18 / 54)
