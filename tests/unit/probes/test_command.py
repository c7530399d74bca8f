"""Real programs: their time, their children, their output and what they were told in confidence."""

import os
import sys
import time
from pathlib import Path

import pytest

from proveout.core.probe import CommandCall, Reply
from proveout.probes import make
from proveout.probes.body import LIMIT

SECRET = "hush-hush-value"


def run(folder: Path, code: str, *words: str, **call) -> Reply:
    return make(CommandCall(command=(sys.executable, "-c", code, *words), **call), folder, {})


def test_json_in_and_out_in_the_folder(tmp_path: Path) -> None:
    code = "import json, os, sys; print(json.dumps({'cwd': os.getcwd(), **json.load(sys.stdin)}))"
    reply = run(tmp_path, code, input={"a": [1, "é"]})
    assert reply.body == {"cwd": str(tmp_path.resolve()), "a": [1, "é"]}
    assert (reply.status, reply.error) == (0, "")


def test_there_is_no_shell(tmp_path: Path) -> None:
    reply = run(tmp_path, "import sys; print(sys.argv[1])", "$(touch made); `touch made`; *")
    assert reply.body == "$(touch made); `touch made`; *\n"
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_fails_says_why(tmp_path: Path) -> None:
    reply = run(tmp_path, "import sys; print('first', file=sys.stderr); sys.exit('no model there')")
    assert (reply.status, reply.error) == (1, "exit code 1: no model there")
    assert reply.wrong(1) == ""


def test_time_is_up_for_it_and_its_children(tmp_path: Path) -> None:
    code = "import subprocess as s, sys, time; p = s.Popen(['sleep', '60']); print(p.pid, flush=True);"
    code += "open('pid', 'w').write(str(p.pid)); time.sleep(60)"
    start = time.monotonic()
    reply = run(tmp_path, code, timeout_seconds=1)
    assert time.monotonic() - start < 5
    assert reply.error == "no answer within 1 s; it was stopped"
    pid = int((tmp_path / "pid").read_text())
    for _ in range(50):
        if not _runs(pid):
            break
        time.sleep(0.05)
    assert not _runs(pid)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
@pytest.mark.parametrize("lasting", ["time.sleep(60)", "pass"])
def test_a_child_in_a_session_of_its_own_is_stopped_too(tmp_path: Path, lasting: str) -> None:
    code = "import subprocess as s, time; p = s.Popen(['sleep', '60'], start_new_session=True);"
    reply = run(tmp_path, f"{code} open('pid', 'w').write(str(p.pid)); {lasting}", timeout_seconds=1)
    assert "it was stopped" in reply.error
    assert not _runs(int((tmp_path / "pid").read_text()))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_more_output_than_is_kept(tmp_path: Path) -> None:
    code = "import sys\nfor s in (sys.stdout, sys.stderr):\n  for _ in range(300): s.write('x' * 1_000_000)"
    reply = run(tmp_path, code)
    assert reply.cut
    assert len(reply.body) <= LIMIT
    assert reply.status == 0


def test_a_program_that_does_not_listen(tmp_path: Path) -> None:
    reply = run(tmp_path, "print(1)", input="x" * 1_000_000)
    assert (reply.body, reply.error) == (1, "")


def test_secrets_are_taken_out_of_all_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVEOUT_TEST_CODE", SECRET)
    code = "import sys; t = sys.stdin.read(); print(sys.argv[1], t); sys.exit('bad ' + sys.argv[1])"
    reply = run(tmp_path, code, "${PROVEOUT_TEST_CODE}", input={"k": "${PROVEOUT_TEST_CODE}"})
    assert SECRET not in str(reply)
    assert reply.body == '${PROVEOUT_TEST_CODE} {"k": "${PROVEOUT_TEST_CODE}"}\n'
    assert reply.error == "exit code 1: bad ${PROVEOUT_TEST_CODE}"


def test_secrets_that_nobody_named_are_known_by_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVEOUT_TEST_API_KEY", SECRET)
    reply = run(tmp_path, "import os; print(dict(os.environ))")
    assert SECRET not in str(reply)
    assert "'PROVEOUT_TEST_API_KEY': '${PROVEOUT_TEST_API_KEY}'" in str(reply.body)


def test_half_a_secret_at_the_end_of_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVEOUT_TEST_CODE", SECRET)
    code = f"import sys; print('x' * {LIMIT - 6} + sys.argv[1] + 'x' * 100)"
    reply = run(tmp_path, code, "${PROVEOUT_TEST_CODE}")
    assert reply.cut
    assert SECRET[:4] not in reply.body


@pytest.mark.parametrize("command", [("no-such-program",), (os.devnull,), ("",), ("a\0b",)])
def test_what_cannot_be_run(tmp_path: Path, command: tuple[str, ...]) -> None:
    reply = make(CommandCall(command=command), tmp_path, {})
    assert "cannot be run" in reply.error
    assert not reply.reached
