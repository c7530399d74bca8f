"""What the plan of a pilot warns of in looks, periods and the baseline."""

import re
from pathlib import Path

import pytest
from tests.unit.flow.test_design import SWITCHBACK, WAVES, scheduled

from proveout.flow.design import size_up
from proveout.flow.workspace import Workspace


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
