"""What `proveout probe` asks of running systems, and what it writes down. Nothing else talks to them.

Texts may hold ``${NAME}``: values of the environment, filled in when the call is made and never written down.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from proveout.core.digest import digest
from proveout.core.question import Query, SourceName


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCall:
    """One request. ``{name}`` in the address is the field of that name in the reply to the probe's first call."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None  # sent as JSON; None for no body
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlCall:
    """One statement on a declared database; ``$name`` is the column of that name in the reply to the first call."""

    source: SourceName
    sql: str
    writes: bool = False  # if not, the database is told to refuse every change
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesCall:
    """Asks a declared database for the columns of tables: rows of ``table``, ``column`` and ``type``."""

    source: SourceName
    tables: tuple[str, ...]  # each ``name`` or ``schema.name``
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCall:
    """One run of a program, without a shell, in the initiative's folder; it gets `input` as JSON."""

    command: tuple[str, ...]
    input: Any = None
    timeout_seconds: float = 30.0


SECRET = re.compile(r"authori[sz]ation|cookie|token|secret|password|api-?_?key", re.IGNORECASE)


def check_address(url: str, headers: Mapping[str, str], place: str) -> None:
    """Secrets belong into the environment, not into a declaration that is shared.

    Raises:
        ValueError: One stands in the address or in a header.
    """
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise ValueError(f"{place} holds a user; send credentials in `headers`, as ${{NAME}}")
    for name, value in headers.items():
        if SECRET.search(name) and "${" not in value:
            raise ValueError(f"the header {name} holds a secret: write `${{NAME}}`, and export NAME")


Call = HttpCall | SqlCall | TablesCall | CommandCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A call that shows whether an operation works.

    Args:
        id: Unique within its recording.
        call: Made `repeats` times, or once where something is written.
        read_back: Made after the call, to see whether what was written is there.
        clean_up: Made last, whatever happened, to take away what was written.
        repeats: How many round trips are timed.
        writes: Whether the call changes something out there.
        status: The one that counts as right; None for 200 to 299, or 0 of a program.
    """

    id: str
    call: Call
    read_back: Call | None = None
    clean_up: Call | None = None
    repeats: int = 5
    writes: bool = False
    status: int | None = None

    @property
    def digest(self) -> str:
        """The identity of what is called; it does not depend on the values of the environment."""
        return digest((self.call, self.read_back, self.clean_up))


@dataclass(frozen=True, slots=True, kw_only=True)
class Probing:
    """Probes to make; each adds a line to the file, a `Probed` as JSON.

    Args:
        file: Path of a JSON-lines file below the initiative's folder.
        probes: In order.
    """

    file: str
    probes: tuple[Probe, ...]

    @property
    def calls(self) -> tuple[Call | None, ...]:
        """All that is called, in order."""
        return tuple(call for probe in self.probes for call in (probe.call, probe.read_back, probe.clean_up))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A prototype to run over cases: one call and one line per case.

    A line holds the columns of the case, the fields of the reply (or ``answer`` where it is no object),
    ``latency_seconds``, ``error``, and ``asked``, the digest of case and call by which a trial is resumed. A field of
    the reply that contradicts a column of the case is called ``reply_`` and its name: no answer replaces the truth.

    Args:
        file: Path of a JSON-lines file below the initiative's folder.
        cases: Asked first; each row is one case, sent as JSON: the body of an HTTP call, the input of a command.
        call: What to call for each.
        expects: Fields that every reply must hold.
    """

    file: str
    cases: Query
    call: HttpCall | CommandCall
    expects: tuple[str, ...] = ()

    @property
    def calls(self) -> tuple[Call | None, ...]:
        """What is called; the cases are no part of it."""
        return (self.call,)


Recording = Probing | Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back.

    Args:
        body: JSON where it was JSON (rows of SQL as a list of objects), else text; cut at 64 KB.
        seconds: Round trip.
        status: Of HTTP, or the exit code of a command.
        error: In a sentence, empty when there was a reply: a time-out, a refused connection, a failing statement.
        cut: Whether the body was longer than what is kept.
        reached: Whether there was anybody to ask.
        as_first: Whether the body was that of the first reply, and is not kept twice.
    """

    body: Any = None
    seconds: float = 0.0
    status: int | None = None
    error: str = ""
    cut: bool = False
    reached: bool = True
    as_first: bool = False

    def wrong(self, status: int | None = None) -> str:
        """What is wrong with it, in a few words; empty when it is as it should be."""
        if self.status is None or (self.error and self.status != status):
            return self.error
        hint = ", check the credentials in `headers`" if self.status in (401, 403) else ""
        if status is None:
            right = self.status == 0 or 200 <= self.status < 300
            return "" if right else f"status {self.status}{hint}"
        return "" if self.status == status else f"status {self.status} where {status} is expected{hint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """One line of a probing's file.

    Args:
        probe: Its id.
        call: `Probe.digest`: a line for a call that has changed since proves nothing.
        at: When, ISO 8601, UTC.
        replies: One per repeat.
    """

    probe: str
    call: str
    at: str
    replies: tuple[Reply, ...]
    read_back: Reply | None = None
    clean_up: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A recording that is about to be made.

    Args:
        block: Id of the declared block.
        recording: What will be called.
        cases: Of a trial: all of them, each with the digest of case and call.
        recorded: How many of the cases stand in the file already.
        outdated: How many lines of the file belong to another call or to no case.
    """

    block: str
    recording: Recording
    cases: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    recorded: int = 0
    outdated: int = 0

    @property
    def writing(self) -> tuple[Probe, ...]:
        """The probes that change something out there."""
        probes = self.recording.probes if isinstance(self.recording, Probing) else ()
        return tuple(probe for probe in probes if probe.writes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A recording that was made.

    Args:
        block: Id of the declared block.
        file: Where the lines are, from the folder.
        n: How many probes or cases were asked for now.
        failed: Those that answered wrongly, or not in time: the probe or case, and why.
        unreached: Those that found nobody to ask, and why.
    """

    block: str
    file: str
    n: int
    failed: tuple[tuple[str, str], ...] = ()
    unreached: tuple[tuple[str, str], ...] = ()
