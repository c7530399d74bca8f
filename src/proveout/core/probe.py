"""What `proveout probe` asks of running systems, and what it writes down. Nothing else talks to them.

Texts may hold ``${NAME}``: values of the environment, filled in when the call is made and never written down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from proveout.core.question import Query, SourceName


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCall:
    """One request. ``{name}`` in the address is the field of that name in the reply to the call before."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None  # sent as JSON; None for no body
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlCall:
    """One statement on a declared database; ``$name`` is the column of that name in the reply to the call before."""

    source: SourceName
    sql: str
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCall:
    """One run of a program, without a shell, in the initiative's folder; `input` is given as JSON."""

    command: tuple[str, ...]
    input: Any = None
    timeout_seconds: float = 30.0


Call = HttpCall | SqlCall | CommandCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A call that shows whether an operation works.

    Args:
        id: Unique within its recording.
        call: Made `repeats` times, or once where something is written.
        read_back: Made after the call, to see whether what was written is there.
        clean_up: Made last, whatever happened, to take away what was written.
        repeats: How many round trips are timed.
    """

    id: str
    call: Call
    read_back: Call | None = None
    clean_up: Call | None = None
    repeats: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Probing:
    """Probes to make; each adds a line to the file, a `Probed` as JSON.

    Args:
        file: Path of a JSON-lines file below the initiative's folder.
        probes: In order.
    """

    file: str
    probes: tuple[Probe, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A prototype to run over cases: one call and one line per case.

    A line holds the columns of the case, the fields of the reply (or ``answer`` where it is no object),
    ``latency_seconds`` and ``error``.

    Args:
        file: Path of a JSON-lines file below the initiative's folder.
        cases: Asked first; each row is one case, sent as JSON: the body of an HTTP call, the input of a command.
        call: What to call for each.
    """

    file: str
    cases: Query
    call: HttpCall | CommandCall


Recording = Probing | Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back.

    Args:
        body: JSON where it was JSON (rows of SQL as a list of objects), else text; cut at 64 KB.
        seconds: Round trip.
        status: Of HTTP, or the exit code of a command.
        error: In a sentence, empty when there was a reply: a time-out, a refused connection, a failing statement.
    """

    body: Any = None
    seconds: float = 0.0
    status: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """One line of a probing's file.

    Args:
        probe: Its id.
        call: Digest of the call, secrets left out: a line for a call that has changed since proves nothing.
        at: When, ISO 8601, UTC.
        replies: One per repeat.
    """

    probe: str
    call: str
    at: str
    replies: tuple[Reply, ...]
    read_back: Reply | None = None
    clean_up: Reply | None = None
