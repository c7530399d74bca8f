"""Gates that were left behind and read otherwise now."""

from collections.abc import Iterator, Mapping, Sequence

from proveout.core.choice import GOING_ON
from proveout.core.decision import Record
from proveout.core.initiative import Phase
from proveout.core.policy import Weight
from proveout.core.turn import Turn
from proveout.core.verdict import GateVerdict, Verdict
from proveout.gates.judging import by_criterion, telling_ruling


def references(verdicts: Sequence[Record], decisions: Sequence[Record]) -> dict[Phase, Verdict]:
    """With which verdict each gate was left behind: that of the last pass, or of the last decision to go on.

    What came later counts: a pass after a no-go closes the gate again, and who goes on at a gate that was open again
    takes it as it reads then.

    Args:
        verdicts: Ledger records of kind ``gate``.
        decisions: Ledger records of kind ``decision``.
    """
    found: dict[Phase, Verdict] = {}
    for record in sorted((*verdicts, *decisions), key=lambda record: record.sequence):
        verdict = Verdict(record.body["verdict"])
        if record.kind == "gate":
            if verdict is Verdict.PASS:
                found[Phase(record.key)] = verdict
        elif record.body["choice"] in GOING_ON:
            found[Phase(record.body["phase"])] = verdict
        else:
            found.pop(Phase(record.body["phase"]), None)
    return found


def find_turns(
    gates: Sequence[GateVerdict], left: Mapping[Phase, Verdict], said: Mapping[Phase, Verdict]
) -> Iterator[Turn]:
    """What is to be said now: each turn once, and again only when the verdict changes.

    Args:
        gates: The verdicts of today.
        left: From `references`.
        said: By phase, the verdict of the last turn that was said.
    """
    for gate in gates:
        if gate.phase not in left:
            continue
        reference, last = left[gate.phase], said.get(gate.phase, left[gate.phase])
        turn = Turn(phase=gate.phase, reference=reference, verdict=gate.verdict, reasons=tuple(_reasons(gate)))
        if gate.verdict is not last and (turn.reopened or gate.phase in said):
            yield turn


def _reasons(gate: GateVerdict) -> Iterator[str]:
    must = by_criterion(r for r in gate.rulings if r.criterion.weight is Weight.MUST and not r.waived)
    for telling in map(telling_ruling, must.values()):
        if telling.verdict is not Verdict.PASS:
            yield f"{telling.criterion.title}: {telling.sentence} {telling.settle}".strip()
