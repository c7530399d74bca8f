"""The main job: load, measure, judge, record."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from proveout import gates
from proveout.core.assessment import Assessment
from proveout.core.decision import Record
from proveout.core.digest import plain
from proveout.core.evidence import Evidence
from proveout.core.initiative import Initiative, Phase
from proveout.core.policy import Policy
from proveout.core.verdict import GateVerdict
from proveout.flow.measure import Progress, measure
from proveout.flow.plan import plan, recorded
from proveout.flow.registration import registered
from proveout.flow.workspace import Workspace, blocks
from proveout.instruments import declared_as
from proveout.ledger import Ledger


def check(
    workspace: Workspace, *, as_of: date | None = None, progress: Progress = lambda block, state: None
) -> Assessment:
    """Measure an initiative and judge its gates; record the evidence and the verdicts.

    Args:
        workspace: The initiative's folder.
        as_of: The day that counts as today.
        progress: Called as blocks are measured.

    Raises:
        FaultyDeclaration: With all diagnostics.
        ProveoutError: The policy or the ledger cannot be read.
    """
    today = as_of or workspace.today
    initiative = workspace.declared()
    policy = workspace.policy(initiative)
    workspace.refuse(workspace.misjudged(policy))
    with workspace.ledger() as ledger:
        tasks = plan(initiative, blocks(initiative), workspace.folder, ledger, policy=policy, as_of=today)
        workspace.refuse(d for task in tasks if not task.remembered for d in workspace.faults(task.block, initiative))
        measured = measure(tasks, ledger, initiative, folder=workspace.folder, as_of=today, progress=progress)
        evidence, decisions = measured.evidence, tuple(ledger.records("decision", initiative.initiative))
        verdicts = _judged(ledger, initiative, policy, evidence, decisions, today)
        return Assessment(
            initiative=initiative,
            policy=policy,
            as_of=today,
            evidence=evidence,
            gates=verdicts,
            pathologies=gates.find_pathologies(initiative, evidence, verdicts, as_of=today, decisions=decisions),
            notices=gates.notices(initiative, today),
            decisions=decisions,
            turns=tuple(ledger.records("turn", initiative.initiative)),
            ends=gates.ends(evidence, verdicts, decisions, today),
            head=ledger.head,
            remembered=measured.remembered,
            seconds=measured.seconds,
        )


def _judged(
    ledger: Ledger,
    initiative: Initiative,
    policy: Policy,
    evidence: Sequence[Evidence],
    decisions: Sequence[Record],
    today: date,
) -> tuple[GateVerdict, ...]:
    """The verdicts, each recorded."""
    left = _left(ledger, initiative, evidence, decisions)
    verdicts = gates.judge(
        initiative,
        policy,
        evidence,
        as_of=today,
        instruments=declared_as(),
        first_thresholds=_first_thresholds(ledger, initiative),
        left=left,
        registration=registered(ledger, initiative.initiative),
    )
    then = (piece for gate in left.values() for piece in gate.evidence.values())
    keys = {piece.digest: piece.key for piece in (*evidence, *then)}
    for verdict in verdicts:
        _record(ledger, initiative.initiative, verdict, keys)
    return verdicts


def _left(
    ledger: Ledger, initiative: Initiative, evidence: Sequence[Evidence], decisions: Sequence[Record]
) -> dict[Phase, gates.Left]:
    """The gates that were left behind, each with what the data of today said then, or when they were new."""
    found: dict[Phase, gates.Left] = {}
    for phase, at in gates.left_at(decisions).items():
        after = [item for item in evidence if item.measured_at > at]
        first = {item.block: _first_read(ledger, initiative.initiative, item, at) for item in after}
        found[phase] = gates.Left(at=at, evidence={block: one for block, one in first.items() if one})
    return found


def _first_read(ledger: Ledger, name: str, evidence: Evidence, at: datetime) -> Evidence | None:
    """The last record of the same key before that moment, else the first one after it."""
    records = list(ledger.records("evidence", name, evidence.key))
    before = [record for record in records if record.at <= at]
    return next(filter(None, map(recorded, [*before[::-1], *records])), None)


def _first_thresholds(ledger: Ledger, initiative: Initiative) -> dict[str, float]:
    """The threshold that was in force when each piece of evidence was first judged."""
    first: dict[str, float] = {}
    for record in ledger.records("gate", initiative.initiative):
        for ruling in record.body["rulings"]:
            if ruling["estimate"] is not None:
                key = record.body["evidence"][ruling["evidence"]]
                first.setdefault(f"{ruling['criterion']['id']}:{key}", ruling["criterion"]["threshold"])
    return first


def _record(ledger: Ledger, name: str, verdict: GateVerdict, keys: Mapping[str, str]) -> None:
    """Append the verdict with digest and key of all the evidence it rests on, unless it stands there already."""
    cited = {ruling.evidence for ruling in verdict.rulings}
    body: dict[str, Any] = plain(verdict) | {"evidence": {d: keys[d] for d in sorted(cited) if d}}
    latest = ledger.latest("gate", name, verdict.phase)
    if latest is None or latest.body != body:
        ledger.append("gate", name, verdict.phase, body)
