"""Outcomes without a day: no verdict where one is needed, with the column that it may be; one per unit needs none."""

import pytest
from tests.unit.instruments.pilot import test_in_turn, test_in_waves
from tests.unit.instruments.pilot.conftest import START, World

from proveout.core.question import Rows, SourceName

QUERY = "select unit, {0} as day, value from outcomes"


def said(found) -> tuple[str, str]:
    assert not {one.name for one in found.estimates} & {"effect", "guardrail_margin"}
    (hint,) = [hint for hint in found.hints if hint.subject == "hours" and not hint.figures]
    return hint.reason, hint.remedy


def once(here: World) -> World:
    """One outcome of each unit, and no day."""
    here.columns = ["unit", "value"]
    here.rows = [[unit, value] for unit, day, value in here.rows if day == START]
    return here


@pytest.mark.parametrize("name", ["date", "week ending"])
def test_a_day_under_another_name_is_named_with_the_remedy(world, name):
    here = world().teams(12, -3.0)
    here.columns = ["unit", name, "value"]
    reason, remedy = said(here.find())
    assert "have no `day`, and 60 unit(s) have several rows" in reason
    column = name if name.isidentifier() else f'"{name}"'
    assert QUERY.format(column) in remedy


def test_dates_that_are_text_come_close_too_and_numbers_do_not(world):
    here = world().teams(12, -3.0)
    here.columns = ["unit", "seen", "value", "case"]
    here.rows = [[unit, f"{day:%d/%m/%Y}", value, 20260101] for unit, day, value in here.rows if day.day < 13]
    assert QUERY.format("seen") + "`." in said(here.find())[1]


def test_a_day_that_is_empty_throughout(world):
    here = world().teams(12, -3.0)
    here.rows = [[unit, "", value] for unit, _, value in here.rows]
    reason, remedy = said(here.find())
    assert "have no `day`" in reason and remedy == "Give each row the `day` that it is of, as 2026-01-31."


def test_a_query_that_leaves_the_day_out(world):
    here = world().teams(12, -3.0)
    rows = Rows(source=SourceName("outcomes"), query="select unit, value from outcomes")
    assert "several rows" in said(here.find(outcomes={"hours": rows}))[0]


def test_one_row_of_each_unit_needs_no_day(world):
    found = once(world().teams(12, -3.0)).find()
    assert "effect" in {one.name for one in found.estimates}


def test_one_row_of_each_unit_with_a_date_is_asked_about(world):
    here = once(world().teams(12, -3.0))
    here.columns, here.rows = [*here.columns, "closed"], [[*row, START] for row in here.rows]
    reason, remedy = said(here.find())
    assert "`closed` holds dates" in reason and "`select unit, value from outcomes`" in remedy
    rows = Rows(source=SourceName("outcomes"), query="select unit, value from outcomes")
    assert "effect" in {one.name for one in here.find(outcomes={"hours": rows}).estimates}


@pytest.mark.parametrize(
    ("make", "module"),
    [
        (lambda here: test_in_waves.stepped(here, lambda since: -2.0), test_in_waves),
        (lambda here: test_in_turn.in_turn(here, -2.0), test_in_turn),
    ],
)
def test_designs_in_time_need_a_day_whatever_else(world, make, module):
    assert "who has the system changes over time" in said(module.find(once(make(world()))))[0]
