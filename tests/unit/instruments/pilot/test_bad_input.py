"""Data that cannot be: no number comes of them in any design, and what is wrong is named."""

from datetime import date, timedelta

import pytest
from tests.unit.instruments.pilot import test_in_turn, test_in_waves
from tests.unit.instruments.pilot.conftest import END, START

from proveout.core.initiative import Kpi

BEFORE = date(2026, 2, 1)


def side_by_side(world):
    return world().teams(12, -2.0, size=3), lambda here, **more: here.find(**more)


def in_waves(world):
    return test_in_waves.stepped(world(), lambda since: -2.0), test_in_waves.find


def in_turn(world):
    return test_in_turn.in_turn(world(), -2.0), test_in_turn.find


DESIGNS = pytest.mark.parametrize("design", [side_by_side, in_waves, in_turn])


def figures(finding):
    return {estimate.name: estimate for estimate in finding.estimates}


def ill(finding):
    """Why there is no verdict; there is no effect then."""
    assert not figures(finding).keys() & {"effect", "effect_to_worthwhile", "guardrail_margin", "p_value"}
    return " ".join(check.note for check in finding.checks if "healthy enough for a verdict" in check.name)


def check(finding, words):
    return next(check for check in finding.checks if words in check.name)


def used(here, design, *, early=0):
    """Whoever has the system uses it as soon as he has it; so many of all before anybody had it."""
    uses = []
    for unit, _, arm, *_ in here.arms:
        if design is side_by_side:
            uses += [[unit, START]] * (arm == "pilot")
        elif design is in_waves:
            uses += [[unit, day] for day in test_in_waves.WAVES.starts[test_in_waves.ARMS.index(arm) :]]
        else:
            days = [start for turn, word in enumerate(arm.split()) for start in [2 * turn + (word == "off-on")]]
            uses += [[unit, START + timedelta(weeks=week)] for week in days]
    here.uses = uses + [[row[0], BEFORE] for row in here.arms[:early]]


