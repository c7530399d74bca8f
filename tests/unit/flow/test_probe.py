"""Recordings: what is called, what is written down when, and what is never overwritten."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.crm import CONTRACT, TOKEN, Crm, running

from proveout.core.digest import digest
from proveout.core.errors import ProveoutError, SourceBroken
from proveout.core.evidence import Evidence
from proveout.core.probe import CommandCall, HttpCall, Planned, Recording, Trial
from proveout.core.question import Query, Read, SourceName
from proveout.flow import probe as verb
from proveout.flow.check import check
from proveout.flow.history import records
from proveout.flow.probe import plan, probe
from proveout.flow.record_file import reserved, set_aside
from proveout.flow.workspace import Workspace
from proveout.instruments import Instrument

DECLARATION = """
initiative: small
sources: {cases: cases.csv}
evidence:
  crm:
    instrument: integration
    repeats: 3
    systems:
      - id: crm
        kind: http
        owner: Ines
        owner_agreed: {on: 2026-02-03, record: minutes}
        base_url: ${CRM_URL}
        headers: {Authorization: "Bearer ${CRM_TOKEN}"}
        contract: contracts/crm.yaml
        operations:
"""
GOOD = """
          - {id: read, operation: "GET /leads/{id}", with: {path: {id: 7}, query: {full: true}}}
          - id: note
            operation: POST /notes
            with: {body: {text: "a test of ${CRM_TOKEN}"}}
            read_back: {operation: "GET /notes/{id}"}
            clean_up: {operation: "DELETE /notes/{id}"}
