"""Draw the waves of a rollout, write them down, and register the design. What was drawn is never drawn again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from proveout import delivery
from proveout.core.digest import digest
from proveout.core.draw import Drawn
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Initiative
from proveout.core.registration import changes
from proveout.core.rollout import HOLDBACK, Rollout, wave_name
from proveout.delivery import Seat
from proveout.flow import record_file
from proveout.flow.assign import DIGITS, assignment_path, waiting
from proveout.flow.rollout_sight import notes
from proveout.flow.roster import Member, roster
from proveout.flow.seating import Batch, Place, drawn_of, next_batch, seats_of
from proveout.flow.waves import KIND, PLAN, drawn_waves, planned
from proveout.flow.workspace import Workspace
from proveout.stats.allocation import draw_waves, later_chances, later_sizes, wave_sizes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Waves as they would be written.

    Args:
        path: The assignment file.
        text: Its content.
        drawn: What people are shown.
        body: What goes into the ledger.
        before: Digest of the file that is registered now, empty for none.
    """

    path: Path
    text: str
    drawn: Drawn
    body: Mapping[str, Any]
    before: str = ""


def declared_rollout(initiative: Initiative) -> Rollout:
    """The rollout.

    Raises:
        ProveoutError: None is declared.
    """
    if initiative.rollout is None:
        raise ProveoutError(
            "no rollout is declared",
            "declare `rollout` in initiative.yml: start, sustain_until, roster, assignment, outcomes",
        )
    return initiative.rollout


def prepare(workspace: Workspace) -> Plan:
    """Draw, and write nothing.

    Raises:
        ProveoutError: There is no rollout or no roster, the draw came after the start, the design or the file was
            changed since it was registered, or the roster is too small for so many waves.
    """
    initiative = workspace.vetted()
    rollout = declared_rollout(initiative)
    path = assignment_path(workspace.folder, initiative, rollout.assignment)
    with workspace.ledger() as ledger:
        known = planned(ledger, initiative.initiative)
    old = delivery.seats_in(known.body["text"], path.name) if known else delivery.read_seats(path)
    _refuse_changes(initiative, rollout, known.body if known else None, path, old, workspace.today)
    members = roster(workspace.folder, initiative, rollout)
    number, now = next_batch(old), workspace.clock().isoformat(timespec="seconds")
    design = digest(initiative.rollout_design())[:DIGITS]
    batch = Batch(number=number, seed=rollout.seed + number - 1, design=design, at=now)
    added = seats_of(members, old, batch, lambda new: _draw(new, rollout, batch), by_team=rollout.randomise == "teams")
    seats = (*old, *added)
    text = delivery.text_of(seats)
    return Plan(
        path=path,
        text=text,
        drawn=replace(
            drawn_of(
                seats,
                lambda arm: (arm == HOLDBACK, len(arm), arm),
                file=path.relative_to(workspace.folder).as_posix(),
                new=len(added),
                digest=seats[0].design if seats else "",
            ),
            notes=tuple(notes(workspace, initiative, rollout, seats)),
            adds=known is not None,
        ),
        body={
            "design": initiative.rollout_design(),
            "file": delivery.digest_of(text),
            "text": text,
            "n_units": len(seats),
            "waves": drawn_waves(seats, rollout),
        },
        before=known.body["file"] if known else "",
    )


def write(workspace: Workspace, plan: Plan) -> None:
    """Write the ledger where somebody is new, then the file, which is a copy of what the ledger holds.

    Raises:
        ProveoutError: One of them cannot be written, or somebody else drew in the meantime.
    """
    name = workspace.declared().initiative
    with record_file.reserved(workspace.folder), workspace.ledger() as ledger:
        known = planned(ledger, name)
        if (known.body["file"] if known else "") != plan.before:
            raise ProveoutError("somebody else drew waves in the meantime", "run it again; what they drew stays")
        if plan.drawn.new_units:
            ledger.append(KIND, name, PLAN, plan.body)
        restore(plan.path, plan.body)


def restore(path: Path, body: Mapping[str, Any] | None) -> bool:
    """Bring the file back to what the ledger holds; whether it was another one. What stood there is kept beside it.

    Raises:
        ProveoutError: It cannot be written.
    """
    if body is None:
        return False
    there = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    if delivery.digest_of(there) == body["file"]:
        return False
    if there:
        delivery.write_text(waiting(path).with_suffix(".replaced"), there)
    delivery.write_text(path, body["text"])
    return True


def _refuse_changes(
    initiative: Initiative,
    rollout: Rollout,
    known: Mapping[str, Any] | None,
    path: Path,
    old: Sequence[Seat],
    today: date,
) -> None:
    if known is None:
        if old:
            raise ProveoutError(
                f"{path.name} exists, and no rollout is registered for it",
                "name a file of the rollout's own under `sources`, or move this one away",
            )
        if today > rollout.start and rollout.order == "randomised":
            raise ProveoutError(
                f"the rollout started on {rollout.start}: an order that is drawn afterwards compares nothing",
                "move `start`, and draw before it; or declare `order: declared` with the order that it had",
            )
        return
    if changed := list(changes(known["design"], initiative.rollout_design())):
        raise ProveoutError(
            f"the design is not the one that was registered: {'; '.join(changed)}",
            "restore it; a new design is a new rollout, with a name and an assignment file of its own",
        )


def _draw(members: Sequence[Member], rollout: Rollout, batch: Batch) -> dict[str, Place]:
    """The wave of each block, its stratum, and how likely it was."""
    blocks = {member.block: member for member in sorted(members, key=lambda m: m.block)}
    if not blocks:
        return {}
    if rollout.order == "declared":
        return {name: (_declared(member, rollout), member.stratum, 1.0) for name, member in blocks.items()}
    n, n_waves, seed, later = len(blocks), rollout.n_waves, batch.seed, batch.number > 1
    sizes = (
        later_sizes(n, later_chances(n_waves, 0.0), seed=seed)
        if later
        else wave_sizes(n, n_waves, rollout.holdback_share)
    )
    strata = np.array([member.stratum for member in blocks.values()])
    drawn = draw_waves(strata, sizes, seed=seed)
    return {
        name: (rollout.names[wave], member.stratum, 1 / n_waves if later else sizes[wave] / n)
        for (name, member), wave in zip(blocks.items(), drawn.tolist(), strict=True)
    }


def _declared(member: Member, rollout: Rollout) -> str:
    if not member.wave.strip():
        return HOLDBACK
    try:
        number = int(float(member.wave))
    except ValueError:
        number = 0
    if not 1 <= number <= rollout.n_waves:
        raise ProveoutError(
            f"{member.block} is in wave {member.wave!r} of the roster",
            f"write 1 to {rollout.n_waves} in the column `wave`, and nothing for the holdback",
        )
    return wave_name(number)
