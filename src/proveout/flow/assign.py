"""Draw the arms of the pilot, write them down, and register the design. What was drawn is never drawn again."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from proveout import delivery
from proveout.core.digest import digest
from proveout.core.draw import Drawn, Standing
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Initiative
from proveout.core.looks import ALPHA
from proveout.core.paths import inside
from proveout.core.pilot import Pilot
from proveout.core.policy import Policy
from proveout.core.question import Rows
from proveout.core.registration import Registration, changes
from proveout.core.schedule import Span
from proveout.delivery import Seat
from proveout.flow import record_file
from proveout.flow.adopt import moved
from proveout.flow.alike import alike, said
from proveout.flow.balance import balance_of, likely_of
from proveout.flow.drawing import number, places, smallest_p
from proveout.flow.outcome_days import refuse_undated
from proveout.flow.registration import design_of, judging, register, registered
from proveout.flow.roster import Member, declared_pilot, roster
from proveout.flow.seating import Batch, drawn_of, next_batch, seats_of
from proveout.flow.steps import BEFORE_DRAW, LOST, NAME_TEAMS, after_draw, restore
from proveout.flow.workspace import Workspace
from proveout.stats.allocation import always_alike, balanced

DIGITS = 12
"""Of the design's digest, in each line of the file."""
SEED_BITS = 53
"""Of a seed that nobody chose: more than can be tried, and a whole number in every tool that reads the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Seats as they would be written.

    Args:
        path: The assignment file.
        seats: All, those that were there before among them.
        drawn: What people are shown.
        registration: What goes into the ledger.
        before: Digest of the file that is registered now, empty for none.
        doubtful: Why it is not to be written; empty where nothing speaks against it.
    """

    path: Path
    seats: tuple[Seat, ...]
    drawn: Drawn
    registration: Registration
    before: str = ""
    doubtful: str = ""


def prepare(workspace: Workspace) -> Plan:
    """Draw, and write nothing.

    Raises:
        ProveoutError: There is no pilot or no roster, the draw came after the start, the design or the file was
            changed since it was registered, or the roster cannot be drawn from, or outcomes are there that name no day.
    """
    initiative = workspace.vetted()
    pilot = declared_pilot(initiative)
    with workspace.ledger() as ledger:
        known = registered(ledger, initiative.initiative)
    _refuse_adopted(workspace, initiative, pilot, known)
    path = assignment_path(workspace.folder, initiative, pilot.assignment)
    finish(path, known)
    old = delivery.read_seats(path)
    _refuse_changes(initiative, workspace.policy(initiative), known, path, old, workspace.today)
    members = roster(workspace.folder, initiative, pilot)
    doubtful = _doubtful(members, old, pilot)
    if not old:
        _refuse_impossible(members, pilot)
        refuse_undated(workspace.folder, initiative, pilot)
    design = design_of(initiative, workspace.policy(initiative))
    batch = _batch(pilot, old, digest(design)[:DIGITS], workspace.clock())
    added = seats_of(members, old, batch, lambda new: places(new, pilot, batch), by_team=pilot.randomise == "teams")
    seats = (*old, *added)
    registration = Registration(
        design=design,
        file=delivery.digest_of(delivery.text_of(seats)),
        n_units=len(seats),
        at=workspace.today,
        judged=judging(workspace.policy(initiative)),
        seeds=_seeds(pilot, known, batch, added),
    )
    return Plan(
        path=path,
        seats=seats,
        drawn=replace(
            _shown(seats, path, workspace, len(added), pilot, batch.design),
            notes=(*filter(None, [doubtful]), *_notes(seats, pilot), *_moved(members, old)),
            adds=known is not None,
            **_ahead(members, pilot, known, workspace.today, NAME_TEAMS if doubtful else ""),
        ),
        registration=registration,
        before=known.file if known else "",
        doubtful=doubtful,
    )


