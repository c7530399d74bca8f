"""PostgreSQL through psycopg: a read-only transaction whose answer is streamed by COPY."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proveout.core.errors import SourceBroken, SourceUnreachable
from proveout.core.question import Read, quoted
from proveout.data import bridge
from proveout.data.location import Location
from proveout.data.vetting import bare, tables_of

if TYPE_CHECKING:
    from psycopg import Column, Connection

GRACE_SECONDS = 2.0
"""After the server's own time-out, before the connection is cut from this side."""
AS_IS = {
    "int2": "SMALLINT",
    "int4": "INTEGER",
    "int8": "BIGINT",
    "float4": "DOUBLE",
    "float8": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "time": "TIME",
}
CONVERTED = {
    "timestamptz": ("{} at time zone 'UTC'", "TIMESTAMP"),
    "interval": ("extract(epoch from {})::float8", "DOUBLE"),
}
"""PostgreSQL type to expression and DuckDB type; whatever is not listed comes as text."""


def select(location: Location, read: Read, path: Path) -> tuple[str, list[str]]:
    """Copy a table or the answer to a query to `path`.

    Returns:
        A SELECT on it, and the numbers that may be whole, which come as text: see `as_number`.

    Raises:
        SourceUnreachable: The driver is not installed, the server refuses or takes too long.
        SourceBroken: There is no such table or column, or the query fails.
    """
    if read.query:
        tables_of(read.query, "postgres", location.shown)
    else:
        read = Read(source=read.source, query=f"select * from {'.'.join(map(quoted, read.table.split('.')))}")
    with _failures(location), _connection(location) as connection:
        inner = f"({bare(read.query)}\n) as answer"
        described = connection.execute(_sql(f"select * from {inner} limit 0"), prepare=True).description or []
        names = bridge.unique(column.name for column in described)
        if names != [column.name for column in described]:
            raise SourceBroken(f"{location.shown}: two columns have the same name", "rename one with `as`")
        known = {kind.oid: kind.name for kind in connection.adapters.types}
        wanted = [_column(column, known.get(column.type_code, "")) for column in described]
        expressions = ", ".join(expression for expression, _ in wanted)
        statement = f"copy (select {expressions} from {inner}) to stdout (format csv, encoding 'UTF8')"
        with path.open("wb") as file, connection.cursor().copy(_sql(statement)) as copy:
            for block in copy:
                file.write(block)
    undecided = [column.name for column in described if _may_be_whole(column, known.get(column.type_code, ""))]
    return bridge.select(path, dict(zip(names, (kind for _, kind in wanted), strict=True))), undecided


def as_number(column: str) -> str:
    """The type that keeps every digit: whole numbers too long for BIGINT are names, and stay text."""
    name = quoted(column)
    whole = f"coalesce(bool_and(regexp_full_match({name}, '-?[0-9]+')), false)"
    return f"case when not {whole} then 'DOUBLE' when max(length({name})) <= 18 then 'BIGINT' else 'VARCHAR' end"


def _may_be_whole(column: "Column", kind: str) -> bool:
    return kind == "numeric" and not column.scale


def _sql(text: str) -> Any:
    """The driver's types take constant text only; people's queries are vetted above."""
    return text


def _column(column: "Column", kind: str) -> tuple[str, str]:
    name = quoted(column.name)
    if kind in AS_IS:
        return name, AS_IS[kind]
    if kind == "numeric" and not _may_be_whole(column, kind):
        return f"{name}::float8", "DOUBLE"
    expression, type_ = CONVERTED.get(kind, ("{}::text", "VARCHAR"))
    return expression.format(name), type_


@contextlib.contextmanager
def _connection(location: Location) -> "Iterator[Connection[Any]]":
    """A read-only transaction that ends when the time is up, whatever the server does."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    seconds = location.source.timeout_seconds
    try:
        conninfo_to_dict(location.address)
    except psycopg.Error:  # its message quotes parts of the password
        raise SourceUnreachable(
            f"{location.shown}: the address is malformed", "write %25, %2F, %3A, %40 for %, /, : and @ in the password"
        ) from None
    with psycopg.connect(location.address, connect_timeout=max(2, round(seconds))) as connection:
        connection.read_only = True
        connection.execute("select set_config('statement_timeout', %s, false)", [str(round(seconds * 1000))])
        connection.execute("select set_config('timezone', 'UTC', false)")
        timer = threading.Timer(seconds + GRACE_SECONDS, _cut, [connection.fileno()])
        timer.daemon = True
        timer.start()
        try:
            yield connection
        finally:
            timer.cancel()
            timer.join()
            connection.rollback()


def _cut(descriptor: int) -> None:
    with contextlib.suppress(OSError), socket.socket(fileno=socket.dup(descriptor)) as line:
        line.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _failures(location: Location) -> Iterator[None]:
    try:
        import psycopg
    except ImportError:
        raise SourceUnreachable(
            f"{location.shown}: the driver for PostgreSQL is not installed", 'pip install "proveout[postgresql]"'
        ) from None
    try:
        yield
    except psycopg.errors.QueryCanceled:
        raise SourceUnreachable(
            f"{location.shown}: no answer within {location.source.timeout_seconds:g} s",
            "ask for less, or raise `timeout_seconds` of the source",
        ) from None
    except psycopg.errors.ReadOnlySqlTransaction:
        raise SourceBroken(
            f"query-not-select: the query on {location.shown} does more than read", "write exactly one SELECT"
        ) from None
    except (psycopg.OperationalError, UnicodeError) as error:
        raise SourceUnreachable(
            f"{location.shown}: {_message(location, error)}", "check address, user, password and network"
        ) from None
    except psycopg.Error as error:
        raise SourceBroken(f"{location.shown}: {_message(location, error)}", "mend the query or the table") from None


def _message(location: Location, error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith(("LINE ", "  "))]
    return location.redact(" ".join(lines[:2])) or type(error).__name__
