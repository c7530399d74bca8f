"""The rollout in a terminal: the steps that were taken, and how each wave stands."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from proveout.core.wave import Progress, Transition, Wave, WaveState
from proveout.core.wording import legible

STYLES = {
    WaveState.PENDING: "dim",
    WaveState.SOAKING: "yellow",
    WaveState.PROMOTED: "green",
    WaveState.ROLLED_BACK: "red",
}
MARKS = {True: ("yes", "green"), False: ("no", "red"), None: ("not known", "yellow")}


def print_steps(
    steps: Sequence[Transition], progress: Progress, console: Console, *, dry: bool = False, restored: bool = False
) -> None:
    """Print each step with what it rests on, and how the waves stand then."""
    names = {wave.number: wave.name for wave in progress.waves}
    for step in steps:
        console.print(Text(_headline(step, names[step.wave], dry), style=_style(step)))
        for condition in step.conditions:
            word, style = MARKS[condition.met]
            line = Text.assemble("  ", (f"{word:>9}", style), f"  {legible(condition.name)}")
            console.print(line, soft_wrap=True)
            if condition.why and condition.met is not True:
                console.print(Text(f"             {legible(condition.why)}", style="dim"), soft_wrap=True)
    if not steps:
        console.print("nothing is due")
    if restored:
        console.print("the assignment file was not as recorded; it was restored, and what stood there kept beside it")
    if dry and steps:
        console.print("nothing was done (--dry-run)")
    print_progress(progress, console)


def _headline(step: Transition, name: str, dry: bool) -> str:
    who = f" by {step.by}" if step.by else ""
    against = ", against what it waits for" if step.override else ""
    if step.is_hold:
        verb = "would be held" if dry else "is held" if step.manual or not step.by else "goes on"
        return f"{name} {verb}{who}" + (f": {legible(step.reason)}" if step.by else "")
    would = "would go" if dry else "goes"
    why = f": {legible(step.reason)}" if step.by else ""
    return f"{name} {would} from {step.before} to {step.after}{who}{against}{why}"


def _style(step: Transition) -> str:
    return "yellow" if step.is_hold else STYLES[step.after]


def print_progress(progress: Progress, console: Console) -> None:
    """Print how each wave stands."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("wave", "state", "teams", "units", "since"):
        table.add_column(column, justify="right" if column in ("teams", "units") else "left")
    for wave in progress.waves:
        table.add_row(
            legible(wave.name),
            Text(_state(wave), style=STYLES[wave.state]),
            str(wave.teams),
            str(wave.units),
            _since(wave),
        )
    console.print(table)
    for wave in progress.waves:
        if wave.held or wave.manual:
            console.print(Text(_waits(wave), style=STYLES[wave.state] if _is_back(wave) else "yellow"), soft_wrap=True)
    for change in progress.changes:
        console.print(Text(f"changed since {progress.registered}: {legible(change)}", style="red"), soft_wrap=True)


def _is_back(wave: Wave) -> bool:
    return wave.state is WaveState.ROLLED_BACK


def _waits(wave: Wave) -> str:
    """Why it does not move on, and what lets it."""
    if _is_back(wave):
        what, then = (
            "was rolled back",
            "; once that is mended, `proveout rollout advance --resume` puts it in line again",
        )
    elif wave.manual:
        what, then = "is held by a person", "; `proveout rollout advance --resume` lets it go on"
    else:
        what, then = "waits", ""
    return f"{legible(wave.name)} {what}: {legible(wave.held)}{then}"


def _state(wave: Wave) -> str:
    return f"{wave.state}, held" if (wave.manual or wave.held) and not _is_back(wave) else str(wave.state)


def _since(wave: Wave) -> str:
    if wave.state is WaveState.ROLLED_BACK:
        return f"{wave.ended}"
    return f"{wave.started}" if wave.started else ""
