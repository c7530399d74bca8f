"""What lasts, over panels with known truth: new data count, harm is not forgotten, nobody chooses who is compared."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.rollouts import START, WEEKS_BEFORE, World, rollout, told, wave_of, weekly, write_rows
from tests.unit.instruments.impact.test_impact import check, figures, see

from proveout.core.initiative import Change, Kpi
from proveout.core.rollout import HOLDBACK
from proveout.core.wave import Progress, Transition, Wave, WaveState, replayed
from proveout.instruments.impact.measure import harm_error

AFTER = START + timedelta(weeks=28)
RAIL = Kpi(id="leads", role="guardrail", direction="up", minimum_worthwhile=Change(absolute=1.0))
REFUSED = (None, False)


def passed(finding, name, threshold):
    """True, False, or None for undecided."""
    found = figures(finding).get(name)
    if found is None:
        return None
    if found.lower is not None and found.lower >= threshold:
        return True
    return False if found.upper is not None and found.upper < threshold else None


def test_an_effect_that_is_gone_by_now_does_not_pass_whatever_it_was():
    """It collapses after five months; a late wave has not seen that yet, and must not cut it off for the others."""
    values, arms, _ = weekly(lambda since: np.where(since < 20, 2.0, 0.0), rollout())
    finding = told(values, arms, rollout())
    assert passed(finding, "effect_to_worthwhile", 1) in REFUSED
    assert passed(finding, "lasting_margin", 0) is False
    curves = next(e for e in finding.exhibits if e.kind == "curve").lines
    assert [(line.label, len(line.points)) for line in curves] == [("all waves", 20), ("the first wave", 28)]
    assert curves[1].points[-1][1] == pytest.approx(0, abs=0.5)


def test_a_late_wave_does_not_hide_that_early_ones_are_harmed():
    declared = rollout(n_waves=4, sustain_until=START + timedelta(weeks=22, days=-1))
    as_of = declared.sustain_until + timedelta(days=1)
    for seed in range(2):
        values, arms, _ = weekly(
            lambda since: np.where(since < 10, 2.5, -1.0), declared, seed=seed, noise=0.4, weeks=22, teams=25
        )
        finding = told(values, arms, declared, as_of=as_of)
        assert passed(finding, "effect_to_worthwhile", 1) is False
        assert passed(finding, "lasting_margin", 0) is False


def test_harm_that_comes_late_does_not_drown_in_what_was_before():
    """1.5 is lost from the fifteenth week on, 1.0 can be borne."""
    kept = 0
    for seed in range(8):
        values, arms, _ = weekly(lambda since: np.where(since >= 14, -1.5, 0.0), rollout(), seed=seed, noise=0.7)
        kept += passed(told(values, arms, rollout(), kpi=RAIL), "guardrail_margin", 0) is True
    assert kept <= 1


def test_a_week_in_which_nobody_worked_is_left_out_and_keeps_the_baseline():
    values, arms, _ = weekly(lambda since: np.where(since < 6, 5.0, 2.0), rollout())
    whole = figures(told(values, arms, rollout()))["effect"]
    values[:, WEEKS_BEFORE + 14] = np.nan
    finding = told(values, arms, rollout())
    found = figures(finding)
    assert found["effect"].value == pytest.approx(whole.value, abs=0.02)
    assert "gain_relative" in found  # needs the periods before
    assert "nobody has outcomes" in check(finding, "without a gap").note
    exposures = [x for x, *_ in next(e for e in finding.exhibits if e.kind == "curve").lines[-1].points]
    assert exposures == [float(e) for e in range(28) if e != 14]


def test_a_gap_after_the_start_does_not_make_the_effect_younger():
    """5 for six weeks, then nothing: what counts from the ninth week on is nothing, whatever week is missing."""
    values, arms, _ = weekly(lambda since: np.where(since < 6, 5.0, 0.0), rollout(), noise=0.3)
    values[:, WEEKS_BEFORE + 4] = np.nan
    finding = told(values, arms, rollout())
    assert figures(finding)["effect"].value == pytest.approx(0, abs=0.4)


def test_what_is_missing_for_some_is_told_from_a_week_in_which_nobody_worked():
    values, arms, _ = weekly(lambda since: 2.0 + 0 * since, rollout())
    values[:12, WEEKS_BEFORE + 14] = np.nan
    finding = told(values, arms, rollout())
    assert check(finding, "without a gap").passed is False
    assert figures(finding)["effect"].n == 24


def test_when_no_team_is_complete_that_is_said():
    values, arms, _ = weekly(lambda since: 2.0 + 0 * since, rollout())
    for team in range(24):
        values[team, WEEKS_BEFORE + team] = np.nan
    finding = told(values, arms, rollout())
    assert "no team has outcomes in every period" in check(finding, "can be compared").note


@pytest.mark.parametrize(("off", "again"), [(0, 0), (2, 2), (3, 2), (2, 6)])
def test_a_wave_that_was_rolled_back_and_came_again_still_does_harm(off, again):
    """2 is lost whenever it has the system, 1 can be borne; the harm of the first time is no level to start from."""
    declared, rng = rollout(), np.random.default_rng(3)
    wave, names = wave_of(declared, rng)
    period = np.arange(-WEEKS_BEFORE, again + 4)
    there = (wave == 0)[:, None] & (((period >= 0) & (period < off)) | (period >= again))
    values = 20 + rng.normal(0, 2, (24, 1)) + rng.normal(0, 0.5, there.shape) - 2.0 * there
    back = START + timedelta(weeks=again)
    steps = [
        (WaveState.PENDING, WaveState.SOAKING, START),
        (WaveState.SOAKING, WaveState.ROLLED_BACK, START + timedelta(weeks=off)),
        (WaveState.ROLLED_BACK, WaveState.PENDING, back),
        (WaveState.PENDING, WaveState.SOAKING, back),
    ]
    moves = tuple(Transition(wave=1, before=a, after=b, on=day, reason="prices") for a, b, day in steps)
    waves = replayed([Wave(number=i + 1, name=name) for i, name in enumerate(names)], moves)
    assert (waves[0].first, waves[0].started) == (START, back)
    progress = Progress(waves=waves, steps=moves, registered=START)
    as_of = back + timedelta(weeks=4)
    finding = told(values, [names[w] for w in wave], declared, kpi=RAIL, progress=progress, as_of=as_of)
    assert figures(finding)["guardrail_margin"].value == pytest.approx(-1.0, abs=0.6)
    assert passed(finding, "guardrail_margin", 0) in REFUSED


def test_a_guardrail_does_not_wait_for_outcomes_that_come_late():
    values, arms, _ = weekly(lambda since: -4.0 + 0 * since, rollout())
    values[:, -1] = np.nan
    late = AFTER - timedelta(days=9)
    assert passed(told(values, arms, rollout(), kpi=RAIL, latest=late), "guardrail_margin", 0) is False
    assert figures(told(values, arms, rollout()))["goal_measured"].value == 0


def test_those_who_do_badly_cannot_leave_and_make_the_effect():
    """On average 1.0 is gained, which is what is worthwhile; the two teams that lose most are gone at the end."""
    at_worst = 0
    for seed in range(8):
        values, arms, exposure = weekly(
            lambda since: 1.0 + 0 * since, rollout(), seed=seed, noise=0.7, spread=0.5, unlike=2.0
        )
        after = np.where(exposure >= 0, values, np.nan)[:, WEEKS_BEFORE:]
        rise = np.array([np.nanmean(row) if np.isfinite(row).any() else np.inf for row in after])
        worst = np.argsort(rise - values[:, :WEEKS_BEFORE].mean(axis=1))[:2]
        values[worst, -6:] = np.nan
        finding = told(values, arms, rollout())
        found = figures(finding)
        assert found["worthwhile_at_worst"].value < found["effect_to_worthwhile"].value
        assert "2 of 18 team(s) with the system and 0 of 6" in check(finding, "as many were lost").note
        at_worst += passed(finding, "worthwhile_at_worst", 1) is True
    assert at_worst <= 1


def test_when_those_with_the_system_are_lost_more_often_that_is_seen():
    """Each of six teams with the system has no outcomes in another week, and no team that waits."""
    declared = rollout(n_waves=1)
    values, arms, _ = weekly(lambda since: 2.0 + 0 * since, declared)
    served = [i for i, arm in enumerate(arms) if arm != HOLDBACK]
    for week, team in enumerate(served[:6]):
        values[team, WEEKS_BEFORE + 10 + week] = np.nan
    assert check(told(values, arms, declared), "as many were lost").passed is False
    values, arms, _ = weekly(lambda since: 2.0 + 0 * since, declared)
    for week, team in enumerate(range(6)):
        values[team, WEEKS_BEFORE + 10 + week] = np.nan
    assert check(told(values, arms, declared), "as many were lost").passed is True


def test_an_order_that_was_chosen_by_trend_does_not_pass():
    """No effect: those who got it first rise by themselves."""
    rng, period = np.random.default_rng(1), np.arange(-WEEKS_BEFORE, 28)
    slopes = np.sort(rng.normal(0, 0.08, 24))[::-1]
    arms = list(np.repeat(["wave 1", "wave 2", "wave 3", HOLDBACK], 6))
    values = 20 + rng.normal(0, 1, (24, 1)) + slopes[:, None] * period + rng.normal(0, 0.4, (24, len(period)))
    finding = told(values, arms, rollout(order="declared"))
    found = figures(finding)
    assert found["effect"].lower > 0
    assert found["drift_p"].value < 0.05
    assert not {"effect_to_worthwhile", "lasting_margin"} & set(found)
    assert check(finding, "moved alike").passed is False
    assert check(finding, "Next decision").passed is not True


def test_a_drift_that_could_not_have_been_seen_does_not_pass_either():
    values, arms, _ = weekly(lambda since: 2.0 + 0 * since, rollout(), noise=1.5)
    finding = told(values, arms, rollout(order="declared"))
    found = figures(finding)
    assert found["drift_to_worthwhile"].value > 1
    assert "effect_to_worthwhile" not in found
    values, arms, _ = weekly(lambda since: 2.0 + 0 * since, rollout(), noise=0.15)
    found = figures(told(values, arms, rollout(order="declared")))
    assert found["drift_to_worthwhile"].value < 1
    assert found["effect_to_worthwhile"].lower > 1


def test_a_decision_needs_every_figure_on_the_good_side():
    alone = rollout(n_waves=1, holdback_share=0)
    values, _, _ = weekly(lambda since: 2.5 + 0 * since, alone)
    values[:, WEEKS_BEFORE:] += 2.5
    finding = told(values, ["wave 1"] * 24, alone)
    assert figures(finding)["effect_to_worthwhile"].value > 1
    assert check(finding, "Next decision").passed is not True  # nothing says that it lasts


def test_the_past_alone_waits_as_long_as_other_designs():
    alone = rollout(n_waves=1, holdback_share=0, sustain_until=START + timedelta(days=20))
    values, _, _ = weekly(lambda since: 0.0 * since, alone, weeks=3)
    finding = told(values, ["wave 1"] * 24, alone, as_of=START + timedelta(weeks=3))
    assert "56 days" in check(finding, "can be compared").note
    longer = rollout(n_waves=1, holdback_share=0)
    values, _, _ = weekly(lambda since: 0.0 * since, longer)
    values[:, WEEKS_BEFORE : WEEKS_BEFORE + 8] += 4
    assert figures(told(values, ["wave 1"] * 24, longer))["effect"].value == pytest.approx(0, abs=0.5)


def test_time_to_value_is_not_the_first_lucky_week():
    for seed in range(4):
        values, arms, _ = weekly(lambda since: 0.0 * since, rollout(), seed=seed, noise=1.0)
        assert "time_to_value_days" not in figures(told(values, arms, rollout()))


def test_who_joins_a_team_that_has_the_system_is_not_compared(tmp_path):
    """No effect; people who do better by 6 join the teams that have it, and get their seats in the same file."""
    declared, made = rollout(), World(lambda since: 0.0)
    made.write(tmp_path, declared)
    arms, first, later = made.waves(declared), "2026-02-20T09:00:00+00:00", "2026-03-20T09:00:00+00:00"
    seats = [(f"{team} unit {u}", team, arm, "", 1, first) for team, arm in arms.items() for u in range(3)]
    able = [
        (f"able {team} {u}", team, arm, "", 1, later) for team, arm in arms.items() if arm != HOLDBACK for u in "ab"
    ]
    write_rows(tmp_path / "waves.csv", ("unit", "team", "arm", "stratum", "batch", "assigned_at"), [*seats, *able])
    with (tmp_path / "leads.csv").open("a") as file:
        file.writelines(f"{u},{START + timedelta(days=7 * w)},26\n" for u, *_ in able for w in range(8, 28))
    finding = see(tmp_path, made.initiative(declared), made.progress(declared))
    assert figures(finding)["effect"].value == pytest.approx(0, abs=0.5)
    assert "12 in wave 1, 12 in wave 2, 12 in wave 3" in check(finding, "came after the draw").note


def test_another_assignment_than_the_one_that_was_drawn_is_not_judged(tmp_path):
    declared, made = rollout(), World(lambda since: 2.0)
    made.write(tmp_path, declared)
    progress = replace(made.progress(declared), file="the one that was drawn")
    finding = see(tmp_path, made.initiative(declared), progress, digests={"waves": "another"})
    assert figures(finding)["design_changes"].value == 1
    assert figures(finding)["goal_measured"].value == 0
    assert "not the one that was drawn" in check(finding, "registered").note
    finding = see(tmp_path, made.initiative(declared), progress, digests={"waves": "the one that was drawn"})
    assert figures(finding)["design_changes"].value == 0


def test_harm_of_a_wave_that_was_rolled_back_is_not_diluted_by_the_time_without():
    """2 was lost for four weeks, then nothing for eight, as nobody had it."""
    declared, rng = rollout(), np.random.default_rng(5)
    wave, names = wave_of(declared, rng)
    period = np.arange(-WEEKS_BEFORE, 12)
    there = (wave == 0)[:, None] & (period >= 0) & (period < 4)
    values = 20 + rng.normal(0, 2, (24, 1)) + rng.normal(0, 0.5, there.shape) - 2.0 * there
    moves = (
        Transition(wave=1, before=WaveState.PENDING, after=WaveState.SOAKING, on=START, reason="due"),
        Transition(
            wave=1,
            before=WaveState.SOAKING,
            after=WaveState.ROLLED_BACK,
            on=START + timedelta(weeks=4),
            reason="prices",
        ),
    )
    waves = replayed([Wave(number=i + 1, name=name) for i, name in enumerate(names)], moves)
    progress = Progress(waves=waves, steps=moves, registered=START)
    as_of = START + timedelta(weeks=12)
    finding = told(values, [names[w] for w in wave], declared, kpi=RAIL, progress=progress, as_of=as_of)
    assert figures(finding)["guardrail_margin"].value == pytest.approx(-1.0, abs=0.4)


def test_all_periods_share_the_error_of_a_guardrail():
    declared = rollout()
    ends = [START + timedelta(weeks=week, days=-1) for week in range(1, 29)]
    assert sum(harm_error(declared, end) for end in ends) == pytest.approx(0.05)
    assert all(0 < harm_error(declared, end) < 0.005 for end in ends)


def test_few_teams_are_judged_by_every_order_there_is():
    """Three and three: 20 orders, no p-value below 2 / 20."""
    declared = rollout(n_waves=1)
    values, arms, _ = weekly(lambda since: 4.0 + 0 * since, declared, teams=6, noise=0.2, spread=0.1)
    assert figures(told(values, arms, declared))["p_value"].value == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("unit", "value", "weight", "words"),
    [
        ("lead/week", "inf", "1", "1 value(s) or weight(s) are infinite"),
        ("lead/week", "1e200", "1", "1 value(s) or weight(s) are infinite"),
        ("lead/week", "5", "inf", "1 value(s) or weight(s) are infinite"),
        ("lead/week", "5", "-1", "1 value(s) or weight(s) are infinite"),
        ("hours per case", "-5", "1", "1 value(s) are times below 0"),
        ("lead/week", "-5", "1", ""),
    ],
)
def test_values_that_cannot_be_give_no_number(tmp_path, unit, value, weight, words):
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    header, first, *others = (tmp_path / "leads.csv").read_text(encoding="utf-8").splitlines()
    odd = ",".join([*first.split(",")[:2], value, weight])
    rows = [f"{header},weight", odd, *(f"{row},1" for row in others)]
    (tmp_path / "leads.csv").write_text("\n".join(rows), encoding="utf-8")
    initiative = world.initiative(declared)
    initiative = replace(initiative, kpis=tuple(replace(kpi, unit=unit) for kpi in initiative.kpis))
    finding = see(tmp_path, initiative, world.progress(declared))
    assert ("effect" in figures(finding)) == (words == "")
    assert not words or words in check(finding, "can be compared").note