def assign(workspace: Workspace, plan: Plan) -> None:
    """Write the file and the ledger; an interruption between the two is mended by the next run.

    Raises:
        ProveoutError: One of them cannot be written, or teams that are probably one would be drawn as two.
    """
    if plan.doubtful:
        raise ProveoutError(f"{plan.doubtful}; nothing is drawn", NAME_TEAMS)
    draft, name = waiting(plan.path), workspace.declared().initiative
    with record_file.reserved(workspace.folder), workspace.ledger() as ledger:
        known = registered(ledger, name)
        if (known.file if known else "") != plan.before:
            raise ProveoutError("somebody else drew arms in the meantime", "run it again; what they drew stays")
        delivery.write_text(draft, delivery.text_of(plan.seats))
        register(ledger, name, plan.registration)
        draft.replace(plan.path)


def standing(workspace: Workspace, *, as_of: date | None = None) -> Standing:
    """How the pilot stands: arms, looks, and what was changed since the registration.

    Raises:
        ProveoutError: There is no pilot, or the ledger or the file cannot be read.
    """
    initiative = workspace.declared()
    pilot = declared_pilot(initiative)
    with workspace.ledger() as ledger:
        known = registered(ledger, initiative.initiative)
    changed = list(changes(known.design, design_of(initiative, workspace.policy(initiative)))) if known else []
    otherwise = changes(known.judged, judging(workspace.policy(initiative))) if known and known.judged else ()
    drawn, seats = None, ()
    if path := _ours(workspace, initiative, pilot, known):
        seats = delivery.read_seats(path)
        drawn = _shown(seats, path, workspace, 0, pilot, seats[0].design) if seats else None
    if known and path and _digest(path) != known.file:
        changed.append(f"{path.name} is not as it was registered")
    elif known and not path:
        changed += moved(workspace, initiative, pilot, known)
    today = as_of or workspace.today
    elsewhere = known.n_units if known and not seats and (known.adopted or not path) else None
    return Standing(
        drawn=drawn,
        start=pilot.start,
        end=pilot.end,
        looks=pilot.calendar,
        today=today,
        registered=known.at if known else None,
        changes=tuple(changed),
        otherwise=tuple(otherwise),
        serving=(sum(pilot.serves(seat.arm, today) for seat in seats), len(seats)) if pilot.in_time and seats else None,
        elsewhere=elsewhere,
        next=_next(pilot, today, known, drawn, elsewhere=elsewhere is not None),
    )


def evaluator(workspace: Workspace) -> delivery.Evaluator:
    """Who has the system, ready to be asked.

    Raises:
        ProveoutError: Nobody is assigned, or the file is not as it was registered.
    """
    initiative = workspace.declared()
    pilot = declared_pilot(initiative)
    stands = standing(workspace)
    if stands.changes:
        raise ProveoutError(
            "; ".join(stands.changes), "restore what was registered; arms are served as they were drawn"
        )
    if stands.elsewhere is not None:
        raise ProveoutError("the arms were drawn elsewhere", "whoever drew them serves them; Proveout what it drew")
    if stands.drawn is None and not stands.registered:
        raise ProveoutError("nobody is assigned yet", "run `proveout pilot assign`")
    seats = delivery.read_seats(assignment_path(workspace.folder, initiative, pilot.assignment))
    return delivery.Evaluator.of(initiative.initiative, seats, pilot.spans, pilot.start)


def _ours(workspace: Workspace, initiative: Initiative, pilot: Pilot, known: Registration | None) -> Path | None:
    """The file of seats, as far as an interruption let it come; None where the arms come from elsewhere.

    Raises:
        ProveoutError: There is such a file, and it cannot be read.
    """
    location = initiative.sources[pilot.assignment.source].location
    if not location.endswith(".csv") or pilot.assignment.query or pilot.assignment.table:
        return None
    try:
        path = assignment_path(workspace.folder, initiative, pilot.assignment)
        finish(path, known)
        delivery.read_seats(path)
    except ProveoutError:
        if known and known.adopted:
            return None
        raise
    return path


