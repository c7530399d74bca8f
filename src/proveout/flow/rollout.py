"""Drive a rollout: one step at a time, each a record of the ledger. Run it as often as you like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from proveout import data, delivery, gates
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Initiative
from proveout.core.question import Query, as_moment
from proveout.core.rollout import Rollout
from proveout.core.schedule import Span
from proveout.core.wave import Progress, Transition, Wave, WaveState, replayed
from proveout.flow import record_file
from proveout.flow.assign import assignment_path
from proveout.flow.check import check
from proveout.flow.measure import Progress as Measuring
from proveout.flow.rollout_plan import declared_rollout, restore
from proveout.flow.waves import planned, progress_of, record_step
from proveout.flow.workspace import Workspace
from proveout.ledger import Ledger

TRAINED = f"""
select cast(x.unit as varchar) as unit
from (select null as "at") as absent, lateral (select unit, "at" from trained) as x
where x.unit is not null
  and (x."at" is null or {as_moment('x."at"')} < cast($after as timestamp))
group by 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """What `advance` did, or would do.

    Args:
        steps: In their order; empty when nothing is due.
        progress: How the rollout stands afterwards.
        restored: Whether the assignment file was brought back to what was recorded.
    """

    steps: tuple[Transition, ...]
    progress: Progress
    restored: bool = False

    @property
    def exit_code(self) -> int:
        """0 when all that was due is done, 1 when a wave was rolled back, 3 when one is held."""
        if any(step.after is WaveState.ROLLED_BACK for step in self.steps):
            return 1
        wave = gates.active_wave(self.progress.waves)
        return 3 if wave and (wave.held or wave.manual or wave.state is WaveState.ROLLED_BACK) else 0


