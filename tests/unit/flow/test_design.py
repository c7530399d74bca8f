"""What a pilot can show of a KPI that each case has or has not: counted in cases, not in the people who handle them."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from proveout.core.sizing import KpiSizing
from proveout.flow.design import size_up
from proveout.flow.workspace import Workspace

DECLARED = """
initiative: replies
sources: {messages: messages.csv, people: people.csv, arms: records/arms.csv, work: work.csv}
plan: {pilot_size: {units: 12, weeks: 6%s}}
kpis:
  - id: reply_rate
    title: Replies per message
    unit: share
    direction: up
    baseline: {source: messages, query: "select message as unit, day as period, replied as value from messages"}
pilot:
  start: 2026-03-02
  end: 2026-04-12
  randomise: units
  roster: {source: people}
  assignment: {source: arms}
  outcomes: {reply_rate: {source: work}}
"""


def declared(folder: Path, more: str) -> Workspace:
    """Twelve people, and 600 messages of which 18 were answered."""
    (folder / "initiative.yml").write_text(DECLARED % more, encoding="utf-8")
    messages = (f"m{i},2026-01-{5 + i % 20:02},{int(i % 100 < 3)}\n" for i in range(600))
    (folder / "messages.csv").write_text("message,day,replied\n" + "".join(messages), encoding="utf-8")
    (folder / "people.csv").write_text("unit\n" + "".join(f"p{i}\n" for i in range(12)), encoding="utf-8")
    return Workspace(folder)


def test_ten_cases_a_day_show_a_threefold_share_and_no_double(tmp_path: Path) -> None:
    sizing = size_up(declared(tmp_path, ", cases_per_day: 10"))
    (kpi,) = sizing.kpis
    assert kpi.cases is not None and kpi.mde is None
    assert kpi.cases.share == pytest.approx(0.03)
    assert kpi.cases.needed[3.0] == 243
    assert kpi.cases.days(3.0) == 25 and kpi.cases.shows(3.0)
    assert kpi.cases.days(2.0) == 75 and not kpi.cases.shows(2.0)


def test_without_cases_a_day_nobody_knows_how_long_it_takes(tmp_path: Path) -> None:
    sizing = size_up(declared(tmp_path, ""))
    (kpi,) = sizing.kpis
    assert kpi.cases is not None and kpi.cases.needed[3.0] == 243
    assert kpi.cases.days(3.0) is None and kpi.cases.shows(3.0) is None
    assert any("cases_per_day" in warning for warning in sizing.warnings)


def told_of_hours(folder: Path, weeks: int, differing: bool) -> KpiSizing:
    """Hours of twelve people before the pilot; each has his own where they differ, all the same mean otherwise."""
    workspace = declared(folder, "")
    declaration = (
        (folder / "initiative.yml")
        .read_text()
        .replace(
            'select message as unit, day as period, replied as value from messages"',
            'select unit, period, value from hours"',
        )
    )
    for old, new in (("messages: messages.csv", "hours: hours.csv"), ("source: messages", "source: hours")):
        declaration = declaration.replace(old, new)
    (folder / "initiative.yml").write_text(declaration, encoding="utf-8")
    rows = (
        f"p{i},2026-01-{1 + 7 * week:02},{20 + differing * 5 * i + (7 * i + 5 * week) % 11}\n"
        for i in range(12)
        for week in range(weeks)
    )
    (folder / "hours.csv").write_text("unit,period,value\n" + "".join(rows), encoding="utf-8")
    (kpi,) = size_up(workspace).kpis
    return kpi


def test_a_baseline_that_is_there_is_said_to_be_used_to_be_of_no_use_or_to_be_too_short(tmp_path: Path) -> None:
    differing = told_of_hours(tmp_path, 4, differing=True)
    assert differing.r > 0.9 and differing.r == differing.foretold
    alike = told_of_hours(tmp_path, 4, differing=False)
    assert alike.r == 0.0 and alike.foretold is not None and alike.foretold < 0.5
    assert not any("before the start" in warning for warning in size_up(Workspace(tmp_path)).warnings)
    short = told_of_hours(tmp_path, 2, differing=True)
    assert short.foretold is None
    assert any("no time before the start is used" in warning for warning in size_up(Workspace(tmp_path)).warnings)


SCHEDULED = """
initiative: triage
sources: {work: work.csv, people: people.csv, arms: records/arms.csv}
kpis:
  - id: hours
    title: Hours
    unit: hour
    direction: down
    minimum_worthwhile: {absolute: -1.0}
    baseline: {source: work, query: "select unit, day as period, value from work"}
