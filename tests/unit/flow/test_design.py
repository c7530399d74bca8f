"""What a pilot can show of a KPI that each case has or has not: counted in cases, not in the people who handle them."""

from pathlib import Path

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
