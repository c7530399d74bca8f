"""Where nobody used the system, nothing is shown of those without it, and no guardrail has held."""

from datetime import timedelta

import pytest
from tests.unit.instruments.pilot.conftest import END, START
from tests.unit.instruments.pilot.test_bad_input import BEFORE, DESIGNS, check, figures, side_by_side, used

from proveout.core.initiative import Change, Kpi
from proveout.instruments.pilot.measure import measure
from proveout.instruments.pilot.settings import Settings

AFTER = END + timedelta(days=1)

GUARDRAIL = Kpi(id="hours", unit="hour", direction="up", role="guardrail", minimum_worthwhile=Change(absolute=-9.0))


@DESIGNS
@pytest.mark.parametrize("when", [None, BEFORE])
def test_nobody_used_it_since_the_start(world, design, when):
    here, find = design(world)
    here.uses = [[here.arms[0][0], when]] if when else []
    found = find(here, kpi=GUARDRAIL)
    assert figures(found)["exposed_share"].value == 0
    assert not figures(found).keys() & {"contamination_share", "guardrail_margin"}
    assert figures(found)["guardrail_measured"].value == 0
    said = next(c for c in found.checks if c.name.startswith(("Only the pilot arm", "Nobody used the system out of")))
    assert said.passed is None and "nobody at all used it" in said.note
    assert "hardly anybody used it" in check(found, "healthy enough for a verdict").note


@DESIGNS
@pytest.mark.parametrize(
    ("uses", "why"),
    [
        ([["ann@example.com", START], ["bob@example.com", START]], "2 users was assigned, such as 'ann@example.com'"),
        (None, "1 uses have no time that can be read"),
    ],
    ids=["other ids", "no time"],
)
def test_uses_of_nobody_who_was_assigned_are_no_uses(world, design, uses, why):
    here, find = design(world)
    here.uses = uses or [[here.arms[0][0], "sometime"]]
    found = find(here, kpi=GUARDRAIL)
    assert "guardrail_margin" not in figures(found) and figures(found)["guardrail_measured"].value == 0
    assert why in check(found, "healthy enough for a verdict").note
    hint = next(one for one in found.hints if "contamination_share" in one.figures)
    assert why in hint.reason
    if uses:
        assert repr(min(row[0] for row in here.arms)) in hint.reason and "what the roster yields" in hint.remedy


def test_declared_uses_that_cannot_be_read_clear_no_guardrail(world):
    here, find = side_by_side(world)
    here.uses = []
    find(here, kpi=GUARDRAIL)
    (here.folder / "uses.csv").unlink()
    found = measure(Settings(), here.asked(AFTER, GUARDRAIL, None), here.initiative(GUARDRAIL))
    assert "effect" in figures(find(here)) and "guardrail_margin" not in figures(found)
    assert "uses.csv" in check(found, "healthy enough for a verdict").note


@DESIGNS
def test_a_guardrail_holds_where_the_system_is_used(world, design):
    here, find = design(world)
    used(here, design)
    found = find(here, kpi=GUARDRAIL)
    assert figures(found)["guardrail_margin"].lower > 0 and figures(found)["guardrail_measured"].value == 1


@pytest.mark.parametrize(("users", "holds"), [(3, False), (4, True)])
def test_a_fifth_of_those_with_the_system_is_enough(world, users, holds):
    here, find = side_by_side(world)
    here.uses = [[row[0], START] for row in here.arms if row[2] == "pilot"][:users]
    assert ("guardrail_margin" in figures(find(here, kpi=GUARDRAIL))) == holds


def test_a_goal_needs_no_use_to_be_told(world):
    here, find = side_by_side(world)
    here.uses = []
    assert {"effect", "effect_to_worthwhile"} <= figures(find(here)).keys()


@DESIGNS
def test_a_use_without_a_time_switches_no_veto_off(world, design):
    here, find = design(world)
    here.uses = [[here.arms[0][0], START], [here.arms[1][0], "sometime"]]
    found = find(here, kpi=GUARDRAIL)
    assert not figures(found).keys() & {"contamination_share", "guardrail_margin"}
    assert figures(found)["guardrail_measured"].value == 0


def test_arms_that_are_swapped_are_seen_whatever_else_cannot_be_read(world):
    here, find = side_by_side(world)
    here.uses = [[row[0], START] for row in here.arms if row[2] != "pilot"] + [[here.arms[0][0], "sometime"]]
    assert "swapped" in check(find(here), "healthy enough for a verdict").note


@DESIGNS
def test_who_used_it_once_counts_as_a_user_in_every_design(world, design):
    """In one period of many: few need it every week."""
    here, find = design(world)
    used(here, design)
    once: dict[object, list[object]] = {}
    for row in here.uses:
        once.setdefault(row[0], row)
    here.uses = list(once.values())
    assert "guardrail_margin" in figures(find(here, kpi=GUARDRAIL))
