"""Published answers: an interface judged by 36 people, and 2,800 people's personality items."""

from datetime import date
from pathlib import Path

import pytest
from tests.asking import measured

from proveout.core.initiative import Initiative, Source
from proveout.instruments.survey.library import LIBRARY
from proveout.instruments.survey.questionnaire import Questionnaire
from proveout.instruments.survey.settings import Answered, Settings

pytestmark = pytest.mark.real_data


def see(folder: Path, file: str, **declared):
    settings = Settings(**declared)
    initiative = Initiative(sources={"answers": Source(location=file)})
    return measured("survey", settings, initiative, folder, date(2026, 3, 1))


def figures(finding, name: str) -> dict:
    return {e.subject: e for e in finding.estimates if e.name == name}


def test_the_usability_of_an_interface(real_data):
    """Folador and Andrade: n 36, mean 82.99, standard deviation 13.97."""
    header = (
        (real_data / "surveys" / "sus_interface_evaluation.csv").read_text(encoding="utf-8").splitlines()[0].split(";")
    )
    columns = dict(zip(LIBRARY["sus"].items, header[4:], strict=True))
    answers = Answered(source="answers", person="evaluator", columns=columns)
    found = figures(
        see(real_data / "surveys", "sus_interface_evaluation.csv", questionnaire="sus", answers=answers), "score"
    )["all"]
    assert (round(found.value, 2), found.n) == (82.99, 36)
    deviation = (found.upper - found.value) / 2.030108 * 6  # Student's t at 35 degrees of freedom
    assert deviation == pytest.approx(13.97, abs=0.01)


def test_the_reliability_of_five_scales(real_data):
    """As in the manual of the R package psych: .70, .73, .76, .81, .60."""
    keys = {"agree": "-A1 A2 A3 A4 A5", "conscientious": "C1 C2 C3 -C4 -C5", "extraversion": "-E1 -E2 E3 E4 E5",
            "neuroticism": "N1 N2 N3 N4 N5", "openness": "O1 -O2 O3 O4 -O5"}  # fmt: skip
    scales = {name: tuple(words.replace("-", "").split()) for name, words in keys.items()}
    bfi = Questionnaire(
        items={item: item for items in scales.values() for item in items},
        highest=6,
        scales=scales,
        reversed=tuple(word[1:] for words in keys.values() for word in words.split() if word.startswith("-")),
    )
    finding = see(
        real_data / "surveys",
        "psych_bfi_2800.csv",
        questionnaire=bfi,
        answers=Answered(source="answers", person="rownames"),
    )
    found = {name: round(e.value, 3) for name, e in figures(finding, "alpha").items()}
    assert found == {"agree": 0.703, "conscientious": 0.727, "extraversion": 0.762, "neuroticism": 0.814,
                     "openness": 0.6}  # fmt: skip
    missing = next(check for check in finding.checks if check.name == "Every item was answered")
    assert missing.passed is False and "508 of 70,000" in missing.note