def assignment_path(folder: Path, initiative: Initiative, assignment: Rows) -> Path:
    """Where the assignment file is, or is to be.

    Raises:
        ProveoutError: The source is no CSV file below the folder.
    """
    source = initiative.sources[assignment.source]
    location = source.location
    if source.format or source.delimiter or source.encoding:
        raise ProveoutError(
            f"the source {assignment.source} says how it is to be read, and the draw writes it as it writes it",
            "give its location alone",
        )
    if not location.endswith(".csv") or ":" in location or assignment.query or assignment.table:
        raise ProveoutError(
            f"the draw is written to a CSV file, and the source {assignment.source} ({location}) is none",
            "declare a source such as records/assignment.csv; --adopt keeps arms of a pilot that were drawn elsewhere",
        )
    return inside(folder, location)


def waiting(path: Path) -> Path:
    """The file as it waits for the ledger."""
    return path.with_name(f".{path.name}.drawn")


def _digest(path: Path) -> str:
    """Of the file byte by byte, as the evidence knows it; of nothing where there is none."""
    return hashlib.sha256(path.read_bytes() if path.exists() else b"").hexdigest()


def finish(path: Path, known: Registration | None) -> None:
    """Put a file into place that the ledger holds and an interruption left waiting."""
    draft = waiting(path)
    if known and draft.exists() and delivery.digest_of(draft.read_text(encoding="utf-8")) == known.file:
        draft.replace(path)


def _batch(pilot: Pilot, old: Sequence[Seat], design: str, now: datetime) -> Batch:
    """Those who are to be drawn: by a seed that follows from the declared one, or a new one that nobody can know."""
    number = next_batch(old)
    seed = secrets.randbits(SEED_BITS) if pilot.seed is None else pilot.seed + number - 1
    late = now.date() > pilot.start
    return Batch(number=number, seed=seed, late=late, design=design, at=now.isoformat(timespec="seconds"))


def _seeds(pilot: Pilot, known: Registration | None, batch: Batch, added: Sequence[Seat]) -> Mapping[int, int]:
    """Of all draws so far by a seed that was not declared; whoever joins a team is not drawn."""
    drawn = pilot.seed is None and any(seat.batch == batch.number for seat in added)
    return {**(known.seeds if known else {}), **({batch.number: batch.seed} if drawn else {})}


def _refuse_changes(
    initiative: Initiative, policy: Policy, known: Registration | None, path: Path, old: Sequence[Seat], today: date
) -> None:
    pilot = declared_pilot(initiative)
    if known is None:
        if old:
            raise ProveoutError(
                f"{path.name} exists, and nothing is registered for it: {LOST}", restore(pilot, today, path.name)
            )
        if today > pilot.start:
            raise ProveoutError(
                f"the pilot started on {pilot.start}: arms that are drawn afterwards compare nothing",
                "move `start` and `end`, and draw before the start",
            )
        return
    changed = list(changes(known.design, design_of(initiative, policy)))
    if changed:
        raise ProveoutError(
            f"the design is not the one that was registered on {known.at}: {'; '.join(changed)}",
            "restore it; a new design is a new pilot, with a name and an assignment file of its own",
        )
    if {_digest(path), delivery.digest_of(delivery.text_of(old))} != {known.file}:  # as it is, and as it was read
        raise ProveoutError(
            f"{path} is gone, and {known.n_units:,} units are registered"
            if not path.exists()
            else f"{path} is not as it was registered: arms were changed, added or lost by hand",
            "restore it from a copy, or from the version control of the folder; nobody is assigned twice",
        )


def _refuse_impossible(members: Sequence[Member], pilot: Pilot) -> None:
    """A design that can never pass is not registered: what is in the ledger stays there."""
    smallest = smallest_p(members, pilot)
    if smallest > ALPHA and not pilot.arriving:
        raise ProveoutError(
            f"there are so few ways to draw these units that no p-value is below {smallest:.2g}: it can never pass",
            "`proveout pilot plan` says how many teams it needs",
        )


def _shown(seats: Sequence[Seat], path: Path, workspace: Workspace, new: int, pilot: Pilot, design: str) -> Drawn:
    file = path.relative_to(workspace.folder).as_posix()
    if pilot.in_time is None:
        drawn = drawn_of(seats, str, file=file, new=new, digest=design)
        return replace(drawn, balance=balance_of(seats, pilot), alike=pilot.method != "stratified")
    if pilot.switchback:
        return _by_period(seats, pilot, Drawn(file=file, arms={}, new_units=new, digest=design))
    order = {arm: i for i, arm in enumerate(pilot.arms)}
    drawn = drawn_of(seats, lambda arm: order.get(arm, len(order)), file=file, new=new, digest=design)
    return replace(drawn, when={arm: _when(pilot.spans(arm)) for arm in drawn.arms})


