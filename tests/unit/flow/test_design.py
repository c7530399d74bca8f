"""What a pilot can show of a KPI that each case has or has not: counted in cases, not in the people who handle them."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t

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
    sizing = size_up(scheduled(tmp_path, SWITCHBACK % 0))
    (kpi,) = sizing.kpis
    # passing variance of a team in a week is 4 / 4; 12 teams by 4 pairs of periods
    assert kpi.mde is not None and kpi.mde.value == pytest.approx(2.87 * (2 * 1.0 / 48) ** 0.5, rel=0.2)
    assert "4 times two periods" in sizing.design
    assert any("no carry-over is declared" in warning for warning in sizing.warnings)


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


def warned(folder: Path, phrase: str, design: str = "", *, worthwhile: float = 1.0, **more: int) -> bool:
    """Whether the plan of a pilot side by side says so."""
    workspace = scheduled(folder, design, **more)
    path = folder / "initiative.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("-1.0", str(-worthwhile)), encoding="utf-8")
    return any(phrase in warning for warning in size_up(workspace).warnings)


def test_an_effect_that_shows_only_when_larger_than_worthwhile_is_said(tmp_path: Path) -> None:
    said = "redesign before the start"
    assert warned(tmp_path, f"worthwhile is 1: {said}")
    assert not warned(tmp_path, said, worthwhile=9.0)


def test_weeks_that_would_not_help_any_more_are_said(tmp_path: Path) -> None:
    """After two years there is hardly a passing part; within a week there is."""
    said = "more weeks would not help any more"
    scheduled(tmp_path, "")
    for last, expected in (("2028-02-27", True), ("2026-03-08", False)):
        text = SCHEDULED.replace("end: 2026-04-26", f"end: {last}")
        (tmp_path / "initiative.yml").write_text(text, encoding="utf-8")
        assert any(said in warning for warning in size_up(Workspace(tmp_path)).warnings) is expected, last


@pytest.mark.parametrize(("moved", "expected"), [(5, False), (6, False), (7, True)])
def test_a_team_that_is_most_of_the_pilot_is_said(tmp_path: Path, moved: int, expected: bool) -> None:
    """Of 25 people: 9 or 10 are no more than 40%, 11 are."""
    workspace = scheduled(tmp_path, "", teams=6)
    people = [line.split(",") for line in (tmp_path / "people.csv").read_text().split()[1:]] + [["new", "t5"]]
    for person in people[4 : 4 + moved]:
        person[1] = "t0"
    (tmp_path / "people.csv").write_text("unit,team\n" + "".join(f"{unit},{team}\n" for unit, team in people))
    said = f"team t0 has {4 + moved} of 25 units: the result will be that of one team"
    assert (said in size_up(workspace).warnings) is expected


def test_people_of_one_team_in_different_arms_are_said(tmp_path: Path) -> None:
    said = "units of one team get different arms"
    assert warned(tmp_path, said, "  randomise: units\n")
    assert not warned(tmp_path, said, "  randomise: teams\n")


def test_a_calendar_without_looks_is_said(tmp_path: Path) -> None:
    said = "no looks are declared"
    assert warned(tmp_path, said)
    assert not warned(tmp_path, said, "  looks: [2026-03-29]\n")


def test_a_kpi_without_a_baseline_is_said(tmp_path: Path) -> None:
    workspace = scheduled(tmp_path, "")
    path = tmp_path / "initiative.yml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "baseline:" not in line), encoding="utf-8")
    assert "hours: it has no baseline, so nobody can say what the pilot can show" in size_up(workspace).warnings


def test_teams_needed_and_floor_of_a_pilot_side_by_side(tmp_path: Path) -> None:
    """The formula of the design notes by hand, with the likeness that the plan states; the teams that are needed are
    the fewest to which the effect shrinks, exactly."""
    (kpi,) = size_up(scheduled(tmp_path, "", teams=12)).kpis
    assert kpi.mde is not None and kpi.floor is not None and kpi.icc is not None and kpi.teams_needed is not None
    rows = [line.split(",") for line in (tmp_path / "work.csv").read_text().split()[1:]]
    table = np.array([float(row[2]) for row in rows]).reshape(48, 6)  # person by week
    passing = table.var(axis=1, ddof=1).mean()
    lasting = table.mean(axis=1).var(ddof=1) - passing / 6
    icc = kpi.icc[0]
    assert icc == pytest.approx(0.9, abs=0.1)  # levels of people are those of their teams

    def shows(teams: int, weeks: float) -> float:
        after, before = lasting + passing / weeks, lasting + passing / 6
        rest = 1 - (lasting / (after * before) ** 0.5) ** 2
        variance = 4 / (4 * teams) * after * (1 + 3 * icc) * rest
        return quantiles(teams) * variance**0.5

    def quantiles(teams: int) -> float:
        return float(t.ppf([0.975, 0.8], teams - 3).sum())

    assert kpi.mde.value == pytest.approx(shows(12, 8), rel=0.15)
    assert kpi.floor == pytest.approx(shows(12, 520), rel=0.15)
    assert kpi.floor < kpi.mde.value
    per_team = [kpi.mde.value * (12 / n) ** 0.5 * quantiles(n) / quantiles(12) for n in range(8, 200)]
    assert kpi.teams_needed == next(n for n, effect in enumerate(per_team, 8) if effect <= 1.0)
    assert 20 < kpi.teams_needed < 40
