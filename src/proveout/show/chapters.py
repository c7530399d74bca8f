"""What the report holds, gate by gate, and which of it is folded: what is passed and old."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from proveout.core.evidence import Evidence
from proveout.core.initiative import Phase
from proveout.core.verdict import GateVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A gate in the table of contents, with the blocks of evidence that it is the first to read."""

    phase: Phase
    blocks: tuple[str, ...]


def chapters(gates: Sequence[GateVerdict], evidence: Sequence[Evidence]) -> tuple[Chapter, ...]:
    """Each block below the first gate that reads it; what none reads stands below none."""
    first: dict[str, Phase] = {}
    for gate in gates:
        for ruling in gate.rulings:
            first.setdefault(ruling.block, gate.phase)
    return tuple(
        Chapter(phase=gate.phase, blocks=tuple(item.block for item in evidence if first.get(item.block) is gate.phase))
        for gate in gates
    )


def unfolded(gates: Collection[GateVerdict], evidence: Sequence[Evidence]) -> frozenset[str]:
    """Blocks that are open at the start: those that one of these gates reads, or nobody at all.

    Args:
        gates: Those whose criteria are open.
        evidence: All there is.
    """
    read = {ruling.block for gate in gates for ruling in gate.rulings}
    return frozenset(item.block for item in evidence if item.block in read)
