"""Waves and schedules that were drawn elsewhere: registered, refused where they cannot be, looked at in the end."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from proveout.core.schedule import FIRST, SECOND
from proveout.flow.registration import KEY, KIND
from proveout.flow.workspace import Workspace
from tests.journeys import test_stepped_pilot as stepped
from tests.journeys import test_switchback_pilot as turning
from tests.journeys.conftest import Run
from tests.journeys.dated_page import on, read, write
from tests.journeys.test_pilot import declared as side_by_side
from tests.journeys.test_pilot import figures, pilot
from tests.journeys.test_pilot_draw import check_of

WAVES = (*stepped.WAVES, "holdback")


def wave(team: int) -> str:
    return WAVES[team * 7 % 16 // 4]


def schedule(team: int) -> str:
    return " ".join(FIRST if (team >> pair % 3 ^ pair) & 1 else SECOND for pair in range(4))


Elsewhere = tuple[str, Callable[[int], str], Callable[..., None], Callable[..., None]]
DESIGNS: dict[str, Elsewhere] = {
    "waves": ("waves", wave, stepped.declared, stepped.work),
    "switchback": ("switchback", schedule, turning.declared, turning.work),
}


@pytest.fixture(params=DESIGNS)
def elsewhere(request: pytest.FixtureRequest) -> Elsewhere:
    return DESIGNS[request.param]


def drawn(folder: Path, arm: Callable[[int], str], *, columns: tuple[str, ...] = ("person", "crew", "gets")) -> None:
    people = read(folder / "data" / "people.csv")
    rows = [[person["unit"], person["team"], arm(int(person["team"].split()[1]))] for person in people]
    write(folder / "records" / "assignment.csv", columns, rows)


def with_query(folder: Path) -> None:
    path, query = folder / "initiative.yml", "select person as unit, crew as team, gets as arm from assignment"
    text = path.read_text(encoding="utf-8")
    assert "assignment: {source: assignment}" in text
    path.write_text(
        text.replace("assignment: {source: assignment}", f"assignment: {{source: assignment, query: '{query}'}}"),
        encoding="utf-8",
    )


def test_arms_that_change_over_time_are_adopted_and_measured(proveout: Run, tmp_path: Path, elsewhere: Elsewhere):
    folder = tmp_path / "my-initiative"
    _, arm, declare, work = elsewhere
    declare(proveout, folder, 16)
    with_query(folder)
    (folder / "records").mkdir()
    drawn(folder, arm)
    assert "with 96 units is in the ledger" in pilot(proveout, "assign", "--adopt").stdout
    assert "registered already" in pilot(proveout, "assign", "--adopt", code=2).stderr
    assert "drawn elsewhere" in pilot(proveout, "assign", code=2).stderr
    assert "drawn elsewhere" in pilot(proveout, "flags", code=2).stderr
    assert "changed since" not in pilot(proveout, "status").stdout
    arms = {row["person"]: row["gets"] for row in read(folder / "records" / "assignment.csv")}
    work(folder, arms)
    result = json.loads(proveout("check", "my-initiative", *on(63), "--format", "json", code=None).stdout)
    found = figures(result)
    assert found["effect"]["lower"] < -2 < found["effect"]["upper"] < -1
    assert found["design_changes"]["value"] == 0
    assert found["exposed_share"]["value"] == 1 and found["contamination_share"]["value"] == 0
    assert "drawn elsewhere" in check_of(result, "Nobody could try the draw beforehand")["note"]
    drawn(folder, lambda team: arm(team + 1))
    assert "rows of the assignment are not as they were registered" in pilot(proveout, "status").stdout
    assert "not as they were registered" in " ".join(pilot(proveout, "serve", code=2).stderr.split())


def test_arms_of_another_design_are_refused_before_they_are_in_the_ledger(
    proveout: Run, tmp_path: Path, elsewhere: Elsewhere
):
    folder = tmp_path / "my-initiative"
    key, arm, declare, _ = elsewhere
    declare(proveout, folder, 16)
    with_query(folder)
    (folder / "records").mkdir()
    for wrong in (lambda team: arm(team).title(), lambda team: arm(0) if key == "waves" else "", lambda team: "pilot"):
        drawn(folder, wrong)
        assert "nothing is registered" in " ".join(pilot(proveout, "assign", "--adopt", code=2).stderr.split())
    write(folder / "records" / "assignment.csv", ("person", "crew", "gets"), [])
    assert "names nobody" in pilot(proveout, "assign", "--adopt", code=2).stderr
    assert "not registered" in pilot(proveout, "status").stdout
    drawn(folder, arm)
    assert "96 units" in pilot(proveout, "assign", "--adopt").stdout


def test_a_table_without_a_query_is_adopted_too(proveout: Run, tmp_path: Path, elsewhere: Elsewhere):
    folder = tmp_path / "my-initiative"
    _, arm, declare, _ = elsewhere
    declare(proveout, folder, 16)
    (folder / "records").mkdir()
    drawn(folder, arm, columns=("unit", "team", "arm"))
    assert "--adopt" in pilot(proveout, "assign", code=2).stderr
    pilot(proveout, "assign", "--adopt")
    for asked in ("status", "plan"):
        said = " ".join(pilot(proveout, asked).stdout.split())
        assert "whoever drew the arms serves them, from" in said
        assert not re.search("`proveout pilot (serve|flags|assign)", said) and "--adopt" not in said
    assert "the arms come from elsewhere: 96 units are" in pilot(proveout, "status").stdout
    refused = " ".join(pilot(proveout, "serve", code=2).stderr.split())
    assert "drawn elsewhere" in refused and "whoever drew them serves them" in refused


def test_units_in_two_waves_are_refused(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    stepped.declared(proveout, folder, 16)
    (folder / "records").mkdir()
    people = read(folder / "data" / "people.csv")
    rows = [[p["unit"], p["team"], wave(int(p["team"].split()[1]))] for p in people]
    twice = [*rows, [rows[0][0], rows[0][1], "wave 3" if rows[0][2] != "wave 3" else "wave 1"]]
    write(folder / "records" / "assignment.csv", ("unit", "team", "arm"), twice)
    assert "1 unit(s) are in two arms" in " ".join(pilot(proveout, "assign", "--adopt", code=2).stderr.split())


def test_units_that_arrive_may_all_be_still_to_come_and_those_who_came_stay(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    side_by_side(proveout, folder, design="  randomise: units\n  arriving: true\n")
    path, columns = folder / "records" / "assignment.csv", ("unit", "team", "arm")
    write(path, columns, [])
    assert "with 0 units is in the ledger" in pilot(proveout, "assign", "--adopt").stdout
    assert "registered already" in pilot(proveout, "assign", "--adopt", code=2).stderr
    came = [[f"x{i}", "", ("pilot", "control")[i * 7 % 3 % 2]] for i in range(40)]
    write(path, columns, came)
    result = json.loads(proveout("check", "my-initiative", *on(63), "--format", "json", code=None).stdout)
    assert "design_changes" not in figures(result)
    assert "40 unit(s) came since" in check_of(result, "The design is the one that was registered")["note"]
    assert "--adopt" in pilot(proveout, "assign", code=2).stderr
    assert "with 40 units is in the ledger" in pilot(proveout, "assign", "--adopt").stdout
    result = json.loads(proveout("check", "my-initiative", *on(63), "--format", "json", code=None).stdout)
    assert figures(result)["design_changes"]["value"] == 0
    for asked in ((), on(20)):
        said = " ".join(pilot(proveout, "status", *asked).stdout.split())
        assert "changed since" not in said and "the arms come from elsewhere: 40 units are registered" in said
        assert "run `proveout pilot assign --adopt` as more come" in said and "pilot serve" not in said
    for command in ("flags", "serve"):
        refused = " ".join(pilot(proveout, command, code=2).stderr.split())
        assert "whoever drew them serves them" in refused and "--adopt" not in refused
    write(path, columns, [*came[1:], ["x0", "", "pilot" if came[0][2] == "control" else "control"]])
    assert "1 of 40 rows" in pilot(proveout, "status").stdout
    assert "1 of 40 rows" in pilot(proveout, "assign", "--adopt", code=2).stderr


def test_a_registration_of_an_earlier_version_is_held_against_the_file(proveout: Run, tmp_path: Path):
    folder = tmp_path / "my-initiative"
    side_by_side(proveout, folder, design="  randomise: units\n")
    people = [row["unit"] for row in read(folder / "data" / "people.csv")]
    drawn_by = [[unit, "pilot" if i % 2 else "control"] for i, unit in enumerate(people)]
    write(folder / "records" / "assignment.csv", ("unit", "arm"), drawn_by)
    pilot(proveout, "assign", "--adopt")
    workspace = Workspace(folder)
    with workspace.ledger() as ledger:
        name = workspace.declared().initiative
        body = [*ledger.records(KIND, name)][-1].body
        ledger.append(KIND, name, KEY, {part: value for part, value in body.items() if part != "rows"})
    assert "changed since" not in pilot(proveout, "status").stdout
    write(folder / "records" / "assignment.csv", ("unit", "arm"), drawn_by[:-1])
    assert "assignment is not as it was registered" in pilot(proveout, "status").stdout
