"""What people decide, recorded apart from the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from proveout.core.choice import Choice
from proveout.core.initiative import Phase
from proveout.core.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision at a gate, with the verdict that lay beside it."""

    phase: Phase
    choice: Choice
    reason: str
    by: str
    verdict: Verdict
    override: bool
    gate_record: str  # hash of the ledger record of the verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry of the ledger.

    Args:
        sequence: Position in the chain, from 1.
        previous: Hash of the record before; 64 zeros for the first.
        hash: SHA-256 over all other fields, canonical.
        kind: ``evidence``, ``gate``, ``decision``, ``sign-off``, ``probe``, ``pilot``, ``rollout``, ``turn`` or
            ``notice``; ``story`` where all is invented.
        initiative: Whose record it is.
        key: What it is looked up by: the evidence key, or the phase of a gate or decision.
        at: When, timezone-aware UTC.
        body: The plain value, JSON.
    """

    sequence: int
    previous: str
    hash: str
    kind: str
    initiative: str
    key: str
    at: datetime
    body: Any


def last_choice(decisions: Sequence[Record], phase: Phase) -> str:
    """What was last decided at a gate, from records of kind ``decision``, oldest first; empty for nothing."""
    return next((record.body["choice"] for record in reversed(decisions) if record.body["phase"] == phase), "")
