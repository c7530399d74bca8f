"""What a pilot can show of a KPI that each case has or has not: counted in cases, not in the people who handle them."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from proveout.core.errors import ProveoutError
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


@pytest.mark.parametrize(
    ("values", "query", "said"),
    [
        ('"0,5"', "replied as value", "none of 600 values of its baseline can be read as a number, such as '0,5'"),
        ("0.5", "replied as value, 2 as weight", "a baseline does not use `weight`"),
        ("", "replied as value", "none of the 600 rows of its baseline has a unit and a value"),
    ],
)
def test_a_baseline_that_says_nothing_is_named_with_its_reason(tmp_path: Path, values, query, said) -> None:
    workspace = declared(tmp_path, "")
    path = tmp_path / "messages.csv"
    path.write_text(re.sub(r"(?m),[01]$", f",{values}", path.read_text("utf-8")), encoding="utf-8")
    path = tmp_path / "initiative.yml"
    path.write_text(path.read_text("utf-8").replace("replied as value", query), encoding="utf-8")
    (kpi,) = size_up(workspace).kpis
    assert kpi.why_not.startswith(said)


def test_a_plan_after_the_start_and_a_draw_of_few_units_are_said(tmp_path: Path) -> None:
    warnings = size_up(declared(tmp_path, "")).warnings
    assert warnings[0].startswith("the pilot started on 2026-03-02, and nobody is drawn after the start")
    assert any(warning.startswith("12 units are few") and "`method: constrained`" in warning for warning in warnings)


def test_a_column_that_is_missing_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    workspace = declared(tmp_path, "")
    (tmp_path / "people.csv").write_text("name,dept\nann,a\n", encoding="utf-8")
    with pytest.raises(ProveoutError) as error:
        size_up(workspace)
    assert error.value.remedy.startswith("the columns that there are: name, dept; a roster needs `unit`")


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
