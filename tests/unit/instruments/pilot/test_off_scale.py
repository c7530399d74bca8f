"""A team in another unit than the others, or than it was before: named, and nothing is planned on its figures."""

import pytest
from tests.unit.instruments.pilot.conftest import END, START, World


def times(here: World, factor: float, units: str, since=None) -> World:
    """The values of the units that are called so, in another unit."""
    here.rows = [
        [unit, day, value * factor if str(unit).startswith(units) and (since is None or day >= since) else value]
        for unit, day, value in here.rows
    ]
    return here


def odd(found) -> str:
    return next((one.note for one in found.checks if one.name == "hours: all values are of one kind"), "")


def names(found) -> set[str]:
    return {one.name for one in found.estimates}


@pytest.mark.parametrize(
    ("factor", "asked"), [(60, "in minutes?"), (1 / 60, "in another unit"), (1000, "in another unit")]
)
def test_a_team_unlike_all_others_is_named_and_stays_in(world, factor, asked):
    found = times(world().teams(12, -3.0), factor, "3-").find()
    assert odd(found).startswith("t003: ") and "where others have" in odd(found) and asked in odd(found)
    assert odd(found).count("t0") == 1 and "effect" in names(found)


def test_two_teams_that_are_alike_are_named_both(world):
    said = odd(times(times(world().teams(12, -3.0), 60, "3-"), 60, "5-").find())
    assert "t003: " in said and "t005: " in said and said.count("in minutes?") == 2


def test_a_team_unlike_its_own_before_is_named_though_others_differ_as_much(world):
    """Teams from 2 to 90 hours, without a gap; one of the small ones moves to where the large ones are."""
    here = world().teams(12, 0.0, level=2.0)
    for team in range(12):
        times(here, 1 + 4 * team, f"{team}-")
    assert not odd(here.find())
    said = odd(times(here, 30, "1-", START).find())
    assert said.startswith("t001: ") and "since the start, " in said and said.count("t0") == 1


def test_an_effect_on_a_whole_arm_is_none_of_it(world):
    """The system does in 2 hours what took 40."""
    here = world().teams(12, 0.0, level=40.0)
    for team in range(1, 12, 2):
        times(here, 0.05, f"{team}-", START)
    assert "before" not in odd(here.find())


@pytest.mark.parametrize("level", [20.0, 5.0])
def test_figures_of_one_kind_are_not_asked_about(world, level):
    assert not odd(world().teams(12, -3.0, level=level).find())


def test_nothing_is_expected_or_planned_on_such_figures(world):
    look = START.replace(day=15)
    clean = world().teams(12, -3.0).find(looks=(look,), today=END)
    assert "effect_to_worthwhile_at_end" in names(clean)
    found = times(world().teams(12, -3.0), 60, "3-").find(looks=(look,), today=END)
    assert "effect" in names(found) and not any(name.endswith("_at_end") for name in names(found))
    (hint,) = [hint for hint in found.hints if "effect_to_worthwhile" in hint.figures]
    assert hint.remedy.startswith("Find out in what unit these are, and plan nothing on these figures until then: t003")
