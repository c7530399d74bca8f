"""Teams and people without outcomes since some day, while others have them: named, with the day."""

from datetime import timedelta

import pytest
from tests.unit.instruments.pilot import test_in_turn, test_in_waves
from tests.unit.instruments.pilot.conftest import END, START, World

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def stop(here: World, stops: dict[str, int]) -> World:
    """Teams by how many days since the start they have outcomes."""
    here.rows = [row for row in here.rows if row[1] < START + stops.get(str(row[0]).split("-")[0], 999) * DAY]
    return here


def said(found) -> str:
    return next((one.note for one in found.checks if one.name.endswith("still have outcomes")), "")


def test_teams_that_stop_are_named_with_the_day(world):
    here = stop(world().teams(12, -3.0), {"3": 14, "6": 8})
    assert said(here.find()) == (
        f"2 of 12 teams (1 with the system, 1 without) have none any more, while others have up to {END}: "
        f"t003 (none from {START + 2 * WEEK} on), t006 (none from {START + 2 * WEEK} on)"
    )


def test_an_arm_that_stops_is_named(world):
    found = stop(world().teams(12, -3.0), {f"{team}": 14 for team in range(0, 12, 2)}).find()
    assert said(found).startswith(
        "6 of 12 teams (0 with the system, 6 without) have none any more, while others have up to"
    )
    assert said(found).endswith(" and 3 more")


def test_on_the_way_too_and_before_the_first_look(world):
    here = stop(world().teams(12, -3.0), {"3": 7, "6": 0, "0": 7, "1": 0})
    today = START + 3 * WEEK
    here.rows = [row for row in here.rows if row[1] < today]
    found = here.find(today=today)
    assert without(found).endswith("t001 (not a row), t006 (not a row)")
    assert said(found) == (
        f"2 of 12 teams (1 with the system, 1 without) have none any more, while others have up to {today - DAY}: "
        f"t000 (none from {START + WEEK} on), t003 (none from {START + WEEK} on)"
    )


def test_nobody_is_named_where_all_have_outcomes_or_all_lack_them_alike(world):
    here = world().teams(12, -3.0)
    assert not said(here.find())
    here.rows = [row for row in here.rows if row[1] < START + 2 * WEEK]
    assert not said(here.find())


def test_a_week_that_is_not_over_says_nothing(world):
    """On Tuesday a team has none of Monday yet."""
    here = stop(world().teams(12, -3.0), {"3": 14})
    today = START + 15 * DAY
    here.rows = [row for row in here.rows if row[1] < today]
    assert not said(here.find(today=today))


def test_a_person_may_have_none_in_one_week_but_not_in_two(world):
    here = world().teams(12, -3.0)
    here.rows = [row for row in here.rows if not (row[0] == "2-1" and row[1] >= END - 6 * DAY)]
    assert not said(here.find(randomise="units"))
    here.rows = [row for row in here.rows if not (row[0] == "2-1" and row[1] >= END - 13 * DAY)]
    assert f": 2-1 (none from {START + 2 * WEEK} on)" in said(here.find(randomise="units"))


@pytest.mark.parametrize(
    ("make", "module"),
    [
        (lambda here: test_in_waves.stepped(here, lambda since: -2.0), test_in_waves),
        (lambda here: test_in_turn.in_turn(here, -2.0), test_in_turn),
    ],
)
def test_in_designs_in_time(world, make, module):
    here = stop(make(world()), {"3": 21})
    assert f": t003 (none from {START + 3 * WEEK} on)" in said(module.find(here))


def without(found) -> str:
    return next((one.note for one in found.checks if one.name.endswith("all teams have outcomes")), "")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (
            lambda unit, day, value: [unit, day, f"{value:.2f}".replace(".", ",")],
            "140 value(s) are no number, such as '",
        ),
        (lambda unit, day, value: [unit, f"{day:%Y-%d.%m}", value], "280 day(s) cannot be read, such as '"),
        (lambda unit, day, value: [f"team {unit}", day, value], "not a row"),
        (lambda unit, day, value: [f"{unit.upper()} ", day, value], "there are some of 'U3-0 ', which was assigned"),
    ],
)
def test_teams_that_never_had_any_are_counted_with_the_cause(world, spoil, why):
    here = world().teams(12, -3.0)
    here.arms = [[f"u{row[0]}", *row[1:]] for row in here.arms]
    here.rows = [[f"u{unit}", day, value] for unit, day, value in here.rows]
    here.rows = [spoil(*row) if row[0].split("-")[0] in ("u3", "u6") else row for row in here.rows]
    said = without(here.find())
    assert said.startswith("2 of 12 teams (1 with the system, 1 without) have no outcome that counts since the start,")
    assert f"t003 ({why}" in said and "t006 (" in said


def test_without_days_too_once_the_pilot_is_over(world):
    here = world().teams(12, -3.0)
    here.columns = ["unit", "value"]
    here.rows = [[unit, value] for unit, day, value in here.rows if day == START and not unit.startswith("3-")]
    assert without(here.find()).endswith("while others have: t003 (not a row)")
    assert not without(here.find(today=END))
