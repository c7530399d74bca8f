"""A mistake in a declaration: where it stands, what is wrong, what to do."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """A place in a file of the initiative; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


class Severity(StrEnum):
    """Whether a diagnostic stops the run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding about the declaration.

    Args:
        code: Stable code, such as ``PV104``; each has a page in the docs.
        slug: Its readable name, such as ``unknown-key``.
        message: What is wrong here.
        hint: What to do.
        position: Where, or None when it is about no place.
        line_text: The line of the file, for the caret.
    """

    code: str
    slug: str
    message: str
    hint: str = ""
    position: Position | None = None
    line_text: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A mistake found by an instrument in its settings; `flow` adds the position.

    Args:
        path: Keys from the top of the block (or of the initiative) to the place, such as ``("yearly_benefit",)``.
        slug: Which kind of mistake, such as ``unit-mismatch``; `declare` knows its code.
        message: What is wrong.
        hint: What to do.
    """

    path: tuple[str | int, ...]
    slug: str
    message: str
    hint: str = ""
