"""Whom a round tells what."""

from datetime import UTC, datetime
from pathlib import Path

from proveout.core.errors import ProveoutError
from proveout.delivery import Channel
from proveout.flow.watch import watch_once
from proveout.flow.workspace import Workspace


def turned(folder: Path, *turns: tuple[str, str, str]) -> Workspace:
    """A folder whose ledger holds turns: phase, reference, verdict."""
    (folder / "initiative.yml").write_text("initiative: small\n", encoding="utf-8")
    workspace = Workspace(folder, lambda: datetime(2026, 3, 2, tzinfo=UTC))
    with workspace.ledger() as ledger:
        for number, (phase, reference, verdict) in enumerate(turns, start=1):
            body = {"phase": phase, "reference": reference, "verdict": verdict, "reasons": [], "sentence": f"{number}"}
            ledger.append("turn", "small", phase, body)
    return workspace


def told(workspace: Workspace, name: str = "x") -> list[str]:
    heard: list[str] = []
    watch_once(workspace, channels=(Channel(name, lambda subject, text, fields: heard.append(subject)),))
    return heard


def test_a_new_channel_hears_what_is_open_and_nothing_of_the_past(tmp_path):
    workspace = turned(
        tmp_path,
        ("pilot", "pass", "fail"),
        ("pilot", "pass", "undecided"),
        ("technical-feasibility", "pass", "undecided"),
        ("technical-feasibility", "pass", "pass"),
    )
    assert told(workspace) == ["small: 2"]
    assert told(workspace) == []
    assert told(workspace, "another") == ["small: 2"]


def test_who_heard_it_opened_hears_it_closed(tmp_path):
    workspace = turned(tmp_path, ("pilot", "pass", "fail"))
    assert told(workspace) == ["small: 1"]
    with workspace.ledger() as ledger:
        body = {"phase": "pilot", "reference": "pass", "verdict": "pass", "reasons": [], "sentence": "closed"}
        ledger.append("turn", "small", "pilot", body)
    assert told(workspace) == ["small: closed"]


def test_a_channel_that_fails_is_not_tried_for_each_notice_and_stops_no_other(tmp_path):
    tries: list[str] = []

    def fail(subject: str, text: str, fields: object) -> None:
        tries.append(subject)
        raise ProveoutError("nobody listens", "look there")

    workspace = turned(tmp_path, ("pilot", "pass", "fail"), ("technical-feasibility", "pass", "fail"))
    heard: list[str] = []
    good = Channel("good", lambda subject, text, fields: heard.append(subject))
    found = watch_once(workspace, channels=(Channel("bad", fail), good))
    assert (len(tries), len(heard), found.sent) == (1, 2, ("good", "good"))
    assert found.unsent == ("nobody listens; look there",)
