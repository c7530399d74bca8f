"""What the plan of a pilot side by side warns of, and what it reckons."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t
from tests.unit.flow.test_design import SCHEDULED, scheduled

from proveout.flow.design import size_up
from proveout.flow.workspace import Workspace


def said_of(folder: Path, phrase: str, design: str = "", *, worthwhile: float = 1.0, **more: int) -> bool:
    """Whether the plan of a pilot side by side says so."""
    workspace = scheduled(folder, design, **more)
    path = folder / "initiative.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("-1.0", str(-worthwhile)), encoding="utf-8")
    return any(phrase in warning for warning in size_up(workspace).warnings)


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


@pytest.mark.parametrize(("share", "expected"), [(0.2, True), (0.34, True), (0.5, False)])
def test_few_who_get_the_system_are_said(tmp_path: Path, share: float, expected: bool) -> None:
    assert said_of(tmp_path, "teams get the system: if it helps some", f"  treated_share: {share}\n") is expected


def test_teams_that_are_probably_one_are_said(tmp_path: Path) -> None:
    workspace = scheduled(tmp_path, "", teams=6)
    path = tmp_path / "people.csv"
    path.write_text(path.read_text() + "new,T-5 \n")
    (said,) = [one for one in size_up(workspace).warnings if "case, blanks or punctuation" in one]
    assert "'T-5' and 't5'" in said or "'T-5 ' and 't5'" in said


def test_people_of_one_team_in_different_arms_are_said(tmp_path: Path) -> None:
    said = "units of one team get different arms"
    assert said_of(tmp_path, said, "  randomise: units\n")
    assert not said_of(tmp_path, said, "  randomise: teams\n")


def test_a_calendar_without_looks_is_said(tmp_path: Path) -> None:
    said = "no looks are declared"
    assert said_of(tmp_path, said)
    assert not said_of(tmp_path, said, "  looks: [2026-03-29]\n")


def test_a_kpi_without_a_baseline_is_said(tmp_path: Path) -> None:
    workspace = scheduled(tmp_path, "")
    path = tmp_path / "initiative.yml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "baseline:" not in line), encoding="utf-8")
    assert "hours: it has no baseline, so nobody can say what the pilot can show" in size_up(workspace).warnings


def test_teams_needed_and_floor_of_a_pilot_side_by_side(tmp_path: Path) -> None:
    """By hand: the level of a team lasts, and the time before foretells it; what is the person's own averages out."""
    (kpi,) = size_up(scheduled(tmp_path, "", teams=12)).kpis
    assert kpi.mde is not None and kpi.floor is not None and kpi.icc is not None and kpi.teams_needed is not None
    rows = [line.split(",") for line in (tmp_path / "work.csv").read_text().split()[1:]]
    table = np.array([float(row[2]) for row in rows]).reshape(48, 6)  # person by week
    passing = table.var(axis=1, ddof=1).mean()
    lasting = table.mean(axis=1).var(ddof=1) - passing / 6
    assert kpi.icc[0] == pytest.approx(0.9, abs=0.1)  # levels of people are those of their teams
    halves = (table[:, :3] - table[:, 3:]).mean(axis=1).reshape(12, 4)
    common = max(0.0, halves.mean(axis=1).var(ddof=1) / halves.var(axis=1, ddof=1).mean() - 0.25) * 4  # passes

    def shows(teams: int, weeks: float) -> float:
        of_team = passing / 4 * (1 + common)
        after, before = lasting + of_team / weeks, lasting + of_team / 6
        return quantiles(teams) * (4 / teams * (after - lasting**2 / before)) ** 0.5

    def quantiles(teams: int) -> float:
        return float(t.ppf([0.975, 0.8], teams - 3).sum())

    assert kpi.mde.value == pytest.approx(shows(12, 8), rel=0.15)
    assert kpi.floor == pytest.approx(shows(12, 520), rel=0.15)
    assert kpi.floor < kpi.mde.value
    by_hand = next(n for n in range(8, 200) if shows(n, 8) <= 1.0)
    assert kpi.teams_needed == pytest.approx(by_hand, rel=0.1)
    assert 10 < kpi.teams_needed < 20
