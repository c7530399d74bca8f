"""From `demo` to `ledger verify`, as a person types it."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.journeys.conftest import Run

JUDGED = (0, 1, 3)
"""Exit codes of a check that came to a verdict."""


@pytest.fixture
def demo(proveout: Run, tmp_path: Path) -> Path:
    proveout("demo", "demo")
    return tmp_path / "demo"


def test_a_second_check_reads_the_ledger_and_says_the_same(proveout: Run, demo: Path) -> None:
    first = proveout("check", "demo", code=None)
    assert first.returncode in JUDGED
    page, ledger = (demo / "report.html").read_bytes(), proveout("ledger", "export", "demo").stdout
    second = proveout("check", "demo", code=first.returncode)
    assert (demo / "report.html").read_bytes() == page
    assert proveout("ledger", "export", "demo").stdout == ledger
    assert "from the ledger" in second.stdout


def test_the_verdict_follows_the_evidence(proveout: Run, demo: Path) -> None:
    before = json.loads(proveout("check", "demo", "--format", "json", code=None).stdout)
    for interview in sorted((demo / "interviews").glob("*.md")):
        interview.unlink()
    after = json.loads(proveout("check", "demo", "--format", "json", code=None).stdout)
    assert before["verdict"] != "fail"
    assert after["verdict"] != "pass"
    rulings = [r for gate in after["gates"] for r in gate["rulings"] if r["criterion"]["instrument"] == "interviews"]
    assert rulings and all(r["verdict"] != "pass" for r in rulings)


@pytest.mark.parametrize("form", ["junit", "sarif", "markdown"])
def test_other_formats_can_be_read_by_machines(proveout: Run, demo: Path, form: str) -> None:
    out = proveout("check", "demo", "--format", form, code=None).stdout
    if form == "junit":
        suites = ET.fromstring(out)
        assert sum(1 for _ in suites.iter("testcase")) > 10
    elif form == "sarif":
        assert json.loads(out)["version"] == "2.1.0"
    else:
        assert out.startswith("# ")


def test_a_faulty_declaration_is_refused_whole_with_places(proveout: Run, demo: Path) -> None:
    path = demo / "initiative.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("direction:", "dierction:", 1) + "\nsurprise: 1\n", encoding="utf-8")
    result = proveout("check", "demo", code=2)
    assert "direction" in result.stderr and "surprise" in result.stderr
    assert "initiative.yml:" in result.stderr
    assert not (demo / ".proveout").exists()


def test_a_missing_source_is_said_and_nothing_is_lost(proveout: Run, demo: Path) -> None:
    proveout("check", "demo", code=None)
    before = int(proveout("ledger", "verify", "demo").stdout.split()[0])
    victim = next((demo / "data").glob("*activity*"))
    victim.unlink()
    result = proveout("check", "demo", code=None)
    assert result.returncode in (1, 4)
    assert victim.name in result.stdout
    assert int(proveout("ledger", "verify", "demo").stdout.split()[0]) >= before


@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_a_folder_without_initiative_says_how_to_begin(proveout: Run, tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    result = proveout("check", folder, code=2)
    assert "proveout init" in result.stderr


def test_a_go_against_the_verdict_needs_an_override(proveout: Run, demo: Path) -> None:
    gate = ("decide", "pilot", "go", "demo", "--reason", "we are sure", "--by", "Ada", "--yes")
    refused = proveout(*gate, code=2)
    assert "--override" in refused.stderr
    proveout(*gate, "--override", "--dry-run")
    assert "decision" not in proveout("ledger", "show", "demo").stdout
    proveout(*gate, "--override")
    record = json.loads(proveout("ledger", "export", "demo").stdout.splitlines()[-1])
    assert record["kind"] == "decision"
    assert record["body"]["override"] is True and record["body"]["verdict"] == "undecided"
    assert "we are sure" in proveout("check", "demo", "--format", "markdown", code=None).stdout


def test_a_byte_changed_by_hand_breaks_the_chain(proveout: Run, demo: Path) -> None:
    proveout("check", "demo", code=None)
    with sqlite3.connect(demo / ".proveout" / "ledger.sqlite") as ledger:
        for (name,) in ledger.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            ledger.execute(f"drop trigger {name}")
        ledger.execute("update record set body = replace(body, 'measured', 'Measured') where sequence = 2")
    result = proveout("ledger", "verify", "demo", code=1)
    assert "2" in result.stderr


def test_a_killed_check_leaves_a_ledger_that_verifies(proveout: Run, demo: Path) -> None:
    for wait in (0.2, 0.6, 1.0, 1.4):
        run = subprocess.Popen([sys.executable, "-m", "proveout", "check", str(demo)], stdout=-3, stderr=-3)
        time.sleep(wait)
        run.send_signal(signal.SIGKILL)
        run.wait()
    proveout("check", "demo", code=None)
    proveout("ledger", "verify", "demo")


def test_two_checks_at_once_fork_nothing(proveout: Run, demo: Path) -> None:
    command = [sys.executable, "-m", "proveout", "check", str(demo), "--no-report"]
    runs = [subprocess.Popen(command, stdout=-3, stderr=-3) for _ in range(2)]
    assert all(run.wait() in JUDGED for run in runs)
    proveout("ledger", "verify", "demo")


def test_explain_knows_criteria_and_codes(proveout: Run, demo: Path) -> None:
    rulings = json.loads(proveout("check", "demo", "--format", "json", code=None).stdout)["gates"][0]["rulings"]
    criterion = rulings[0]["criterion"]
    assert criterion["title"] in " ".join(proveout("explain", criterion["id"], "demo").stdout.split())
    assert "unknown-key" in proveout("explain", "unknown-key").stdout
    assert "did you mean" in proveout("explain", criterion["id"][:-1], "demo", code=2).stderr


def test_init_writes_a_folder_that_check_accepts(proveout: Run, tmp_path: Path) -> None:
    proveout("init", "mine", "--title", "Mine", "--problem", "Invoices wait for weeks.", "--owner", "Ada")
    assert proveout("check", "mine", code=None).returncode in JUDGED
    again = proveout("init", "mine", "--title", "x", "--problem", "y", "--owner", "z", code=2)
    assert "initiative.yml" in again.stderr


def test_a_reader_who_stops_reading_is_no_verdict(demo: Path) -> None:
    check = f"{sys.executable} -m proveout check {demo} | head -n 1; exit ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", check], capture_output=True, text=True)
    assert result.returncode not in (1, 2, 4, 70), result.stderr
    assert result.stderr == ""


def test_a_portfolio_is_a_page_that_leads_to_reports_and_json(proveout: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / "all" / name
        folder.mkdir(parents=True)
        text = f"initiative: {name}\ntitle: Number {name}\nproblem: {{statement: Work is slow.}}\n"
        (folder / "initiative.yml").write_text(text, encoding="utf-8")
    result = json.loads(proveout("portfolio", "all", "--format", "json", "--no-report").stdout)
    assert result["schema"] == "proveout/portfolio/1"
    assert [one["title"] for one in result["members"]] == ["Number one", "Number two"]
    assert not list(tmp_path.rglob("*.html"))
    assert "Page: all/portfolio.html" in proveout("portfolio", "all").stdout
    page = (tmp_path / "all" / "portfolio.html").read_text(encoding="utf-8")
    for name in ("one", "two"):
        assert f'<a href="{name}/report.html">Number {name}</a>' in page
        assert (tmp_path / "all" / name / "report.html").is_file()
