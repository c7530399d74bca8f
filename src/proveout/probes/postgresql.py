"""PostgreSQL through psycopg: one transaction, read-only unless said otherwise, cut off when the time is up."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from proveout.core.errors import SourceUnreachable
from proveout.probes.rows import PART, Refused, first_rows

if TYPE_CHECKING:
    from psycopg import Connection

GRACE_SECONDS = 2.0
"""After the server's own time-out, before the connection is cut from this side."""
COLUMNS = """
select case when c.table_schema = 'public' or c.table_schema = current_schema() then c.table_name
            else c.table_schema || '.' || c.table_name end as "table",
       c.column_name as "column", c.data_type as "type"
from information_schema.columns as c
where c.table_name = any(%(names)s) or c.table_schema || '.' || c.table_name = any(%(names)s)
order by 1, c.ordinal_position
"""


def passwords(address: str) -> dict[str, str]:
    """The password of an address in every spelling, and what is shown for it."""
    try:
        parts = urlsplit(address)
        raw = parts.netloc.rpartition("@")[0].partition(":")[2]
        query = [value for key, value in parse_qsl(parts.query) if "password" in key.lower()]
    except ValueError:
        raise SourceUnreachable(
            "the address of the database is malformed", "write postgresql://user:password@host:5432/database"
        ) from None
    return {secret: "***" for secret in (raw, unquote(raw), *query) if secret}


def rows(
    address: str, sql: str, parameters: Mapping[str, Any], seconds: float, *, writes: bool
) -> tuple[list[dict[str, Any]], bool]:
    """What the statement yields, and whether it was cut; what it changes is committed.

    Raises:
        Refused: The server cannot be reached, is too slow, or does not like the statement.
    """
    with _connection(address, seconds, writes=writes) as connection, connection.cursor() as cursor:
        statement: Any = _placed(sql) if parameters else sql
        if not writes:
            stream: Any = cursor.stream(statement, parameters or None)
            with contextlib.closing(stream):
                first = list(islice(stream, 1))  # only then the names are known
                return first_rows(_names(cursor), chain(first, stream))
        cursor.execute(statement, parameters or None)
        return first_rows(_names(cursor), cursor) if cursor.description else ([], False)


def columns(address: str, tables: tuple[str, ...], seconds: float) -> list[dict[str, Any]]:
    """Table, column and type of every column of the tables.

    Raises:
        Refused: As `rows`.
    """
    return rows(address, COLUMNS.replace("%(names)s", "$names"), {"names": list(tables)}, seconds, writes=False)[0]


def _names(cursor: Any) -> list[str]:
    return [column.name for column in cursor.description or ()]


def _placed(sql: str) -> str:
    """``$name`` as the driver wants it, outside of quotes and comments."""
    return PART.sub(
        lambda match: f"%({match['name']})s" if match["name"] else match[0].replace("%", "%%"),
        sql,
    )


@contextlib.contextmanager
def _connection(address: str, seconds: float, *, writes: bool) -> "Iterator[Connection[Any]]":
    """A transaction, committed at its end."""
    try:
        import psycopg
    except ImportError:
        raise Refused(
            'the driver for PostgreSQL is not installed: pip install "proveout[postgresql]"', reached=False
        ) from None
    try:
        connection = psycopg.connect(address, connect_timeout=max(2, round(seconds)))
    except psycopg.OperationalError as error:
        raise Refused(_message(error), reached=False) from None
    except (psycopg.Error, UnicodeError):  # its message quotes parts of the password
        raise Refused("the address of the database is malformed", reached=False) from None
    try:
        with connection, _cut_off(connection, seconds):
            connection.read_only = not writes
            connection.execute("select set_config('statement_timeout', %s, false)", [str(round(seconds * 1000))])
            yield connection
    except psycopg.errors.QueryCanceled:
        raise Refused(f"no answer within {seconds:g} s") from None
    except psycopg.errors.ReadOnlySqlTransaction:
        raise Refused("the statement writes, which is not declared: add `write: true`") from None
    except psycopg.Error as error:
        raise Refused(_message(error)) from None


@contextlib.contextmanager
def _cut_off(connection: "Connection[Any]", seconds: float) -> Iterator[None]:
    """End the connection from this side if the server keeps silent."""
    timer = threading.Timer(seconds + GRACE_SECONDS, _cut, [connection.fileno()])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _cut(descriptor: int) -> None:
    with contextlib.suppress(OSError), socket.socket(fileno=socket.dup(descriptor)) as line:
        line.shutdown(socket.SHUT_RDWR)


def _message(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith(("LINE ", "  "))]
    return " ".join(lines[:2]) or type(error).__name__
