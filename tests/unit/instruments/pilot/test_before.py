"""The time before the start: used where it can be, and said where it cannot."""

from datetime import timedelta

import numpy as np
import pytest
from tests.unit.instruments.pilot.conftest import START


def names(finding):
    return {estimate.name for estimate in finding.estimates}


def note(finding, part):
    return next((c.note for c in finding.checks if part in c.name), "")


def width(finding):
    effect = next(e for e in finding.estimates if e.name == "effect")
    return effect.upper - effect.lower


def without_time_before(world):
    world.rows = [row for row in world.rows if row[1] >= START]
    return world


def in_pairs(world):
    for row in world.arms:
        row[3] = f"pair {int(row[1][1:]) // 2}"
    return world


@pytest.mark.parametrize(("teams", "shape"), [(8, lambda world: world), (14, in_pairs)])
def test_few_teams_and_matched_pairs_use_the_time_before(world, teams, shape):
    here = shape(world().teams(teams, -2.0, seed=3))
    found = here.find()
    assert note(found, "time before is used") == ""
    assert width(found) < 0.8 * width(without_time_before(here).find())


def test_a_time_before_that_is_not_used_is_said_with_the_reason(world):
    assert "6 teams in 3 strata are fewer than 7" in note(
        in_pairs(world().teams(6, -2.0)).find(), "time before is used"
    )
    here = world().teams(8, -2.0)
    here.rows = [row for row in here.rows if row[1] >= START or int(row[0].split("-")[1]) > 1]
    said = note(here.find(), "time before is used")
    assert "only 60% of the units of one arm" in said
    assert note(without_time_before(here).find(), "time before is used") == ""


@pytest.mark.parametrize("lacking", ["pilot", "control"])
def test_a_time_before_that_one_arm_lacks_shows_nothing_and_adjusts_nothing(world, lacking):
    here = world().teams(12, -2.0)
    arms = {row[0]: row[2] for row in here.arms}
    here.rows = [row for row in here.rows if row[1] >= START or arms[row[0]] != lacking]
    found = here.find()
    assert "balance_p" not in names(found) and "effect" in names(found)
    check = next(c for c in found.checks if "alike before" in c.name)
    assert check.passed is None and "only 0% of the units of one arm" in check.note
    assert width(found) == pytest.approx(width(without_time_before(here).find()))


def test_uses_between_the_draw_and_the_start_are_seen_and_spoil_the_time_before(world):
    here = world().teams(12, -2.0)
    here.uses = [[row[0], START - timedelta(days=3)] for row in here.arms if row[2] == "pilot"]
    here.uses += [[row[0], START] for row in here.arms if row[2] == "pilot"]
    found = here.find()
    check = next(c for c in found.checks if c.name == "Nobody used the system before the start")
    assert check.passed is False and check.note.startswith("30 of 60")
    assert "effect" in names(found) and "balance_p" not in names(found)
    assert "30 unit(s) used the system in it" in note(found, "time before is used")


def test_a_look_before_the_first_outcome_is_no_number_gone_wrong(world):
    here = world().teams(12, -2.0)
    first = START + timedelta(days=13)
    here.rows = [row for row in here.rows if row[1] > first]
    with np.errstate(divide="raise", invalid="raise"):
        assert "effect" in names(here.find(looks=(first,)))
