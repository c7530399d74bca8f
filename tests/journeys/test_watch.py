"""Watching the example: its evidence goes stale, people are told once, whatever happens in between."""

import json
import os
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from proveout.delivery import Channel
from proveout.flow.check import check
from proveout.flow.start import demo
from proveout.flow.watch import watch_once
from proveout.flow.workspace import Workspace
from tests.journeys.conftest import Run, command

LATER = datetime.now(UTC).date() + timedelta(days=3650)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, measured today, once for all: measuring it takes longer than watching it."""
    place = demo(tmp_path_factory.mktemp("measured") / "example")
    check(Workspace(place))
    return place


@pytest.fixture
def folder(measured: Path, tmp_path: Path) -> Path:
    """A copy of the example, measured today."""
    return Path(shutil.copytree(measured, tmp_path / "my-initiative"))


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict], list[int]]]:
    """A real server: its address, what it got, and the answers it is to give before it says 200."""
    got: list[dict] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = answers.pop(0) if answers else 200
            if status == 200:
                got.append(json.loads(body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/secret-path", got, answers
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def mail() -> Iterator[tuple[str, list[str]]]:
    """A real mail server on a socket, and the mails that it took."""
    took: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline().strip():
                if line.upper().startswith(b"DATA"):
                    self.wfile.write(b"354 go on\r\n")
                    lines = iter(self.rfile.readline, b".\r\n")
                    took.append(b"".join(lines).decode())
                    self.wfile.write(b"250 taken\r\n")
                elif line.upper().startswith(b"QUIT"):
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 fine\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"smtp://127.0.0.1:{server.server_address[1]}", took
    server.shutdown()
    server.server_close()
    thread.join()


def records(proveout: Run, kind: str) -> list[dict]:
    lines = [json.loads(line) for line in proveout("ledger", "export", "my-initiative").stdout.splitlines()]
    return [line for line in lines if line["kind"] == kind]


def test_a_gate_whose_evidence_went_stale_is_open_again_and_told_once(proveout, folder, webhook, mail):
    address, got, _ = webhook
    server, took = mail
    told = {
        "PROVEOUT_WEBHOOK": address,
        "PROVEOUT_SMTP": server,
        "PROVEOUT_MAIL_FROM": "proveout@example.com",
        "PROVEOUT_MAIL_TO": "team@example.com",
    }
    quiet = proveout("watch", "my-initiative", "--once", **told)
    assert "nothing turned; no gate that was left behind is open" in quiet.stdout
    assert got == []
    turned = proveout("watch", "my-initiative", "--once", code=1, day=LATER, **told)
    assert (
        "Gate 1 (Problem validation) is open again: it reads undecided, and was left behind as pass." in turned.stdout
    )
    assert "Stale" in turned.stdout
    phases = {notice["phase"] for notice in got}
    assert "problem-validation" in phases
    assert len(got) == len(phases) == len(took) == len(records(proveout, "turn"))
    assert "Measure it again" in " ".join(got[0]["reasons"])
    assert "Subject: lead-research: Gate 1" in took[0]
    again = proveout("watch", "my-initiative", "--once", code=1, day=LATER, **told)
    assert "nothing turned; still open again: problem validation" in again.stdout
    assert len(got) == len(phases)
    closed = proveout("watch", "my-initiative", "--once", **told)
    assert "Gate 1 (Problem validation) is closed again: it reads pass." in closed.stdout
    assert got[-1]["verdict"] == "pass"
    everything = turned.stdout + turned.stderr + proveout("ledger", "export", "my-initiative").stdout
    assert "secret-path" not in everything
    proveout("ledger", "verify", "my-initiative")


def test_what_could_not_be_sent_is_sent_in_the_next_round(proveout, folder, webhook):
    address, got, answers = webhook
    proveout("watch", "my-initiative", "--once", code=1, day=LATER)
    answers += [500] * 100
    lost = proveout("watch", "my-initiative", "--once", code=1, day=LATER, PROVEOUT_WEBHOOK=address)
    assert "the webhook answered 500" in " ".join(lost.stdout.split())
    assert got == []
    answers.clear()
    proveout("watch", "my-initiative", "--once", code=1, day=LATER, PROVEOUT_WEBHOOK=address)
    assert len(got) == len(records(proveout, "turn"))


def test_killed_at_any_moment_everything_is_told_and_nothing_recorded_twice(proveout, folder, webhook):
    address, got, _ = webhook
    call = [*command(LATER), "watch", "my-initiative", "--once"]
    environment = {**os.environ, "PROVEOUT_WEBHOOK": address}
    for wait in (0.6, 0.9, 1.2, 1.5):
        process = subprocess.Popen(call, cwd=folder.parent, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    proveout("watch", "my-initiative", "--once", code=1, day=LATER, PROVEOUT_WEBHOOK=address)
    turns = records(proveout, "turn")
    assert len({turn["key"] for turn in turns}) == len(turns)
    assert {notice["record"] for notice in got} == {turn["hash"] for turn in turns}
    proveout("ledger", "verify", "my-initiative")


def test_a_day_to_come_is_looked_at_and_told_to_nobody(proveout, folder, webhook):
    address, got, _ = webhook
    shown = proveout("watch", "my-initiative", "--once", "--as-of", str(LATER), code=1, PROVEOUT_WEBHOOK=address)
    assert f"what {LATER} will bring; nothing was recorded, and nobody was told" in shown.stdout
    assert "Gate 1 (Problem validation) is open again" in shown.stdout
    assert got == records(proveout, "turn") == []
    gone = proveout("watch", "my-initiative", "--once", "--as-of", "2025-01-01", code=2)
    assert "2025-01-01 is gone" in gone.stderr


def test_whoever_answers_slowly_keeps_no_other_command_waiting(folder):
    """While a notice is being sent others write to the ledger; afterwards it is on record all the same."""
    told: list[str] = []

    def send(subject: str, text: str, fields: object) -> None:
        told.append(subject)
        with Workspace(folder).ledger() as ledger:
            ledger.append("note", "lead-research", "", {"about": subject})

    later = Workspace(folder, lambda: datetime.now(UTC) + timedelta(days=3650))
    round_ = watch_once(later, channels=(Channel("slow", send),))
    assert len(round_.sent) == len(told) == len(round_.turns) == 1
    assert not watch_once(later, channels=(Channel("slow", send),)).sent


def test_two_rounds_at_once_tell_once(folder):
    told: list[str] = []

    def send(subject: str, text: str, fields: object) -> None:
        time.sleep(0.3)
        told.append(subject)

    later = Workspace(folder, lambda: datetime.now(UTC) + timedelta(days=3650))
    rounds = [
        threading.Thread(target=watch_once, args=(later,), kwargs={"channels": (Channel("x", send),)}) for _ in "ab"
    ]
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()
    assert len(told) == 1


def test_it_goes_on_after_a_round_that_fails_and_ends_when_asked(folder):
    declaration = folder / "initiative.yml"
    text = declaration.read_text(encoding="utf-8")
    declaration.write_text("initiative: [", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "proveout", "watch", "my-initiative", "--every", "1m"],
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "this round failed" in process.stderr.readline()
    declaration.write_text(text, encoding="utf-8")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PROVEOUT_WEBHOOK": "http://example.com/token"}, "plain http"),
        ({"PROVEOUT_WEBHOOK": "ftp://example.com/token"}, "no https address"),
        ({"PROVEOUT_SMTP": "smtp://u:token@localhost"}, "PROVEOUT_MAIL_FROM is not"),
    ],
)
def test_addresses_that_cannot_be_used_are_refused_and_not_shown(proveout, folder, environment, words):
    refused = proveout("watch", "my-initiative", "--once", code=2, **environment)
    assert words in refused.stderr
    assert "token" not in refused.stderr


def test_durations_are_explained(proveout, folder):
    assert "write 30m, 6h or 1d" in proveout("watch", "my-initiative", "--every", "soon", code=2).stderr
