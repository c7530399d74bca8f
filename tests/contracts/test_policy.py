"""The standard policy keeps its own rules."""

import re
from itertools import groupby
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from proveout import gates, instruments
from proveout.core.initiative import Phase
from proveout.core.policy import Basis, Criterion, Dimension, Policy, Weight
from proveout.instruments.pilot import health, in_turn, kept_schedule

POLICY = TypeAdapter(Policy).validate_python(yaml.safe_load(gates.STANDARD_POLICY.read_text("utf-8")))
CRITERIA = pytest.mark.parametrize("criterion", POLICY.criteria, ids=lambda criterion: criterion.id)
INSTRUMENTS = {
    *instruments.NAMES,
    *("quality", "agreement", "prototype", "architecture", "integration"),
    *("change", "training", "workflow", "support", "survey"),
    *("pilot", "service", "drift", "feedback", "usage", "capacity", "impact"),
}


def test_ids_are_unique_and_criteria_stand_in_the_order_of_the_gates() -> None:
    ids = [criterion.id for criterion in POLICY.criteria]
    assert len(set(ids)) == len(ids)
    assert [phase for phase, _ in groupby(POLICY.criteria, lambda criterion: criterion.phase)] == list(Phase)


@pytest.mark.parametrize("phase", Phase)
def test_every_gate_looks_at_all_three_dimensions_with_must_criteria(phase: Phase) -> None:
    must = [c for c in POLICY.criteria if c.phase is phase and c.weight is Weight.MUST]
    assert {criterion.dimension for criterion in must} == set(Dimension)


@CRITERIA
def test_a_criterion_says_why_whence_and_what_to_do(criterion: Criterion) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", criterion.id)
    assert criterion.instrument in INSTRUMENTS
    assert re.fullmatch(r"[a-z][a-z0-9_]*", criterion.estimate)
    assert criterion.family
    for sentence in (criterion.why, criterion.remedy):
        assert re.fullmatch(r"\S.*\.", sentence)
    assert not criterion.title.endswith(".")
    assert bool(criterion.source) == (criterion.basis is Basis.SOURCED)


def card(name: str) -> Path:
    return Path(instruments.__file__).parent / name / "card.yml"


@pytest.mark.parametrize("name", instruments.NAMES)
def test_gates_read_only_what_instruments_report(name: str) -> None:
    path = card(name)
    reported = {estimate["name"] for estimate in yaml.safe_load(path.read_text("utf-8"))["estimates"]}
    criteria = [c for c in POLICY.criteria if c.instrument == name]
    read = {name for c in criteria for name in (c.estimate, c.subjects_of) if name}
    assert read
    assert read <= reported


def test_every_instrument_is_read_by_a_gate() -> None:
    assert {c.instrument for c in POLICY.criteria} >= set(instruments.NAMES)


@pytest.mark.parametrize(
    ("criterion", "threshold"),
    [
        ("groups-comparable", health.MISMATCH),
        ("groups-alike-before", health.DOUBTFUL),
        ("outcomes-missing-alike", kept_schedule.APART),
        ("no-carry-over", in_turn.SUSPECT),
    ],
)
def test_the_pilot_doubts_itself_where_the_gate_does(criterion: str, threshold: float) -> None:
    """The instrument knows no policy, and yet a check must not read well where its criterion fails."""
    assert next(c.threshold for c in POLICY.criteria if c.id == criterion) == threshold
