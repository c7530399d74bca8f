"""Arms of the pilot from the how-to page: how they are drawn, added to, and taken over from elsewhere."""

import json
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from proveout.flow.registration import registered
from proveout.flow.workspace import Workspace
from tests.journeys.conftest import Run
from tests.journeys.dated_page import on, read, write
from tests.journeys.test_pilot import arms_of, declared, figures, pilot, work


def test_without_a_seed_nobody_can_try_the_draw(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder, design="  randomise: teams\n")
    assert "smallest effect that shows" in pilot(proveout, "plan").stdout
    said = pilot(proveout, "assign", "--dry-run").stdout
    assert "the one that counts is made when the design is registered" in said
    assert "could be tried" not in said
    pilot(proveout, "assign")
    seats = read(folder / "records" / "assignment.csv")
    (seed,) = {seat["seed"] for seat in seats}
    assert int(seed) > 10**6  # of 53 bits: smaller once in nine thousand million draws
    first = arms_of(folder)
    with (folder / "data" / "people.csv").open("a", encoding="utf-8") as file:
        file.write("joins,team 3,south\nalone,team new,south\nother,team newer,south\n")
    dry = pilot(proveout, "assign", "--dry-run").stdout
    assert "3 new unit(s) would be added" in dry and "could choose who joins" in dry
    assert not re.search(r"pilot|control", dry.replace("proveout pilot", ""))
    pilot(proveout, "assign")
    after = {seat["unit"]: seat for seat in read(folder / "records" / "assignment.csv")}
    assert {unit: arms_of(folder)[unit] for unit in first} == first
    assert after["joins"]["seed"] == seed
    (later,) = {after[unit]["seed"] for unit in ("alone", "other")}
    assert int(later) > 10**6 and abs(int(later) - int(seed)) > 10**3  # and not to be had from the one in the file
    with Workspace(folder).ledger() as ledger:
        known = registered(ledger, "my-initiative")
    assert known and known.seeds == {1: int(seed), 2: int(later)}
    result = json.loads(proveout("check", "my-initiative", *on(3), "--format", "json", code=None).stdout)
    assert figures(result)["design_changes"]["value"] == 0
    concealed = check_of(result, "Nobody could try the draw beforehand")
    assert concealed["passed"] is True
    assert concealed["note"].startswith("the seed of each of 2 draw(s)") and "joined a team later" in concealed["note"]


def test_a_misspelt_team_is_named_and_not_drawn(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder, design="  randomise: teams\n")
    path = folder / "data" / "people.csv"
    right = path.read_text(encoding="utf-8")
    path.write_text(right + "joins,Team-3,south\n", encoding="utf-8")
    for asked in (pilot(proveout, "plan", code=None), pilot(proveout, "assign", "--dry-run")):
        assert "'Team-3' and 'team 3'" in " ".join(asked.stdout.split())
    assert "Next: write each team in one way on the roster" in " ".join(asked.stdout.split())
    assert "draws and registers" not in asked.stdout
    assert "nothing is drawn" in " ".join(pilot(proveout, "assign", code=2).stderr.split())
    assert not (folder / "records" / "assignment.csv").exists()
    path.write_text(right, encoding="utf-8")
    pilot(proveout, "assign")
    path.write_text(right + "joins,Team-3,south\n", encoding="utf-8")
    assert "Next: write each team in one way" in " ".join(pilot(proveout, "assign", "--dry-run").stdout.split())
    assert "'Team-3' and 'team 3'" in " ".join(pilot(proveout, "assign", code=2).stderr.split())
    assert "joins" not in arms_of(folder)


