"""What nobody should conclude from: the gate of a pilot whose data cannot be right, from end to end."""

import json
from datetime import timedelta
from pathlib import Path

from tests.journeys.conftest import Run
from tests.journeys.dated_page import START, on, read, write
from tests.journeys.test_pilot import arms_of, declared, figures, pilot, work


def test_an_arm_without_outcomes_fails_the_gate(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    arms = arms_of(folder)
    work(folder, arms)
    path = folder / "data" / "work.csv"
    kept = [row for row in read(path) if arms[row["unit"]] == "control" or row["day"] < str(START)]
    write(path, ["unit", "day", "value"], [list(row.values()) for row in kept])
    result = json.loads(proveout("check", "my-initiative", *on(56), "--format", "json", code=None).stdout)
    assert rulings(result)["outcomes-missing-alike"] == "fail"
    assert rulings(result)["kpi-improved"] == "undecided"
    assert "nobody with the system has an outcome" in notes(result)


def test_uses_before_the_assignment_give_no_number(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    arms = arms_of(folder)
    work(folder, arms)
    early = [[unit, START - timedelta(days=400)] for unit, arm in arms.items() if arm == "pilot"]
    write(folder / "data" / "uses.csv", ["unit", "at"], early)
    result = json.loads(proveout("check", "my-initiative", *on(56), "--format", "json", code=None).stdout)
    assert rulings(result)["kpi-improved"] == "undecided" and "effect" not in figures(result)
    assert "36 of 72 unit(s) used the system before they were assigned" in notes(result)


def test_the_gate_says_that_a_fifth_of_those_without_the_system_used_it(proveout: Run, tmp_path: Path):
    """An effect all the same, of a smaller difference: a warning in the sentence of the gate, and beside the result."""
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    arms = arms_of(folder)
    work(folder, arms)
    others = [unit for unit, arm in arms.items() if arm == "control"][:7]
    used = [[unit, START] for unit, arm in arms.items() if arm == "pilot" or unit in others]
    write(folder / "data" / "uses.csv", ["unit", "at"], used)
    result = json.loads(proveout("check", "my-initiative", *on(56), "--format", "json", code=None).stdout)
    assert rulings(result)["kpi-improved"] == "pass" and rulings(result)["groups-separate"] == "fail"
    assert "groups-separate" in result["gates"][3]["sentence"]
    assert "19.4% of those without the system used it" in notes(result)


def test_outcomes_without_a_day_are_refused_before_the_draw(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    path = folder / "data" / "work.csv"
    path.write_text(path.read_text("utf-8").replace("unit,day,value", "unit,date,value"), "utf-8")
    said = " ".join(pilot(proveout, "plan").stdout.split())
    assert "the outcomes have no `day`, and 72 unit(s) have several rows" in said
    assert "Next: name the `day` of the outcomes first" in said and "--dry-run" not in said
    refused = pilot(proveout, "assign", "--dry-run", code=2).stderr
    assert "nothing is registered" in refused and "date as day" in refused
    assert not (folder / "records" / "assignment.csv").exists()


def rulings(result: dict) -> dict[str, str]:
    return {ruling["criterion"]["id"]: ruling["verdict"] for ruling in result["gates"][3]["rulings"]}


def notes(result: dict) -> str:
    (evidence,) = (piece for piece in result["evidence"] if piece["block"] == "pilot")
    return " ".join(check["note"] for check in evidence["finding"]["checks"])
