"""The append-only record: evidence, verdicts and decisions, each sealed with the hash of the one before."""

from proveout.ledger.chain import Break, verify_export
from proveout.ledger.journal import Ledger, now, open_ledger
from proveout.ledger.reading import decision_from, evidence_from, transition_from

__all__ = [
    "Break",
    "Ledger",
    "decision_from",
    "evidence_from",
    "now",
    "open_ledger",
    "transition_from",
    "verify_export",
]