def test_after_the_ledger_is_gone_it_is_to_be_restored(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder, design="  randomise: teams\n  method: constrained\n")
    pilot(proveout, "assign")
    work(folder, arms_of(folder))
    shutil.rmtree(folder / ".proveout")
    said = " ".join(proveout("check", "my-initiative", "--gate", "4", *on(56), code=None).stdout.split())
    assert "the ledger, which holds the seed" in said and "the ledger was lost or is another one" in said
    for asked in (pilot(proveout, "status").stdout, pilot(proveout, "assign", code=2).stderr):
        said = " ".join(asked.split())
        assert "the ledger was lost or is another one" in said and "restore the ledger from a copy; or, as" in said
        assert "move" in said and "--adopt" not in said and "--dry-run" not in said
    said = " ".join(pilot(proveout, "status", *on(1)).stdout.split())
    assert "restore the ledger from a copy." in said and "draw anew" not in said
    path = folder / "records" / "assignment.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    swap = {"pilot": "control", "control": "pilot"}
    rows[1] = re.sub(r"\b(pilot|control)\b", lambda found: swap[found[0]], rows[1], count=1)
    path.write_text("".join(rows), encoding="utf-8")
    said = " ".join(proveout("check", "my-initiative", "--gate", "4", *on(56), code=None).stdout.split())
    assert "1 team(s) have units in both arms" in said and "declared draw" not in said


def test_the_seed_that_was_drawn_draws_the_same_arms_again(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder, design="  randomise: teams\n")
    pilot(proveout, "assign")
    (seed,) = {seat["seed"] for seat in read(folder / "records" / "assignment.csv")}
    first = arms_of(folder)
    shutil.rmtree(folder / "records")
    shutil.rmtree(folder / ".proveout")
    text = (folder / "initiative.yml").read_text(encoding="utf-8")
    (folder / "initiative.yml").write_text(
        text.replace("  randomise: teams\n", f"  randomise: teams\n  seed: {seed}\n"), encoding="utf-8"
    )
    pilot(proveout, "assign")
    assert arms_of(folder) == first


