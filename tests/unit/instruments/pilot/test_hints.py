"""What is next is true: it follows from why there is no figure, or why the figure does not decide."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from proveout.core.initiative import Change, Kpi
from proveout.core.registration import Registration
from proveout.instruments.pilot.hints import STANDS, STOP, UNLIKE
from proveout.instruments.pilot.measure import measure
from proveout.instruments.pilot.settings import Settings
from proveout.instruments.pilot.view import HEAL

START, END = date(2026, 3, 2), date(2026, 3, 29)
KPI = Kpi(id="hours", unit="hour", direction="down", minimum_worthwhile=Change(absolute=-1.0))
LOOKS = (date(2026, 3, 15),)


def hint(finding, figure=None, subject="hours"):
    return next(h for h in finding.hints if h.subject == subject and (figure in h.figures if figure else not h.figures))


def test_before_the_first_look_there_is_nothing_to_do(world):
    said = hint(world().teams(12, -2.0).find(today=START + timedelta(days=3), looks=LOOKS))
    assert said.reason == "the first look is after 2026-03-15"
    assert said.remedy == "The first look is after 2026-03-15; nothing to do until then."


def test_a_look_that_has_come_waits_for_its_outcomes(world):
    here = world().teams(12, -2.0)
    here.rows = [row for row in here.rows if row[1] < START + timedelta(days=5)]
    said = hint(here.find(today=date(2026, 3, 20), looks=LOOKS))
    assert "they are there up to 2026-03-06" in said.reason and "bring them in" in said.remedy


@pytest.mark.parametrize("today", [START + timedelta(days=3), END + timedelta(days=1)])
def test_a_pilot_that_is_ill_says_why_it_has_no_verdict(world, today):
    here = world().teams(12, -2.0)
    here.arms.append(["1-0", "t001", "control", "all", "2026-02-20"])
    said = hint(here.find(today=today, looks=LOOKS))
    assert "1 unit(s) are in two arms" in said.reason and said.remedy == HEAL


def test_the_effect_is_said_in_words_and_the_next_look_is_named(world):
    here = world().teams(12, -2.0)
    kpi = replace(KPI, title="Hours per case", minimum_worthwhile=Change(relative=-0.05))
    early = hint(here.find(today=date(2026, 3, 16), kpi=kpi, looks=LOOKS), "effect_to_worthwhile")
    assert early.remedy == "The next look is after 2026-03-29; nothing to do until then."
    last = here.find(kpi=kpi, looks=LOOKS)
    said = hint(last, "effect_to_worthwhile")
    share = next(e for e in last.estimates if e.name == "effect_relative")
    assert said.reason.startswith(f"Hours per case: {-100 * share.value:.3g}%") and said.remedy == STANDS
    assert "lower with the system" in said.reason and said.reason.endswith("5% is worthwhile")


def test_harm_is_looked_into_before_anybody_else_gets_the_system(world):
    said = hint(world().teams(12, 4.0).find(), "effect_to_worthwhile")
    assert "higher with the system" in said.reason and "what the harm comes from" in said.remedy


GUARDRAIL = replace(KPI, role="guardrail")


def test_a_guardrail_that_failed_is_told_to_stop_before_anything_else_at_every_look(world):
    here = world().teams(12, 4.0)
    for today in (date(2026, 3, 16), END + timedelta(days=1)):
        found = here.find(today=today, kpi=GUARDRAIL, looks=LOOKS)
        assert next(e for e in found.estimates if e.name == "guardrail_margin").upper < 0
        said = hint(found, "guardrail_margin")
        assert said.remedy == STOP and said.remedy.startswith("Stop") and "nothing to do" not in said.remedy
        assert "higher with the system (" in said.reason and "unknown" not in said.reason
    held = hint(world().teams(12, 0.0).find(today=date(2026, 3, 16), kpi=GUARDRAIL, looks=LOOKS), "guardrail_margin")
    assert held.remedy != STOP


@pytest.mark.parametrize(
    ("share", "holds", "note"),
    [(0.2, False, "does harm"), (1.0, None, "is not told"), (5.0, True, "by no more than can be borne")],
)
def test_harm_is_measured_by_what_can_be_borne(world, share, holds, note):
    here = world().teams(12, 4.0)
    here.uses = [[row[0], START] for row in here.arms if row[2] == "pilot"]
    most = share * next(e.value for e in here.find(kpi=GUARDRAIL).estimates if e.name == "effect")
    kpi = replace(GUARDRAIL, minimum_worthwhile=Change(absolute=most))
    said = [c for c in here.find(kpi=kpi).checks if c.name.endswith("than can be borne")]
    assert [(c.passed, note in c.note) for c in said] == [(holds, True)]
    here.uses = here.uses[:1]
    found = here.find(kpi=kpi)
    assert not [c for c in found.checks if c.name.endswith("than can be borne")]
    assert "guardrail_margin" not in {e.name for e in found.estimates}


@pytest.mark.parametrize("unit", ["points", "share"])
def test_points_of_a_scale_are_no_percentage_points(world, unit):
    found = world().teams(12, -2.0).find(kpi=replace(KPI, unit=unit))
    reason = hint(found, "effect_to_worthwhile").reason
    value = next(e.value for e in found.estimates if e.name == "effect")
    shown = f"{abs(value):.3g} points" if unit == "points" else f"{abs(100 * value):.3g} percentage points"
    assert f": {shown} lower" in reason and ("percentage" in reason) == (unit == "share")


def test_a_look_at_which_the_draw_can_show_nothing_says_so(world):
    """Eight teams divide in 70 ways: no p is below 2/70, 2.9%, and by half of the time 0.56% may be spent."""
    here = world().teams(8, -2.0)
    early = hint(here.find(today=date(2026, 3, 16), looks=LOOKS), "effect_to_worthwhile")
    why = "0.56% error is left for it, and of 70 possible draws no p-value is below 2.9%"
    assert f"This look can show nothing: {why}" in early.reason
    assert "can show nothing" not in hint(here.find(looks=LOOKS), "effect_to_worthwhile").reason
    many = hint(world().teams(12, -2.0).find(today=date(2026, 3, 16), looks=LOOKS), "effect_to_worthwhile")
    assert "can show nothing" not in many.reason


def test_groups_that_were_unlike_are_the_reason_of_a_wide_interval(world):
    here = world().teams(12, 0.0, seed=3)
    here.rows = [[u, d, v + (6 if int(u.split("-")[0]) % 2 else 0)] for u, d, v in here.rows]
    found = here.find()
    p = next(e.value for e in found.estimates if e.name == "balance_p")
    assert 0.001 < p < 0.01
    assert "which widens the interval" in hint(found, "effect_to_worthwhile").reason
    assert hint(found, "balance_p").remedy == UNLIKE


def test_groups_that_were_unlike_are_not_said_to_be_allowed_for_where_they_are_not(world):
    """Of two in five nobody knows the time before."""
    here = world().teams(12, 0.0, seed=3)
    rows = [[u, d, v + (6 if int(u.split("-")[0]) % 2 else 0)] for u, d, v in here.rows]
    here.rows = [row for row in rows if row[1] >= START or int(row[0].split("-")[1]) > 1]
    assert "may have been there before" in hint(here.find(), "effect_to_worthwhile").reason


def test_outcomes_that_were_taken_out_are_asked_back(world):
    here = world().teams(12, -2.0)
    design = {"pilot": {"outcomes": {"hours": {}, "complaints": {}}}}
    registration = Registration(design=design, file="", n_units=60, at=START)
    initiative = here.initiative(KPI)
    more = replace(initiative, kpis=(KPI, replace(KPI, id="complaints", role="guardrail")))
    answers = here.answers(END + timedelta(days=1), KPI, registration)
    said = hint(measure(Settings(), answers, more), subject="complaints")
    assert "though it was registered" in said.reason and said.remedy.startswith("Put back")


@pytest.mark.parametrize(
    ("column", "bad", "said", "remedy"),
    [(2, "2,158", "none of 3,360 values can be read as a number, such as '2,158'", "2.158 rather than 2,158"),
     (1, "09/11/2026", "none of 3,360 days can be read, such as '09/11/2026'", "strptime")],
)  # fmt: skip
@pytest.mark.parametrize("today", [START + timedelta(days=3), END + timedelta(days=1)])
def test_outcomes_none_of_which_can_be_read_say_so(world, column, bad, said, remedy, today):
    here = world().teams(12, -2.0)
    here.rows = [[bad if i == column else cell for i, cell in enumerate(row)] for row in here.rows]
    found = hint(here.find(today=today))
    assert found.reason == said and remedy in found.remedy


def test_a_pass_on_the_way_says_that_later_weeks_are_no_part_of_it(world):
    here, looks = world().teams(12, -3.0), (date(2026, 3, 15), date(2026, 3, 22))
    early = hint(here.find(looks=looks, today=date(2026, 3, 23)), "effect_to_worthwhile").caution
    assert early.startswith("Passed at look 2 of 3, of 2026-03-22: the interval is of that look; the effect of later")
    assert " hour a week; below 0 it fades. See the picture `hours: effect in each week of use`." in early
    assert not hint(here.find(looks=looks), "effect_to_worthwhile").caution


def test_an_interval_that_is_not_there_is_not_called_unknown(world):
    """The first of many looks may spend so little that none of 924 assignments can be rejected."""
    looks = tuple(START + timedelta(days=7 * week - 1) for week in (1, 2, 3))
    found = world().teams(12, -3.0).find(looks=looks, today=looks[0] + timedelta(days=1))
    assert [(e.lower, e.upper) for e in found.estimates if e.name == "effect"] == [(None, None)]
    said = hint(found, "effect_to_worthwhile").reason
    assert "lower with the system, without an interval: at this look no effect can be ruled out; 1 hour is" in said
    relative = replace(KPI, minimum_worthwhile=Change(relative=-0.05))
    found = world().teams(12, -3.0).find(looks=looks, today=looks[0] + timedelta(days=1), kpi=relative)
    assert "100%" not in hint(found, "effect_to_worthwhile").reason


def test_after_the_end_nobody_is_told_to_wait_while_outcomes_are_lacking(world):
    here = world().teams(12, -2.0)
    here.rows = [row for row in here.rows if row[1] < START + timedelta(days=17)]
    found = here.find(today=END + timedelta(days=2), looks=LOOKS)
    said = hint(found, "effect_to_worthwhile")
    assert f"Look 2, of {END}, needs outcomes up to 2026-03-26: they are there up to 2026-03-18." in said.remedy
    assert "bring them in" in said.remedy
    assert not any(one.name.endswith("_at_end") for one in found.estimates)
    on_the_way = here.find(today=END, looks=LOOKS)
    assert any(one.name.endswith("_at_end") for one in on_the_way.estimates)