@DESIGNS
def test_uses_before_their_time_end_the_comparison_where_they_are_many(world, design):
    here, find = design(world)
    used(here, design)
    clean = find(here)
    assert "effect" in figures(clean) and check(clean, "Nobody used the system before").passed
    used(here, design, early=1)
    few = find(here)
    assert check(few, "Nobody used the system before").note.startswith(f"1 of {len(here.arms)} unit(s) did")
    assert figures(few)["effect"].value == pytest.approx(figures(clean)["effect"].value)
    assert figures(few)["contamination_share"].value == 0
    used(here, design, early=len(here.arms) // 2)
    assert f"{len(here.arms) // 2} of {len(here.arms)} unit(s) used the system before" in ill(find(here))


def test_who_uses_it_on_the_day_of_the_draw_does_not_use_it_too_early(world):
    here, find = side_by_side(world)
    here.arms = [[*row[:4], "2026-03-02 18:00:00"] for row in here.arms]
    used(here, side_by_side)
    assert check(find(here), "Nobody used the system before").passed


@DESIGNS
@pytest.mark.parametrize("weight", ["inf", "nan", "-5", "1e200"])
@pytest.mark.parametrize("day", [START - timedelta(days=7), START + timedelta(days=8)])
def test_a_weight_that_cannot_be(world, design, weight, day):
    here, find = design(world)
    here.columns = ["unit", "day", "value", "weight"]
    at = next(i for i, row in enumerate(here.rows) if row[1] == day)
    here.rows = [[*row, weight if i == at else 1] for i, row in enumerate(here.rows)]
    assert "1 weight(s) are infinite (or beyond 1e100), not a number, or below 0" in ill(find(here))


@DESIGNS
@pytest.mark.parametrize("value", ["1e200", "-1e101", "inf"])
@pytest.mark.parametrize("day", [START - timedelta(days=7), START + timedelta(days=8)])
def test_a_value_beyond_all_measure_is_named_and_spoils_nothing_else(world, design, value, day):
    here, find = design(world)
    at = next(i for i, row in enumerate(here.rows) if row[1] == day)
    here.rows[at] = [*here.rows[at][:2], value]
    found = find(here)
    assert "1 value(s) are infinite (or beyond 1e100) or not a number" in ill(found)
    assert not any("not alike before" in one.note for one in found.checks)


@DESIGNS
def test_the_largest_value_that_counts_is_no_overflow(world, design):
    here, find = design(world)
    here.rows = [
        [*row[:2], 9e99 * (1 if i % 2 else -1) if row[1] >= START else row[2]] for i, row in enumerate(here.rows)
    ]
    find(here, kpi=Kpi(id="hours", unit="point", direction="down"))


def test_a_value_from_before_that_cannot_be_is_left_out(world):
    here, find = side_by_side(world)
    here.columns = ["unit", "day", "value", "before"]
    here.rows = [
        [*row, "1e200" if i == 40 else 5 + i % 3] for i, row in enumerate(r for r in here.rows if r[1] >= START)
    ]
    found = find(here)
    assert "1 value(s) of `before`" in check(found, "every value from before counts").note
    assert "effect" in figures(found)


def test_a_weight_that_is_no_number_is_counted(world):
    here, find = side_by_side(world)
    here.columns = ["unit", "day", "value", "weight"]
    here.rows = [[*row, "" if i == 40 else "much" if i == 50 else 1] for i, row in enumerate(here.rows)]
    assert "2 without a weight that is a number" in check(find(here), "every outcome counts").note
    here.rows = [[*row[:3], "much"] for row in here.rows]
    found = find(here)
    assert "effect" not in figures(found)
    assert "`weight`" in check(found, "can be compared").note


@DESIGNS
def test_all_values_empty(world, design):
    here, find = design(world)
    here.rows = [[unit, day, ""] for unit, day, _ in here.rows]
    found = find(here)
    assert "effect" not in figures(found)
    assert "no outcome has a value" in check(found, "hours can be compared").note
    assert f"{len(here.rows):,} without a value" in check(found, "every outcome counts").note


@pytest.mark.parametrize("gone", ["pilot", "control"])
def test_one_arm_without_outcomes(world, gone):
    here, find = side_by_side(world)
    arms = {row[0]: row[2] for row in here.arms}
    here.rows = [row for row in here.rows if row[1] < START or arms[row[0]] != gone]
    found = find(here)
    assert figures(found)["missing_imbalance"].value == 1
    assert "outcomes are missing more often on one side" in ill(found)
    which = "with" if gone == "pilot" else "without"
    assert f"nobody {which} the system has an outcome" in check(found, "hours can be compared").note


def test_no_outcomes_in_either_arm_are_not_missing_alike(world):
    here, find = side_by_side(world)
    here.rows = [row for row in here.rows if row[1] < START]
    assert "missing_imbalance" not in figures(find(here))


@DESIGNS
@pytest.mark.parametrize("unit", ["h", "min", "person-days", "hours per case"])
def test_times_below_0_in_any_unit(world, design, unit):
    here, find = design(world)
    here.rows[-1] = [*here.rows[-1][:2], -3]
    kpi = Kpi(id="hours", unit=unit, direction="down")
    assert "1 value(s) are times below 0" in ill(find(here, kpi=kpi))
    saved = Kpi(id="hours", unit="hours saved", direction="up")
    assert "effect" in figures(find(here, kpi=saved))


@DESIGNS
def test_uses_in_mixed_zones(world, design):
    here, find = design(world)
    used(here, design)
    here.uses = [[unit, f"{day} 10:00:00" + ("+09:00" if i % 2 else "")] for i, (unit, day) in enumerate(here.uses)]
    assert "times of uses name a zone, the others do not" in ill(find(here))


@DESIGNS
def test_bare_days_beside_times_that_name_a_zone(world, design):
    here, find = design(world)
    here.rows = [[u, f"{day} 10:00:00+02:00" if i else day, v] for i, (u, day, v) in enumerate(here.rows)]
    assert "times name a zone, the others do not" in ill(find(here))


def test_bare_days_beside_times_without_a_zone_are_one_calendar(world):
    here, find = side_by_side(world)
    plain = figures(find(here))["effect"].value
    here.rows = [[u, f"{day} 10:00:00" if i % 2 else day, v] for i, (u, day, v) in enumerate(here.rows)]
    assert figures(find(here))["effect"].value == pytest.approx(plain)


def test_values_of_before_that_cannot_be_are_counted(world):
    here, find = side_by_side(world)
    here.columns = ["unit", "day", "value", "before"]
    here.rows = [[*row, "inf" if i == 200 else ""] for i, row in enumerate(here.rows)]
    assert check(find(here, today=END + timedelta(days=1)), "every value from before counts").note.startswith("1 ")


@DESIGNS
def test_rows_that_came_twice(world, design):
    """At a minute; few of them are said, many of them are a table that was joined twice."""
    here, find = design(world)
    timed = [[unit, f"{day} 10:07:00", value] for unit, day, value in here.rows]
    here.rows = timed
    clean = find(here)
    assert "effect" in figures(clean) and not any("comes twice" in c.name for c in clean.checks)
    here.rows = timed + timed[:5]
    few = find(here)
    assert "effect" in figures(few)
    said = check(few, "no row comes twice")
    assert said.passed is False and said.note.startswith(f"5 of {len(timed) + 5:,} say what another row says")
    n = len(timed) // 10
    here.rows = timed + timed[:n]
    assert f"{n:,} of {len(timed) + n:,} rows repeat another" in ill(find(here))


def test_rows_of_one_day_may_be_alike_by_coincidence_and_fractions_that_are_came_twice(world):
    here, find = side_by_side(world)
    rows = here.rows
    here.rows = rows + rows[:50]
    said = check(find(here), "no row comes twice")
    assert said.passed is False and said.note.startswith(f"50 of {len(rows) + 50:,}") and "and day" in said.note
    here.rows = rows + rows[:500]
    assert f"500 of {len(rows) + 500:,} rows repeat another of the same unit, day and value" in ill(find(here))
    here.rows = [[unit, day, round(value)] for unit, day, value in here.rows]
    assert not any("comes twice" in c.name for c in find(here).checks)
    here.rows = [[unit, day, round(value / 4) + 0.5] for unit, day, value in rows * 4]
    found = find(here)
    assert "effect" in figures(found) and check(found, "no row comes twice").passed is None
