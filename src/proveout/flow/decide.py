"""Record what people decide beside what the evidence says."""

from datetime import date

from proveout.core.choice import Choice
from proveout.core.decision import Decision, Record
from proveout.core.digest import plain
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Phase
from proveout.core.verdict import Verdict
from proveout.flow.check import check
from proveout.flow.measure import Progress
from proveout.flow.workspace import Workspace

AGAINST = {
    Choice.GO: (Verdict.FAIL, Verdict.UNDECIDED),
    Choice.CONDITIONAL_GO: (Verdict.FAIL,),
}
"""Verdicts against which a choice needs an override; to hold, recycle or kill never does."""


def prepare(
    workspace: Workspace,
    phase: Phase,
    choice: Choice,
    *,
    reason: str,
    by: str,
    override: bool,
    as_of: date | None = None,
    progress: Progress = lambda block, state: None,
) -> tuple[str, Decision]:
    """The initiative's name, and the decision as it would be recorded beside the verdict of this moment.

    Raises:
        ProveoutError: A go against the verdict without an override, or no reason.
    """
    if not reason.strip():
        raise ProveoutError("a decision needs a reason", "say why, with --reason")
    assessment = check(workspace, as_of=as_of, progress=progress)
    gate = next(gate for gate in assessment.gates if gate.phase is phase)
    against = gate.verdict in AGAINST.get(choice, ())
    if against and not override:
        raise ProveoutError(
            f"the verdict of gate {phase.number} ({phase.label}) is {gate.verdict}: a {choice} goes against it",
            "settle what is open, choose another decision, or take the responsibility with --override",
        )
    with workspace.ledger() as ledger:
        record = ledger.latest("gate", assessment.initiative.initiative, phase)
    return assessment.initiative.initiative, Decision(
        phase=phase,
        choice=choice,
        reason=reason.strip(),
        by=by,
        verdict=gate.verdict,
        override=against,
        gate_record=record.hash if record else "",
    )


def decide(workspace: Workspace, initiative: str, decision: Decision) -> Record:
    """Append the decision to the ledger, for good."""
    with workspace.ledger() as ledger:
        return ledger.append("decision", initiative, decision.phase, plain(decision))
