"""Stepped waves: the effect against a plain computation on the same rows, over looks; health; bad input."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from tests.unit.instruments.pilot.conftest import World

from proveout.core.errors import TooLittle
from proveout.core.initiative import Change, Kpi
from proveout.core.pilot import Pilot
from proveout.core.question import Rows, SourceName
from proveout.core.schedule import Span, Waves
from proveout.flow.drawing import places
from proveout.flow.roster import Member
from proveout.flow.seating import Batch
from proveout.instruments.pilot.looks import GRACE

START = date(2026, 3, 2)
WAVES = Waves(starts=(START, START + timedelta(weeks=3), START + timedelta(weeks=6)), holdback_share=0.25)
END = START + timedelta(weeks=9, days=-1)
LOOKS = (START + timedelta(weeks=3, days=-1), START + timedelta(weeks=6, days=-1))
ARMS = [*WAVES.arms]


def stepped(
    here: World, effect: Callable[[int], float], *, teams: int = 16, weeks: int = 9, before: int = 6, seed: int = 0
) -> World:
    """Teams of three in four waves; the effect depends on the weeks since the wave began; a common rise over time."""
    random = np.random.default_rng(seed)
    order = random.permutation(teams)
    for team in range(teams):
        arm = ARMS[order[team] % 4]
        lasting = random.normal(0, 2)
        start = WAVES.starts[ARMS.index(arm)] if arm != "holdback" else None
        for person in range(3):
            unit = f"{team}-{person}"
            here.arms.append([unit, f"t{team:03}", arm, "all", "2026-02-20"])
            for week in range(-before, weeks):
                day = START + timedelta(weeks=week, days=person)
                since = (day - start).days // 7 if start and day >= start else None
                gain = effect(since) if since is not None else 0.0
                here.rows.append([unit, day, 30 + lasting + 0.3 * week + random.normal(0, 1) + gain])
    return here


def find(here: World, *, today: date = END + timedelta(days=1), kpi: Kpi | None = None, **design: object):
    chosen = {"end": END, "waves": WAVES, **design}
    return here.find(today=today, **chosen, **({"kpi": kpi} if kpi else {}))


def figure(finding, name, subject="hours"):
    return next(e for e in finding.estimates if e.name == name and e.subject == subject)


def names(finding):
    return {estimate.name for estimate in finding.estimates}


def check(finding, words):
    return next(c for c in finding.checks if words in c.name)


def by_team(here: World) -> tuple[np.ndarray, np.ndarray]:
    """Mean of each team in each week, and the week in which it starts (99 for never)."""
    cells: dict[tuple[str, int], list[float]] = {}
    arm = {row[0]: (row[1], row[2]) for row in here.arms}
    for unit, day, value in here.rows:
        cells.setdefault((arm[unit][0], (day - START).days // 7), []).append(value)
    teams, weeks = sorted({t for t, _ in cells}), sorted({w for _, w in cells})
    waves = dict(arm.values())
    starts = [3 * ARMS.index(waves[t]) if waves[t] != "holdback" else 99 for t in teams]
    return np.array([[np.mean(cells[t, w]) for w in weeks] for t in teams]), np.array(starts)


def test_the_effect_is_what_those_with_the_system_gain_over_those_that_wait(world):
    here = stepped(world(), lambda since: -2.0, seed=1)
    y, starts = by_team(here)
    n_before, gains, sizes, befores = 6, [], [], []
    for start in (0, 3, 6):
        for week in range(start, 9):
            mine, wait = starts == start, starts > week
            gains.append(y[mine, n_before + week].mean() - y[wait, n_before + week].mean())
            early = y[:, : n_before + start].mean(axis=1)
            befores.append(early[mine].mean() - early[wait].mean())
            sizes.append(mine.sum())
    plain, before = np.average(gains, weights=sizes), np.average(befores, weights=sizes)
    found = find(here, looks=LOOKS)
    effect = figure(found, "effect")
    assert effect.lower < -2 < effect.upper < 0
    slope = (plain - effect.value) / before
    assert 0.5 < slope < 1.5  # what was there before is taken off, nearly whole: levels last
    assert figure(found, "effect_to_worthwhile").value == pytest.approx(-effect.value)
    assert figure(found, "p_value").value < 0.01
    relative = figure(found, "effect_relative")
    assert relative.lower < relative.value < relative.upper < 0
    assert relative.value == pytest.approx(effect.value / 31, abs=0.005)
    assert figure(found, "looks", "").value == 3
    assert "Roth and Sant'Anna" in effect.method and "3 look(s)" in effect.method


def test_an_effect_that_grows_keeps_its_sign_and_its_growth_is_seen(world):
    found = find(stepped(world(), lambda since: -1.0 * (since + 1), seed=3))
    assert figure(found, "effect").upper < 0
    trend = figure(found, "effect_trend")  # less is better, so that growth is above 0
    assert 0 < trend.lower < 1 < trend.upper
    assert trend.unit == "hour/week"


def test_what_comes_after_a_look_does_not_change_it(world):
    here = stepped(world(), lambda since: -2.0, seed=3)
    today = LOOKS[0] + timedelta(days=1)
    first = find(here, looks=LOOKS, today=today)
    here.rows = [[u, d, v + 1_000 * (d > LOOKS[0]) * (u[0] == "1")] for u, d, v in here.rows]
    again = find(here, looks=LOOKS, today=today)
    assert names(first) == names(again) and "effect" in names(first)
    for one, other in zip(again.estimates, first.estimates, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-9), one.name
    assert first.changes_on == LOOKS[0] + GRACE + timedelta(days=1)


def test_without_an_effect_none_is_found_and_the_waves_are_counted(world):
    found = find(stepped(world(), lambda since: 0.0, seed=4))
    assert figure(found, "effect").lower < 0 < figure(found, "effect").upper
    assert figure(found, "p_value").value > 0.05
    assert [figure(found, "n_teams", arm).value for arm in ARMS] == [4, 4, 4, 4]
    assert [figure(found, "n_units", arm).value for arm in ARMS] == [12, 12, 12, 12]
    assert figure(found, "missing_gap").exact
    assert 0.01 < figure(found, "balance_p").value <= 1


def test_a_guardrail_has_a_margin(world):
    kpi = Kpi(id="hours", unit="hour", direction="down", role="guardrail", minimum_worthwhile=Change(absolute=1.5))
    held = find(stepped(world(), lambda since: 0.0, seed=5), kpi=kpi)
    assert figure(held, "guardrail_margin").lower > 0
    broken = find(stepped(world(), lambda since: 3.0, seed=5), kpi=kpi)
    assert figure(broken, "guardrail_margin").upper < 0


def test_a_large_level_costs_no_digits(world):
    here = stepped(world(), lambda since: -2.0, seed=6)
    small = figure(find(here), "effect")
    here.rows = [[u, d, v + 1e9] for u, d, v in here.rows]
    large = figure(find(here), "effect")
    assert (large.value, large.lower, large.upper) == pytest.approx((small.value, small.lower, small.upper), abs=1e-4)


def test_strata_that_differ_and_periods_that_are_missing_are_borne(world):
    here = stepped(world(), lambda since: -2.0, seed=7)
    north = {row[0] for row in here.arms if int(row[1][1:]) % 2}
    here.arms = [[u, t, a, "north" if u in north else "south", d] for u, t, a, _, d in here.arms]
    here.rows = [[u, d, v + 40 * (u in north)] for u, d, v in here.rows if d.isocalendar().week % 7 or u[-1] == "0"]
    found = find(here)
    assert figure(found, "effect").lower < -2 < figure(found, "effect").upper < 0


def test_nobody_waits_any_more_after_the_last_wave(world):
    here = world()
    stepped(here, lambda since: -2.0, seed=8)
    here.arms = [[u, t, "wave 3" if a == "holdback" else a, s, d] for u, t, a, s, d in here.arms]
    waves = replace(WAVES, holdback_share=0.0)
    note = check(find(here, waves=waves), "some still wait").note
    assert note.startswith("all have the system in the last 3 period(s)")


def test_outcomes_that_vanish_with_the_system_end_the_comparison(world):
    here = stepped(world(), lambda since: 0.0, teams=24, seed=9)
    arm = {row[0]: row[2] for row in here.arms}
    start = dict(zip(ARMS, [*WAVES.starts, date.max], strict=True))
    here.rows = [[u, d, v] for u, d, v in here.rows if d < start[arm[u]] or u[-1] != "2"]
    assert "they are there up to" in check(find(here), "a look of the calendar has come").note
    found = find(here, today=END + GRACE + timedelta(days=1))
    assert figure(found, "missing_gap").lower > 0.2
    assert "missing more often on one side" in check(found, "healthy enough").note
    assert "effect" not in names(found)


def test_waves_that_were_chosen_and_not_drawn(world):
    here = stepped(world(), lambda since: 0.0, teams=24, seed=10)
    arm = {row[0]: row[2] for row in here.arms}
    here.rows = [[u, d, v + 40 * (arm[u] == "wave 1")] for u, d, v in here.rows]
    assert "not alike before" in check(find(here), "healthy enough").note


def test_who_uses_it_before_the_turn_is_counted(world):
    here = stepped(world(), lambda since: -2.0, seed=11)
    start = dict(zip(ARMS, [*WAVES.starts, date.max], strict=True))
    here.uses = [
        [row[0], START + timedelta(weeks=week)]
        for row in here.arms
        for week in range(9)
        if START + timedelta(weeks=week) >= start[row[2]]
    ]
    clean = find(here)
    assert figure(clean, "contamination_share", "").value == 0
    assert figure(clean, "exposed_share", "").value == 1
    early = next(row[0] for row in here.arms if row[2] == "wave 3")
    here.uses.append([early, START])
    found = find(here)
    off = 12 * (3 + 6 + 9)
    assert figure(found, "contamination_share", "").value == pytest.approx(1 / off)
    assert check(found, "out of turn").passed is False


@pytest.mark.parametrize(
    ("arms", "said"),
    [(["pilot", "control"] * 4, "the waves control, pilot"), (["wave 1"] * 8, "the waves wave 1")],
)
def test_an_assignment_without_waves(world, arms, said):
    here = world()
    here.arms = [[f"u{i}", f"t{i}", arm, "all", "2026-02-20"] for i, arm in enumerate(arms)]
    with pytest.raises(TooLittle, match=said):
        find(here)


def test_a_wave_of_one_team_cannot_be_compared(world):
    here = stepped(world(), lambda since: -2.0, teams=8, seed=12)
    lone = next(row[1] for row in here.arms if row[2] == "wave 2")
    here.arms = [[u, t, "wave 1" if a == "wave 2" and t != lone else a, s, d] for u, t, a, s, d in here.arms]
    assert "single team" in check(find(here), "can be compared").note


def test_no_outcomes_no_days_and_strangers(world):
    here = stepped(world(), lambda since: -2.0, seed=13)
    rows = here.rows
    here.rows = [["somebody", d, v] for _, d, v in rows]
    assert "effect" not in names(find(here))
    here.rows = [[u, "some day", v] for u, _, v in rows]
    found = find(here)
    assert "effect" not in names(found)
    assert any("none of" in c.note and "'some day'" in c.note for c in found.checks)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"starts": ()}, "the first wave starts never"),
        ({"starts": (START + timedelta(weeks=1),)}, "they start together"),
        ({"starts": (START, START)}, "does not come after"),
        ({"starts": (START, START + timedelta(days=3))}, "within a period of 7 days"),
        ({"starts": (START, START + timedelta(weeks=9))}, "after the end of the pilot"),
        ({"starts": (START,), "holdback_share": 0.0}, "nobody to compare with"),
    ],
)
def test_waves_that_do_not_fit_are_refused(change, said):
    with pytest.raises(ValueError, match=said):
        Pilot(start=START, end=END, assignment=Rows(source=SourceName("a")), waves=replace(WAVES, **change))


@pytest.mark.parametrize(
    "design",
    [
        {"method": "matched-pairs"},
        {"treated_share": 0.3},
        {"arriving": True, "randomise": "units"},
        {"looks": (START,)},
    ],
)
def test_designs_that_waves_cannot_have(design):
    with pytest.raises(ValueError, match=r"drawn within strata|nothing is to be seen"):
        Pilot(start=START, end=END, assignment=Rows(source=SourceName("a")), waves=WAVES, **design)


def test_each_wave_has_it_from_its_day_on_and_nobody_else():
    pilot = Pilot(start=START, end=END, assignment=Rows(source=SourceName("a")), waves=WAVES)
    assert pilot.spans("wave 2") == (Span(WAVES.starts[1]),)
    assert pilot.spans("holdback") == pilot.spans("pilot") == pilot.spans("") == ()


def test_exhibits_show_looks_exposure_and_waves(world):
    found = find(stepped(world(), lambda since: -2.0, seed=14), looks=LOOKS)
    assert [exhibit.title.partition(": ")[2] or exhibit.title for exhibit in found.exhibits] == [
        "Effect on each KPI, as a share of what is without the system",
        "effect over the looks",
        "effect by time since the start of the wave",
        "each wave over time",
        "The waves",
    ]


def test_places_that_go_different_ways_do_not_hide_an_effect(world):
    here = stepped(world(), lambda since: -2.0, teams=16, seed=15)
    place = {team: i // 4 for i, team in enumerate(sorted({row[1] for row in here.arms}, key=lambda t: int(t[1:])))}
    order = {team: ARMS[(i + i // 4) % 4] for i, team in enumerate(place)}
    here.arms = [[u, t, order[t], f"place {place[t]}", d] for u, t, _, _, d in here.arms]
    of = {row[0]: (row[1], row[2]) for row in here.arms}
    random = np.random.default_rng(15)
    here.rows = []
    for unit, (team, arm) in of.items():
        for week in range(-6, 9):
            day = START + timedelta(weeks=week)
            on = arm != "holdback" and day >= WAVES.starts[ARMS.index(arm)]
            value = 60 + 2 * place[team] * week - 2.0 * on + random.normal(0, 1)
            here.rows.append([unit, day, value])
    found = find(here)
    effect = figure(found, "effect")
    assert effect.value == pytest.approx(-2, abs=0.5)
    assert effect.lower < -2 < effect.upper < -1


def test_waves_are_as_large_as_planned_when_the_draw_cut_them_so(world):
    here = stepped(world(), lambda since: -2.0, teams=30, seed=16)
    sizes = [9, 9, 8, 4]  # a holdback of 1% is one of four teams
    arm = dict(zip(sorted({row[1] for row in here.arms}), np.repeat(ARMS, sizes).tolist(), strict=True))
    here.arms = [[u, t, arm[t], s, d] for u, t, _, s, d in here.arms]
    found = find(here, waves=replace(WAVES, holdback_share=0.01))
    assert check(found, "as large as planned").passed is True


DRAWN = Pilot(start=START, end=END, assignment=Rows(source=SourceName("a")), waves=WAVES)


@pytest.mark.parametrize(
    ("late", "chances"),
    [
        (True, {"wave 1": 1 / 3, "wave 2": 1 / 3, "wave 3": 1 / 3}),
        (False, {"wave 1": 1 / 4, "wave 2": 1 / 4, "wave 3": 1 / 4, "holdback": 1 / 4}),
    ],
)
def test_one_team_that_comes_later_is_drawn_into_every_wave_and_before_the_start_held_back(late, chances):
    team = [Member(unit="u", team="t", block="t", stratum="", size=1.0, baseline=None)]
    found = [places(team, DRAWN, Batch(number=2, seed=seed, late=late))["t"] for seed in range(80)]
    assert {arm: chance for arm, _, chance in found} == pytest.approx(chances)


@pytest.mark.parametrize("day", [START - timedelta(days=3), START + timedelta(days=3)])
def test_many_that_come_later_are_as_many_as_the_draw_makes_them(world, day):
    """Sixty teams in a second draw, a quarter of them held back before the start and none of them after it."""
    here = stepped(world(), lambda since: -2.0, teams=16, seed=16)
    here.arm_columns = [*here.arm_columns, "batch"]
    here.arms = [[*row, 1] for row in here.arms]
    teams = [Member(unit=f"n{i}", team=f"n{i}", block=f"n{i}", stratum="", size=1.0, baseline=None) for i in range(60)]
    drawn = places(teams, DRAWN, Batch(number=2, seed=3, late=day > START))
    here.arms += [[unit, unit, arm, "", day, 2] for unit, (arm, _, _) in drawn.items()]
    assert (sum(arm == "holdback" for arm, _, _ in drawn.values())) == (0 if day > START else 15)
    found = find(here, waves=WAVES)
    assert figure(found, "sample_ratio_p", "assigned").value > 0.99
    assert check(found, "as large as planned").passed is True


def test_a_wave_that_nobody_is_in_is_not_as_large_as_planned(world):
    here = stepped(world(), lambda since: -2.0, teams=40, seed=16)
    here.arms = [[u, t, "wave 1" if arm == "holdback" else arm, s, d] for u, t, arm, s, d in here.arms]
    found = find(here, waves=WAVES)
    assert figure(found, "sample_ratio_p", "assigned").value < 0.001


@pytest.mark.parametrize("days", [1, 2, 10])
def test_before_the_start_nobody_can_have_used_it_and_that_is_said(world, days):
    here = stepped(world(), lambda since: 0.0, seed=1)
    here.uses = []
    found = find(here, today=START - timedelta(days=days))
    (hint,) = [hint for hint in found.hints if "contamination_share" in hint.figures]
    assert hint.reason == f"nobody has the system before {START}"
    assert hint.remedy == f"The pilot begins on {START}; nothing to do until then."
