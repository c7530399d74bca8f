"""What people decide, recorded apart from the verdict."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from proveout.core.initiative import Phase
from proveout.core.verdict import Verdict


class Choice(StrEnum):
    """Cooper's gate decisions: go, go under conditions, wait, go back, stop."""

    GO = "go"
    CONDITIONAL_GO = "conditional-go"
    HOLD = "hold"
    RECYCLE = "recycle"
    KILL = "kill"


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
        kind: ``evidence``, ``gate`` or ``decision``.
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
