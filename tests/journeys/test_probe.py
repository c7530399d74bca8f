"""`proveout probe` as a person meets it: what it lists, asks, writes down, and never says."""

import base64
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.crm import CONTRACT, TOKEN, Crm, running
from tests.journeys.conftest import Run

SPELLINGS = {TOKEN, quote(TOKEN), quote(TOKEN, safe=""), base64.b64encode(TOKEN.encode()).decode()}
INTEGRATION = """
initiative: leads
evidence:
  integration:
    instrument: integration
    repeats: 2
    systems:
      - id: crm
        kind: http
        base_url: ${CRM_URL}
        headers: {Authorization: "Bearer ${CRM_TOKEN}"}
        contract: contracts/crm.yaml
        operations:
"""
ODD = """
          - {id: wrong, operation: "GET /wrong/{id}", with: {path: {id: 1}}}
          - {id: error, operation: GET /error}
          - {id: echo, operation: GET /echo, with: {query: {key: "${CRM_TOKEN}"}}}
          - {id: moved, operation: GET /moved}
          - {id: huge, operation: GET /huge}
          - {id: slow, operation: GET /slow, max_seconds: 0.5}
"""
READ = """
          - {id: read, operation: "GET /leads/{id}", with: {path: {id: 7}}}
"""
NOTE = """
          - id: note
            operation: POST /notes
            with: {body: {text: hello}}
            read_back: {operation: "GET /notes/{id}"}
            clean_up: {operation: "DELETE /notes/{id}"}
"""
PROTOTYPE = """
initiative: leads
sources: {cases: cases.csv, answers: records/answers.jsonl}
evidence:
  prototype:
    instrument: prototype
    predictions: {source: answers}
    key: id
    columns: {truth: won, score: score}
    run:
      cases: {source: cases}
      command: [python, predict.py]
"""
PREDICT = """
import json, sys
case = json.load(sys.stdin)
assert "won" not in case, "the truth was told"
if case["size"] == 13:
    sys.exit("no idea")
print(json.dumps({"score": case["size"] / 100}))
"""


@pytest.fixture
def crm() -> Iterator[Crm]:
    with running() as found:
        yield found


