"""Whether the flow changed since a day: with arms, without, and where nobody can say."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.instruments.process.logs import COLUMNS, HEADER, SOURCE, one

from proveout.core.initiative import Initiative, Source
from proveout.core.pilot import Rows
from proveout.core.question import Answers, SourceName
from proveout.data import ask
from proveout.instruments.process.measure import measure
from proveout.instruments.process.queries import faults, questions
from proveout.instruments.process.settings import Change, Settings, Step

SINCE = date(2026, 3, 2)
ARMS = Rows(source=SourceName("arms"))


def cases(teams: int, effect: float, *, common: float = 0.0, seed: int = 0) -> list[tuple]:
    """Two steps and sometimes a third; hours times e^effect for every other team since the day, for all e^common."""
    random, rows = np.random.default_rng(seed), []
    for team in range(teams):
        level = random.normal(2, 0.3)
        for number in range(60):
            late = number >= 30
            begun = datetime(2026, 1, 5 if not late else 3) + timedelta(days=60 * late + number % 30)
            hours = np.exp(random.normal(level + late * (common + effect * (team % 2)), 0.4))
            case = f"{team}-{number}"
            ended = begun + timedelta(hours=float(hours))
            rows.append((case, "begin", begun, begun, "a", f"t{team}"))
            if random.random() < (0.2 if late and team % 2 else 0.5):
                rows.append((case, "begin", begun, begun + timedelta(minutes=1), "a", f"t{team}"))
            rows.append((case, "end", ended, ended, "a", f"t{team}"))
    return rows


def find(folder: Path, rows: list[tuple], change: Change, arms: list[tuple] | None = None):
    with (folder / "log.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([(*HEADER, "team"), *rows])
    with (folder / "arms.csv").open("w", newline="", encoding="utf-8") as file:
        teams = sorted({row[5] for row in rows})
        known = [(team, "pilot" if int(team[1:]) % 2 else "control") for team in teams]
        csv.writer(file).writerows([("team", "arm"), *(known if arms is None else arms)])
    given: dict[str, Any] = COLUMNS | {"team": "team", "change": change}
    settings = Settings(source=SOURCE, **given)
    sources = {SOURCE: Source(location="log.csv"), SourceName("arms"): Source(location="arms.csv")}
    initiative = Initiative(sources=sources)
    tables, failures = ask(questions(settings, initiative), initiative.sources, folder)
    assert failures == {}
    return measure(settings, Answers(tables=tables, as_of=date(2026, 5, 1)), initiative)


def test_what_changed_for_everybody_is_not_the_systems_doing(tmp_path: Path):
    finding = find(tmp_path, cases(14, -0.5, common=0.3), Change(since=SINCE, arms=ARMS))
    cycle = one(finding, "cycle_time_change")
    assert cycle.lower < np.exp(-0.5) - 1 < cycle.upper < 0
    assert "randomisation" in cycle.method
    assert one(finding, "rework_change").upper < 0
    assert one(finding, "waiting_change").value < 0
    assert finding.exhibits[0].title == "How the flow changed"


def test_whether_work_goes_more_as_documented(tmp_path: Path):
    rows = cases(14, 0.0)
    once = find(tmp_path, rows, Change(since=SINCE, arms=ARMS, documented=("Begin", "end")))
    conforming, again = one(once, "conformance_change"), one(once, "rework_change")
    assert (conforming.value, conforming.lower) == pytest.approx((-again.value, -again.upper))
    assert 0 < conforming.lower < 0.3 < conforming.upper
    assert "Cases as documented" in [bar.label for bar in once.exhibits[0].bars]


@pytest.mark.parametrize(
    ("documented", "share"),
    [
        ((Step(step="begin", repeat=True), "end"), "100%"),
        (("begin", Step(step="begin", optional=True), "end"), "100%"),
        (("end", Step(step="begin", optional=True, repeat=True)), "0%"),
    ],
)
def test_conformance_that_does_not_vary_is_no_figure(tmp_path: Path, documented: tuple, share: str):
    finding = find(tmp_path, cases(8, 0.0), Change(since=SINCE, arms=ARMS, documented=documented))
    assert not [e for e in finding.estimates if e.name == "conformance_change"]
    check = next(c for c in finding.checks if c.name == "Conformance varies, and can be compared")
    assert check.note.startswith(f"{share} of the cases of every team")


def test_steps_that_the_log_does_not_know_are_no_nonconformance(tmp_path: Path):
    finding = find(tmp_path, cases(14, 0.0), Change(since=SINCE, arms=ARMS, documented=("begin", "fnish")))
    assert not [e for e in finding.estimates if e.name == "conformance_change"]
    assert next(c for c in finding.checks if c.name == "Every documented step is in the log").note.endswith(
        "begin, end"
    )


def test_without_arms_it_is_before_and_after_and_says_so(tmp_path: Path):
    finding = find(tmp_path, cases(12, 0.0, common=0.3), Change(since=SINCE))
    cycle = one(finding, "cycle_time_change")
    assert 0 < cycle.lower < np.exp(0.3) - 1 < cycle.upper
    check = next(c for c in finding.checks if "because of the system" in c.name)
    assert check.passed is None
    assert "whatever else changed since then is in it" in check.note


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        ([], "0 team(s) with the system and 0 without"),
        ([("t1", "pilot"), ("t3", "pilot")], "2 team(s) with the system"),
    ],
)
def test_teams_that_nobody_assigned_give_no_figure(tmp_path: Path, arms: list[tuple], said: str):
    finding = find(tmp_path, cases(8, -0.5), Change(since=SINCE, arms=ARMS), arms)
    assert not [e for e in finding.estimates if e.name == "cycle_time_change"]
    assert any(said in check.note for check in finding.checks)


def test_a_team_in_two_arms_is_left_out_and_said(tmp_path: Path):
    known = [(f"t{i}", "pilot" if i % 2 else "control") for i in range(14)]
    clean = find(tmp_path, cases(14, -0.5), Change(since=SINCE, arms=ARMS), known)
    assert not any(c.name == "Every team is in one arm" for c in clean.checks)
    finding = find(tmp_path, cases(14, -0.5), Change(since=SINCE, arms=ARMS), [*known, ("t3", "control")])
    check = next(c for c in finding.checks if c.name == "Every team is in one arm")
    assert check.passed is False and check.note == "1 team(s) are in two arms, such as t3, and are left out"
    assert any(c.note.startswith("13 teams with") for c in finding.checks)
    few = find(tmp_path, cases(4, -0.5), Change(since=SINCE, arms=ARMS), [*known[:4], ("t3", "control")])
    assert any(c.name == "Every team is in one arm" for c in few.checks)
    assert not [e for e in few.estimates if e.name == "cycle_time_change"]


def test_nothing_after_the_day(tmp_path: Path):
    finding = find(tmp_path, cases(8, -0.5), Change(since=date(2027, 1, 1)))
    assert any("0 team(s) have cases before and after" in check.note for check in finding.checks)


def test_a_change_needs_teams():
    settings = Settings(source=SOURCE, **COLUMNS, change=Change(since=SINCE))
    found = faults(settings, Initiative(sources={SOURCE: Source(location="log.csv")}))
    assert [fault.path for fault in found] == [("team",)]
