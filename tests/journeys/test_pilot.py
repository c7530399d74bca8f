"""A controlled pilot from the how-to page: plan, draw, join later, tamper, serve, look."""

import json
import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.journeys.conftest import Run
from tests.journeys.dated_page import START, moved, on, read, write
from tests.journeys.test_how_to import blocks, extend

SEEDED = "  randomise: teams\n  seed: 20260302\n"


def declared(proveout: Run, folder: Path, teams: int = 12, design: str = SEEDED) -> None:
    """The page's declaration, with a seed so that each run sees the same arms, and people at work before the start."""
    proveout("init", "my-initiative", "--title", "Triage", "--problem", "Cases wait.", "--owner", "Ada")
    text = (folder / "initiative.yml").read_text(encoding="utf-8")
    (folder / "initiative.yml").write_text(re.sub(r"(?m)^(sources|kpis): .*\n", "", text), encoding="utf-8")
    page = (moved(block) for block in blocks("run-a-controlled-pilot.md", "yaml"))
    extend(folder, *(block.replace("  randomise: teams\n", design) for block in page))
    people = [
        [f"{team}-{i}", f"team {team}", "north" if team % 4 < 2 else "south"] for team in range(teams) for i in range(6)
    ]
    write(folder / "data" / "people.csv", ["unit", "team", "stratum"], people)
    write(folder / "data" / "uses.csv", ["unit", "at"], [])
    work(folder, {})


def work(folder: Path, arms: dict[str, str]) -> None:
    """Days of work; whoever has the system saves two hours of twenty."""
    random = np.random.default_rng(1)
    people = read(folder / "data" / "people.csv")
    lasting = {person["team"]: random.normal() for person in people}
    rows = []
    for person in people:
        own = random.normal()
        for day in range(-42, 56 if arms else 0):
            saved = 2.0 if day >= 0 and arms.get(person["unit"]) == "pilot" else 0.0
            value = 20 + lasting[person["team"]] + own + random.normal(0, 2) - saved
            rows.append([person["unit"], START + timedelta(days=day), round(value, 3)])
    write(folder / "data" / "work.csv", ["unit", "day", "value"], rows)
    if arms:
        used = [[unit, START] for unit, arm in arms.items() if arm == "pilot"]
        write(folder / "data" / "uses.csv", ["unit", "at"], used)


def arms_of(folder: Path) -> dict[str, str]:
    path = folder / "records" / "assignment.csv"
    return {row["unit"]: row["arm"] for row in read(path)}


def pilot(proveout: Run, *arguments: str, **options: object):
    command, *more = arguments
    return proveout("pilot", command, "my-initiative", *more, **options)