@pytest.fixture
def ask(proveout: Run, crm: Crm):
    """Run `proveout` with address and token in its environment; neither output holds the token."""

    def run(*arguments: str, code: int | None = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        known = {"CRM_URL": crm.url, "CRM_TOKEN": TOKEN, **environment}
        result = proveout(*arguments, code=code, **known)
        assert not any(spelling in result.stdout + result.stderr for spelling in SPELLINGS)
        return result

    return run


def declare(folder: Path, operations: str) -> Path:
    """A folder with these operations."""
    (folder / "leads" / "contracts").mkdir(parents=True)
    (folder / "leads" / "initiative.yml").write_text(INTEGRATION + operations, encoding="utf-8")
    (folder / "leads" / "contracts" / "crm.yaml").write_text(CONTRACT, encoding="utf-8")
    return folder / "leads"


def test_the_good_and_the_bad_and_no_secret_anywhere(ask: Run, crm: Crm, tmp_path: Path) -> None:
    folder = declare(tmp_path, READ + NOTE + ODD)
    said = ask("probe", "leads", "--yes", code=1).stdout
    for words in (
        "integration: 8 asked, 3 failed; recorded in records/integration.jsonl",
        "crm/error: status 500",
        "crm/moved: status 302",
        "crm/slow: no answer within 0.5 s",
    ):
        assert words in said
    result = json.loads(ask("check", "leads", "--format", "json", code=None).stdout)
    (evidence,) = (piece for piece in result["evidence"] if piece["block"] == "integration")
    (table,) = (e for e in evidence["finding"]["exhibits"] if e["title"].startswith("Operations"))
    states = {row[2]: (row[3], row[6]) for row in table["rows"]}
    assert states["read"] == states["note"] == states["echo"] == ("proved", "")
    assert states["wrong"][1].startswith("differs from its contract: /")
    assert states["error"] == ("failing", "status 500; differs from its contract: status 500: not promised")
    assert states["moved"][0] == states["huge"][0] == states["slow"][0] == "failing"
    ask("check", "leads", code=None)
    ask("ledger", "show", "leads")
    ask("ledger", "export", "leads")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"ledger.sqlite", "integration.jsonl", "report.html"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        assert not any(spelling.encode() in content for spelling in SPELLINGS), path
    assert "Bearer ${CRM_TOKEN}" in (folder / "records" / "integration.jsonl").read_text(encoding="utf-8")


def test_exit_codes(ask: Run, tmp_path: Path) -> None:
    declare(tmp_path, READ)
    assert "1 asked, 0 failed" in ask("probe", "leads").stdout
    assert "cannot connect" in ask("probe", "leads", code=4, CRM_URL="http://127.0.0.1:1").stdout
    recorded = (tmp_path / "leads" / "records" / "integration.jsonl").read_bytes()
    assert "CRM_TOKEN is not set" in ask("probe", "leads", code=4, CRM_TOKEN="").stderr
    assert (tmp_path / "leads" / "records" / "integration.jsonl").read_bytes() == recorded
    assert "no block 'crm'" in ask("probe", "leads", "--block", "crm", code=2).stderr
    assert ask("probe", "leads", "--block", "integration").stdout
    assert "probe" in ask("ledger", "show", "leads", "--kind", "probe").stdout


def test_a_folder_without_calls(proveout: Run, tmp_path: Path) -> None:
    (tmp_path / "initiative.yml").write_text("initiative: leads\n", encoding="utf-8")
    assert "Nothing to call" in proveout("probe").stdout


def test_a_look_calls_nobody(ask: Run, crm: Crm, tmp_path: Path) -> None:
    folder = declare(tmp_path, READ + NOTE)
    said = ask("probe", "leads", "--dry-run").stdout
    assert "reads   crm/read: GET ${CRM_URL}/leads/7, 2 times" in said
    assert "WRITES  crm/note: POST ${CRM_URL}/notes, once" in said
    assert "then clean up: DELETE ${CRM_URL}/notes/{id}" in said
    assert crm.asked == []
    assert not (folder / "records").exists()


def test_nothing_is_written_out_there_unasked(ask: Run, crm: Crm, tmp_path: Path) -> None:
    declare(tmp_path, READ + NOTE)
    assert "--yes" in ask("probe", "leads", code=2).stderr
    assert crm.asked == []


@pytest.mark.parametrize(("answer", "calls"), [("n", 0), ("y", 5)])
def test_a_person_is_asked(crm: Crm, tmp_path: Path, answer: str, calls: int) -> None:
    declare(tmp_path, READ + NOTE)
    person, terminal = pty.openpty()
    try:
        os.write(person, f"{answer}\n".encode())
        run = subprocess.run(
            [sys.executable, "-m", "proveout", "probe", "leads"],
            cwd=tmp_path,
            env={**os.environ, "CRM_URL": crm.url, "CRM_TOKEN": TOKEN},
            stdin=terminal,
            capture_output=True,
            text=True,
            timeout=60,
        )
    finally:
        os.close(person)
        os.close(terminal)
    assert "Some of these calls write. Make them?" in run.stdout
    assert len(crm.asked) == calls
    assert run.returncode == (0 if calls else 130)


def test_a_prototype_is_tried_case_by_case(ask: Run, tmp_path: Path) -> None:
    folder = tmp_path / "leads"
    folder.mkdir()
    (folder / "initiative.yml").write_text(PROTOTYPE.replace("python,", f"{sys.executable},"), encoding="utf-8")
    rows = [f"L{size},{size},{int(size > 14)}" for size in range(10, 20)]
    (folder / "cases.csv").write_text("\n".join(["id,size,won", *rows, ""]), encoding="utf-8")
    (folder / "predict.py").write_text(PREDICT, encoding="utf-8")
    assert "for each of 10 cases: run" in ask("probe", "leads", "--dry-run").stdout
    said = ask("probe", "leads", code=1).stdout
    assert "prototype: 10 asked, 1 failed; recorded in records/answers.jsonl" in said
    assert "exit code 1: no idea" in said
    lines = [json.loads(line) for line in (folder / "records" / "answers.jsonl").read_text().splitlines()]
    assert [line.get("score") for line in lines[:4]] == [0.1, 0.11, 0.12, None]
    assert all(line["latency_seconds"] > 0 for line in lines)
    assert "10 of them are recorded already" in ask("probe", "leads", "--dry-run").stdout
    assert "0 asked" in ask("probe", "leads").stdout
    assert "10 asked" in ask("probe", "leads", "--again", code=1).stdout
    (folder / "records" / "answers.jsonl").write_text("score\n1\n", encoding="utf-8")
    assert "move this one away" in ask("probe", "leads", code=2).stderr
