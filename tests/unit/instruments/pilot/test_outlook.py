"""What is expected of the interval at the registered end, against what it then is."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from proveout.core.initiative import Change, Kpi
from proveout.instruments.pilot.outlook import gain_of_weeks

START = date(2026, 3, 2)
LOOKS = (date(2026, 3, 8), date(2026, 3, 15), date(2026, 3, 22))


def figure(finding, name):
    return next(e for e in finding.estimates if e.name == name)


def half(estimate):
    return (estimate.upper - estimate.lower) / 2


@pytest.mark.parametrize(("lasting", "passing"), [(1.0, 1.0), (0.2, 2.0), (1.0, 0.01)])
def test_weeks_average_out_and_teams_stay(lasting: float, passing: float):
    random, found = np.random.default_rng(1), []
    for _ in range(200):
        weeks = random.normal(0, lasting, (16, 1)) + random.normal(0, passing, (16, 4)) + random.normal(0, 3, 4)
        treated = random.permutation(16) < 8
        rest = weeks.mean(axis=1) - np.where(treated, weeks[treated].mean(), weeks[~treated].mean())
        variance = float(rest @ rest) / 14
        found.append(gain_of_weeks(weeks, np.ones((16, 4)), treated, variance, 1 / 3))
    expected = (lasting**2 + passing**2 / 12) / (lasting**2 + passing**2 / 4)
    assert np.median(found) == pytest.approx(expected, abs=0.04)


def test_without_weeks_nothing_is_promised():
    treated = np.arange(8) < 4
    assert gain_of_weeks(np.ones((8, 1)), np.ones((8, 1)), treated, 1.0, 0.5) == 1.0
    assert gain_of_weeks(np.ones((8, 3)), np.zeros((8, 3)), treated, 1.0, 0.5) == 1.0


def test_what_is_expected_at_the_end_is_about_what_comes(world):
    ratios = []
    for seed in range(8):
        here = world().teams(16, -2.0, seed=seed)
        middle = figure(here.find(looks=LOOKS, today=LOOKS[1] + timedelta(days=1)), "effect_to_worthwhile_at_end")
        last = here.find(looks=LOOKS)
        assert "16 teams, from the present spread" in middle.method
        ratios.append(half(middle) / half(figure(last, "effect_to_worthwhile")))
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.15)
    assert max(ratios) < 1.6 and min(ratios) > 0.6


def test_once_the_end_has_come_it_is_what_there_is(world):
    found = world().teams(12, -2.0, seed=2).find(looks=LOOKS)
    now, end = figure(found, "effect_to_worthwhile"), figure(found, "effect_to_worthwhile_at_end")
    assert end == replace(now, name=end.name, method="12 teams, all looks have come")


def test_a_guardrail_is_foreseen_on_its_side_and_as_a_share_where_it_is_one(world):
    here, first = world().teams(16, 0.0, seed=4), LOOKS[1] + timedelta(days=1)

    def guard(change: Change):
        kpi = Kpi(id="hours", unit="hour", direction="down", role="guardrail", minimum_worthwhile=change)
        return here.find(looks=LOOKS, today=first, kpi=kpi)

    hours, share = guard(Change(absolute=1.0)), guard(Change(relative=0.05))
    ahead = half(figure(hours, "guardrail_margin_at_end"))
    assert ahead < half(figure(hours, "guardrail_margin"))
    assert half(figure(share, "guardrail_margin_at_end")) == pytest.approx(ahead / 20, rel=0.15)  # of about 20 hours


def going_on(finding):
    return next((check for check in finding.checks if "the end can still show" in check.name), None)


def test_whether_going_on_can_show_anything_is_said_on_the_way_only(world):
    here, first = world().teams(16, -2.0, seed=5), LOOKS[1] + timedelta(days=1)
    likely = going_on(here.find(looks=LOOKS, today=first))
    assert likely.passed and "in about 100% if it stays as found" in likely.note
    assert going_on(here.find(looks=LOOKS)) is None
    worse = world().teams(16, 3.0, seed=5).find(looks=LOOKS, today=LOOKS[2] + timedelta(days=1))
    assert going_on(worse).passed is None and "binds nobody" in going_on(worse).note


def arriving(world, per_day):
    """Each unit has one outcome, on the day it comes in."""
    here, random = world(), np.random.default_rng(3)
    for day in range(28):
        for i in range(per_day):
            treated = i % 2 == 0
            unit = f"{day}-{i}"
            moment = START + timedelta(days=day)
            here.arms.append([unit, "", "pilot" if treated else "control", "all", moment])
            here.rows.append([unit, moment, 15 + random.normal(0, 2) - 1.2 * treated])
    return here


def test_where_units_arrive_it_is_said_how_many_a_day_and_how_many_there_will_be(world):
    found = arriving(world, 10).find(randomise="units", arriving=True, looks=LOOKS, today=LOOKS[1] + timedelta(days=1))
    rate, end = figure(found, "arrivals_per_day"), figure(found, "effect_to_worthwhile_at_end")
    assert (rate.value, rate.subject, rate.n) == (10, "hours", 140)
    assert end.n == 280 and end.method == "about 280 units by 2026-03-29 at the present rate"
    assert "arrivals_per_day" in figure(found, "days_left").method
    fixed = world().teams(12, -2.0).find(looks=LOOKS)
    assert "arrivals_per_day" not in {e.name for e in fixed.estimates}
    assert figure(fixed, "days_left").method == "by the calendar: the teams are fixed"
