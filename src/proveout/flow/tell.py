"""Tell a story that takes its time: the files as they stood on each day, and what people did then.

What is done is done by the same verbs as on the command line; only the clock is that of the story.
"""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import singledispatch
from pathlib import Path

from proveout.core.choice import Choice
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Phase
from proveout.core.sign_off import Stance
from proveout.examples.acts import Advances, Decides, Draws, Holds, Resumes, Signs
from proveout.examples.stories import Story
from proveout.flow import assign, decide, rollout, rollout_plan, sign_off
from proveout.flow.workspace import Workspace

KIND, KEY = "story", "told"
OPENS = time(9)
"""When people begin to work in a story; each reading of the clock is a second later than the one before."""
TAKES = timedelta(minutes=10)

Said = Callable[[str], None]


class _Clock:
    """The time in a story."""

    def __init__(self) -> None:
        self._at = datetime.min.replace(tzinfo=UTC)

    def to(self, day: date, act: int) -> None:
        """So many acts of a day are done; each has ten minutes of its own, however long it takes."""
        self._at = datetime.combine(day, OPENS, UTC) + act * TAKES

    def __call__(self) -> datetime:
        self._at += timedelta(seconds=1)
        return self._at


def tell(story: Story, folder: Path, shift: timedelta, write: Callable[[date], None], said: Said) -> None:
    """Do all that people did, in a ledger of the story's own; its first record says that it is invented.

    Args:
        story: With its acts, in the order of their days.
        folder: Where it is written.
        shift: By how much the story is dated anew.
        write: Write all files as they stood at the end of a day of the story.
        said: Told what is done, a line each.

    Raises:
        ProveoutError: `PROVEOUT_LEDGER` names a ledger, in which invented records have no place.
    """
    if os.environ.get("PROVEOUT_LEDGER"):
        raise ProveoutError(
            "PROVEOUT_LEDGER names a ledger, and what this story records is invented",
            "unset it, for the story and for the checks of it",
        )
    clock, seen, done = _Clock(), None, 0
    for act in story.acts:
        if act.on != seen:
            write(act.on)
            done = 0
        clock.to(act.on + shift, done)
        workspace = Workspace(folder, clock)
        if seen is None:
            with workspace.ledger() as ledger:
                ledger.append(KIND, workspace.declared().initiative, KEY, {"invented": True, "about": story.about})
        seen, done = act.on, done + 1
        said(f"{act.on + shift}  {_do(act, workspace)}")


@singledispatch
def _do(act: object, workspace: Workspace) -> str:
    """Do it, and say what was done."""
    raise TypeError(f"nobody knows how to do {act}")


@_do.register
def _(act: Signs, workspace: Workspace) -> str:
    initiative, signature = sign_off.prepare(workspace, act.group, Stance(act.stance), by=act.by, comment=act.comment)
    sign_off.sign(workspace, initiative, signature)
    return f"{act.by} signs the plan for {act.group}: {act.stance}"


@_do.register
def _(act: Draws, workspace: Workspace) -> str:
    if act.what == "pilot":
        arms = assign.prepare(workspace)
        assign.assign(workspace, arms)
        return f"the arms of the pilot are drawn: {len(arms.seats)} units"
    waves = rollout_plan.prepare(workspace)
    rollout_plan.write(workspace, waves)
    return f"the waves of the rollout are drawn: {waves.body['n_units']} units"


@_do.register
def _(act: Decides, workspace: Workspace) -> str:
    phase = Phase.named(str(act.gate))
    name, decision = decide.prepare(
        workspace, phase, Choice(act.choice), reason=act.reason, by=act.by, override=False, as_of=workspace.today
    )
    decide.decide(workspace, name, decision)
    return f"gate {act.gate} is decided: {decision.choice}; its verdict is {decision.verdict}"


@_do.register
def _(act: Advances, workspace: Workspace) -> str:
    return _told(rollout.advance(workspace, as_of=workspace.today))


@_do.register
def _(act: Holds, workspace: Workspace) -> str:
    return _told(rollout.hold(workspace, hand=rollout.ByHand(by=act.by, reason=act.reason)))


@_do.register
def _(act: Resumes, workspace: Workspace) -> str:
    return _told(rollout.advance(workspace, resumed=rollout.ByHand(by=act.by, reason=act.reason)))


def _told(done: rollout.Advanced) -> str:
    names = {wave.number: wave.name for wave in done.progress.waves}
    steps = (f"{names[step.wave]} {step.after}{': ' + step.reason if step.is_hold else ''}" for step in done.steps)
    return "; ".join(steps) or "nothing is due"