"""
ANSWER = "import json, sys; case = json.load(sys.stdin); print(json.dumps({'score': case['size'] / 100, 'who': 'me'}))"


@pytest.fixture
def crm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crm]:
    with running() as found:
        monkeypatch.setenv("CRM_URL", found.url)
        monkeypatch.setenv("CRM_TOKEN", TOKEN)
        yield found


def folder_with(folder: Path, operations: str) -> Workspace:
    (folder / "initiative.yml").write_text(DECLARATION + operations, encoding="utf-8")
    (folder / "contracts").mkdir(exist_ok=True)
    (folder / "contracts" / "crm.yaml").write_text(CONTRACT, encoding="utf-8")
    return Workspace(folder)


def lines(folder: Path, file: str = "records/integration.jsonl") -> list[dict]:
    return [json.loads(line) for line in (folder / file).read_text(encoding="utf-8").splitlines()]


def evidence(workspace: Workspace) -> Evidence:
    (found,) = (piece for piece in check(Workspace(workspace.folder)).evidence if piece.block == "crm")
    return found


def figures(found: Evidence) -> dict[str, float]:
    return {estimate.name: estimate.value for estimate in found.finding.estimates}


def test_operations_are_proved_and_nothing_is_left_behind(crm: Crm, tmp_path: Path) -> None:
    workspace = folder_with(tmp_path, GOOD)
    (planned,) = plan(workspace)
    assert [one.id for one in planned.writing] == ["crm/note"]
    assert crm.asked == []
    made = probe(workspace, planned)
    assert (made.n, made.failed, made.unreached) == (2, (), ())
    assert crm.asked == ["GET /leads/7?full=true"] * 3 + ["POST /notes", "GET /notes/1", "DELETE /notes/1"]
    assert crm.notes == {}
    read, note = lines(tmp_path)
    assert [reply["as_first"] for reply in read["replies"]] == [False, True, True]
    assert note["read_back"]["body"]["text"] == "a test of ${CRM_TOKEN}"
    found = figures(evidence(workspace))
    assert found["proved_share"] == found["owners_share"] == found["written_back_share"] == 1
    assert found["failing_operations"] == found["contract_differences"] == 0
    assert 0 < found["round_trip_seconds"] < 5


def test_check_asks_nobody(crm: Crm, tmp_path: Path) -> None:
    workspace = folder_with(tmp_path, GOOD)
    found = evidence(workspace)
    assert crm.asked == []
    assert figures(found)["proved_share"] == 0
    assert "written_back_share" in figures(found)
    assert all(c.passed is None for c in found.finding.checks if "answers as agreed" in c.name)


def test_the_ledger_holds_the_digest_of_the_file(crm: Crm, tmp_path: Path) -> None:
    workspace = folder_with(tmp_path, GOOD)
    probe(workspace, plan(workspace)[0])
    (record,) = records(workspace, "probe")
    content = (tmp_path / "records" / "integration.jsonl").read_bytes()
    assert record.key == "crm"
    assert record.body["digest"] == hashlib.sha256(content).hexdigest()
    assert (record.body["n"], record.body["file"]) == (2, "records/integration.jsonl")


def test_older_lines_are_kept_aside(crm: Crm, tmp_path: Path) -> None:
    workspace = folder_with(tmp_path, GOOD)
    probe(workspace, plan(workspace)[0])
    first = (tmp_path / "records" / "integration.jsonl").read_text(encoding="utf-8")
    probe(workspace, plan(workspace)[0])
    (aside,) = (tmp_path / ".proveout" / "records").iterdir()
    assert aside.read_text(encoding="utf-8") == first
    assert len(lines(tmp_path)) == 2


@pytest.mark.parametrize("content", ["id,name\n1,x\n", '{"a": 1}\n', "half a line", "[1]\n", "\0\1"])
def test_a_file_of_others_is_not_touched(crm: Crm, tmp_path: Path, content: str) -> None:
    workspace = folder_with(tmp_path, GOOD)
    path = tmp_path / "records" / "integration.jsonl"
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ProveoutError, match="holds what no probe"):
        plan(workspace)
    assert path.read_text(encoding="utf-8") == content


def test_two_blocks_do_not_share_a_file(crm: Crm, tmp_path: Path) -> None:
    workspace = folder_with(tmp_path, GOOD)
    path = tmp_path / "initiative.yml"
    second = DECLARATION.partition("evidence:")[2].replace("  crm:\n", "  second:\n", 1) + GOOD
    path.write_text(path.read_text(encoding="utf-8") + second, encoding="utf-8")
    with pytest.raises(ProveoutError, match="2 blocks record to records/integration"):
        plan(Workspace(tmp_path))
    assert [one.block for one in plan(workspace, "second")] == ["second"]


def test_unknown_block(crm: Crm, tmp_path: Path) -> None:
    with pytest.raises(ProveoutError, match="no block 'erp' that calls anything"):
        plan(folder_with(tmp_path, GOOD), "erp")


def test_what_was_written_is_taken_away_when_the_run_is_interrupted(
    crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = folder_with(tmp_path, GOOD)
    real = verb.probes.make

    def interrupted(call, *arguments, **named):
        if getattr(call, "url", "").endswith("/notes/{id}") and call.method == "GET":
            raise KeyboardInterrupt
        return real(call, *arguments, **named)

    monkeypatch.setattr(verb.probes, "make", interrupted)
    with pytest.raises(KeyboardInterrupt):
        probe(workspace, plan(workspace)[0])
    assert crm.asked[-1] == "DELETE /notes/1"
    assert crm.notes == {}
    assert [line["probe"] for line in lines(tmp_path)] == ["crm/read"]
    assert len(records(workspace, "probe")) == 1


def test_a_system_that_is_not_there(crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_URL", "http://127.0.0.1:1")
    workspace = folder_with(tmp_path, GOOD)
    made = probe(workspace, plan(workspace)[0])
    assert made.failed == ()
    assert [name for name, _ in made.unreached] == ["crm/read", "crm/note"]
    found = figures(evidence(workspace))
    assert (found["proved_share"], found["failing_operations"]) == (0, 2)
    assert "round_trip_seconds" not in found


# Trials


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A folder with cases, and an instrument that has them tried."""
    rows = [f"{n},{n * 10},won" for n in range(1, 6)]
    (tmp_path / "cases.csv").write_text("\n".join(["id,size,truth", *rows, rows[0], ""]), encoding="utf-8")
    call = CommandCall(command=(sys.executable, "-c", ANSWER))
    holder: dict[str, Recording] = {}

    def made(
        call: CommandCall | HttpCall = call, sql: str = "select * from c", file: str = "out/tried.jsonl", expects=()
    ):
        cases = Query(name="cases", sql=sql, reads={"c": Read(source=SourceName("cases"))})
        holder["recording"] = Trial(file=file, cases=cases, call=call, expects=expects)
        return folder_with(tmp_path, GOOD)

    monkeypatch.setattr(Instrument, "recording", lambda self, settings, initiative: holder["recording"])
    return made


