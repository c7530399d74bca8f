"""Impact over generated rollouts whose truth is known, through real SQL."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.rollouts import LEADS, START, World, rollout, write_rows

from proveout import data
from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Evidence, Finding
from proveout.core.initiative import Change, Kpi
from proveout.core.question import Answers, Rows
from proveout.core.wave import Transition, WaveState, replayed
from proveout.instruments import instrument
from proveout.instruments.impact.settings import Settings

AFTER = START + timedelta(weeks=28)


def see(folder, initiative, progress, *, as_of=AFTER, evidence=(), digests=None):
    tool = instrument("impact")
    tables, failures = data.ask(tool.questions(Settings(), initiative), initiative.sources, folder)
    answers = Answers(
        tables=tables, failures=failures, as_of=as_of, progress=progress, evidence=evidence, digests=digests or {}
    )
    return tool.measure(Settings(), answers, initiative)


def figures(finding) -> dict[str, Estimate]:
    return {e.name: e for e in finding.estimates}


def check(finding, words: str):
    return next(c for c in finding.checks if words in c.name)


def run(folder, effect, *, declared=None, **settings):
    declared, world = declared or rollout(), World(effect, **settings)
    world.write(folder, declared)
    return see(folder, world.initiative(declared), world.progress(declared))


def test_a_lasting_effect_is_found_and_judged(tmp_path):
    found = figures(run(tmp_path, lambda since: 2.0 + 0.0 * since))
    assert found["effect"].lower < 2.0 < found["effect"].upper
    assert found["effect_to_worthwhile"].lower > 1
    assert found["lasting_margin"].lower > 0
    assert found["p_value"].value < 0.01
    assert found["periods_met_share"].value > 0.75
    assert found["error_budget_left"].value > 0
    assert found["comparison_strength"].value == 3
    assert (found["n_started"].value, found["n_teams"].value) == (18, 24)
    assert found["reach"].value == pytest.approx(0.75)
    assert found["gain_relative"].value == pytest.approx(found["effect"].value / 19.4, rel=0.05)


@pytest.mark.parametrize("name", ["1234567890123456789{:02}", "00{:02}", "{}e5"])
def test_units_whose_names_look_like_numbers(tmp_path, name):
    """Same figures as with any other names."""
    declared, world = rollout(), World(lambda since: 2.0 + 0.0 * since, per_team=1)
    world.write(tmp_path, declared)
    plain = see(tmp_path, world.initiative(declared), world.progress(declared))
    for file in ("waves.csv", "leads.csv"):
        text = (tmp_path / file).read_text(encoding="utf-8")
        named = re.sub(r"team (\d+) unit \d+", lambda unit: name.format(int(unit[1])), text)
        (tmp_path / file).write_text(named, encoding="utf-8")
    assert see(tmp_path, world.initiative(declared), world.progress(declared)).estimates == plain.estimates


def test_an_effect_of_novelty_does_not_last(tmp_path):
    """It halves every four weeks: what is left from the ninth week on is not worthwhile."""
    found = figures(run(tmp_path, lambda since: 3.0 * 0.5 ** (since / 4)))
    assert found["effect_to_worthwhile"].upper < 1
    assert found["effect_trend"].value < 0
    assert found["periods_met_share"].value < 0.75


def test_a_steady_decline_shows_before_the_effect_is_gone(tmp_path):
    found = figures(run(tmp_path, lambda since: 4.0 - 0.12 * since, noise=0.5))
    assert found["effect_to_worthwhile"].lower > 1
    assert found["effect_trend"].upper < 0
    assert found["lasting_margin"].upper < 0


def test_an_effect_that_grows_with_use_keeps_its_sign(tmp_path):
    found = figures(run(tmp_path, lambda since: 0.25 * since))
    assert found["effect"].lower > 0
    assert found["effect_trend"].lower > 0


def test_no_effect_is_not_worthwhile(tmp_path):
    finding = run(tmp_path, lambda since: 0.0 * since)
    found = figures(finding)
    assert found["effect_to_worthwhile"].upper < 1
    assert found["p_value"].value > 0.05
    assert "adjust or retire" in check(finding, "Next decision").note


def test_before_the_first_look_there_is_no_effect(tmp_path):
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    finding = see(tmp_path, world.initiative(declared), world.progress(declared), as_of=AFTER - timedelta(days=1))
    found = figures(finding)
    assert found["goal_measured"].value == 0
    assert "effect" not in found
    assert "first look" in check(finding, "can be compared").note
    assert finding.changes_on == declared.sustain_until + timedelta(days=1)


def test_earlier_looks_cost_some_of_the_error(tmp_path):
    half = START + timedelta(weeks=20)
    plain = run(tmp_path, lambda since: 2.0)
    looked = run(tmp_path, lambda since: 2.0, declared=rollout(looks=(half,)))
    assert figures(plain)["effect"].level == pytest.approx(0.95)
    assert 0.95 < figures(looked)["effect"].level < 0.99


def test_a_guardrail_is_judged_at_once_and_one_sided(tmp_path):
    world = World(lambda since: -1.0)
    declared = rollout()
    world.write(tmp_path, declared)
    rail = Kpi(id="leads", role="guardrail", unit="lead", direction="up", minimum_worthwhile=Change(absolute=0.3))
    finding = see(
        tmp_path, world.initiative(declared, rail), world.progress(declared), as_of=START + timedelta(weeks=12)
    )
    found = figures(finding)
    assert found["guardrail_measured"].value == 1
    assert found["guardrail_margin"].upper < 0
    assert found["guardrail_margin"].value == pytest.approx(-0.7, abs=0.3)
    assert "roll back" in check(finding, "Next decision").note


def test_a_guardrail_that_is_relative_is_held_against_what_was_before(tmp_path):
    world, declared = World(lambda since: 0.0), rollout()
    world.write(tmp_path, declared)
    rail = Kpi(id="leads", role="guardrail", unit="lead", direction="up", minimum_worthwhile=Change(relative=-0.1))
    finding = see(tmp_path, world.initiative(declared, rail), world.progress(declared))
    assert figures(finding)["guardrail_margin"].value == pytest.approx(1.94, abs=0.4)


def test_an_order_that_nobody_drew_is_weaker_evidence(tmp_path):
    finding = run(tmp_path, lambda since: 2.0, declared=rollout(order="declared"))
    found = figures(finding)
    assert found["comparison_strength"].value == 2
    assert "Callaway" in found["effect"].method
    assert "p_value" not in found
    assert found["drift_p"].value > 0.05
    assert "drift of" in check(finding, "moved alike").note


def test_teams_with_gaps_do_not_count_and_are_named(tmp_path):
    world, declared = World(lambda since: 2.0), rollout()
    skip = [("team 03", w) for w in range(5)] + [("team 07", 3), ("team 08", 11)]
    world.write(tmp_path, declared, skip=skip)
    finding = see(tmp_path, world.initiative(declared), world.progress(declared))
    assert figures(finding)["complete_share"].value == pytest.approx(21 / 24)
    assert "team 03" in check(finding, "throughout").note
    assert figures(finding)["effect"].n == 21


def test_who_came_later_is_served_and_not_compared(tmp_path):
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    with (tmp_path / "waves.csv").open("a") as file:
        file.writelines(f"late {u},late team,wave 2,,2\n" for u in range(3))
    with (tmp_path / "leads.csv").open("a") as file:
        file.writelines(f"late {u},{START + timedelta(days=7 * w)},900\n" for u in range(3) for w in range(28))
    found = figures(see(tmp_path, world.initiative(declared), world.progress(declared)))
    assert found["n_teams"].value == 25
    assert found["effect"].n == 24
    assert found["effect"].value == pytest.approx(2.0, abs=0.5)


def left_of(folder: Path, *pilot: Estimate) -> Finding:
    """A rollout that gains 2, after a pilot that found so much."""
    found = Evidence(
        block="pilot",
        instrument="pilot",
        version="1",
        key="k",
        as_of=START,
        measured_at="2026-01-01T00:00:00Z",
        finding=Finding(estimates=pilot),
    )
    world, declared = World(lambda since: 2.0), rollout()
    world.write(folder, declared)
    return see(folder, world.initiative(declared), world.progress(declared), evidence=(found,))


def test_what_is_left_of_the_pilot_is_a_ratio(tmp_path):
    finding = left_of(tmp_path, Estimate(name="effect", subject="leads", value=4.0, lower=3.5, upper=4.5))
    carried = figures(finding)["carried_over"]
    assert carried.value == pytest.approx(0.5, abs=0.15)
    assert carried.upper < 1
    assert carried.method.startswith("absolute effects")
    assert check(finding, "carried over").passed is False


def test_who_started_from_another_level_is_compared_by_shares(tmp_path):
    """A pilot of people with a tenth of the level gains a tenth, which is as much of it as all gain."""
    absolute = Estimate(name="effect", subject="leads", value=0.2, lower=0.19, upper=0.21)
    gain = figures(left_of(tmp_path, absolute))["gain_relative"].value
    relative = Estimate(name="effect_relative", subject="leads", value=gain, lower=gain * 0.95, upper=gain * 1.05)
    finding = left_of(tmp_path, absolute, relative)
    carried = figures(finding)["carried_over"]
    assert carried.value == pytest.approx(1.0)
    assert carried.lower < 1 < carried.upper
    assert carried.method.startswith("relative effects")
    assert "relative effects" in check(finding, "carried over").note


def test_looks_do_not_change_what_is_carried_over(tmp_path):
    """Both effects count at 95%, whatever the last look has left of the error."""
    pilot = Evidence(
        block="pilot",
        instrument="pilot",
        version="1",
        key="k",
        as_of=START,
        measured_at="2026-01-01T00:00:00Z",
        finding=Finding(estimates=(Estimate(name="effect", subject="leads", value=4.0, lower=3.5, upper=4.5),)),
    )
    world, found = World(lambda since: 2.0), []
    for looks in ((), (START + timedelta(weeks=20),)):
        declared = rollout(looks=looks)
        world.write(tmp_path, declared)
        finding = see(tmp_path, world.initiative(declared), world.progress(declared), evidence=(pilot,))
        found.append(figures(finding))
    assert found[0]["effect"].level < found[1]["effect"].level
    assert found[0]["carried_over"].upper == pytest.approx(found[1]["carried_over"].upper)


def test_time_to_value_counts_from_the_first_record(tmp_path):
    found = figures(run(tmp_path, lambda since: 3.0))["time_to_value_days"]
    first_over = 100 + 14 + 6  # the first period after the soak of two weeks
    assert found.lower == first_over
    assert first_over <= found.value == found.upper <= first_over + 28


def test_a_change_of_the_design_is_counted(tmp_path):
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    progress = replace(world.progress(declared), changes=("rollout.soak_days: 14, now 7",))
    finding = see(tmp_path, world.initiative(declared), progress)
    assert figures(finding)["design_changes"].value == 1
    assert "soak_days" in check(finding, "registered").note


def test_ratios_of_sums_are_read_with_their_weights(tmp_path):
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    rows = Rows(source="leads", query="select unit, day, value * 3 as value, 3 as weight from leads")
    ratio = rollout(outcomes={"leads": rows})
    plain = figures(see(tmp_path, world.initiative(declared), world.progress(declared)))["effect"]
    found = figures(see(tmp_path, world.initiative(ratio), world.progress(ratio)))["effect"]
    assert found.value == pytest.approx(plain.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("unit,day,value\n", "no outcome has a day"),
        ("unit,day,value\nteam 01 unit 0,soon,3\n", "no outcome has a day"),
        ("unit,day,value\nteam 01 unit 0,2026-03-04,many\n", "no outcome has a day"),
        ("unit,day,value\nteam 01 unit 0,2026-09-13,3\n", "outcomes in the last period"),
    ],
)
def test_outcomes_that_say_nothing_are_no_evidence(tmp_path, content, words):
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    (tmp_path / "leads.csv").write_text(content)
    finding = see(tmp_path, world.initiative(declared), world.progress(declared))
    assert figures(finding)["goal_measured"].value == 0
    assert words in check(finding, "can be compared").note


def test_a_missing_column_is_named(tmp_path):
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    (tmp_path / "leads.csv").write_text("unit,value\na,1\n")
    finding = see(tmp_path, world.initiative(declared), world.progress(declared))
    assert "day" in check(finding, "can be read").note


def test_no_wave_has_started(tmp_path):
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    progress = world.progress(declared)
    waiting = replace(progress, waves=tuple(replace(w, started=None) for w in progress.waves))
    with pytest.raises(TooLittle, match="no wave has started"):
        see(tmp_path, world.initiative(declared), waiting)


def test_starts_can_stand_in_the_assignment(tmp_path):
    """A rollout that was not driven by Proveout: its order counts as not drawn."""
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    progress = world.progress(declared)
    arms = world.waves(declared)
    seats = [(f"{t} unit {u}", t, arm, progress.starts.get(arm, "")) for t, arm in arms.items() for u in range(3)]
    write_rows(tmp_path / "waves.csv", ("unit", "team", "arm", "started_at"), seats)
    found = figures(see(tmp_path, world.initiative(declared), None))
    assert found["comparison_strength"].value == 2
    assert found["effect"].value == pytest.approx(2.0, abs=0.8)


def test_outcomes_of_a_kpi_that_is_not_declared_are_a_fault():
    declared = rollout(outcomes={"lead": Rows(source="leads")})
    faults = instrument("impact").faults(Settings(), World(lambda since: since).initiative(declared, LEADS))
    assert [fault.path for fault in faults] == [("rollout", "outcomes", "lead")]


def test_days_that_no_calendar_has_do_no_harm(tmp_path):
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    with (tmp_path / "leads.csv").open("a") as file:
        file.write("team 01 unit 0,infinity,3\nteam 01 unit 0,0001-01-01,3\n")
    found = figures(see(tmp_path, world.initiative(declared), world.progress(declared)))
    assert found["effect"].value == pytest.approx(2.0, abs=0.5)


def test_a_wave_that_was_rolled_back_does_not_have_the_system(tmp_path):
    world, declared = World(lambda since: 2.0), rollout()
    world.write(tmp_path, declared)
    progress = world.progress(declared)
    step = Transition(
        wave=3, before=WaveState.PROMOTED, after=WaveState.ROLLED_BACK, on=AFTER - timedelta(days=3), reason="prices"
    )
    rolled = replace(progress, waves=replayed(progress.waves, [step]), steps=(step,))
    finding = see(tmp_path, world.initiative(declared), rolled)
    assert figures(finding)["reach"].value == pytest.approx(0.5)
    assert figures(finding)["n_started"].value == 18
    assert "wave 3" in check(finding, "rolled back").note


def test_strata_do_not_pass_for_an_effect(tmp_path):
    """A stratum with another level that got the system later than the other one."""
    rng = np.random.default_rng(2)
    declared, world = rollout(), World(lambda since: 2.0)
    arms = world.waves(declared)
    strata = {team: ("north", "south")[i % 2] for i, team in enumerate(arms)}
    seats = [(f"{t} 0", t, arm, strata[t], 1) for t, arm in arms.items()]
    write_rows(tmp_path / "waves.csv", ("unit", "team", "arm", "stratum", "batch"), seats)
    starts = world.progress(declared).starts
    rows = []
    for team, arm in arms.items():
        for week in range(-8, 28):
            day = START + timedelta(days=7 * week)
            gain = 2.0 if arm in starts and day >= starts[arm] else 0.0
            level = 100 if strata[team] == "north" else 10
            rows.append((f"{team} 0", day, level + gain + rng.normal(0, 0.5)))
    write_rows(tmp_path / "leads.csv", ("unit", "day", "value"), rows)
    found = figures(see(tmp_path, world.initiative(declared), world.progress(declared)))
    assert found["effect"].upper - found["effect"].lower < 1.5
    assert found["effect"].lower < 2.0 < found["effect"].upper


def test_the_day_of_today_does_not_count_before_it_is_over(tmp_path):
    declared = rollout()
    assert declared.calendar == (date(2026, 9, 13),)
    assert declared.share(declared.sustain_until) == 1.0


@pytest.mark.parametrize(("gain", "shown"), [(-2.0, 1.0), (0.0, 0.0), (2.0, 0.0)])
def test_a_goal_that_gets_worse_is_shown_before_the_first_look_and_its_effect_is_not(tmp_path, gain, shown):
    declared, world = rollout(), World(lambda since: gain + 0.0 * since, weeks=10)
    world.write(tmp_path, declared)
    progress = world.progress(declared)
    found = figures(see(tmp_path, world.initiative(declared), progress, as_of=START + timedelta(weeks=10)))
    assert found["harm_shown"].value == shown
    assert found["goal_measured"].value == 0
    assert "effect" not in found
