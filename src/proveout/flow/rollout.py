"""Drive a rollout: one step at a time, each a record of the ledger. Run it as often as you like."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from proveout import data, delivery, gates
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Initiative
from proveout.core.question import Query
from proveout.core.rollout import Rollout
from proveout.core.wave import Progress, Transition, Wave, WaveState, replayed
from proveout.flow import record_file
from proveout.flow.assign import assignment_path
from proveout.flow.check import check
from proveout.flow.measure import Progress as Measuring
from proveout.flow.rollout_plan import declared_rollout, restore
from proveout.flow.waves import planned, progress_of, record_step
from proveout.flow.workspace import Workspace
from proveout.ledger import Ledger

TRAINED = """
select cast(x.unit as varchar) as unit
from (select null as "at") as absent, lateral (select unit, "at" from trained) as x
where x.unit is not null
  and (x."at" is null or try_cast(cast(x."at" as varchar) as timestamp) < cast($after as timestamp))
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


def advance(
    workspace: Workspace,
    *,
    as_of: date | None = None,
    dry_run: bool = False,
    progress: Measuring = lambda block, state: None,
) -> Advanced:
    """Measure, judge, and take the steps that are due. A step that was taken is not taken again.

    Raises:
        ProveoutError: There is no rollout, nothing is planned, or somebody else is advancing it.
    """
    initiative = workspace.declared()
    rollout = declared_rollout(initiative)
    today = as_of or workspace.today
    before = standing(workspace)
    restored = not dry_run and _restored_now(workspace, initiative, rollout)
    assessment = check(workspace, as_of=today, progress=progress)
    trained, untold = _trained(workspace, initiative, rollout, before.waves, today)
    steps: list[Transition] = []
    now = before
    with record_file.reserved(workspace.folder), workspace.ledger() as ledger:
        _refuse_others(before, _planned(progress_of(ledger, initiative)))
        while step := gates.next_step(
            rollout,
            gates.Known(
                initiative=initiative,
                progress=now,
                gates=assessment.gates,
                decisions=assessment.decisions,
                trained=trained,
                untold=untold,
                as_of=today,
            ),
        ):
            steps.append(step)
            now = _after(now, step)
            if not dry_run:
                record_step(ledger, initiative.initiative, step)
    return Advanced(steps=tuple(steps), progress=now, restored=restored)


def hold(workspace: Workspace, *, by: str, reason: str) -> Advanced:
    """Keep the wave at hand where it is, until somebody resumes.

    Raises:
        ProveoutError: No reason, or all waves are through.
    """
    return _by_hand(workspace, by, reason, lambda wave: {"after": wave.state, "manual": True})


def resume(workspace: Workspace, *, by: str, reason: str) -> Advanced:
    """Let `advance` go on: lift a hold, or put a wave that was rolled back in line again.

    Raises:
        ProveoutError: No reason, or nothing is held.
    """

    def step(wave: Wave) -> Mapping[str, Any]:
        if wave.state is WaveState.ROLLED_BACK:
            return {"after": WaveState.PENDING}
        if not wave.manual:
            raise ProveoutError(f"nobody holds {wave.name}", "`proveout rollout status` says what it waits for")
        return {"after": wave.state}

    return _by_hand(workspace, by, reason, step)


def override(workspace: Workspace, *, by: str, reason: str, as_of: date | None = None) -> Advanced:
    """Move the wave at hand on against conditions; on record as that, for good.

    Raises:
        ProveoutError: No reason, or the wave was rolled back.
    """

    def step(wave: Wave) -> Mapping[str, Any]:
        if wave.state is WaveState.ROLLED_BACK:
            raise ProveoutError(f"{wave.name} was rolled back", "put it in line again with --resume first")
        after = WaveState.SOAKING if wave.state is WaveState.PENDING else WaveState.PROMOTED
        return {"after": after, "override": True}

    return _by_hand(workspace, by, reason, step, as_of=as_of)


def roll_back(
    workspace: Workspace,
    number: int | None,
    *,
    by: str,
    reason: str,
    as_of: date | None = None,
    dry_run: bool = False,
) -> Advanced:
    """Take the system back from a wave, the last that has it by default, and restore the recorded assignment.

    Raises:
        ProveoutError: No reason, or the wave does not have the system.
    """
    with_system = [wave for wave in standing(workspace).waves if wave.state.has_system]
    if not with_system:
        raise ProveoutError("no wave has the system", "there is nothing to roll back")
    chosen = with_system[-1] if number is None else next((w for w in with_system if w.number == number), None)
    if chosen is None:
        names = ", ".join(str(wave.number) for wave in with_system)
        raise ProveoutError(f"wave {number} does not have the system", f"those that have it: {names}")
    return _by_hand(
        workspace,
        by,
        reason,
        lambda wave: {"after": WaveState.ROLLED_BACK},
        number=chosen.number,
        as_of=as_of,
        dry_run=dry_run,
    )


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
    return delivery.Evaluator.of(initiative.initiative, seats, now.serving, first)


def _by_hand(
    workspace: Workspace,
    by: str,
    reason: str,
    make: Callable[[Wave], Mapping[str, Any]],
    *,
    number: int | None = None,
    as_of: date | None = None,
    dry_run: bool = False,
) -> Advanced:
    initiative = workspace.declared()
    rollout = declared_rollout(initiative)
    if not reason.strip():
        raise ProveoutError("what is done by hand needs a reason", "say why, with --reason")
    with record_file.reserved(workspace.folder), workspace.ledger() as ledger:
        now = _planned(progress_of(ledger, initiative))
        wave = gates.active_wave(now.waves) if number is None else next(w for w in now.waves if w.number == number)
        if wave is None:
            raise ProveoutError("all waves are through", "`proveout rollout roll-back` takes the system back")
        step = Transition(
            wave=wave.number,
            before=wave.state,
            on=as_of or workspace.today,
            by=by.strip(),
            reason=reason.strip(),
            **make(wave),
        )
        if not dry_run:
            record_step(ledger, initiative.initiative, step)
        restored = not dry_run and _restored(workspace, initiative, rollout, ledger)
    return Advanced(steps=(step,), progress=_after(now, step), restored=restored)


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
