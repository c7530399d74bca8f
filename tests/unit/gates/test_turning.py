"""With which verdict a gate was left behind: what came last counts."""

from datetime import UTC, datetime

import pytest

from proveout.core.decision import Record
from proveout.core.initiative import Phase
from proveout.gates import references

PILOT = Phase.PILOT


def history(*events: str) -> tuple[list[Record], list[Record]]:
    """Verdicts and decisions of the pilot's gate: `pass` or `fail`, and `go:undecided` or `hold:pass`."""
    verdicts, decisions = [], []
    for sequence, event in enumerate(events, start=1):
        choice, _, verdict = event.rpartition(":")
        body = {"verdict": verdict, **({"phase": PILOT, "choice": choice} if choice else {})}
        (decisions if choice else verdicts).append(
            Record(
                sequence=sequence,
                previous="",
                hash=str(sequence),
                kind="decision" if choice else "gate",
                initiative="x",
                key=PILOT,
                at=datetime(2026, 1, sequence, tzinfo=UTC),
                body=body,
            )
        )
    return verdicts, decisions


@pytest.mark.parametrize(
    ("events", "reference"),
    [
        (["fail"], None),
        (["undecided", "pass"], "pass"),
        (["pass", "fail"], "pass"),
        (["fail", "go:fail"], "fail"),
        (["pass", "hold:pass"], None),
        (["fail", "kill:fail", "pass"], "pass"),
        (["pass", "undecided", "go:undecided"], "undecided"),
        (["pass", "undecided", "go:undecided", "pass"], "pass"),
    ],
)
def test_what_came_last_counts(events, reference):
    assert references(*history(*events)).get(PILOT) == reference
