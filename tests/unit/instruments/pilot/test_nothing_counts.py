"""Where no outcome counts, why: in the words of what is so, and not of another fault."""

from datetime import timedelta

import pytest
from tests.unit.instruments.pilot import test_in_turn, test_in_waves
from tests.unit.instruments.pilot.conftest import END, START, World

YEAR = timedelta(days=400)


def side_by_side(world):
    return world().teams(12, -3.0, size=2), lambda here, **more: here.find(**more), END


def in_waves(world):
    return test_in_waves.stepped(world(), lambda since: -2.0), test_in_waves.find, test_in_waves.END


def in_turn(world):
    return test_in_turn.in_turn(world(), -2.0), test_in_turn.find, test_in_turn.END


def weighted(here: World, weight: object) -> None:
    here.columns = [*here.columns, "weight"]
    here.rows = [[*row, weight] for row in here.rows]


def strangers(here, end):
    here.rows = [[f"x{row[0]}", *row[1:]] for row in here.rows]
    return "no unit that was assigned has an outcome"


def before(here, end):
    here.rows = [row for row in here.rows if row[1] < START]
    return f"no outcome is of the days of the pilot; {len(here.rows):,} before {START}, 0 after {end}"


def after(here, end):
    here.rows = [[row[0], row[1] + YEAR, row[2]] for row in here.rows]
    return f"no outcome is of the days of the pilot; 0 before {START}, {len(here.rows):,} after {end}"


def late(here, end):
    here.arms = [[*row[:4], START + timedelta(days=3)] for row in here.arms]
    return "all units that have outcomes joined after the start"


def weightless(here, end):
    weighted(here, 0)
    return "all outcomes since the start have a weight of 0"


def unweighed(here, end):
    weighted(here, "?")
    return f"none of {len(here.rows):,} outcomes has a weight that is a number"


@pytest.mark.parametrize("design", [side_by_side, in_waves, in_turn])
@pytest.mark.parametrize("fault", [strangers, before, after, late, weightless, unweighed])
def test_why_no_outcome_counts(world, design, fault):
    here, find, end = design(world)
    said = fault(here, end)
    found = find(here)
    assert not {one.name for one in found.estimates} & {"effect", "guardrail_margin"}
    (hint,) = [hint for hint in found.hints if hint.subject == "hours" and not hint.figures]
    assert said in hint.reason and hint.remedy
    other = {"no unit that was assigned", "days of the pilot", "joined after", "weight of 0", "weight that is a number"}
    assert sum(words in hint.reason for words in other) == 1


def test_on_the_way_a_look_waits_and_says_why(world):
    here = world().teams(12, -3.0, size=2)
    said = before(here, END)
    look = START + timedelta(days=13)
    (hint,) = [one for one in here.find(looks=(look,), today=look + timedelta(days=2)).hints if one.subject == "hours"]
    assert hint.reason.startswith(f"look 1, of {look}, needs outcomes up to") and said in hint.reason
    assert "If they should be there, look whether they are complete" in hint.remedy
