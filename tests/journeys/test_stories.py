"""The article's stories: which criterion or pathology gives each of them away, and by which figure."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from proveout.examples import DAY
from proveout.examples.stories import FIRST, STORIES
from proveout.examples.worlds import maintenance, pilots, technology
from proveout.flow.start import demo
from tests.journeys.conftest import Run

DAYS = [date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 26)]
"""A Friday, a Monday and a Thursday: the first, a middle and the last day on which a story is dated alike."""
TODAY = DAYS[0]


def held(folder: Path) -> Mapping[str, bytes]:
    """The files below a folder, by path, but the ledger: it holds evidence in the order in which it was ready."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".proveout" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def checked(proveout: Run, folder: Path, name: str, today: date) -> dict[str, Any]:
    """The assessment of a story that was written on that day, on that day."""
    demo(folder, today, name=name)
    arguments = ("check", str(folder), "--as-of", today.isoformat(), "--format", "json", "--no-report")
    return json.loads(proveout(*arguments, code=1).stdout)


def failed(result: Mapping[str, Any], gate: int) -> Mapping[str, float]:
    """The must-criteria of a gate that fail, each with its figure."""
    return {
        ruling["criterion"]["id"]: ruling["estimate"]["value"]
        for ruling in result["gates"][gate - 1]["rulings"]
        if ruling["verdict"] == "fail" and ruling["criterion"]["weight"] == "must"
    }


def pathology(result: Mapping[str, Any], name: str) -> tuple[bool | None, list[str]]:
    """Whether it is there, and the figures that say so."""
    found = next(one for one in result["pathologies"] if one["name"] == name)
    return found["present"], found["figures"]


def figure(result: Mapping[str, Any], block: str, name: str) -> float:
    """What a block says under a name."""
    (evidence,) = (piece for piece in result["evidence"] if piece["block"] == block)
    return next(one["value"] for one in evidence["finding"]["estimates"] if one["name"] == name)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_the_same_bytes_on_the_same_day(name: str, tmp_path: Path) -> None:
    once, again, later = (held(demo(tmp_path / place, day, name=name)) for place, day in _asked())
    assert once == again
    assert once.keys() == later.keys() and once != later


def _asked() -> list[tuple[str, date]]:
    return [("once", TODAY), ("again", TODAY), ("later", TODAY + timedelta(weeks=1))]


@pytest.mark.parametrize("name", [name for name in STORIES if name != FIRST])
def test_a_story_says_what_to_look_at_and_what_to_run(name: str, proveout: Run, tmp_path: Path) -> None:
    said = proveout("demo", name).stdout
    command = f"proveout {STORIES[name].command} {name}"
    assert command in said and f"{name}/README.md" in said
    readme = (tmp_path / name / "README.md").read_text(encoding="utf-8")
    assert f"proveout {STORIES[name].command} ." in readme
    assert proveout(*command.split()[1:], code=0 if name == "sales-agent" else 1).stdout


