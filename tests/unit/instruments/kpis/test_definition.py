"""Completeness and clear words."""

from datetime import date

import pytest

from proveout.core.initiative import Baseline, Change, Initiative, Kpi, Objective
from proveout.core.question import SourceName
from proveout.core.value import Quantity, ValueModel
from proveout.instruments.kpis.definition import in_value_model, missing_parts, serves_objective, vague_words

WHOLE = {
    "title": "Hours of research per rep and week",
    "unit": "hour/week",
    "direction": "down",
    "baseline": Baseline(source=SourceName("t")),
    "target": Change(relative=-0.5),
    "minimum_worthwhile": Change(relative=-0.2),
    "owner": "A. Example",
    "due": date(2026, 9, 30),
    "objective": "selling-time",
}


def test_a_whole_definition_misses_nothing():
    assert missing_parts(Kpi(id="k", **WHOLE)) == ()


@pytest.mark.parametrize("part", list(WHOLE))
def test_each_part_is_missed(part):
    assert missing_parts(Kpi(id="k", **{k: v for k, v in WHOLE.items() if k != part})) == (part,)


def test_a_guardrail_needs_no_target():
    whole = {k: v for k, v in WHOLE.items() if k != "target"}
    assert missing_parts(Kpi(id="k", role="guardrail", **whole)) == ()


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Improve efficiency", ["improve", "efficiency"]),
        (
            "A seamless, user-friendly and significantly BETTER process",
            ["seamless", "user-friendly", "significantly", "better"],
        ),
        ("Answers as appropriate", ["as appropriate"]),
        ("Optimised handling, leveraging AI", ["optimised", "leveraging"]),
        ("Hours of research per rep and week", []),
        ("Share of tickets solved at first contact", []),
        ("Letters sent per day", []),
        ("", []),
    ],
)
def test_vague_words(title, words):
    found = vague_words(title)
    assert [word for word, _ in found] == words
    assert all(why for _, why in found)


def test_links():
    kpi = Kpi(id="hours", objective="o")
    value = ValueModel(yearly_benefit="a", quantities={"a": Quantity(kpi="hours")})
    assert in_value_model(kpi, Initiative(value=value))
    assert not in_value_model(Kpi(id="other"), Initiative(value=value))
    assert not in_value_model(kpi, Initiative())
    assert serves_objective(kpi, Initiative(objectives=(Objective(id="o"),)))
    assert not serves_objective(kpi, Initiative())
    assert not serves_objective(Kpi(id="k"), Initiative(objectives=(Objective(id="o"),)))
