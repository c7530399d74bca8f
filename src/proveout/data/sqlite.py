"""SQLite through the standard library, since DuckDB's own reader is an extension that would have to be downloaded."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from proveout.core.errors import SourceBroken, SourceUnreachable
from proveout.core.question import Read, quoted
from proveout.data import bridge
from proveout.data.location import Location
from proveout.data.vetting import check_tables, tables_of

PERMITTED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
ISO_TIME = r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?"


def select(location: Location, read: Read, path: Path) -> str:
    """Copy a table or the answer to a query to `path`; a SELECT on it comes back.

    SQLite has no type for times: a column of text in which everything is an ISO time becomes one (see `as_times`).

    Raises:
        SourceUnreachable: The file cannot be opened, or it takes too long.
        SourceBroken: There is no such table, or the query fails.
    """
    seconds = location.source.timeout_seconds
    try:
        with _opened(location.path, seconds) as connection:
            cursor = connection.execute(_sql(connection, location, read))
            names = bridge.unique(column[0] for column in cursor.description)
            kinds: list[set[type]] = [set() for _ in names]
            bridge.write(_as_text(cursor, kinds), path)
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise SourceUnreachable(
                f"{location.shown}: no answer within {seconds:g} s", "ask for less, or raise `timeout_seconds`"
            ) from None
        broken = SourceUnreachable if "unable to open" in str(error) or "locked" in str(error) else SourceBroken
        raise broken(f"{location.shown}: {error}", "mend the query or the file") from None
    except sqlite3.DatabaseError as error:
        raise SourceBroken(f"{location.shown}: {error}", "check that it is a SQLite file") from None
    return bridge.select(path, dict(zip(names, map(_type, kinds), strict=True)))


def as_times(column: str) -> str:
    """A condition: everything in this column of text is an ISO time."""
    name = quoted(column)
    return f"count({name}) > 0 and coalesce(bool_and(regexp_full_match({name}, '{ISO_TIME}')), false)"


@contextlib.contextmanager
def _opened(path: Path, seconds: float) -> Iterator[sqlite3.Connection]:
    """A connection that can only read, and is interrupted when the time is up."""
    address = f"file:{quote(str(path))}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=seconds, check_same_thread=False)) as connection:
        connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in PERMITTED else sqlite3.SQLITE_DENY)
        timer = threading.Timer(seconds, connection.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield connection
        finally:
            timer.cancel()
            timer.join()


def _sql(connection: sqlite3.Connection, location: Location, read: Read) -> str:
    names = [row[0] for row in connection.execute("select name from sqlite_master where type in ('table', 'view')")]
    known = [(schema, name) for schema in ("", "main") for name in names]
    if read.query:
        check_tables(tables_of(read.query, "sqlite", location.shown), known, location.shown)
        return read.query
    check_tables([("", read.table)], known, location.shown)
    return f"select * from {quoted(read.table)}"


def _as_text(cursor: sqlite3.Cursor, kinds: list[set[type]]) -> Iterator[list[str | None]]:
    for row in cursor:
        cells: list[str | None] = []
        for cell, kind in zip(row, kinds, strict=True):
            if cell is None:
                cells.append(None)
                continue
            kind.add(type(cell))
            cells.append(cell.hex() if isinstance(cell, bytes) else str(cell))
        yield cells


def _type(kinds: set[type]) -> str:
    if kinds == {int}:
        return "BIGINT"
    return "DOUBLE" if kinds and kinds <= {int, float} else "VARCHAR"
