"""Crowds that judged birds and feelings, and labels of CIFAR-10 that people reviewed."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.asking import measured

from proveout.core.initiative import Initiative, Source
from proveout.instruments.agreement.settings import Elsewhere, Ratings, Settings
from proveout.stats.label_errors import label_errors

pytestmark = pytest.mark.real_data

COLUMNS = {"case": "question", "person": "worker", "decision": "answer"}
TRUTH = Elsewhere(source="truth", column="truth")


def see(folder: Path, settings: Settings, **files: str):
    sources = {name: Source(location=path) for name, path in files.items()}
    initiative = Initiative(initiative="test", title="Test", sources=sources)
    return measured("agreement", settings, initiative, folder, date(2026, 1, 1), failing=())


def test_bluebird(real_data: Path):
    """108 questions, 39 people: alpha .126, majority right in .7593, people weighed by their habits in .8981."""
    settings = Settings(ratings=Ratings(source="answers"), truth=TRUTH, **COLUMNS)
    finding = see(
        real_data / "label_noise",
        settings,
        answers="crowd_bluebird_duck_answers.csv",
        truth="crowd_bluebird_duck_truth.csv",
    )
    values = {(e.name, e.subject): e.value for e in finding.estimates}
    assert values["alpha", ""] == pytest.approx(0.126, abs=5e-4)
    assert values["consensus_accuracy", "majority"] == pytest.approx(0.7593, abs=5e-5)
    assert values["consensus_accuracy", "weighed by person"] == pytest.approx(0.8981, abs=5e-5)
    assert (values["n_cases", ""], values["n_people", ""]) == (108, 39)
    apart = next(check for check in finding.checks if check.name == "Nobody stands apart")
    assert apart.passed is False


def test_feelings_as_numbers(real_data: Path):
    """700 questions, ten numbers each: the mean is 12.02 off."""
    settings = Settings(ratings=Ratings(source="answers"), scale="interval", truth=TRUTH, **COLUMNS)
    finding = see(
        real_data / "label_noise",
        settings,
        answers="crowd_snow_emotion_numeric_answers.csv",
        truth="crowd_snow_emotion_numeric_truth.csv",
    )
    values = {e.name: e.value for e in finding.estimates}
    assert values["consensus_error"] == pytest.approx(12.02, abs=5e-3)
    assert values["n_cases"] == 700
    assert values["alpha"] < 0.667


def reviewed(real_data: Path) -> set[int]:
    """The labels that fewer than three of five people backed."""
    items = json.loads((real_data / "label_noise" / "cifar10_mturk.json").read_text(encoding="utf-8"))
    return {item["id"] for item in items if item["mturk"]["given"] < 3}


def test_cifar_10(real_data: Path):
    """244 labels off the diagonal as cleanlab counts; 48 of the 54 that people confirmed; precision at 54: a third."""
    folder = real_data / "label_noise"
    labels = np.load(folder / "cifar10_test_set_original_labels.npy").astype(int)
    found, wrong = label_errors(labels, np.load(folder / "cifar10_test_set_pyx.npy")), reviewed(real_data)
    assert len(wrong) == 54
    assert len(found.suspects) == found.joint.sum() - np.trace(found.joint) == 244
    assert len(wrong.intersection(found.suspects.tolist())) == 48
    assert len(wrong.intersection(found.suspects[:54].tolist())) / 54 == pytest.approx(18 / 54)


def test_cifar_10_through_the_instrument(real_data: Path, tmp_path: Path):
    folder = real_data / "label_noise"
    labels = np.load(folder / "cifar10_test_set_original_labels.npy").astype(int)
    p = np.load(folder / "cifar10_test_set_pyx.npy")
    names = [f"p{k}" for k in range(10)]
    lines = [",".join(["n", "label", *names])]
    lines += [f"{i},{y},{','.join(map(repr, row))}" for i, (y, row) in enumerate(zip(labels, p.tolist(), strict=True))]
    (tmp_path / "cifar.csv").write_text("\n".join(lines), encoding="utf-8")
    settings = Settings(
        label=Elsewhere(source="cifar", column="label", case="n"),
        probabilities={str(k): name for k, name in enumerate(names)},
    )
    finding = see(tmp_path, settings, cifar="cifar.csv")
    (share,) = finding.estimates
    assert share.value == pytest.approx(244 / 10_000)
    (shown,) = finding.exhibits
    assert len(reviewed(real_data).intersection(int(row[0]) for row in shown.rows)) >= 1