def test_one_line_per_case(trial, tmp_path: Path) -> None:
    workspace = trial()
    (planned,) = plan(workspace)
    assert (len(planned.cases), planned.recorded) == (6, 0)
    done: list[tuple[int, int]] = []
    made = probe(workspace, planned, progress=lambda block, n, total: done.append((n, total)))
    assert (made.n, made.failed, made.unreached) == (6, (), ())
    assert done == [(n, 6) for n in range(1, 7)]
    found = lines(tmp_path, "out/tried.jsonl")
    assert found[0].keys() == {"id", "size", "truth", "score", "who", "latency_seconds", "error", "asked"}
    assert [line["score"] for line in found] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.1]
    assert all(0 < line["latency_seconds"] < 10 and line["error"] == "" for line in found)


def test_no_answer_replaces_the_truth(trial, tmp_path: Path) -> None:
    code = 'print(\'{"truth": "lost", "size": 10, "label": "won"}\')'
    workspace = trial(CommandCall(command=(sys.executable, "-c", code)))
    probe(workspace, plan(workspace)[0])
    first = lines(tmp_path, "out/tried.jsonl")[0]
    assert (first["truth"], first["reply_truth"], first["size"], first["label"]) == ("won", "lost", 10, "won")
    assert "reply_size" not in first


def test_an_answer_that_is_no_object(trial, tmp_path: Path) -> None:
    workspace = trial(CommandCall(command=(sys.executable, "-c", "print('a good lead')")))
    probe(workspace, plan(workspace)[0])
    assert lines(tmp_path, "out/tried.jsonl")[0]["answer"] == "a good lead\n"


def test_a_reply_without_the_expected_field_ends_the_trial_at_once(trial, tmp_path: Path) -> None:
    workspace = trial(expects=("Who", "answer"))
    with pytest.raises(ProveoutError, match="the reply to id 1 holds no answer; it holds score, who"):
        probe(workspace, plan(workspace)[0])
    assert lines(tmp_path, "out/tried.jsonl") == []
    assert probe(workspace, plan(trial(expects=("Who", "score")))[0]).n == 6


