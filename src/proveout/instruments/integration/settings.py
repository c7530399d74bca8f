"""The block that people write."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from annotated_types import Gt, Interval, MinLen

from proveout.core.declared import DECLARED, Name
from proveout.core.probe import check_address
from proveout.core.question import SourceName

OPERATION = re.compile(r"(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE) (/\S*)")
PLACE = re.compile(r"\{(\w+)\}")
READING = ("GET", "HEAD", "OPTIONS")
HOW = {"http": "operation", "sql": "sql", "command": "command", "events": "samples"}
"""What says what an operation does, by kind of system."""
WHERE = {"http": "base_url", "sql": "source", "events": "schema"}
"""What a system must name, by its kind."""

Plain = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """That the owner of a system agreed to its use."""

    __pydantic_config__ = DECLARED

    on: date
    """The day on which they agreed."""
    record: Name
    """Where that is written down: minutes, a ticket, a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Values that an operation is called with."""

    __pydantic_config__ = DECLARED

    path: Mapping[str, Plain] = field(default_factory=dict)
    """For the `{places}` of the path."""
    query: Mapping[str, Plain] = field(default_factory=dict)
    """Behind the question mark."""
    body: Any = None
    """Sent as JSON; for a command, on its standard input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What counts as the right answer, beyond the contract."""

    __pydantic_config__ = DECLARED

    status: int | None = None
    """The status of HTTP (200 to 299 when empty), or the exit code of a command (0 when empty)."""
    rows: Annotated[int, Gt(0)] | None = None
    """How many rows SQL must yield at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A call that follows a write. `{name}` in a path and `$name` in SQL are fields of the reply to the write."""

    __pydantic_config__ = DECLARED

    operation: str = ""
    """`METHOD /path` of an HTTP system, such as `GET /leads/{id}`."""
    sql: str = ""
    """One statement, for an SQL system."""
    command: tuple[str, ...] = ()
    """Program and arguments, for a command; it runs in the initiative's folder, without a shell."""
    with_: Given = field(default_factory=Given)
    """Values to call it with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Step):
    """Something that the initiative does with a system, and that a probe can try."""

    id: Name
    """Short name."""
    samples: str = ""
    """For events: path of a file of JSON lines, events as they really came."""
    expect: Expected = field(default_factory=Expected)
    """What counts as the right answer."""
    write: bool | None = None
    """Whether it changes something; POST, PUT, PATCH and DELETE do unless you say `false`."""
    read_back: Step | None = None
    """Called after a write, to see whether it is there."""
    clean_up: Step | None = None
    """Called last, whatever happened, to take away what was written."""
    max_seconds: Annotated[float, Gt(0)] = 10.0
    """How long an answer may take."""

    def __post_init__(self) -> None:
        if (self.read_back or self.clean_up) and not self.writes:
            raise ValueError(f"{self.id}: read_back and clean_up follow a write; say `write: true` if it is one")

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        if self.write is not None:
            return self.write
        return bool(self.operation) and self.operation.split()[0] not in READING


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A system that the initiative must work with."""

    __pydantic_config__ = DECLARED

    id: Name
    """Short name."""
    title: str = ""
    """As people say it."""
    kind: Literal["http", "sql", "events", "command"]
    """How one talks to it."""
    owner: str = ""
    """Who answers for it."""
    owner_agreed: Agreement | None = None
    """When the owner agreed, and where that is written down."""
    base_url: str = ""
    """Of an HTTP system: what stands before every path, such as `https://crm.example.com/api` or `${CRM_URL}`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every request; secrets as `Bearer ${CRM_TOKEN}`."""
    contract: str = ""
    """Of an HTTP system: path of its OpenAPI 3.0 or 3.1 document, YAML or JSON, in a folder such as `contracts/`."""
    source: SourceName | None = None
    """Of an SQL system: the declared source, PostgreSQL or SQLite."""
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of an SQL system: what is promised, as table, column and type (text, integer, number, boolean, date, ...)."""
    schema: str = ""
    """Of events, or of a command's reply: path of a JSON Schema."""
    operations: Annotated[tuple[Operation, ...], MinLen(1)]
    """What the initiative does with it."""

    def __post_init__(self) -> None:
        if (needed := WHERE.get(self.kind)) and not getattr(self, needed):
            raise ValueError(f"{self.id}: a system of kind {self.kind} needs `{needed}`")
        check_address(self.base_url, self.headers, f"{self.id}: base_url")
        for path in (self.contract, self.schema):
            if path.endswith((".yml", ".yaml")) and "/" not in path.removeprefix("./"):
                raise ValueError(f"{self.id}: put {path} into a folder; YAML at the top is read as the declaration")
        _once([operation.id for operation in self.operations], f"operations of {self.id}")
        for operation in self.operations:
            for step in (operation, operation.read_back, operation.clean_up):
                if step:
                    self._check(step, operation)

    def _check(self, step: Step, operation: Operation) -> None:
        how = HOW[self.kind]
        if not getattr(step, how, "") or sum(bool(getattr(step, name, "")) for name in HOW.values()) != 1:
            raise ValueError(f"{self.id}/{operation.id}: a system of kind {self.kind} is called by `{how}` alone")
        if self.kind != "http":
            return
        if not OPERATION.fullmatch(step.operation):
            raise ValueError(
                f"{self.id}/{operation.id}: {step.operation!r} is not METHOD and /path, as in GET /leads/{{id}}"
            )
        open_ = [name for name in PLACE.findall(step.operation) if name not in step.with_.path]
        if step is operation and open_:
            raise ValueError(f"{self.id}/{operation.id}: give `with: {{path: {{{open_[0]}: ...}}}}`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Which systems the initiative must work with, and what it does with them."""

    __pydantic_config__ = DECLARED

    systems: Annotated[tuple[System, ...], MinLen(1)]
    """One entry per system."""
    record: Name = "records/integration.jsonl"
    """Where `proveout probe` writes what the systems answered; a path below the folder."""
    probed_within_days: Annotated[int, Gt(0)] = 30
    """After so many days, what was recorded proves nothing any more."""
    repeats: Annotated[int, Interval(ge=1, le=100)] = 5
    """How often an operation that only reads is called, to time it."""

    def __post_init__(self) -> None:
        _once([system.id for system in self.systems], "systems")


def _once(ids: list[str], what: str) -> None:
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ValueError(f"two {what} are called {twice[0]}; each needs a name of its own")