pilot:
  start: 2026-03-02
  end: 2026-04-26
  roster: {source: people}
  assignment: {source: arms}
  outcomes: {hours: {source: work}}
"""
WAVES = "  waves: {starts: [2026-03-02, 2026-03-23], holdback_share: %s}\n"
SWITCHBACK = "  switchback: {carry_over_days: %s}\n"


def scheduled(folder: Path, design: str, *, teams: int = 12, weeks: int = 6) -> Workspace:
    """Teams of four who differ, and whose weeks differ, before the start."""
    (folder / "initiative.yml").write_text(SCHEDULED + design, encoding="utf-8")
    random = np.random.default_rng(1)
    people, rows = ["unit,team\n"], ["unit,day,value\n"]
    for team in range(teams):
        lasting = random.normal(0, 3)
        for person in range(4):
            people.append(f"{team}-{person},t{team}\n")
            rows += [
                f"{team}-{person},{date(2026, 1, 5) + timedelta(weeks=week)},{20 + lasting + random.normal(0, 2):.3f}\n"
                for week in range(weeks)
            ]
    (folder / "people.csv").write_text("".join(people), encoding="utf-8")
    (folder / "work.csv").write_text("".join(rows), encoding="utf-8")
    return Workspace(folder)


def test_waves_say_what_they_show_and_more_teams_show_less(tmp_path: Path) -> None:
    found = []
    for teams in (12, 24):
        (kpi,) = size_up(scheduled(tmp_path, WAVES % 0.25, teams=teams)).kpis
        assert kpi.mde is not None and kpi.teams_needed is not None and not kpi.by_weeks
        found.append(kpi.mde.value)
    assert 0 < found[1] < 0.85 * found[0]


def test_a_switchback_is_its_own_comparison_so_that_levels_do_not_count(tmp_path: Path) -> None:
    sizing = size_up(scheduled(tmp_path, SWITCHBACK % 1))
    (kpi,) = sizing.kpis
    # passing variance of a team in a week is 4 / 4; 12 teams by 4 pairs of periods; doubted in 3 of 10 pilots
    expected = 2.87 * (2 * 1.0 / 48 * (1 + 0.3 * 4 / 3)) ** 0.5
    assert kpi.mde is not None and kpi.mde.value == pytest.approx(expected, rel=0.15)
    assert "4 times two periods" in sizing.design
    assert not any("no days are left out" in warning for warning in sizing.warnings)


def test_a_switchback_that_leaves_out_no_days_shows_less_for_it_allows_for_what_is_carried_over(tmp_path: Path) -> None:
    kept, sizing = (size_up(scheduled(tmp_path, SWITCHBACK % days)) for days in (1, 0))
    (one,), (other,) = kept.kpis, sizing.kpis
    larger = 6 / 7 * (1 + 4 / 3) / (1 + 0.3 * 4 / 3)  # six days of a period are less steady than seven
    assert one.mde is not None and other.mde is not None
    assert other.mde.value == pytest.approx(one.mde.value * larger**0.5, rel=0.02)
    assert any("no days are left out" in warning for warning in sizing.warnings)


def test_what_should_be_changed_before_the_start_is_said(tmp_path: Path) -> None:
    sizing = size_up(scheduled(tmp_path, WAVES % 0))
    assert any("nobody is held back: from 2026-03-23" in warning for warning in sizing.warnings)
    (kpi,) = size_up(scheduled(tmp_path, WAVES % 0.25, weeks=1)).kpis
    assert kpi.mde is None and "the baseline has 1 period(s)" in kpi.why_not


def test_a_switchback_of_one_team_needs_seven_times_two_periods(tmp_path: Path) -> None:
    short = scheduled(tmp_path, SWITCHBACK % 1, teams=1)
    assert "can never pass" in size_up(short).impossible[0]
    path = tmp_path / "initiative.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("end: 2026-04-26", "end: 2026-06-07"), encoding="utf-8")
    assert size_up(Workspace(tmp_path)).impossible == ()


def rewritten(workspace: Workspace, name: str, old: str, new: str, count: int = -1) -> Workspace:
    path = workspace.folder / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, count), encoding="utf-8")
    return Workspace(workspace.folder)


def warned(workspace: Workspace, words: str) -> list[str]:
    return [warning for warning in size_up(workspace).warnings if words in warning]


def test_a_look_or_a_period_that_cuts_a_week_is_said(tmp_path: Path) -> None:
    whole = scheduled(tmp_path, "  looks: [2026-03-15]\n")
    assert not warned(whole, "no whole weeks")
    cut = rewritten(whole, "initiative.yml", "2026-03-15", "2026-03-17")
    assert warned(cut, "the look of 2026-03-17 takes in 16 day(s), no whole weeks")
    cut = rewritten(cut, "initiative.yml", "end: 2026-04-26", "end: 2026-04-24")
    assert warned(cut, "the look of 2026-04-24")
    waves = WAVES.replace("}", ", period_days: 3}").replace("03-23", "03-20")
    assert warned(scheduled(tmp_path, waves % 0.25), "a period of the waves takes in 3 day(s)")
    assert not warned(scheduled(tmp_path, SWITCHBACK % 1), "no whole weeks")


def test_a_baseline_of_less_than_six_weeks_is_said(tmp_path: Path) -> None:
    assert not warned(scheduled(tmp_path, "", weeks=6), "tell a habit from a mood")
    assert warned(scheduled(tmp_path, "", weeks=5), "hours: the baseline spans 5.0 weeks; 6 or more")


def test_a_baseline_by_another_unit_than_the_one_that_is_assigned_is_said(tmp_path: Path) -> None:
    workspace = scheduled(tmp_path, "")
    assert not warned(workspace, "of the roster's units")
    assert warned(rewritten(workspace, "people.csv", "-", "_"), "names 0% of the roster's units; flags answer for")


@pytest.mark.parametrize("design", ["", WAVES % 0.25])
def test_times_below_0_in_the_baseline_size_nothing(tmp_path: Path, design: str) -> None:
    workspace = rewritten(scheduled(tmp_path, design), "work.csv", "2026-01-12,", "2026-01-12,-", 1)
    workspace = rewritten(workspace, "initiative.yml", "unit: hour", "unit: hours per case")
    (kpi,) = size_up(workspace).kpis
    assert kpi.mde is None and kpi.why_not == "1 value(s) are times below 0"
    (kpi,) = size_up(rewritten(workspace, "initiative.yml", "hours per case", "hours saved")).kpis
    assert kpi.mde is not None


def test_values_of_the_baseline_that_are_no_numbers_are_counted(tmp_path: Path) -> None:
    workspace = scheduled(tmp_path, "")
    assert not warned(workspace, "no finite number")
    workspace = rewritten(workspace, "work.csv", "0-0,2026-01-12,", "0-0,2026-01-12,inf#", 1)
    text = (tmp_path / "work.csv").read_text(encoding="utf-8")
    (tmp_path / "work.csv").write_text(re.sub("inf#[^\n]*", "inf", text), encoding="utf-8")
    assert warned(workspace, "1 value(s) of the baseline are no finite number")
