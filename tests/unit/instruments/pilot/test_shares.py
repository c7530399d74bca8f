"""Yes or no of each unit, and events that are rare."""

from datetime import timedelta

import numpy as np
import pytest
from tests.unit.instruments.pilot.conftest import END, START, World

from proveout.core.initiative import Change, Kpi

GUARDRAIL = Kpi(id="hours", unit="share", direction="down", role="guardrail", minimum_worthwhile=Change(absolute=0.1))
GOAL = Kpi(id="hours", unit="share", direction="up", minimum_worthwhile=Change(absolute=0.1))


def units(world: World, with_it: tuple[int, int], without: tuple[int, int], *, lost: int = 0) -> World:
    """So many of so many have the event; and rows without a value."""
    for arm, (events, of) in (("pilot", with_it), ("control", without)):
        for i in range(of):
            world.arms.append([f"{arm}{i}", "", arm, "all", "2026-02-20"])
            world.rows.append([f"{arm}{i}", END, int(i < events)])
    world.rows += [[f"pilot{i}", END, ""] for i in range(lost)]
    return world


def teams(world: World, events: tuple[int, int], value: int = 1) -> World:
    """Twelve teams of eight; so many of those with and without the system have the event."""
    random = np.random.default_rng(1)
    for arm, n in zip(("pilot", "control"), events, strict=True):
        whose = set(random.permutation(48)[:n].tolist())
        for i in range(48):
            world.arms.append([f"{arm}{i}", f"{arm}{i % 6}", arm, "all", "2026-02-20"])
            world.rows.append([f"{arm}{i}", END, value * int(i in whose)])
    return world


def found(finding, name):
    return next((e for e in finding.estimates if e.name == name), None)


def why_not(finding):
    return next(check.note for check in finding.checks if check.name == "hours can be compared")


def test_nobody_of_either_arm_has_the_event(world):
    finding = units(world(), (0, 50), (0, 50)).find(randomise="units", kpi=GUARDRAIL)
    effect, margin = found(finding, "effect"), found(finding, "guardrail_margin")
    assert effect.value == 0 and effect.upper == -effect.lower == pytest.approx(0.0714, abs=1e-4)
    assert 0 < margin.lower < 0.1 and found(finding, "effect_relative") is None


def test_one_of_fifty_against_none_does_not_pass_a_margin_it_may_be_beyond(world):
    kpi = Kpi(id="hours", unit="share", direction="down", role="guardrail", minimum_worthwhile=Change(absolute=0.05))
    finding = units(world(), (1, 50), (0, 50)).find(randomise="units", kpi=kpi)
    assert found(finding, "guardrail_margin").lower < 0  # Newcombe's upper end at 90% is .084


@pytest.mark.parametrize(
    ("with_it", "without"), [((10, 15), (24, 25)), ((0, 15), (6, 25)), ((4, 8), (0, 8)), ((7, 12), (1, 12))]
)
def test_p_and_interval_say_the_same_and_no_end_is_beyond_a_share(world, with_it, without):
    finding = units(world(), with_it, without).find(randomise="units", kpi=GOAL)
    effect, p = found(finding, "effect"), found(finding, "p_value").value
    assert (effect.lower > 0 or effect.upper < 0) == (p <= 0.05)
    assert -1 <= effect.lower < effect.upper <= 1
    relative = found(finding, "effect_relative")
    assert relative is None or (relative.lower > 0 or (relative.upper is not None and relative.upper < 0)) == (
        p <= 0.05
    )


def test_a_row_without_a_value_does_not_change_the_method(world):
    clean = units(world(), (7, 12), (1, 12)).find(randomise="units", kpi=GOAL)
    lost = units(world(), (7, 12), (1, 12), lost=1).find(randomise="units", kpi=GOAL)
    assert (
        found(lost, "p_value").method
        == found(clean, "p_value").method
        == ("exact test of two shares, Boschloo, Holm over 1 goal(s)")
    )


def test_rare_events_over_several_looks_have_an_interval_of_shares(world):
    looks = (START + timedelta(days=13),)
    finding = units(world(), (1, 50), (0, 50)).find(randomise="units", kpi=GUARDRAIL, looks=looks)
    effect = found(finding, "effect")
    assert "Newcombe" in effect.method and effect.lower < -0.056 and effect.upper > 0.1


@pytest.mark.parametrize(("events", "value"), [((0, 0), 1), ((2, 20), 1), ((20, 1), 1), ((2, 20), 4)])
def test_few_events_of_teams_have_no_interval_and_the_reason_is_said(world, events, value):
    finding = teams(world(), events, value).find(kpi=GUARDRAIL)
    assert found(finding, "effect") is None and found(finding, "guardrail_measured").value == 0
    assert f"{min(events)} of 48 outcomes" in why_not(finding) and "fewer than 3" in why_not(finding)


@pytest.mark.parametrize("events", [(3, 20), (45, 30)])
def test_enough_events_of_teams_are_compared(world, events):
    assert found(teams(world(), events).find(kpi=GUARDRAIL), "effect").value == pytest.approx(
        (events[0] - events[1]) / 48
    )


def test_nearly_all_yes_is_as_rare_as_nearly_all_no(world):
    finding = teams(world(), (46, 30)).find(kpi=GOAL)
    assert "2 of 48 outcomes with the system are 0" in why_not(finding)
