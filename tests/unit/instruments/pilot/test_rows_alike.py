"""Rows without a value, rows that came twice, zeros, and more rows on one side: judged by the draw."""

from datetime import date, timedelta

import numpy as np
import pytest
from tests.unit.instruments.pilot.conftest import START, World
from tests.unit.instruments.pilot.test_in_turn import END, TURNS, in_turn
from tests.unit.instruments.pilot.test_in_turn import find as find_in_turn
from tests.unit.instruments.pilot.test_in_waves import ARMS, WAVES, stepped
from tests.unit.instruments.pilot.test_in_waves import find as find_in_waves

from proveout.core.evidence import Check, Finding

VALUES = "values of rows are missing more often on one side"


def named(found: Finding, part: str) -> Check | None:
    return next((one for one in found.checks if part in one.name), None)


def note(found: Finding, part: str) -> str:
    return getattr(named(found, part), "note", "")


def has_effect(found: Finding) -> bool:
    return any(one.name == "effect" for one in found.estimates)


def arm_of(world: World) -> dict[object, object]:
    return {row[0]: row[2] for row in world.arms}


def changed(world: World, which, value) -> World:
    """Values of some rows of the pilot arm since the start."""
    arm, random = arm_of(world), np.random.default_rng(1)
    world.rows = [
        [u, d, value if arm[u] == which and d >= START and random.random() < 0.3 else v] for u, d, v in world.rows
    ]
    return world


@pytest.mark.parametrize("value", ["", "timeout"])
@pytest.mark.parametrize(("arm", "sign"), [("pilot", "+"), ("control", "-")])
def test_rows_without_a_value_on_one_side_leave_nothing_to_compare(world, value, arm, sign):
    found = changed(world().teams(12, 0.0), arm, value).find(randomise="teams")
    assert not has_effect(found) and f"{VALUES}: {sign}" in note(found, "healthy enough")
    imbalance = next(one for one in found.estimates if one.name == "missing_imbalance")
    assert 0.25 < imbalance.value < 0.35


def test_rows_without_a_day_on_one_side_do_neither(world):
    here = world().teams(12, 0.0)
    arm, random = arm_of(here), np.random.default_rng(1)
    gone = [arm[u] == "pilot" and d >= START and random.random() < 0.3 for u, d, _ in here.rows]
    here.rows = [[u, "last week" if lost else d, v] for lost, (u, d, v) in zip(gone, here.rows, strict=True)]
    assert VALUES in note(here.find(randomise="teams"), "healthy enough")


def test_rows_without_a_value_in_both_arms_leave_a_comparison(world):
    here = changed(changed(world().teams(12, -3.0), "pilot", ""), "control", "")
    found = here.find(randomise="teams")
    assert has_effect(found) and "of rows 3" in note(found, "missing alike in both arms")


def test_rows_without_a_value_where_the_system_is(world):
    here = in_turn(world(), 0.0, seed=7)
    spans = {row[0]: TURNS.spans(row[2], START, END) for row in here.arms}
    here.rows = [
        [u, d, "timeout" if i % 3 == 0 and any(s.holds(d) for s in spans[u]) else v]
        for i, (u, d, v) in enumerate(here.rows)
    ]
    found = find_in_turn(here)
    assert not has_effect(found) and f"{VALUES}: +" in note(found, "healthy enough")


def test_rows_without_a_value_in_the_waves_that_have_started(world):
    here = stepped(world(), lambda since: 0.0, teams=24, seed=9)
    arm, start = arm_of(here), dict(zip(ARMS, [*WAVES.starts, date.max], strict=True))
    here.rows = [[u, d, "" if d >= start[arm[u]] and i % 3 == 0 else v] for i, (u, d, v) in enumerate(here.rows)]
    found = find_in_waves(here)
    assert not has_effect(found) and f"{VALUES}: +" in note(found, "healthy enough")


def test_rows_that_came_twice_on_one_side(world):
    """Fewer than 5% of all rows, but a tenth of those with the system."""
    here = world().teams(12, 0.0)
    arm = arm_of(here)
    of_pilot = [row for row in here.rows if arm[row[0]] == "pilot" and row[1] >= START]
    here.rows += of_pilot[::9]
    found = here.find(randomise="teams")
    assert not has_effect(found)
    assert "rows came twice more often on one side: 10.1% with the system and 0.0%" in note(found, "healthy enough")


