"""Mistakes in a declaration, as compilers show them: what, where, the line with a caret, and what to do."""

from collections.abc import Iterable
from typing import Protocol

from rich.console import Console
from rich.text import Text

from proveout.core.diagnostic import Diagnostic, Position, Severity
from proveout.show.terminal.strokes import indented, said


class Code(Protocol):
    """A kind of mistake, as `declare` describes it."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def slug(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def what(self) -> str: ...  # noqa: D102
    @property
    def why(self) -> str: ...  # noqa: D102
    @property
    def fix(self) -> str: ...  # noqa: D102
    @property
    def example(self) -> str: ...  # noqa: D102


def print_diagnostics(diagnostics: Iterable[Diagnostic], console: Console) -> None:
    """Print each mistake, errors first, then how many there are."""
    found = sorted(diagnostics, key=lambda item: (item.severity is not Severity.ERROR, item.position or _NOWHERE))
    for diagnostic in found:
        _print_one(diagnostic, console)
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in found)
    counts = (_count(errors, "error"), _count(len(found) - errors, "warning"))
    summary = " and ".join(count for count in counts if count)
    if summary:
        console.print(Text(summary, style="bold"))


_NOWHERE = Position(file="")


def _print_one(diagnostic: Diagnostic, console: Console) -> None:
    style = "bold red" if diagnostic.severity is Severity.ERROR else "bold yellow"
    head = f"{diagnostic.severity}[{diagnostic.code}] {diagnostic.slug}: "
    console.print(Text.assemble((head, style), (diagnostic.message, "bold")))
    if diagnostic.position:
        _print_place(diagnostic.position, diagnostic.line_text, console)
    if diagnostic.hint:
        indented(said("help:", diagnostic.hint), 2, console)
    console.print()


def _print_place(place: Position, line: str, console: Console) -> None:
    """The file, the line and a caret; long lines are cut, never folded, so that the caret stays true."""
    number = str(place.line)
    gutter = " " * len(number)
    console.print(Text(f"{gutter}--> {place.file}:{place.line}:{place.column}", style="cyan"), soft_wrap=True)
    if not line.strip():
        return
    room = max(20, console.width - len(number) - 4)
    first = max(0, place.column - room + 8)
    shown = line.rstrip("\n").replace("\t", " ")[first : first + room]
    console.print(Text.assemble((f"{number} | ", "cyan"), shown), no_wrap=True, crop=True)
    caret = " " * (place.column - 1 - first) + "^"
    console.print(Text.assemble((f"{gutter} | ", "cyan"), (caret, "bold")), no_wrap=True, crop=True)


def _count(number: int, noun: str) -> str:
    return "" if number == 0 else f"1 {noun}" if number == 1 else f"{number} {noun}s"


def print_code(code: Code, console: Console) -> None:
    """Print what a diagnostic code means."""
    console.print(Text(f"{code.code} {code.slug}: {code.title}", style="bold"))
    for label, words in (("What", code.what), ("Why", code.why), ("How to mend it", code.fix)):
        console.print()
        console.print(Text(label, style="bold"))
        indented(Text(words.strip()), 2, console)
    if code.example:
        console.print()
        console.print(Text("Example", style="bold"))
        indented(Text(code.example.rstrip()), 2, console)
