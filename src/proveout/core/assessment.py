"""All that one `check` has to say: what `flow` hands to `show`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from proveout.core.decision import Record
from proveout.core.evidence import Evidence, Outcome
from proveout.core.initiative import Initiative, Phase
from proveout.core.policy import Policy
from proveout.core.verdict import GateVerdict, Pathology, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """An initiative, its evidence, and what the gates make of it.

    Args:
        initiative: As declared.
        policy: By which it was judged.
        as_of: The day that counts as today.
        evidence: One entry per declared block, in the order declared.
        gates: One verdict per phase, in order.
        pathologies: All of them, present or not.
        notices: Sentences that need attention and are no criterion, such as a phase past its window.
        decisions: Ledger records of kind ``decision``, oldest first.
        turns: Ledger records of kind ``turn``, oldest first: gates that `proveout watch` found open or closed again.
        ends: By block, from which day on its evidence is too old for a gate that reads it.
        head: Hash of the ledger's last record, or empty.
        remembered: Ids of blocks whose evidence was read from the ledger instead of measured anew.
        seconds: Wall time of each measurement, by block.
        gate: The only gate that counts, where one was asked for.
    """

    initiative: Initiative
    policy: Policy
    as_of: date
    evidence: tuple[Evidence, ...]
    gates: tuple[GateVerdict, ...]
    pathologies: tuple[Pathology, ...] = ()
    notices: tuple[str, ...] = ()
    decisions: tuple[Record, ...] = ()
    turns: tuple[Record, ...] = ()
    ends: Mapping[str, date] = field(default_factory=dict)
    head: str = ""
    remembered: frozenset[str] = frozenset()
    seconds: Mapping[str, float] = field(default_factory=dict)
    gate: Phase | None = None

    @property
    def due(self) -> tuple[GateVerdict, ...]:
        """The gates that count today: all up to the phase in which the initiative stands, or the one asked for."""
        if self.gate is not None:
            return tuple(gate for gate in self.gates if gate.phase is self.gate)
        return tuple(gate for gate in self.gates if gate.phase.number <= self.initiative.phase.number)

    @property
    def verdict(self) -> Verdict:
        """Fail if a gate that counts fails; else undecided if one is; else pass."""
        verdicts = {gate.verdict for gate in self.due}
        for verdict in (Verdict.FAIL, Verdict.UNDECIDED):
            if verdict in verdicts:
                return verdict
        return Verdict.PASS

    def aged(self, block: str) -> bool:
        """Whether the evidence of a block is too old for a gate that reads it."""
        return block in self.ends and self.ends[block] <= self.as_of

    @property
    def unreadable(self) -> tuple[Evidence, ...]:
        """Blocks whose sources could not be read, or not all of them."""
        lost = (Outcome.UNREACHABLE, Outcome.BROKEN)
        return tuple(e for e in self.evidence if e.finding.outcome in lost or e.finding.unread)
