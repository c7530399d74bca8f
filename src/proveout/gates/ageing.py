"""How old evidence may be: no matter once the gate that it opened is left behind; the last gate never is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from proveout.core.choice import GOING_ON
from proveout.core.decision import Record
from proveout.core.evidence import Evidence
from proveout.core.initiative import Phase
from proveout.core.verdict import GateVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A gate that people left behind.

    Args:
        at: When they decided to go on.
        evidence: By block, what the data of today said then, or when they were new if they came later; where it was
            measured anew since.
    """

    at: datetime
    evidence: Mapping[str, Evidence]


def left_at(decisions: Sequence[Record]) -> dict[Phase, datetime]:
    """By gate that people left behind, when they decided to go on; the last gate is never left.

    Args:
        decisions: Ledger records of kind ``decision``, oldest first; one that stops undoes the one before.
    """
    found: dict[Phase, datetime] = {}
    for record in decisions:
        phase = Phase(record.body["phase"])
        if record.body["choice"] not in GOING_ON:
            found.pop(phase, None)
        elif phase.number < len(Phase):
            found.setdefault(phase, record.at)
    return found


def ends(
    evidence: Sequence[Evidence], gates: Sequence[GateVerdict], decisions: Sequence[Record], as_of: date
) -> dict[str, date]:
    """By block, from which day on its evidence is too old for a gate that reads it; for itself where none does."""
    left = {phase: min(as_of, at.date()) for phase, at in left_at(decisions).items()}
    found = {}
    for item in evidence:
        readers = {gate.phase for gate in gates for ruling in gate.rulings if ruling.block == item.block}
        days = [left[phase] for phase in readers & left.keys()]
        if item.good_until and (not readers or readers - left.keys() or any(map(item.stale, days))):
            found[item.block] = item.good_until
    return found
