"""A switchback from the how-to page: plan, draw, join, serve day by day, look."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from proveout.core.schedule import FIRST, SECOND
from proveout.flow.assign import evaluator
from proveout.flow.workspace import Workspace
from tests.journeys.conftest import Run
from tests.journeys.dated_page import START, on, read, write
from tests.journeys.test_pilot import arms_of, figures, pilot
from tests.journeys.test_stepped_pilot import declared as stepped

DAYS = 56


def declared(proveout: Run, folder: Path, teams: int = 8, **changes: str) -> None:
    """The page's people and KPIs, with its switchback."""
    stepped(proveout, folder, teams, key="switchback", **changes)


def has(arm: str, day: int) -> bool:
    """Whether a schedule has the system so many days after the start."""
    words = arm.split()
    if not 0 <= day < DAYS:
        return False
    return (words[day // 14] == FIRST) == (day // 7 % 2 == 0)


def work(folder: Path, arms: dict[str, str]) -> None:
    """Days of work; whoever has the system saves two hours of twenty, and one more on the day after."""
    random = np.random.default_rng(1)
    rows, used, people = [], [], read(folder / "data" / "people.csv")
    lasting = {person["team"]: random.normal(0, 3) for person in people}
    for person in people:
        arm, own = arms[person["unit"]], random.normal()
        for day in range(-42, DAYS):
            on, left = has(arm, day), has(arm, day - 1) and not has(arm, day)
            value = 20 + lasting[person["team"]] + own + random.normal(0, 2) - 2 * on - left
            rows.append([person["unit"], START + timedelta(days=day), round(value, 3)])
            used += [[person["unit"], START + timedelta(days=day)]] if on else []
    write(folder / "data" / "work.csv", ["unit", "day", "value"], rows)
    write(folder / "data" / "uses.csv", ["unit", "at"], used)


def test_from_the_plan_to_the_verdict(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    said = " ".join(pilot(proveout, "plan").stdout.split())
    assert "8 teams with 48 units, 8.0 weeks, 2 look(s)" in said
    assert "switchback: 4 times two periods of 7 day(s)" in said
    assert "smallest effect that shows" in said and "teams needed" in said
    assert "nothing was written" in pilot(proveout, "assign", "--dry-run").stdout
    assert f"with the system in period 1, from {START}: 24 units in 4 team(s)" in pilot(proveout, "assign").stdout
    arms = arms_of(folder)
    for pair in range(4):
        words = [arm.split()[pair] for arm in arms.values()]
        assert words.count(FIRST) == words.count(SECOND) == 24
    assert "nobody is new" in pilot(proveout, "assign").stdout
    work(folder, arms)
    early = figures(json.loads(proveout("check", "my-initiative", *on(10), "--format", "json", code=None).stdout))
    assert "effect" not in early
    result = json.loads(proveout("check", "my-initiative", *on(DAYS), "--format", "json", code=None).stdout)
    rulings = {ruling["criterion"]["id"]: ruling for ruling in result["gates"][3]["rulings"]}
    assert rulings["groups-alike-before"]["sentence"].startswith(
        "Not asked, by the policy: the registered design is a switchback"
    )
    assert rulings["no-carry-over"]["verdict"] == "pass"
    found = figures(result)
    assert found["effect"]["lower"] < -2 < found["effect"]["upper"] < -1
    assert found["effect_to_worthwhile"]["lower"] > 1
    assert found["design_changes"]["value"] == 0
    assert found["contamination_share"]["value"] == 0
    assert found["exposed_share"]["value"] == 1
    stands = pilot(proveout, "status", *on(30)).stdout
    assert f"on {START + timedelta(days=30)} 24 of 48 units have the system" in stands


def test_the_flag_follows_the_schedule(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    arms = arms_of(folder)
    asked = evaluator(Workspace(folder))
    for day in (-1, 0, 6, 7, 13, 14, 20, 21, 55, 56, 400):
        today = START + timedelta(days=day)
        for unit, arm in arms.items():
            assert asked.answer(unit, today)["value"] is has(arm, day), (unit, arm, day)
        assert asked.answer("nobody", today)["value"] is False
    rules = json.loads(pilot(proveout, "flags").stdout)["flags"]["my-initiative"]["targeting"]["if"][0]["or"]
    assert len(rules) == 8
    assert all(len(rule["and"][2]["in"][1]) == 24 for rule in rules)


def test_who_joins_later_goes_with_the_team_and_changes_are_refused(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    first = arms_of(folder)
    with (folder / "data" / "people.csv").open("a", encoding="utf-8") as file:
        file.write("joins,team 3,south\nalone,team new,south\n")
    assert "2 new unit(s) written" in pilot(proveout, "assign").stdout
    after = arms_of(folder)
    assert {unit: after[unit] for unit in first} == first
    assert after["joins"] == first["3-0"]
    assert len(after["alone"].split()) == 4
    path = folder / "initiative.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("carry_over_days: 1", "carry_over_days: 2"), encoding="utf-8")
    assert "pilot.switchback.carry_over_days: 1, now 2" in pilot(proveout, "assign", code=2).stderr
    assert "now 2" in pilot(proveout, "serve", code=2).stderr


def test_one_team_alone_and_too_short_can_never_pass(proveout: Run, tmp_path: Path):
    declared(proveout, tmp_path / "my-initiative", teams=1)
    assert "can never pass" in " ".join(pilot(proveout, "plan", code=1).stdout.split())
    assert "can never pass" in pilot(proveout, "assign", code=2).stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("carry_over_days", "7", "hold nothing"),
        ("period_days", "6", "come two by two"),
        ("carry_over_days", "some", "number"),
    ],
)
def test_periods_that_do_not_fit_are_named_where_they_stand(proveout: Run, tmp_path: Path, old: str, new: str, said):
    declared(proveout, tmp_path / "my-initiative", **{old: new})
    shown = proveout("check", "my-initiative", code=2)
    assert said in " ".join((shown.stdout + shown.stderr).split())
