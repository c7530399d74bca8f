"""When a look of the calendar has come: outcomes that come late, once a week, once a month, or no more."""

from datetime import date, timedelta

import numpy as np
import pytest
from tests.unit.instruments.pilot.conftest import END, START, World

from proveout.core.evidence import Finding
from proveout.instruments.pilot.looks import GRACE

DAY = timedelta(days=1)


def effect(found: Finding) -> list[float]:
    return [one.value for one in found.estimates if one.name == "effect"]


def waits_for(found: Finding) -> list[str]:
    return [one.note for one in found.checks if one.name == "hours: a look of the calendar has come"]


def behind(world: World, teams: int, days: int) -> World:
    """The last outcomes of some teams are not loaded yet."""
    late = {f"{team}" for team in range(teams)}
    world.rows = [row for row in world.rows if str(row[0]).split("-")[0] not in late or row[1] <= END - days * DAY]
    return world


def test_a_look_waits_two_weeks_for_teams_that_are_behind(world):
    here = behind(world().teams(12, -3.0), teams=2, days=8)
    for today in (END + DAY, END + GRACE):
        found = here.find(today=today, randomise="teams")
        assert not effect(found)
        (note,) = waits_for(found)
        assert f"look 1, of {END}, needs outcomes up to {END - 3 * DAY}: they are there up to {END - 8 * DAY}" in note
        assert f"From {END + GRACE + DAY} on it waits no longer for teams that are behind" in note
        assert found.changes_on == END + GRACE + DAY
    over = here.find(today=END + GRACE + DAY, randomise="teams")
    assert effect(over) and not waits_for(over)


def test_one_team_of_twelve_that_stops_holds_no_look_up(world):
    assert effect(behind(world().teams(12, -3.0), teams=1, days=20).find(randomise="teams"))


def test_people_who_are_drawn_one_by_one_need_not_have_outcomes_at_the_end(world):
    assert effect(behind(world().teams(12, -3.0), teams=2, days=8).find(randomise="units"))


def test_a_look_never_comes_where_nothing_newer_is_there(world):
    here = world().teams(12, -3.0)
    here.rows = [row for row in here.rows if row[1] <= END - 8 * DAY]
    found = here.find(today=END + 60 * DAY)
    assert not effect(found)
    assert f"they are there up to {END - 8 * DAY}" in waits_for(found)[0] and "From" not in waits_for(found)[0]


def test_who_was_never_assigned_or_one_team_alone_makes_no_look_come(world):
    here = behind(world().teams(12, -3.0), teams=11, days=8)
    here.rows.append(["nobody", END, 20])
    assert not effect(here.find(today=END + 60 * DAY, randomise="teams"))


def test_outcomes_after_the_end_show_that_the_last_days_were_quiet(world):
    here = world().teams(12, -3.0)
    here.rows = [row for row in here.rows if row[1] <= END - 8 * DAY]
    assert not effect(here.find(today=END + 5 * DAY, randomise="teams"))
    here.rows += [[row[0], END + 4 * DAY, 20] for row in here.arms]
    assert effect(here.find(today=END + 5 * DAY, randomise="teams"))


def test_teams_that_are_behind_do_not_take_a_look_from_those_before(world):
    looks = (START + 13 * DAY, END)
    found = behind(world().teams(12, -3.0), teams=2, days=8).find(randomise="teams", looks=looks)
    assert effect(found) and waits_for(found)[0].startswith(f"look 2, of {END}")


@pytest.mark.parametrize(("back", "of"), [(lambda day: day - day.weekday() * DAY, "week"), (None, "month")])
def test_outcomes_that_are_dated_by_the_first_day_of_their_week_or_month(world, back, of):
    here = world().teams(12, -3.0)
    first = back or (lambda day: START if day >= START else date(2026, 2, 2))
    means: dict[tuple[object, date], list[float]] = {}
    for unit, day, value in here.rows:
        means.setdefault((unit, first(day)), []).append(float(str(value)))
    here.rows = [[unit, day, float(np.mean(values))] for (unit, day), values in means.items()]
    assert effect(here.find(randomise="teams")), of
