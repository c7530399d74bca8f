"""Which blocks to measure, in which order, and which evidence the ledger already holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from proveout import data
from proveout.core.decision import Record
from proveout.core.digest import digest
from proveout.core.errors import ProveoutError
from proveout.core.evidence import Evidence, Fingerprint, Outcome
from proveout.core.initiative import Block, Initiative
from proveout.core.policy import Policy
from proveout.core.question import Question, SourceName
from proveout.core.registration import Registration
from proveout.core.sign_off import SignOff
from proveout.core.wave import Progress
from proveout.flow.registration import judging, registered
from proveout.flow.sign_off import signed
from proveout.flow.waves import progress_of
from proveout.instruments import Instrument, instrument
from proveout.ledger import Ledger, evidence_from

REMEMBERED = (Outcome.MEASURED, Outcome.TOO_LITTLE, Outcome.NOT_APPLICABLE)
"""Outcomes that the same data give again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the ledger tells an instrument beside the data: only what it says it reads."""

    registration: Registration | None = None
    judged: Mapping[str, Any] = field(default_factory=dict)
    progress: Progress | None = None
    sign_offs: tuple[SignOff, ...] = ()

    @property
    def identity(self) -> dict[str, Any]:
        """What of it the evidence depends on."""
        told = {"judged": self.judged, "progress": self.progress, "sign_offs": self.sign_offs}
        return {"registration": self.registration} | {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One block, ready to be measured.

    Args:
        key: Digest of all that its evidence depends on.
        recall: Whether evidence under that key is what would be measured; not so for a live database.
        recorded: The evidence that the ledger holds under the key, or None.
    """

    block: Block
    instrument: Instrument
    initiative: Initiative
    questions: tuple[Question, ...]
    builds_on: tuple[str, ...]
    fingerprints: tuple[Fingerprint, ...]
    key: str
    recall: bool
    recorded: Evidence | None
    told: Told = Told()

    @property
    def remembered(self) -> bool:
        """Whether the ledger's evidence stands, so that nothing need be measured."""
        return self.recall and self.recorded is not None


def plan(
    initiative: Initiative, blocks: tuple[Block, ...], folder: Path, ledger: Ledger, *, policy: Policy, as_of: date
) -> tuple[Task, ...]:
    """One task per block, in the order of the blocks; blocks that build on each other in a circle are left out."""
    by_id = {block.id: block for block in blocks}
    needs = {}
    for block in blocks:
        tool = instrument(block.instrument)
        needs[block.id] = tuple(i for i in tool.builds_on(block.settings, initiative.only(tool.reads)) if i in by_id)
    tasks: dict[str, Task] = {}
    for block_id in _order(needs):
        upstream = tuple(tasks[i] for i in needs[block_id])
        told = _told(instrument(by_id[block_id].instrument), initiative, ledger, policy)
        tasks[block_id] = _task(by_id[block_id], initiative, upstream, told, folder, ledger, as_of)
    return tuple(tasks[block.id] for block in blocks if block.id in tasks)


def _task(
    block: Block,
    initiative: Initiative,
    upstream: tuple[Task, ...],
    told: Told,
    folder: Path,
    ledger: Ledger,
    as_of: date,
) -> Task:
    tool = instrument(block.instrument)
    view = initiative.only(tool.reads)
    questions = tool.questions(block.settings, view)
    prints = data.fingerprints(questions, initiative.sources, folder)
    key = digest(
        {
            "block": block.id,
            "instrument": (tool.name, tool.version),
            "settings": block.settings,
            "initiative": view,
            "sources": {p.source: initiative.sources.get(SourceName(p.source)) for p in prints},
            "fingerprints": prints,
            "upstream": tuple(task.key for task in upstream),
            **told.identity,
        }
    )
    found = recorded(_newest(ledger, initiative.initiative, key, as_of, live=not all(p.digest for p in prints)))
    return Task(
        block=block,
        instrument=tool,
        initiative=view,
        questions=questions,
        builds_on=tuple(task.block.id for task in upstream),
        fingerprints=prints,
        key=key,
        recall=all(p.digest for p in prints)
        and all(task.remembered for task in upstream)
        and (found is None or _still_so(found, tool, as_of)),
        recorded=found,
        told=told,
    )


def _told(tool: Instrument, initiative: Initiative, ledger: Ledger, policy: Policy) -> Told:
    registration = registered(ledger, initiative.initiative) if "pilot" in tool.reads else None
    return Told(
        registration=registration,
        judged=judging(policy) if registration else {},
        progress=progress_of(ledger, initiative) if "rollout" in tool.reads else None,
        sign_offs=signed(ledger, initiative) if "sign_offs" in tool.reads else (),
    )


def recorded(record: Record | None) -> Evidence | None:
    """The evidence of a record; what another version of Proveout wrote otherwise is measured anew."""
    try:
        return evidence_from(record.body) if record else None
    except ProveoutError:
        return None


def _newest(ledger: Ledger, name: str, key: str, as_of: date, *, live: bool) -> Record | None:
    """Of the records of that evidence the one of the latest day up to this one: to look back makes nothing older.

    That of a live database is measured anew whatever is there; the last one will do.
    """
    latest, today = ledger.latest("evidence", name, key), as_of.isoformat()
    if live or latest is None or latest.body.get("as_of", today) == today:
        return latest
    records = [(str(record.body.get("as_of", today)), record) for record in ledger.records("evidence", name, key)]
    until = [one for one in records if one[0] <= today]
    return max(until or records, key=lambda one: (one[0], one[1].sequence))[1]


def _still_so(found: Evidence, tool: Instrument, as_of: date) -> bool:
    """Whether the same data give it again on that day; what could not be read is asked anew."""
    finding, this_day = found.finding, found.as_of == as_of or not tool.depends_on_today
    return this_day and finding.outcome in REMEMBERED and not finding.unread and found.holds(as_of)


def _order(needs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as circle:
        stuck = set(circle.args[1])
        return _order({i: tuple(n for n in ns if n not in stuck) for i, ns in needs.items() if i not in stuck})