def test_from_the_plan_to_the_verdict(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    said = " ".join(pilot(proveout, "plan").stdout.split())
    assert "12 teams with 72 units, 8.0 weeks, 4 look(s)" in said
    assert "smallest effect that shows" in said and "left by the looks before" in said
    assert "day 42; 2.4% error may be made by then (5% in all)" in said
    assert "nothing was written" in pilot(proveout, "assign", "--dry-run").stdout
    assert not (folder / "records").exists()
    pilot(proveout, "assign")
    arms = arms_of(folder)
    assert sorted(arms.values()).count("pilot") == 36
    assert "nobody is new" in pilot(proveout, "assign").stdout
    work(folder, arms)
    early = json.loads(proveout("check", "my-initiative", *on(3), "--format", "json", code=None).stdout)
    assert figures(early).keys() & {"effect"} == set()
    on_the_way, at_end = (
        " ".join(proveout("explain", "kpi-improved", "my-initiative", *on(days), code=None).stdout.split())
        for days in (42, 56)
    )
    assert (
        f"Passed at look 3 of 4, of {START + timedelta(days=41)}: the interval is of that look; the effect of later"
        in on_the_way
    )
    assert "Passed at look" not in at_end and "pass" in at_end
    found = figures(json.loads(proveout("check", "my-initiative", *on(56), "--format", "json", code=None).stdout))
    assert found["effect"]["lower"] < -2 < found["effect"]["upper"] < -0.5
    assert found["effect_to_worthwhile"]["lower"] > 1
    assert found["design_changes"]["value"] == 0
    assert found["contamination_share"]["value"] == 0
    proveout("check", "my-initiative", *on(56), "--gate", "4", code=None)
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "Gate 4, pilot." in report and "Gate 1, problem validation." not in report
    assert "looks: 4 of 4 have come" in pilot(proveout, "status", *on(56)).stdout


@pytest.mark.parametrize(("every", "verdict"), [(1, "undecided"), (6, "fail")])
def test_outcomes_that_are_missing_on_one_side_fail_the_gate(proveout: Run, tmp_path: Path, every: int, verdict: str):
    """Six of 36 people with the system: a whole team may be chance, one of each team is not."""
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    arms = arms_of(folder)
    work(folder, arms)
    gone = sorted(unit for unit, arm in arms.items() if arm == "pilot")[::every][:6]
    rows = [list(row.values()) for row in read(folder / "data" / "work.csv") if row["unit"] not in gone]
    write(folder / "data" / "work.csv", ["unit", "day", "value"], rows)
    result = json.loads(proveout("check", "my-initiative", *on(56), "--format", "json", code=None).stdout)
    rulings = {ruling["criterion"]["id"]: ruling["verdict"] for ruling in result["gates"][3]["rulings"]}
    assert figures(result)["missing_imbalance"]["value"] == pytest.approx(6 / 36)
    assert (rulings["groups-comparable"], rulings["outcomes-missing-alike"]) == ("pass", verdict)
    assert rulings["groups-alike-before"] == "pass"
    assert "no-carry-over" not in result["gates"][3]["sentence"]
    (spared,) = (r for r in result["gates"][3]["rulings"] if r["criterion"]["id"] == "no-carry-over")
    assert spared["spared"] and "the registered design is no switchback" in spared["sentence"]


def test_names_that_look_like_numbers_are_drawn_and_found_again(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    people = read(folder / "data" / "people.csv")
    named = [[str(10**19 + i) if i % 2 else f"{i:03}", p["team"], p["stratum"]] for i, p in enumerate(people)]
    write(folder / "data" / "people.csv", ["unit", "team", "stratum"], named)
    pilot(proveout, "assign")
    arms = arms_of(folder)
    assert list(arms) == sorted(unit for unit, *_ in named)
    work(folder, arms)
    found = figures(json.loads(proveout("check", "my-initiative", *on(56), "--format", "json", code=None).stdout))
    assert found["effect"]["upper"] < -0.5
    assert found["missing_gap"]["value"] == 0
    assert found["exposed_share"]["value"] == 1


def figures(result: dict) -> dict[str, dict]:
    (evidence,) = (piece for piece in result["evidence"] if piece["block"] == "pilot")
    return {e["name"]: e for e in evidence["finding"]["estimates"]}


def test_who_joins_later_goes_with_the_team_and_who_has_an_arm_keeps_it(proveout: Run, tmp_path: Path):
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
    assert "changed" not in pilot(proveout, "status").stdout


def test_changes_after_the_draw_are_refused_and_named(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    text = (folder / "initiative.yml").read_text(encoding="utf-8")
    (folder / "initiative.yml").write_text(text.replace("relative: -0.05", "relative: -0.01"), encoding="utf-8")
    said = pilot(proveout, "assign", code=2).stderr
    assert "kpis.hours-per-case.minimum_worthwhile.relative: -0.05, now -0.01" in said
    assert "now -0.01" in pilot(proveout, "status").stdout
    (folder / "initiative.yml").write_text(text, encoding="utf-8")
    path = folder / "records" / "assignment.csv"
    kept = path.read_bytes()
    path.unlink()
    assert "is gone, and 72 units are registered" in " ".join(pilot(proveout, "assign", code=2).stderr.split())
    path.write_bytes(kept)
    path.write_text(path.read_text("utf-8").replace("control", "pilot", 1), encoding="utf-8")
    assert "not as it was registered" in pilot(proveout, "assign", code=2).stderr
    assert "not as it was registered" in pilot(proveout, "serve", code=2).stderr
    result = json.loads(proveout("check", "my-initiative", *on(56), "--format", "json", code=None).stdout)
    assert figures(result)["design_changes"]["value"] == 1


HOUSE = """policy: House
version: "1"
extends: standard
remove: [groups-separate]
"""


def test_a_policy_that_changed_after_the_draw_is_named_and_stops_no_work(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    assert "judged otherwise" not in pilot(proveout, "status").stdout
    (folder / "house.yml").write_text(HOUSE, encoding="utf-8")
    extend(folder, "policy: house.yml\n")
    assert "judged otherwise since: criteria.groups-separate" in pilot(proveout, "status").stdout
    with (folder / "data" / "people.csv").open("a", encoding="utf-8") as file:
        file.write("joins,team 3,south\n")
    assert "1 new unit(s) written" in pilot(proveout, "assign").stdout
    assert json.loads(pilot(proveout, "flags").stdout)["flags"]
    work(folder, arms_of(folder))
    result = json.loads(proveout("check", "my-initiative", *on(56), "--format", "json", code=None).stdout)
    (ruling,) = (r for r in result["gates"][3]["rulings"] if r["criterion"]["id"] == "design-kept")
    assert (ruling["verdict"], ruling["estimate"]["value"]) == ("fail", 1)
    (evidence,) = (piece for piece in result["evidence"] if piece["block"] == "pilot")
    said = next(c["note"] for c in evidence["finding"]["checks"] if "was registered" in c["name"])
    assert said.startswith("the gate judges otherwise, criteria.groups-separate: ")
    assert "threshold 0.05" in said and said.endswith(", now nothing")


def test_what_spares_a_criterion_cannot_change_unseen(proveout: Run, tmp_path: Path):
    """Somebody who wants a doubt not to be asked for any more writes so into the house's policy."""
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    standard = (files("proveout.gates") / "policies" / "standard.yml").read_text(encoding="utf-8")
    (entry,) = re.findall(r"(?ms)^  - id: groups-alike-before\n.*?(?=^  - id)", standard)
    changed = entry.replace("spared_if: switchback", "spared_if: no-switchback")
    house = f'policy: House\nversion: "1"\nextends: standard\ncriteria:\n{changed}'
    (folder / "house.yml").write_text(house, encoding="utf-8")
    extend(folder, "policy: house.yml\n")
    said = pilot(proveout, "status").stdout
    assert "criteria.groups-alike-before.spared_if: switchback, now no-switchback" in " ".join(said.split())
    result = json.loads(proveout("check", "my-initiative", *on(3), "--format", "json", code=None).stdout)
    (ruling,) = (r for r in result["gates"][3]["rulings"] if r["criterion"]["id"] == "design-kept")
    assert ruling["verdict"] == "fail"


def test_six_teams_can_never_pass(proveout: Run, tmp_path: Path):
    declared(proveout, tmp_path / "my-initiative", teams=6)
    said = " ".join(pilot(proveout, "plan", code=1).stdout.split())
    assert "this pilot can never pass" in said
    assert "it can never pass" in pilot(proveout, "assign", code=2).stderr


def test_data_from_another_place_are_another_design(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    text = (folder / "initiative.yml").read_text(encoding="utf-8")
    (folder / "initiative.yml").write_text(text.replace("work: data/work.csv", "work: data/uses.csv"), encoding="utf-8")
    assert "sources.work.location: data/work.csv, now data/uses.csv" in pilot(proveout, "status").stdout


@pytest.mark.parametrize("method", ["matched-pairs", "constrained"])
def test_other_draws_are_measured_as_they_were_drawn(proveout: Run, tmp_path: Path, method: str):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    text = (folder / "initiative.yml").read_text(encoding="utf-8")
    changed = text.replace("randomise: teams", f"randomise: teams\n  method: {method}")
    people = read(folder / "data" / "people.csv")
    rows = [[p["unit"], p["team"], p["stratum"], len(p["team"]) + i % 5 / 7] for i, p in enumerate(people)]
    write(folder / "data" / "people.csv", ["unit", "team", "stratum", "baseline"], rows)
    (folder / "initiative.yml").write_text(changed, encoding="utf-8")
    pilot(proveout, "assign")
    work(folder, arms_of(folder))
    found = figures(json.loads(proveout("check", "my-initiative", *on(56), "--format", "json", code=None).stdout))
    assert found["effect"]["lower"] < -2 < found["effect"]["upper"]


def test_a_file_with_other_line_ends_is_not_the_registered_one(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    path = next(path for path in folder.rglob("assignment.csv"))
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert "not as it was registered" in pilot(proveout, "status", code=None).stdout


def test_the_evaluator_answers_until_it_is_interrupted(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    flags = json.loads(pilot(proveout, "flags").stdout)["flags"]["my-initiative"]
    arms = arms_of(folder)
    assert flags["targeting"]["if"][0]["and"][1]["in"][1] == sorted(
        unit for unit, arm in arms.items() if arm == "pilot"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "proveout", "pilot", "serve", str(folder), "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    ) as process:
        assert process.stderr
        address = re.search(r"http://\S+(?=;)", process.stderr.readline())
        assert address
        for unit, arm in list(arms.items())[:12]:
            reply = httpx.post(address[0], json={"context": {"targetingKey": unit}}).json()
            assert reply["metadata"]["arm"] == arm
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert "Traceback" not in process.stderr.read()
