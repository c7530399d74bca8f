"""Register a design whose arms were drawn elsewhere, once they are such that it can have a verdict."""

from dataclasses import replace

from proveout import data
from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.initiative import Initiative
from proveout.core.pilot import Pilot
from proveout.core.question import Query
from proveout.core.registration import Registration, changes
from proveout.flow.outcome_days import refuse_undated
from proveout.flow.registration import design_of, judging, register, registered
from proveout.flow.roster import declared_pilot
from proveout.flow.workspace import Workspace
from proveout.instruments.pilot.adopted import NAME, added, differences, digests_of, kept, rows_as_read
from proveout.instruments.pilot.blocks import Blocks, blocks_of
from proveout.instruments.pilot.measure import assigned
from proveout.instruments.pilot.queries import questions
from proveout.instruments.pilot.settings import Settings


def adopt(workspace: Workspace) -> Registration:
    """Register arms that others drew; where units arrive, also those who came since.

    Raises:
        ProveoutError: There is no pilot, it is registered already, or its assignment cannot be read, or is not one of
            the declared design: what is in the ledger stays there.
    """
    initiative = workspace.vetted()
    pilot = declared_pilot(initiative)
    policy = workspace.policy(initiative)
    with workspace.ledger() as ledger:
        known = registered(ledger, initiative.initiative)
        if known and not (pilot.arriving and known.adopted):
            raise ProveoutError("the design is registered already", "`proveout pilot status` shows what was registered")
        blocks, rows = _fitting(workspace, initiative, pilot), rows_of(workspace, initiative, pilot)
        refuse_undated(workspace.folder, initiative, pilot)
        registration = Registration(
            design=design_of(initiative, policy),
            file=file_of(workspace, initiative, pilot),
            n_units=int(blocks.n_units.sum()),
            at=workspace.today,
            judged=judging(policy),
            adopted=True,
            rows=rows,
        )
        if known:
            _refuse_changes(known, registration, pilot)
        register(ledger, initiative.initiative, registration)
    return registration


def _refuse_changes(known: Registration, now: Registration, pilot: Pilot) -> None:
    """More may come; what was registered stays as it was."""
    before, rows = kept(known), now.rows or ""
    changed = [*changes(known.design, now.design), *(differences(before, rows, pilot) if before is not None else ())]
    if before is None:
        changed.append("an earlier version of Proveout registered the arms without their rows")
    if changed:
        raise ProveoutError(
            f"registered on {known.at}, and not so any more: {'; '.join(changed)}", "restore it; nothing is registered"
        )
    if not added(before or "", rows):
        raise ProveoutError("all units are registered already", "run it again once more of them came")


def moved(workspace: Workspace, initiative: Initiative, pilot: Pilot, known: Registration) -> list[str]:
    """What of arms that were drawn elsewhere is not as it was registered.

    Raises:
        ProveoutError: They cannot be read.
    """
    before = kept(known)
    if known.adopted and before is not None:
        return [*differences(before, rows_of(workspace, initiative, pilot), pilot)]
    if file_of(workspace, initiative, pilot) == known.file:
        return []
    return [f"{pilot.assignment.source} is not as it was registered"]


def rows_of(workspace: Workspace, initiative: Initiative, pilot: Pilot) -> str:
    """Digests of the rows as they are read now.

    Raises:
        ProveoutError: They cannot be read.
    """
    tables, failures = data.ask([rows_as_read(pilot)], initiative.sources, workspace.folder)
    for failure in failures.values():
        raise ProveoutError(failure.message, failure.remedy)
    return digests_of(tables[NAME])


def file_of(workspace: Workspace, initiative: Initiative, pilot: Pilot) -> str:
    """SHA-256 of the file that the assignment is read from; empty for a live database."""
    read = Query(name="arms", sql="select * from assignment", reads={"assignment": pilot.assignment.read})
    return data.fingerprints([read], initiative.sources, workspace.folder)[0].digest


def _fitting(workspace: Workspace, initiative: Initiative, pilot: Pilot) -> Blocks:
    """What was assigned, held against the declared design as the evidence will hold it."""
    pilot = replace(pilot, exposures=None, outcomes={})  # there may be none yet
    asked = questions(Settings(), replace(initiative, pilot=pilot))
    tables, failures = data.ask(asked, initiative.sources, workspace.folder)
    for failure in failures.values():
        raise ProveoutError(failure.message, failure.remedy)
    blocks = blocks_of(tables["blocks"], pilot)
    if pilot.arriving:
        return blocks  # most are still to come
    if not blocks.names:
        raise ProveoutError("the assignment names nobody", "look whether its query yields `unit`, `team` and `arm`")
    try:
        ill = assigned(blocks, pilot, tables, workspace.today).ill
    except TooLittle as error:
        raise ProveoutError(f"{error.message}; nothing is registered", error.remedy) from None
    if ill:
        raise ProveoutError(
            f"with this assignment the pilot would never have a verdict: {'; '.join(ill)}; nothing is registered",
            "declare the design as it was drawn, or mend the query of `assignment`",
        )
    return blocks
