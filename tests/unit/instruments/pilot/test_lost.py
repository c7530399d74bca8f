"""Outcomes that are missing on one side: of people, of their weeks, and by chance alone."""

from datetime import date, timedelta

import pytest
from tests.unit.instruments.pilot.conftest import KPI, START, World

from proveout.core.estimate import Estimate
from proveout.core.evidence import Finding
from proveout.instruments.pilot.lost import Gap, unlike

WEEK = timedelta(weeks=1)
ALIKE = "hours: outcomes are missing alike in both arms"


def figure(found: Finding, name: str) -> Estimate | None:
    return next((one for one in found.estimates if one.name == name), None)


def note(found: Finding, name: str) -> str:
    return next(one.note for one in found.checks if one.name == name)


def without(world: World, stops: dict[str, date]) -> World:
    """People by the day from which on they have no outcomes."""
    world.rows = [row for row in world.rows if row[1] < stops.get(str(row[0]), date.max)]  # type: ignore[operator]
    return world


def people(world: World, arm: str, teams: int, each: int) -> list[str]:
    """The first so many of each of the first so many teams of an arm."""
    of = [str(row[0]) for row in world.arms if row[2] == arm]
    first = sorted({unit.split("-")[0] for unit in of}, key=int)[:teams]
    return [unit for unit in of if unit.split("-")[0] in first and int(unit.split("-")[1]) < each]


@pytest.mark.parametrize("randomise", ["teams", "units"])
@pytest.mark.parametrize("arm", ["pilot", "control"])
def test_who_stops_after_a_week_is_missing(world, arm, randomise):
    """All get better by one a week, and nobody is affected; who stops early looks worse than who stays."""
    here = world().teams(12, 0.0, size=6)
    here.rows = [[u, day, value - max(0, (day - START).days // 7)] for u, day, value in here.rows]
    found = without(here, dict.fromkeys(people(here, arm, 6, 3), START + WEEK)).find(randomise=randomise)
    assert not figure(found, "effect")
    said = note(found, "hours is healthy enough for a verdict")
    assert f"missing more often on one side: {'+' if arm == 'pilot' else '-'}37.5% with the system" in said
    assert "0 of 36 with the system and 0 of 36 without have none" in note(found, ALIKE)
    idle = ("37.5%", "0.0%") if arm == "pilot" else ("0.0%", "37.5%")
    assert "of the weeks of the others, {} with the system and {} without have none".format(*idle) in note(found, ALIKE)


def test_who_stops_in_both_arms_leaves_a_comparison(world):
    here = world().teams(12, -3.0, size=6)
    stops = dict.fromkeys(people(here, "pilot", 6, 3) + people(here, "control", 6, 3), START + WEEK)
    found = without(here, stops).find(randomise="teams")
    gap = figure(found, "missing_imbalance")
    assert figure(found, "effect") and gap and gap.exact and gap.value == 0


def test_one_team_whose_people_have_no_outcomes_may_be_chance(world):
    here = world().teams(12, -3.0)
    found = without(here, dict.fromkeys(people(here, "control", 1, 4), START)).find(randomise="teams")
    gap = figure(found, "missing_imbalance")
    assert figure(found, "effect") and gap
    assert gap.value == pytest.approx(4 / 30) and gap.lower == 0 and (gap.upper is None or gap.upper > gap.value)
    assert "4 of 30 without have none" in note(found, ALIKE)


def test_people_of_one_team_do_not_make_a_mismatch(world):
    """Twenty people alone would be a sample-ratio mismatch; they are of one team."""
    here = world().teams(12, -3.0, size=25)
    found = without(here, dict.fromkeys(people(here, "control", 1, 20), START)).find(randomise="teams")
    (units,) = [e for e in found.estimates if e.name == "sample_ratio_p" and e.subject == "hours: units with outcomes"]
    assert units.value > 0.3 and figure(found, "effect")


def test_the_same_people_lost_by_every_team_of_an_arm_end_the_comparison(world):
    here = world().teams(12, -3.0)
    found = without(here, dict.fromkeys(people(here, "pilot", 6, 1), START)).find(randomise="teams")
    assert not figure(found, "effect")
    assert "+20.0% with the system" in note(found, "hours is healthy enough for a verdict")


def test_shares_are_never_further_apart_than_one(world):
    """Few teams, most of whose people have no outcomes on one side, by chance: open, and not beyond 100%."""
    here = world().teams(8, -3.0, size=10)
    gone = people(here, "control", 2, 9)
    found = without(here, dict.fromkeys(gone, START)).find(randomise="teams")
    gap, imbalance = figure(found, "missing_gap"), figure(found, "missing_imbalance")
    assert gap and imbalance and gap.value == pytest.approx(-18 / 40)
    assert gap.lower is not None and -1 <= gap.lower < gap.value
    assert imbalance.lower == 0 and imbalance.upper == pytest.approx(-gap.lower) and not imbalance.unknown


@pytest.mark.parametrize(
    ("lower", "upper"), [(-0.3, 0.7), (-0.3, 1.4), (None, 0.9), (-1.7, None), (None, None), (0.5, 0.5)]
)
def test_an_end_that_cannot_be_is_not_said(lower, upper):
    gap = Estimate(name="gap", value=0.5, lower=lower, upper=upper, level=1.0 if lower == upper == 0.5 else 0.95)
    said = {one.name: one for one in unlike([Gap("outcomes", gap, 0.3)], KPI).estimates}
    assert said["missing_imbalance"].lower == 0 and said["missing_imbalance"].level == 0.95
    assert said["missing_imbalance"].upper == (0.7 if upper == 0.7 else 1.0)
    assert -1 <= said["missing_gap"].lower <= 0.5 <= said["missing_gap"].upper <= 1