def _ahead(
    members: Sequence[Member], pilot: Pilot, known: Registration | None, today: date, first: str
) -> dict[str, Any]:
    """Of the draw that is still to be made what comes before it, how it may come out, and what comes after it."""
    likely = () if known else likely_of(members, pilot)
    return {"anew": pilot.seed is None, "likely": likely, "first": first, "next": after_draw(pilot, today)}


def _by_period(seats: Sequence[Seat], pilot: Pilot, drawn: Drawn) -> Drawn:
    """Who has the system in each period; the schedules themselves are as many as there are teams."""
    arms, when = {}, {}
    days = pilot.switchback.period_days if pilot.switchback else 1
    for i in range(2 * pilot.n_pairs):
        first = pilot.start + timedelta(days=i * days)
        here = [seat for seat in seats if pilot.serves(seat.arm, first)]
        name = f"with the system in period {i + 1}"
        arms[name] = len({seat.team for seat in here if seat.team}), len(here)
        when[name] = f"from {first}"
    return replace(drawn, arms=arms, when=when)


def _when(spans: Sequence[Span]) -> str:
    return ", ".join(f"from {span.first}" for span in spans) or "after the pilot"


def _next(pilot: Pilot, today: date, known: Registration | None, drawn: Drawn | None, *, elsewhere: bool) -> str:
    if known:
        return after_draw(pilot, today, elsewhere=elsewhere)
    return f"{LOST}: {restore(pilot, today, drawn.file)}" if drawn else BEFORE_DRAW


def _refuse_adopted(workspace: Workspace, initiative: Initiative, pilot: Pilot, known: Registration | None) -> None:
    if known is None or not known.adopted or _ours(workspace, initiative, pilot, known):
        return
    more = "; `proveout pilot assign --adopt` registers those who came since" if pilot.arriving else ""
    raise ProveoutError(f"the arms were drawn elsewhere, and adopted on {known.at}", f"they stay as they are{more}")


def _doubtful(members: Sequence[Member], old: Sequence[Seat], pilot: Pilot) -> str:
    """Teams that would be drawn as two and are probably one, empty for none; those that were drawn so stay."""
    taken = {seat.unit for seat in old}
    new = [member.team for member in members if member.unit not in taken]
    groups = alike(new, {seat.team for seat in old if seat.team}) if pilot.randomise == "teams" else []
    return said(groups) if groups else ""


def _moved(members: Sequence[Member], old: Sequence[Seat]) -> Iterator[str]:
    """Who has changed teams since the draw."""
    teams = {seat.unit: seat.team for seat in old}
    moved = [m for m in members if m.unit in teams and m.team != teams[m.unit]]
    if moved:
        one = moved[0]
        yield (
            f"{len(moved)} unit(s) stand in another team on the roster than when they were drawn, such as {one.unit}"
            f" ({teams[one.unit] or 'no team'}, now {one.team or 'no team'}): arm and team stay as they were drawn"
        )


def _notes(seats: Sequence[Seat], pilot: Pilot) -> list[str]:
    notes = []
    if pilot.seed is not None:
        notes.append("the seed is declared, so draws could be tried until one was liked; leave `seed` out against that")
    if len({seat.arm for seat in seats}) < 2 and not (pilot.switchback or pilot.arriving):
        notes.append("only one arm has units: the roster is too small to compare anything")
    if pilot.method == "constrained":
        first = sorted({(s.team or s.unit): s for s in seats if s.batch == 1}.items())
        values = np.array([[s.size, number(s.baseline)] for _, s in first])
        values = values[:, : 1 if np.isnan(values[:, 1]).all() else 2]
        _, ways = balanced(np.array([s.stratum for _, s in first]), values, pilot.treated_share, seed=first[0][1].seed)
        if forced := always_alike(ways):
            notes.append(f"{len(forced)} pair(s) of teams are always together or always apart: loosen the balance")
    return notes
