"""Terminals: what a person sees goes through rich."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from proveout.flow.measure import Progress
    from proveout.flow.probe import Progress as Probing


def console() -> "Console":
    """Standard output; when whoever reads it has read enough, that is no verdict."""
    from rich.console import Console

    class Pipe(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Pipe(highlight=False)


def error_console() -> "Console":
    """Standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


@contextmanager
def measuring() -> Iterator["Progress"]:
    """Show which blocks are being measured, while anything is; silent where nobody looks."""
    screen = error_console()
    if not screen.is_terminal:
        yield lambda block, state: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(), TextColumn("measuring {task.description}"), TimeElapsedColumn(), console=screen, transient=True
    ) as bar:
        rows = {}

        def show(block: str, state: str) -> None:
            if state == "started":
                rows[block] = bar.add_task(block)
            elif block in rows:
                bar.remove_task(rows.pop(block))

        yield show


@contextmanager
def probing() -> Iterator["Probing"]:
    """Show how many calls of each block are made; silent where nobody looks."""
    screen = error_console()
    if not screen.is_terminal:
        yield lambda block, done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("calling for {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        rows = {}

        def show(block: str, done: int, total: int) -> None:
            if block not in rows:
                rows[block] = bar.add_task(block, total=total)
            bar.update(rows[block], completed=done, total=total)

        yield show
