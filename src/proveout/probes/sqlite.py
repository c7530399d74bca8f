"""SQLite through the standard library: read-only unless said otherwise, interrupted when the time is up."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from proveout.probes.rows import Refused, first_rows

COLUMNS = 'select $table as "table", name as "column", type as "type" from pragma_table_info($table) order by cid'


def rows(
    path: Path, sql: str, parameters: Mapping[str, Any], seconds: float, *, writes: bool
) -> tuple[list[dict[str, Any]], bool]:
    """What the statement yields, and whether it was cut; what it changes is committed.

    Raises:
        Refused: The file cannot be opened, it takes too long, or the statement is wrong.
    """
    with _connection(path, seconds, writes=writes) as connection:
        cursor = connection.execute(sql, parameters)
        return first_rows([column[0] for column in cursor.description or ()], cursor)


def columns(path: Path, tables: tuple[str, ...], seconds: float) -> list[dict[str, Any]]:
    """Table, column and type of every column of the tables.

    Raises:
        Refused: As `rows`.
    """
    return [row for table in tables for row in rows(path, COLUMNS, {"table": table}, seconds, writes=False)[0]]


@contextlib.contextmanager
def _connection(path: Path, seconds: float, *, writes: bool) -> Iterator[sqlite3.Connection]:
    """A transaction, committed at its end."""
    address = f"file:{quote(str(path))}?mode={'rw' if writes else 'ro'}"
    try:
        connection = sqlite3.connect(address, uri=True, timeout=seconds, check_same_thread=False)
    except sqlite3.Error as error:
        raise Refused(f"{path.name}: {error}", reached=False) from None
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        with contextlib.closing(connection), connection:
            yield connection
    except sqlite3.Error as error:
        if "interrupted" in str(error):
            raise Refused(f"no answer within {seconds:g} s") from None
        if "readonly" in str(error):
            raise Refused("the statement writes, which is not declared: add `write: true`") from None
        raise Refused(f"{path.name}: {error}") from None
    finally:
        timer.cancel()
        timer.join()