def test_the_stories_are_listed(proveout: Run) -> None:
    lines = proveout("demo", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(STORIES)


def test_a_story_goes_where_it_is_told_and_overwrites_nothing(proveout: Run, tmp_path: Path) -> None:
    proveout("demo", "technology-first", "mine")
    before = held(tmp_path / "mine")
    assert "not empty" in proveout("demo", "technology-first", "mine", code=2).stderr
    assert held(tmp_path / "mine") == before


def test_a_misspelt_story_is_no_folder(proveout: Run, tmp_path: Path) -> None:
    assert "pilot-trap" in proveout("demo", "pilot-trp", code=2).stderr
    assert "pilot-trap" in proveout("demo", "something", "else", code=2).stderr
    proveout("demo", "a", "b", "c", code=2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("today", DAYS)
def test_nobody_asked_the_technicians(proveout: Run, tmp_path: Path, today: date) -> None:
    result = checked(proveout, tmp_path / "story", "maintenance-scheduler", today)
    assert failed(result, 1) == {"groups-heard": 3 / 4, "users-heard": 0}
    assert failed(result, 4) == {"users-active": 0}
    assert failed(result, 5) == {"adopted-at-scale": 0}
    assert [gate["verdict"] for gate in result["gates"]] == ["fail", "pass", "undecided", "fail", "fail"]
    silent = int(figure(result, "usage", "weeks_without_use"))
    present, figures = pathology(result, "built-for-nobody")
    assert present
    assert figures == [
        "Users share: 0%; at least 50% would be sound.",
        "Weekly active share: 0% (95% interval: 0% to 5.7%); at least 10% would be sound.",
        f"Nobody has used it for {silent} weeks, and the service was up in {silent} weeks of these.",
    ]
    effort = ["5% of 400 days of planned effort is organisational; the rule of thumb is 80%."]
    assert pathology(result, "change-underestimated") == (True, effort)

    _works_and_nobody_is_there(result, today)


def _works_and_nobody_is_there(result: Mapping[str, Any], today: date) -> None:
    right, planned = maintenance.N_RIGHT, maintenance.N_PLANNER_RIGHT
    assert figure(result, "prototype", "accuracy") == pytest.approx(right / maintenance.N_TESTED)
    assert figure(result, "prototype", "gain_over_today") == pytest.approx((right - planned) / maintenance.N_TESTED)
    hours = 24 * (DAY - maintenance.LAUNCH).days
    assert figure(result, "service", "requests") == hours
    assert figure(result, "service", "availability") == pytest.approx(1 - maintenance.N_DOWN / hours)
    assert figure(result, "usage", "activated_share") == 0
    launched = today - (DAY - maintenance.LAUNCH) - timedelta(days=(today - TODAY).days)
    this_week, last_seen = today - timedelta(days=today.weekday()), launched + timedelta(days=7)
    last_week = last_seen - timedelta(days=last_seen.weekday())
    assert figure(result, "usage", "weeks_without_use") == (this_week - last_week).days // 7 - 1 >= 33


@pytest.mark.parametrize("today", DAYS)
def test_fifteen_pilots_and_none_in_production(proveout: Run, tmp_path: Path, today: date) -> None:
    demo(tmp_path / "pilots", today, name="pilot-trap")
    out = proveout("portfolio", "pilots", "--as-of", today.isoformat(), code=1, COLUMNS="160").stdout
    table, _, rest = out.partition("\n\n")
    sentence = " ".join(rest.split())
    rows = {line.split()[0]: line for line in table.splitlines()[2:]}
    truth = pilots.truth()
    late = {one.name: one.days_past + (today - TODAY).days for one in truth}
    assert len(truth) == 15 and rows.keys() == late.keys()
    for one in truth:
        row = rows[one.name]
        assert f" {late[one.name]} " in row
        assert ("production owner" in row, "exit criterion" in row, "run budget" in row) == (
            not one.owner,
            not one.exit,
            not one.budget,
        )
        assert ("undecided" if one.used else "fail") in row and "pilot-trap" in row
    assert "15 pilots, 0 in production; 15 past the time box" in sentence
    assert f"by up to {max(late.values())} days" in sentence
    assert "11 without production owner, 9 without exit criterion, 11 without run budget" in sentence


def test_one_of_the_pilots_by_itself(proveout: Run, tmp_path: Path) -> None:
    demo(tmp_path / "pilots", TODAY, name="pilot-trap")
    place = str(tmp_path / "pilots" / "code-assistant")
    result = json.loads(proveout("check", place, "--as-of", str(TODAY), "--format", "json", code=1).stdout)
    assert pathology(result, "pilot-trap") == (
        True,
        [
            f"The pilot's time box ended 353 days ago, on {TODAY - timedelta(days=353)}, and it is not in production."
            " Decide it: `proveout decide pilot go`, `recycle` or `kill`.",
            "The value model has no cost of running it: value.yearly_cost is missing.",
        ],
    )
    assert figure(result, "usage", "weekly_active_share") == 1


def test_a_pilot_that_was_stopped_is_no_pilot(proveout: Run, tmp_path: Path) -> None:
    demo(tmp_path / "pilots", TODAY, name="pilot-trap")
    proveout("decide", "pilot", "kill", "pilots/ticket-router", "--reason", "nobody uses it", "--by", "Ada", "--yes")
    out = " ".join(proveout("portfolio", "pilots", "--as-of", str(TODAY), code=1, COLUMNS="160").stdout.split())
    assert "14 pilots, 0 in production; 14 past the time box" in out and "Not counted: 1 stopped." in out


def test_what_the_stories_say_of_themselves_is_so(tmp_path: Path) -> None:
    names = ("maintenance-scheduler", "pilot-trap", "technology-first")
    scheduler, trap, solution = (
        " ".join((demo(tmp_path / name, TODAY, name=name) / "README.md").read_text(encoding="utf-8").split())
        for name in names
    )
    right, tested, planned = maintenance.N_RIGHT, maintenance.N_TESTED, maintenance.N_PLANNER_RIGHT
    assert f"{maintenance.N_TECHNICIANS} field technicians" in scheduler
    assert f"right in {right} of {tested} orders where the planners are in {planned}" in scheduler
    assert maintenance.N_DOWN == 3 and "but for three hours" in scheduler
    assert sum(one.used for one in pilots.truth()) == 7 and "In seven of them people use" in trap
    assert f"of {technology.N_SHOWN} tasks" in solution and f"{technology.N_LIKED} were liked" in solution


@pytest.mark.parametrize("today", DAYS)
def test_a_solution_that_looks_for_a_problem(proveout: Run, tmp_path: Path, today: date) -> None:
    result = checked(proveout, tmp_path / "story", "technology-first", today)
    bought = TODAY - (DAY - date(2025, 9, 15))
    asked = TODAY - (DAY - date(2025, 11, 24))
    assert pathology(result, "technology-first") == (
        True,
        [
            f"A solution was named on {bought}, the problem was written down on {asked}.",
            "A solution is named, but neither interviews nor a process log back the problem.",
        ],
    )
    assert failed(result, 1) == {
        "kpis-defined": pytest.approx(3 / 9),
        "kpi-in-value-model": 0,
        "kpi-serves-objective": 0,
    }
    asking = [r for r in result["gates"][0]["rulings"] if r["criterion"]["instrument"] in ("interviews", "process")]
    assert asking and all(r["verdict"] == "undecided" and r["estimate"] is None for r in asking)
    liked = technology.N_LIKED / technology.N_SHOWN
    assert figure(result, "prototype", "rubric_pass_share") == pytest.approx(liked) == 0.95
    simple = next(r for r in result["gates"][1]["rulings"] if r["criterion"]["id"] == "better-than-simple-rule")
    assert simple["verdict"] == "undecided" and simple["estimate"] is None