def test_a_seed_that_is_declared_foretells_later_draws_and_the_evidence_says_so(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    with (folder / "data" / "people.csv").open("a", encoding="utf-8") as file:
        file.write("alone,team new,south\n")
    pilot(proveout, "assign")
    assert {seat["seed"] for seat in read(folder / "records" / "assignment.csv")} == {"20260302", "20260303"}
    result = json.loads(proveout("check", "my-initiative", *on(3), "--format", "json", code=None).stdout)
    concealed = check_of(result, "Nobody could try the draw beforehand")
    assert concealed["passed"] is None
    assert "all 2 draw(s) could be tried" in concealed["note"] and "can be foretold" in concealed["note"]


@pytest.mark.parametrize("method", ["constrained", "matched-pairs"])
def test_a_drawn_seed_is_the_one_of_the_analysis(proveout: Run, tmp_path: Path, method: str):
    """Draws among balanced ones are drawn anew from the first seed, and must give the arms that were registered."""
    folder = tmp_path / "my-initiative"
    declared(proveout, folder, design=f"  randomise: teams\n  method: {method}\n")
    pilot(proveout, "assign")
    with (folder / "data" / "people.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{unit},team {unit},south\n" for unit in ("p", "q", "r"))
    pilot(proveout, "assign")
    work(folder, arms_of(folder))
    result = json.loads(proveout("check", "my-initiative", *on(56), "--format", "json", code=None).stdout)
    assert -4 < figures(result)["effect"]["value"] < 0  # two hours are saved; a draw of other arms has no effect at all


def check_of(result: dict, name: str) -> dict:
    (evidence,) = (piece for piece in result["evidence"] if piece["block"] == "pilot")
    return next(check for check in evidence["finding"]["checks"] if check["name"] == name)


def test_a_declared_seed_gives_the_same_arms_and_is_said(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    assert "could be tried until one was liked" in pilot(proveout, "assign").stdout
    first = arms_of(folder)
    for written in ("records", ".proveout"):
        shutil.rmtree(folder / written)
    pilot(proveout, "assign")
    assert arms_of(folder) == first
    result = json.loads(proveout("check", "my-initiative", *on(3), "--format", "json", code=None).stdout)
    assert check_of(result, "Nobody could try the draw beforehand")["passed"] is None


def test_the_draw_comes_before_the_start(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    text = (folder / "initiative.yml").read_text(encoding="utf-8")
    gone = re.sub(r"start: \S+", f"start: {date.today() - timedelta(days=1)}", text)
    (folder / "initiative.yml").write_text(gone, encoding="utf-8")
    assert "compare nothing" in pilot(proveout, "assign", code=2).stderr
    assert "nobody is assigned yet" in pilot(proveout, "flags", code=2).stderr


def test_an_interruption_between_file_and_ledger_is_mended(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    path = folder / "records" / "assignment.csv"
    whole = path.read_text("utf-8")
    path.rename(path.with_name(".assignment.csv.drawn"))  # as if killed after the ledger was written
    assert "nobody is new" in pilot(proveout, "assign").stdout
    assert path.read_text("utf-8") == whole
    path.with_name(".assignment.csv.drawn").write_text("half", encoding="utf-8")  # as if killed before
    assert "nobody is new" in pilot(proveout, "assign").stdout
    assert path.read_text("utf-8") == whole


def test_two_who_draw_at_once_draw_once(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    command = [sys.executable, "-m", "proveout", "pilot", "assign", str(folder)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in both]
    assert 0 in [process.returncode for process in both]
    assert "Traceback" not in str(said)
    assert "changed" not in pilot(proveout, "status").stdout
    assert len(arms_of(folder)) == 72


def test_arms_from_elsewhere_are_adopted(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    rows = [[f"{team}-{i}", f"team {team}", "pilot" if team % 2 else "control"] for team in range(12) for i in range(6)]
    write(folder / "records" / "assignment.csv", ["unit", "team", "arm"], rows)
    assert "was not written by" in pilot(proveout, "assign", code=2).stderr
    assert "72 units" in pilot(proveout, "assign", "--adopt").stdout
    assert "registered already" in pilot(proveout, "assign", "--adopt", code=2).stderr


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("0-0,team 1,north", "more than once"),
        (",team 1,north", "name no unit"),
        ("x,,north", "no team"),
        ("x,team 0,other", "two strata"),
    ],
)
def test_rosters_that_cannot_be_drawn_from(proveout: Run, tmp_path: Path, row: str, said: str):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    with (folder / "data" / "people.csv").open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    assert said in pilot(proveout, "assign", code=2).stderr


def test_who_changes_teams_is_named_and_keeps_the_arm(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder)
    pilot(proveout, "assign")
    before = arms_of(folder)
    rows = read(folder / "data" / "people.csv")
    moved, other = rows[0]["unit"], rows[-1]["team"]
    rows[0] |= {"team": other, "stratum": rows[-1]["stratum"]}
    write(folder / "data" / "people.csv", list(rows[0]), [list(row.values()) for row in rows])
    for options in ((), ("--dry-run",)):
        said = " ".join(pilot(proveout, "assign", *options).stdout.split())
        assert f"1 unit(s) stand in another team on the roster than when they were drawn, such as {moved}" in said
        assert f"now {other}" in said and "stay as they were drawn" in said
    assert arms_of(folder) == before


def test_units_that_arrive_are_registered_before_the_first_is_there(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    declared(proveout, folder, design="  randomise: units\n  arriving: true\n")
    (folder / "data" / "people.csv").write_text("unit,team,stratum\n", encoding="utf-8")
    assert "nothing was written" in pilot(proveout, "assign", "--dry-run").stdout
    assert not (folder / "records").exists()
    assert "nobody has arrived yet; design" in pilot(proveout, "assign").stdout
    assert "nobody is new" in pilot(proveout, "assign").stdout
    assert "design registered on" in pilot(proveout, "status").stdout
    assert '"in"' in pilot(proveout, "flags").stdout  # and it can be served: nobody has the system
    result = json.loads(proveout("check", "my-initiative", *on(0), "--format", "json", code=None).stdout)
    assert "nobody has arrived yet" in json.dumps(result)
    with (folder / "data" / "people.csv").open("a", encoding="utf-8") as file:
        file.write("".join(f"case-{i},,\n" for i in range(4)))
    said = pilot(proveout, "assign").stdout
    assert "4 new unit(s) written" in said and "control: 2 units\n" in said and "team(s)" not in said
    assert len(arms_of(folder)) == 4