def standing(workspace: Workspace) -> Progress:
    """How the rollout stands.

    Raises:
        ProveoutError: There is no rollout, or nothing is planned.
    """
    initiative = workspace.declared()
    declared_rollout(initiative)
    with workspace.ledger() as ledger:
        return _planned(progress_of(ledger, initiative))


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Who does something that `advance` does not do by itself, and why."""

    by: str
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ProveoutError("what is done by hand needs a reason", "say why, with --reason")


Due = Callable[[gates.Known, Sequence[Transition]], Transition | None]
"""From all that is known, and the steps taken so far, to the next one."""


def advance(
    workspace: Workspace,
    *,
    as_of: date | None = None,
    dry_run: bool = False,
    resumed: ByHand | None = None,
    progress: Measuring = lambda block, state: None,
) -> Advanced:
    """Measure, judge, and take the steps that are due. A step that was taken is not taken again.

    Args:
        workspace: The initiative's folder.
        as_of: The day that counts as today; one that has not come is for a dry run alone.
        dry_run: Say what would be done, and do nothing.
        resumed: Who lets go on what a person holds, or what was rolled back, before anything else.
        progress: Called as blocks are measured.

    Raises:
        ProveoutError: There is no rollout, nothing is planned, nothing is held that is to be resumed, the day has not
            come or is gone, or somebody else is advancing it.
    """

    def due(known: gates.Known, taken: Sequence[Transition]) -> Transition | None:
        if resumed and not taken:
            return _resumption(known.progress, resumed, known.as_of)
        return gates.next_step(declared_rollout(known.initiative), known)

    return _drive(workspace, due, as_of=as_of, dry_run=dry_run, progress=progress)


def override(
    workspace: Workspace,
    number: int,
    to: WaveState,
    *,
    hand: ByHand,
    as_of: date | None = None,
    dry_run: bool = False,
    progress: Measuring = lambda block, state: None,
) -> Advanced:
    """Take one step of one wave against what it waits for; on record as that, for good.

    Raises:
        ProveoutError: As `advance`; or the wave is there already, its day has not come, harm is shown, or nothing
            stands against it.
    """

    def due(known: gates.Known, taken: Sequence[Transition]) -> Transition | None:
        rollout = declared_rollout(known.initiative)
        return None if taken else gates.forced_step(rollout, known, number, to, by=hand.by, reason=hand.reason)

    return _drive(workspace, due, as_of=as_of, dry_run=dry_run, progress=progress)


def _drive(workspace: Workspace, due: Due, *, as_of: date | None, dry_run: bool, progress: Measuring) -> Advanced:
    """Measure, and take the steps that `due` names until it names none."""
    initiative = workspace.declared()
    rollout = declared_rollout(initiative)
    today = as_of or workspace.today
    before = standing(workspace)
    if not dry_run:
        _refuse_day(workspace, before, today)
    restored = not dry_run and _restored_now(workspace, initiative, rollout)
    assessment = check(workspace, as_of=today, progress=progress)
    trained, untold = _trained(workspace, initiative, rollout, before.waves, today)
    known = gates.Known(
        initiative=initiative,
        progress=before,
        gates=assessment.gates,
        decisions=assessment.decisions,
        trained=trained,
        untold=untold,
        as_of=today,
    )
    steps: list[Transition] = []
    with record_file.reserved(workspace.folder), workspace.ledger() as ledger:
        _refuse_others(before, _planned(progress_of(ledger, initiative)))
        while step := due(known, steps):
            steps.append(step)
            known = replace(known, progress=_after(known.progress, step))
            if not dry_run:
                record_step(ledger, initiative.initiative, step)
    return Advanced(steps=tuple(steps), progress=known.progress, restored=restored)


def hold(workspace: Workspace, *, hand: ByHand) -> Advanced:
    """Keep the wave at hand where it is, until somebody resumes.

    Raises:
        ProveoutError: All waves are through.
    """

    def step(now: Progress, today: date) -> Transition:
        wave = _at_hand(now)
        return _of(wave, hand, today, after=wave.state, manual=True)

    return _by_hand(workspace, step)


def _resumption(now: Progress, hand: ByHand, today: date) -> Transition:
    """Lift a hold, or put a wave that was rolled back in line again."""
    wave = _at_hand(now)
    if wave.state is WaveState.ROLLED_BACK:
        return _of(wave, hand, today, after=WaveState.PENDING)
    if not wave.manual:
        raise ProveoutError(f"nobody holds {wave.name}", "`proveout rollout status` says what it waits for")
    return _of(wave, hand, today, after=wave.state)


def roll_back(
    workspace: Workspace, number: int | None, *, hand: ByHand, as_of: date | None = None, dry_run: bool = False
) -> Advanced:
    """Take the system back from a wave, the last that has it by default, and restore the recorded assignment.

    Raises:
        ProveoutError: The wave does not have the system, or the day has not come or is gone.
    """

    def step(now: Progress, today: date) -> Transition:
        with_system = [wave for wave in now.waves if wave.state.has_system]
        if not with_system:
            raise ProveoutError("no wave has the system", "there is nothing to roll back")
        chosen = with_system[-1] if number is None else next((w for w in with_system if w.number == number), None)
        if chosen is None:
            names = ", ".join(str(wave.number) for wave in with_system)
            raise ProveoutError(f"wave {number} does not have the system", f"those that have it: {names}")
        return _of(chosen, hand, today, after=WaveState.ROLLED_BACK)

    return _by_hand(workspace, step, as_of=as_of, dry_run=dry_run)


def evaluator(workspace: Workspace) -> delivery.Evaluator:
    """Who has the system, ready to be asked: those whose wave has it, and nobody else.

    Raises:
        ProveoutError: Nothing is planned.
    """
    initiative = workspace.declared()
    rollout = declared_rollout(initiative)
    with workspace.ledger() as ledger:
        now = _planned(progress_of(ledger, initiative))
        _restored(workspace, initiative, rollout, ledger)
    seats = delivery.read_seats(assignment_path(workspace.folder, initiative, rollout.assignment))
    first = min(now.starts.values(), default=rollout.start)
    return delivery.Evaluator.of(
        initiative.initiative, seats, lambda arm: (Span(first),) if arm in now.serving else (), first
    )


def _by_hand(
    workspace: Workspace,
    make: Callable[[Progress, date], Transition],
    *,
    as_of: date | None = None,
    dry_run: bool = False,
) -> Advanced:
    """One step that needs no measurement."""
    initiative = workspace.declared()
    rollout = declared_rollout(initiative)
    today = as_of or workspace.today
    with record_file.reserved(workspace.folder), workspace.ledger() as ledger:
        now = _planned(progress_of(ledger, initiative))
        if not dry_run:
            _refuse_day(workspace, now, today)
        step = make(now, today)
        if not dry_run:
            record_step(ledger, initiative.initiative, step)
        restored = not dry_run and _restored(workspace, initiative, rollout, ledger)
    return Advanced(steps=(step,), progress=_after(now, step), restored=restored)


def _of(wave: Wave, hand: ByHand, today: date, **to: Any) -> Transition:
    by, reason = hand.by.strip(), hand.reason.strip()
    return Transition(wave=wave.number, before=wave.state, on=today, by=by, reason=reason, **to)


def _at_hand(now: Progress) -> Wave:
    wave = gates.active_wave(now.waves)
    if wave is None:
        raise ProveoutError("all waves are through", "`proveout rollout roll-back` takes the system back")
    return wave


def _refuse_day(workspace: Workspace, now: Progress, day: date) -> None:
    """Steps are recorded when they are taken, in their order: not for a day to come, and not before the last step."""
    if day > workspace.today:
        raise ProveoutError(
            f"{day} has not come yet", "take the step on that day; `advance --dry-run` shows what would be due then"
        )
    last = max([now.registered, *(step.on for step in now.steps)])
    if day < last:
        raise ProveoutError(f"the last record of the rollout is of {last}, after {day}", "name that day or a later one")


def _planned(progress: Progress | None) -> Progress:
    if progress is None:
        raise ProveoutError("nothing is planned yet", "draw the waves: `proveout rollout plan`")
    return progress


def _refuse_others(before: Progress, now: Progress) -> None:
    if len(now.steps) != len(before.steps):
        raise ProveoutError("somebody else advanced the rollout in the meantime", "run it again")


def _after(progress: Progress, step: Transition) -> Progress:
    return replace(progress, waves=replayed(progress.waves, [step]), steps=(*progress.steps, step))


def _restored_now(workspace: Workspace, initiative: Initiative, rollout: Rollout) -> bool:
    with workspace.ledger() as ledger:
        return _restored(workspace, initiative, rollout, ledger)


def _restored(workspace: Workspace, initiative: Initiative, rollout: Rollout, ledger: Ledger) -> bool:
    known = planned(ledger, initiative.initiative)
    path = assignment_path(workspace.folder, initiative, rollout.assignment)
    return restore(path, known.body if known else None)


def _trained(
    workspace: Workspace, initiative: Initiative, rollout: Rollout, waves: Sequence[Wave], today: date
) -> tuple[dict[int, tuple[int, int]] | None, str]:
    """By wave, units trained until today and units in all; None where it is not known, with what to do about it."""
    if rollout.trained is None:
        return None, "declare `rollout.trained`: who has been trained"
    query = Query(
        name="trained",
        sql=TRAINED,
        reads={"trained": rollout.trained.read},
        parameters={"after": (today + timedelta(days=1)).isoformat()},
    )
    tables, failures = data.ask([query], initiative.sources, workspace.folder)
    for failure in failures.values():
        return None, f"{failure.message}; {failure.remedy}".removesuffix("; ")
    done = {str(unit) for unit in tables["trained"]["unit"].tolist()}
    seats = delivery.read_seats(assignment_path(workspace.folder, initiative, rollout.assignment))
    units = {wave.number: [seat.unit for seat in seats if seat.arm == wave.name] for wave in waves}
    return {number: (sum(unit in done for unit in names), len(names)) for number, names in units.items()}, ""