def test_a_trial_goes_on_where_it_stopped(trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = trial()
    real, asked = verb.probes.make, []

    def third_time_interrupted(call, *arguments, **named):
        asked.append(named["case"]["id"])
        if len(asked) == 3:
            raise KeyboardInterrupt
        return real(call, *arguments, **named)

    monkeypatch.setattr(verb.probes, "make", third_time_interrupted)
    with pytest.raises(KeyboardInterrupt):
        probe(workspace, plan(workspace)[0])
    path = tmp_path / "out" / "tried.jsonl"
    assert len(lines(tmp_path, "out/tried.jsonl")) == 2
    path.write_text(path.read_text(encoding="utf-8") + '{"id": 3, "si', encoding="utf-8")  # killed while writing
    (planned,) = plan(workspace)
    assert planned.recorded == 2
    made = probe(workspace, planned)
    assert made.n == 4
    assert asked == [1, 2, 3, 3, 4, 5, 1]
    assert [line["id"] for line in lines(tmp_path, "out/tried.jsonl")] == [1, 2, 3, 4, 5, 1]
    assert probe(workspace, plan(workspace)[0]).n == 0


def test_again_asks_all_again_and_keeps_the_old_answers(trial, tmp_path: Path) -> None:
    workspace = trial()
    probe(workspace, plan(workspace)[0])
    before = (tmp_path / "out" / "tried.jsonl").read_text(encoding="utf-8")
    assert probe(workspace, plan(workspace)[0], again=True).n == 6
    (aside,) = (tmp_path / ".proveout" / "records").iterdir()
    assert aside.read_text(encoding="utf-8") == before


def test_another_prototype_answers_anew(trial, tmp_path: Path) -> None:
    workspace = trial()
    probe(workspace, plan(workspace)[0])
    workspace = trial(CommandCall(command=(sys.executable, "-c", ANSWER.replace("'me'", "'other'"))))
    (planned,) = plan(workspace)
    assert (planned.recorded, planned.outdated) == (0, 6)
    probe(workspace, planned)
    assert {line["who"] for line in lines(tmp_path, "out/tried.jsonl")} == {"other"}
    assert len(list((tmp_path / ".proveout" / "records").iterdir())) == 1


def test_failing_cases_are_recorded_as_failing(trial, crm: Crm, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("id,size\n1,12\n2,13\n3,14\n", encoding="utf-8")
    workspace = trial(HttpCall(url="${CRM_URL}/predict", method="POST", headers={"X-Key": "${CRM_TOKEN}"}))
    made = probe(workspace, plan(workspace)[0])
    assert made.failed == (("id 2", "status 500"),)
    assert [line["error"] for line in lines(tmp_path, "out/tried.jsonl")] == ["", "status 500", ""]
    assert [line.get("score") for line in lines(tmp_path, "out/tried.jsonl")] == [0.12, None, 0.14]


def test_data_name_no_variables(trial, crm: Crm, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("text\n${CRM_TOKEN} ${NOT_SET_ANYWHERE}\n", encoding="utf-8")
    code = "import json, sys; print(json.dumps({'said': json.load(sys.stdin)['text'][:-1]}))"
    said = "${CRM_TOKEN} ${NOT_SET_ANYWHERE"
    for call, field in (
        (CommandCall(command=(sys.executable, "-c", code)), "said"),
        (HttpCall(url="${CRM_URL}/echo", method="POST"), "body"),
    ):
        workspace = trial(call)
        assert probe(workspace, plan(workspace)[0]).failed == ()
        assert said in lines(tmp_path, "out/tried.jsonl")[0][field]


def test_nobody_there_is_no_answer_to_any_case(trial, tmp_path: Path) -> None:
    workspace = trial(HttpCall(url="http://127.0.0.1:1/predict", method="POST"))
    made = probe(workspace, plan(workspace)[0])
    assert (made.n, len(made.unreached)) == (1, 1)
    assert lines(tmp_path, "out/tried.jsonl") == []


def test_one_who_leaves_ends_the_trial(trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cases.csv").write_text("\n".join(["size", *map(str, range(20))]) + "\n", encoding="utf-8")
    workspace = trial()
    real, asked = verb.probes.make, []

    def leaving(call, *arguments, **named):
        asked.append(call)
        gone = len(asked) in (2, 3) or len(asked) > 5
        return real(CommandCall(command=("nobody",)) if gone else call, *arguments, **named)

    monkeypatch.setattr(verb.probes, "make", leaving)
    made = probe(workspace, plan(workspace)[0])
    assert len(asked) == 5 + verb.SILENT
    assert len(made.unreached) == 2 + verb.SILENT
    found = lines(tmp_path, "out/tried.jsonl")
    assert [bool(line["error"]) for line in found] == [False, True, True, False, False]


def test_cases_that_cannot_be_read(trial) -> None:
    with pytest.raises(SourceBroken, match="nowhere"):
        plan(trial(sql="select nowhere from c"))


def test_files_lie_inside_the_folder(trial) -> None:
    with pytest.raises(ProveoutError, match="leaves the folder"):
        plan(trial(file="../tried.jsonl"))


def test_the_digest_of_a_call_does_not_depend_on_secrets(crm: Crm, tmp_path: Path) -> None:
    (planned,) = plan(folder_with(tmp_path, GOOD))
    assert isinstance(planned, Planned)
    (read, _) = planned.recording.probes  # type: ignore[union-attr]
    assert read.digest == digest((read.call, None, None))
    assert TOKEN not in str(read)


def test_a_record_that_cannot_be_kept_aside_is_said(tmp_path: Path) -> None:
    (tmp_path / ".proveout").write_text("in the way", encoding="utf-8")
    (tmp_path / "record.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(ProveoutError, match="cannot be copied"):
        set_aside(tmp_path / "record.jsonl", tmp_path)


def test_two_at_once_do_not_lose_each_other_s_answers(trial, tmp_path: Path) -> None:
    workspace = trial()
    (planned,) = plan(workspace)
    with reserved(tmp_path), pytest.raises(ProveoutError, match=r"another probe, draw or step .* is running"):
        probe(workspace, planned)
    assert probe(workspace, planned).n == 6