@pytest.mark.parametrize("yes_or_no", [False, True])
def test_zeros_of_one_arm_may_stand_for_what_is_missing(world, yes_or_no):
    here = changed(world().teams(12, 0.0), "pilot", 0)
    if yes_or_no:
        here.rows = [[u, d, int(v > 0)] for u, d, v in here.rows]
    found = here.find(randomise="teams")
    check = named(found, "no side alone has zeros")
    assert (check is None) == yes_or_no
    assert yes_or_no or (check.passed is False and "and 0.0% without are 0, 0.0% before" in check.note)


def test_rows_that_are_gone_on_one_side_show_in_their_number(world):
    here = world().teams(12, 0.0)
    arm = arm_of(here)
    here.rows = [r for i, r in enumerate(here.rows) if not (arm[r[0]] == "pilot" and r[1] >= START and i % 3 == 0)]
    found = here.find(randomise="teams")
    check = named(found, "as many rows with and without")
    assert check and check.passed is False and "and 28.0 without" in check.note
    (hint,) = [one for one in found.hints if one.figures == ("effect_to_worthwhile",)]
    assert "or rows are lost or come twice; look which." in hint.caution


def cases(world: World, volume: float) -> World:
    """Poisson(1) cases a person and week, with the system `volume`; nobody lacks anything."""
    here, random = world.teams(20, 0.0, size=6), np.random.default_rng(0)
    arm = arm_of(here)
    rates = [(volume if arm[u] == "pilot" and d >= START else 1.0) / 7 for u, d, _ in here.rows]
    here.rows = [
        [u, d, v + random.normal()]
        for rate, (u, d, v) in zip(rates, here.rows, strict=True)
        for _ in range(random.poisson(rate))
    ]
    return here


def test_more_cases_with_the_system_are_no_missing_weeks(world):
    found = cases(world(), 1.8).find(randomise="teams")
    assert has_effect(found)
    check = named(found, "as many weeks have outcomes in both arms")
    assert check and check.passed is False and "they do not come every week" in check.note


def test_teams_lost_on_one_side_do_not_hide_weeks_lost_on_the_other(world):
    here = world().teams(20, 0.0, size=6)
    arm, team = arm_of(here), {row[0]: row[1] for row in here.arms}
    gone = min(str(team[u]) for u in arm if arm[u] == "control")
    last = START + timedelta(days=21)
    here.rows = [
        [u, d, v]
        for u, d, v in here.rows
        if d < START or not (team[u] == gone or (arm[u] == "pilot" and d >= last and not str(u).endswith("-5")))
    ]
    found = here.find(randomise="teams")
    assert not has_effect(found) and "missing more often on one side: +20.8%" in note(found, "healthy enough")


def test_one_day_does_not_say_how_often_outcomes_come(world):
    """Of a pilot of four weeks with outcomes of its first day alone no look has come."""
    here = world().teams(12, -3.0)
    here.rows = [row for row in here.rows if row[1] == START]
    found = here.find(randomise="teams")
    assert not has_effect(found) and "needs outcomes up to" in note(found, "a look of the calendar has come")


@pytest.mark.parametrize(("lost", "passed"), [(9, False), (1, None)])
def test_a_few_who_are_missing_on_one_side_could_turn_a_small_effect(world, lost, passed):
    here = world().teams(200, -0.2, size=1, seed=2)
    arm = arm_of(here)
    gone = [u for u in arm if arm[u] == "pilot"][:lost]
    here.rows = [row for row in here.rows if row[0] not in gone or row[1] < START]
    found = here.find()
    check = named(found, "the effect stands whoever is missing")
    effect = next(one for one in found.estimates if one.name == "effect")
    assert check and check.passed is passed and f"if those {lost} without outcomes" in check.note
    low, high = (float(part) for part in check.note.split("between ")[1].split(", rather")[0].split(" and "))
    assert low < effect.value < high and high - low < 4 * 2 * 3 * lost / 100
    large = World(here.folder).teams(200, -9.0, size=1, seed=2)
    large.rows = [row for row in large.rows if row[0] not in gone or row[1] < START]
    assert named(large.find(), "the effect stands whoever is missing").passed is True
