"""A pilot in stepped waves from the how-to page: plan, draw, join, serve day by day, look."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from proveout.flow.assign import evaluator
from proveout.flow.workspace import Workspace
from tests.journeys.conftest import Run
from tests.journeys.dated_page import START, moved, on, read, write
from tests.journeys.test_how_to import blocks
from tests.journeys.test_pilot import arms_of, figures, pilot
from tests.journeys.test_pilot import declared as side_by_side

WAVES = {"wave 1": 0, "wave 2": 21, "wave 3": 42}


def declared(proveout: Run, folder: Path, teams: int = 16, *, key: str = "waves", **changes: str) -> None:
    """The page's people and KPIs, with its stepped design, or the one of another key."""
    side_by_side(proveout, folder, teams)
    path = folder / "initiative.yml"
    (design,) = (moved(block) for block in blocks("run-a-controlled-pilot.md", "yml") if f"{key}:" in block)
    for old, new in changes.items():
        design = re.sub(rf"{old}: .*", f"{old}: {new}", design)
    path.write_text(re.sub(r"(?ms)^pilot:\n.*?(?=^\S|\Z)", design, path.read_text(encoding="utf-8")), encoding="utf-8")
    work(folder, {}, until=0)


def work(folder: Path, arms: dict[str, str], *, until: int = 63) -> None:
    """Days of work; whoever has the system saves two hours of twenty."""
    random = np.random.default_rng(1)
    rows, used, people = [], [], read(folder / "data" / "people.csv")
    lasting = {person["team"]: random.normal() for person in people}
    for person in people:
        own, begins = random.normal(), WAVES.get(arms.get(person["unit"], ""), 999)
        for day in range(-42, until):
            value = 20 + lasting[person["team"]] + own + random.normal(0, 2) - 2 * (day >= begins)
            rows.append([person["unit"], START + timedelta(days=day), round(value, 3)])
            used += [[person["unit"], START + timedelta(days=day)]] if day >= begins else []
    write(folder / "data" / "work.csv", ["unit", "day", "value"], rows)
    write(folder / "data" / "uses.csv", ["unit", "at"], used)


def test_from_the_plan_to_the_verdict(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    said = " ".join(pilot(proveout, "plan").stdout.split())
    assert "16 teams with 96 units, 9.0 weeks, 3 look(s)" in said
    assert f"stepped waves: 4 teams on {START}" in said and "4 wait until the end" in said
    assert "smallest effect that shows" in said and "teams needed" in said
    assert "nothing was written" in pilot(proveout, "assign", "--dry-run").stdout
    assert not (folder / "records").exists()
    assert f"wave 1, from {START}: 24 units in 4 team(s)" in pilot(proveout, "assign").stdout
    arms = arms_of(folder)
    assert {arm: list(arms.values()).count(arm) for arm in (*WAVES, "holdback")} == dict.fromkeys(
        (*WAVES, "holdback"), 24
    )
    assert "nobody is new" in pilot(proveout, "assign").stdout
    work(folder, arms)
    early = figures(json.loads(proveout("check", "my-initiative", *on(10), "--format", "json", code=None).stdout))
    assert "effect" not in early
    found = figures(json.loads(proveout("check", "my-initiative", *on(63), "--format", "json", code=None).stdout))
    assert found["effect"]["lower"] < -2 < found["effect"]["upper"] < -1
    assert found["effect_to_worthwhile"]["lower"] > 1
    assert found["design_changes"]["value"] == 0
    assert found["contamination_share"]["value"] == 0
    assert found["exposed_share"]["value"] == 1
    stands = pilot(proveout, "status", *on(30)).stdout
    assert f"on {START + timedelta(days=30)} 48 of 96 units have the system" in stands
    assert "looks: 1 of 3 have come" in stands


def test_the_same_seed_draws_the_same_waves_and_another_seed_others(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    drawn = []
    for seed in ("7", "7", "8"):
        declared(proveout, folder, seed=seed)
        pilot(proveout, "assign")
        drawn.append(arms_of(folder))
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_flag_follows_the_waves(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    arms = arms_of(folder)
    asked = evaluator(Workspace(folder))
    for day in (-1, 0, 20, 21, 41, 42, 62, 400):
        today = START + timedelta(days=day)
        for unit, arm in arms.items():
            assert asked.answer(unit, today)["value"] is (day >= WAVES.get(arm, 10**6)), (unit, arm, day)
        assert asked.answer("nobody", today)["value"] is False
    targeting = json.loads(pilot(proveout, "flags").stdout)["flags"]["my-initiative"]["targeting"]["if"]
    assert [len(rule["and"][1]["in"][1]) for rule in targeting[0]["or"]] == [24, 24, 24]


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
    assert after["alone"] in (*WAVES, "holdback")
    path = folder / "initiative.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("holdback_share: 0.25", "holdback_share: 0.5"), encoding="utf-8")
    assert "pilot.waves.holdback_share: 0.25, now 0.5" in pilot(proveout, "assign", code=2).stderr
    assert "now 0.5" in pilot(proveout, "status").stdout
    assert "now 0.5" in pilot(proveout, "serve", code=2).stderr
    path.write_text(text, encoding="utf-8")
    held = next(unit for unit, arm in after.items() if arm == "holdback")
    file = folder / "records" / "assignment.csv"
    file.write_text(re.sub(rf"(?m)^({held},[^,]*),holdback", r"\1,wave 1", file.read_text("utf-8")), encoding="utf-8")
    assert "not as it was registered" in pilot(proveout, "assign", code=2).stderr
    assert "not as it was registered" in pilot(proveout, "flags", code=2).stderr


@pytest.mark.parametrize(
    ("teams", "said"), [(7, "too few for 3 waves and a holdback of 2"), (4, "too few for 3 waves")]
)
def test_too_few_teams_are_refused_with_the_arithmetic(proveout: Run, tmp_path: Path, teams: int, said: str):
    declared(proveout, tmp_path / "my-initiative", teams=teams)
    assert said in " ".join(pilot(proveout, "plan", code=2).stderr.split())
    assert said in " ".join(pilot(proveout, "assign", code=2).stderr.split())


def test_waves_with_too_few_orders_can_never_pass(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder, teams=4, starts=f"[{START}]", holdback_share="0.5", looks="[]")
    assert "can never pass" in " ".join(pilot(proveout, "plan", code=1).stdout.split())
    assert "can never pass" in pilot(proveout, "assign", code=2).stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("starts", f"[{START}, {START + timedelta(days=3)}]", "within a period of 7 days"),
        ("starts", f"[{date(2020, 1, 6)}]", "they start together"),
        ("holdback_share", "1.5", "less than 1"),
        ("period_days", "0", "expected at least 1"),
        ("starts", "[soon]", "date"),
    ],
)
def test_waves_that_do_not_fit_are_named_where_they_stand(proveout: Run, tmp_path: Path, old: str, new: str, said: str):
    declared(proveout, tmp_path / "my-initiative", **{old: new})
    shown = proveout("check", "my-initiative", code=2)
    assert said in " ".join((shown.stdout + shown.stderr).split())


def test_the_report_is_written(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    work(folder, arms_of(folder))
    proveout("check", "my-initiative", *on(63), code=None)
    pages = list(folder.rglob("*.html"))
    assert pages and "effect by time since the start of the wave" in pages[0].read_text(encoding="utf-8")
