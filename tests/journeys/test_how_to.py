"""What the how-to pages tell people to write does what the pages say."""

import json
import random
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.crm import CONTRACT, TOKEN, running
from tests.journeys.conftest import Run

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
LOG = """ticket_id,step,begun_at,done_at,agent
{rows}
"""
MONDAY = "2026-01-05"


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of a page."""
    return re.findall(rf"```{language}\n(.*?)```", (PAGES / page).read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.fixture
def demo(proveout: Run, tmp_path: Path) -> Path:
    proveout("demo", "my-initiative")
    return tmp_path / "my-initiative"


def extend(folder: Path, *texts: str) -> None:
    """Append to the declaration."""
    path = folder / "initiative.yml"
    path.write_text("\n".join((path.read_text(encoding="utf-8"), *texts)), encoding="utf-8")


def ruling(proveout: Run, criterion: str) -> dict:
    result = json.loads(proveout("check", "my-initiative", "--format", "json", code=None).stdout)
    return next(r for g in result["gates"] for r in g["rulings"] if r["criterion"]["id"] == criterion)


def test_declare_an_event_log(proveout: Run, tmp_path: Path) -> None:
    proveout("init", "triage", "--title", "Triage", "--problem", "Wrong team first.", "--owner", "Ada")
    steps = ("Assign to a team", "Talk to the customer", "Close")
    rows = [
        f"T{i},{step},{MONDAY} {9 + hour:02}:{i:02},{MONDAY} {9 + hour:02}:{i + 5:02},a{i % 4}"
        for i in range(40)
        for hour, step in enumerate(steps)
    ]
    (tmp_path / "triage" / "data").mkdir()
    (tmp_path / "triage" / "data" / "incidents.csv").write_text(LOG.format(rows="\n".join(rows)), encoding="utf-8")
    extend(tmp_path / "triage", *blocks("declare-an-event-log.md", "yaml"))
    result = json.loads(proveout("check", "triage", "--format", "json", code=None).stdout)
    (evidence,) = (piece for piece in result["evidence"] if piece["block"] == "process")
    assert evidence["finding"]["outcome"] == "measured", evidence["finding"]["reason"]
    figures = {e["name"]: e["value"] for e in evidence["finding"]["estimates"] if not e["subject"]}
    assert figures["n_cases"] == 40
    assert figures["log_quality"] == 1


def test_write_your_policy(proveout: Run, demo: Path) -> None:
    key, policy = blocks("write-your-policy.md", "yaml")
    extend(demo, key)
    (demo / "house.yml").write_text(policy, encoding="utf-8")
    assert ruling(proveout, "works-council-heard")["verdict"] == "pass"
    assert ruling(proveout, "groups-heard")["verdict"] == "pass"


def test_override(proveout: Run, demo: Path) -> None:
    assert ruling(proveout, "groups-heard")["criterion"]["threshold"] == 1
    override, _ = blocks("waive-and-override.md", "yaml")
    extend(demo, override)
    changed = ruling(proveout, "groups-heard")
    assert changed["criterion"]["threshold"] == 0.75
    assert changed["moved_from"] == 1


def test_waive(proveout: Run, demo: Path) -> None:
    (demo / "interviews" / "08-rev-ops.md").unlink()
    _, waiver = blocks("waive-and-override.md", "yaml")
    declaration = demo / "initiative.yml"
    declaration.write_text(declaration.read_text(encoding="utf-8").partition("\nwaivers:")[0], encoding="utf-8")
    extend(demo, waiver.replace("2026-02-03", "2999-12-31"))
    waived = ruling(proveout, "groups-heard")
    assert waived["verdict"] == "fail"
    assert waived["waived"]
    assert proveout("check", "my-initiative", "--gate", "1", code=0).stdout


def test_decide_against_the_verdict(proveout: Run, demo: Path) -> None:
    (command,) = blocks("waive-and-override.md", "console")
    arguments = re.findall(r'"[^"]*"|\S+', command.removeprefix("$ proveout "))
    proveout(*(argument.strip('"') for argument in arguments), "--by", "Ada")
    assert "decision" in proveout("ledger", "show", "my-initiative").stdout


def test_run_in_ci(proveout: Run, demo: Path, tmp_path: Path) -> None:
    command = blocks("run-in-ci.md", "sh")[0]
    run = subprocess.run(
        ["sh", "-e", "-c", f'PATH="{Path(sys.executable).parent}:$PATH"; {command}'],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert "<testsuite" in (tmp_path / "gates.xml").read_text(encoding="utf-8")


def tickets(rng: random.Random, first: int, n: int, day: str) -> list[str]:
    """Tickets with the team that was right, what a prototype said (90% right) and what an agent said (70% right)."""
    teams = {"mail": "desktop", "vpn": "network", "printer": "desktop"}
    lines = []
    for i in range(first, first + n):
        product = rng.choice([*teams])
        right = teams[product] if rng.random() < 0.4 else rng.choice(["desktop", "network"])
        wrong = "network" if right == "desktop" else "desktop"
        says, agent = (right if rng.random() < share else wrong for share in (0.9, 0.7))
        words = rng.randint(5, 60)
        lines.append(f"T{i:04},{day},{product},{words},{says},{right},{agent},{rng.uniform(1, 3):.1f}")
    return lines


def test_test_a_prototype(proveout: Run, tmp_path: Path) -> None:
    proveout("init", "my-initiative", "--title", "Triage", "--problem", "Wrong team first.", "--owner", "Ada")
    folder, rng = tmp_path / "my-initiative", random.Random(1)
    header = blocks("test-a-prototype.md", "csv")[0].splitlines()[0]
    (folder / "data").mkdir()
    today = f"{date.today() - timedelta(days=5)}"
    tested = tickets(rng, 0, 500, today)
    for name, rows in {
        "test_tickets": tested,
        "all_tickets": [*tested, *tickets(rng, 500, 300, today)],
        "old_tickets": tickets(rng, 2000, 300, "2026-01-02"),
    }.items():
        (folder / "data" / f"{name}.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    opinions = [f"{row.split(',')[0]},{agent},{row.split(',')[5]}" for row in tested[:60] for agent in ("ann", "bob")]
    (folder / "data" / "second_opinions.csv").write_text("\n".join(["ticket,agent,team", *opinions]), encoding="utf-8")
    extend(folder, *blocks("test-a-prototype.md", "yaml"))
    result = json.loads(proveout("check", "my-initiative", "--format", "json", code=None).stdout)
    found = {r["criterion"]["id"]: r["verdict"] for r in result["gates"][1]["rulings"]}
    open_ = {name for name, verdict in found.items() if verdict != "pass"}
    not_asked = {"data-consistent", "decision-affordable", "selects-fairly"}
    assert open_ == not_asked | {"integrations-proved", "integrations-owned"}, found
    assert "promise_margin" in proveout("explain", "works-as-promised", "my-initiative").stdout


def test_prove_an_integration(proveout: Run, tmp_path: Path) -> None:
    proveout("init", "my-initiative", "--title", "Leads", "--problem", "Too slow.", "--owner", "Ada")
    folder = tmp_path / "my-initiative"
    (folder / "contracts").mkdir()
    (folder / "contracts" / "crm.yaml").write_text(CONTRACT, encoding="utf-8")
    with closing(sqlite3.connect(folder / "erp.sqlite")) as connection, connection:
        connection.execute("create table orders (id integer primary key, title text, total real)")
        connection.execute("insert into orders (title, total) values ('first', 2)")
    extend(folder, *blocks("prove-an-integration.md", "yaml"), "sources: {erp: erp.sqlite}")
    exports = re.findall(r"export (\w+)=", blocks("prove-an-integration.md", "sh")[0])
    look, call, judge = blocks("prove-an-integration.md", "console")[0].replace("$ proveout ", "").splitlines()
    with running() as crm:
        values = dict(zip(exports, (crm.url, TOKEN), strict=True))
        assert "WRITES  crm/add-note: POST ${CRM_URL}/notes" in proveout(*look.split(), **values).stdout
        assert crm.asked == []
        assert "5 asked, 0 failed" in proveout(*call.split(), **values).stdout
        assert crm.notes == {}
    result = json.loads(proveout(*judge.split(), "--format", "json", code=None).stdout)
    (evidence,) = (piece for piece in result["evidence"] if piece["block"] == "integration")
    figures = {e["name"]: e["value"] for e in evidence["finding"]["estimates"] if not e["subject"]}
    assert (figures["proved_share"], figures["owners_share"], figures["written_back_share"]) == (1, 1, 1)
    assert (figures["failing_operations"], figures["contract_differences"]) == (0, 0)
