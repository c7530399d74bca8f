"""What an instrument asks of the data, and what comes back. The instrument itself holds no connection."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NewType

from proveout.core.declared import DECLARED
from proveout.core.evidence import Evidence, Outcome
from proveout.core.registration import Registration
from proveout.core.sign_off import SignOff
from proveout.core.wave import Progress

if TYPE_CHECKING:
    import numpy as np

    Columns = Mapping[str, np.ndarray]
else:
    Columns = Mapping[str, Any]

Note = Callable[[str], object]
"""Told, in a sentence, of something that was not read as it stands."""

SourceName = NewType("SourceName", str)
"""The name of a declared source; `declare` checks that it exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What to read from a source: the whole file, a table of a database, or the people's own SELECT."""

    source: SourceName
    table: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Where a table is."""

    __pydantic_config__ = DECLARED

    source: SourceName
    """Which source to ask."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT that yields the columns, instead of a table."""

    @property
    def read(self) -> Read:
        """As a question names it."""
        return Read(source=self.source, table=self.table, query=self.query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One SELECT over named relations.

    Args:
        name: Under which the answer comes back.
        sql: One SELECT in the common subset of SQL; it names the keys of `reads` and of preparations as tables.
        reads: Relation name to what it stands for.
        parameters: Values for ``$name`` placeholders in the SQL.
    """

    name: str
    sql: str
    reads: Mapping[str, Read] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """A temporary table that the queries after it share, such as an event log encoded and sorted once.

    Args:
        name: Of the table.
        sql: As in a `Query`, like the other two.
        passing: Whether its memory is given back after the last question that names it; no follow-up may name it.
    """

    name: str
    sql: str
    reads: Mapping[str, Read] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    passing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Text files by glob pattern below the initiative's folder; the answer has columns ``path`` and ``text``."""

    name: str
    pattern: str


Question = Query | Preparation | Documents
FollowUp = Callable[["Mapping[str, Columns]", "Mapping[str, Failure]"], "Sequence[Query | Preparation]"]
"""From the answers so far to what is asked next, of the same sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A question that could not be answered, with what to do about it."""

    outcome: Outcome
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What `measure` works on: small columnar tables by question name, and what other blocks found.

    Args:
        tables: One-dimensional NumPy arrays of equal length by column name, by question name. Masked arrays
            where SQL gave NULL.
        failures: Questions that failed; only instruments that say so get to see them.
        evidence: Evidence of the blocks that this one builds on.
        as_of: The day that counts as today.
        registration: What was fixed before the pilot, for instruments that read `pilot`.
        judged: How the gate of the pilot judges today, for the same instruments.
        progress: How the rollout stands, for instruments that read `rollout`.
        sign_offs: What each group last said of the plan, for instruments that read `sign_offs`.
        digests: SHA-256 of the files that were read, by source.
    """

    tables: Mapping[str, Columns]
    as_of: date
    failures: Mapping[str, Failure] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    registration: Registration | None = None
    judged: Mapping[str, Any] = field(default_factory=dict)
    progress: Progress | None = None
    sign_offs: tuple[SignOff, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)


def columns_of(name: str, read: Read) -> Query:
    """Asks which columns a table has; `column_name` and `column_type` come back."""
    sql = "select column_name, column_type from (describe select * from given)"
    return Query(name=name, sql=sql, reads={"given": read})


def columns_there(answers: Answers, name: str) -> dict[str, str]:
    """From the answer to `columns_of`, the columns by name without case; none where it was not answered."""
    table = answers.tables.get(name)
    return {} if table is None else {str(column).casefold(): str(column) for column in table["column_name"]}


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def moment_of(column: str) -> str:
    """A column, whatever its type, as a moment in UTC; NULL where it is none."""
    return f"try_cast(trim(cast({quoted(column)} as varchar)) as timestamptz) at time zone 'UTC'"


CALENDAR = "between timestamp '1900-01-01' and timestamp '9999-12-31 23:59:59'"
"""Where moments lie that a calendar has; what lies outside, such as infinity, cannot be read."""


def texts(column: "np.ndarray") -> list[str | None]:
    """The texts of a column that came back, None where SQL gave NULL."""
    return [None if value is None else str(value) for value in column.tolist()]
