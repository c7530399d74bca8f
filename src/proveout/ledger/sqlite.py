"""A ledger in one SQLite file."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from proveout.core.errors import ProveoutError
from proveout.ledger.chain import Row

APPLICATION_ID = 0x50524F56
"""`PROV`: what tells a ledger from other SQLite files."""
SCHEMA_VERSION = 1
WAIT_SECONDS = 30

SCHEMA = (
    """CREATE TABLE record (
    sequence INTEGER PRIMARY KEY,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    initiative TEXT NOT NULL,
    key TEXT NOT NULL,
    at TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT""",
    "CREATE INDEX record_by_key ON record (kind, initiative, key)",
    """CREATE TRIGGER record_grows_at_its_end BEFORE INSERT ON record
WHEN NEW.sequence != (SELECT coalesce(max(sequence), 0) + 1 FROM record)
BEGIN SELECT raise(ABORT, 'the ledger grows at its end only'); END""",
    """CREATE TRIGGER record_is_never_changed BEFORE UPDATE ON record
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER record_is_never_removed BEFORE DELETE ON record
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END""",
)


@dataclass(frozen=True)
class SqliteStore:
    """The rows of a ledger in a file."""

    connection: sqlite3.Connection
    path: Path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, or make it with its schema; a file that is something else stays as it is."""
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            with _explained(path):
                connection.text_factory = lambda raw: raw.decode(errors="replace")  # damage shows as a broken hash
                _recognise(connection, path)
                connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return cls(connection, path)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction under the write lock."""
        with _explained(self.path), _transaction(self.connection):
            yield

    def rows(self, where: str = "", parameters: tuple[str, ...] = ()) -> Iterator[Row]:
        """Rows of the table."""
        sql = f"SELECT {', '.join(Row._fields)} FROM record {where}"
        with _explained(self.path):
            for fields in self.connection.execute(sql, parameters):
                yield Row(*fields)

    def insert(self, row: Row) -> None:
        """Add a row."""
        self.connection.execute(f"INSERT INTO record VALUES ({', '.join('?' * len(row))})", row)

    def count(self) -> int:
        """How many rows there are."""
        with _explained(self.path):
            return self.connection.execute("SELECT count(*) FROM record").fetchone()[0]

    def faults(self) -> Iterator[str]:
        """Damage of the file, and parts of the schema that are not as they were made."""
        with _explained(self.path):
            for (message,) in self.connection.execute("PRAGMA integrity_check"):
                if message != "ok":
                    yield f"the file is damaged: {message}"
            found = {sql for (sql,) in self.connection.execute("SELECT sql FROM sqlite_master")}
        for statement in SCHEMA:
            if statement not in found:
                yield f"the {' '.join(statement.split()[1:3]).lower()} was changed or removed"

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    """Make the schema in an empty file; refuse a file that is no ledger of this version, before it is touched."""
    if _is_empty(connection):
        _write_ahead(connection)
        with _transaction(connection):
            if _is_empty(connection):  # another process may have been first
                for statement in SCHEMA:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise ProveoutError(f"{path} is an SQLite file, but not a ledger of Proveout", "name another file")
    version = _pragma(connection, "user_version")
    if version != SCHEMA_VERSION:
        raise ProveoutError(
            f"the ledger {path} has schema version {version}; this Proveout reads version {SCHEMA_VERSION}",
            "use the version of Proveout that wrote it, or a newer one",
        )


def _is_empty(connection: sqlite3.Connection) -> bool:
    schema = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return schema == 0 and _pragma(connection, "application_id") == 0


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Readers do not wait for writers. SQLite does not wait for the lock that this needs, so we do."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


_CAUSES = {
    sqlite3.SQLITE_FULL: ("there is no room left for the ledger {path}; the record was not written", "free some space"),
    sqlite3.SQLITE_READONLY: ("the ledger {path} cannot be written", "give yourself the right to write it"),
    sqlite3.SQLITE_CANTOPEN: ("the ledger {path} cannot be opened", "make its folder writable, or name another place"),
    sqlite3.SQLITE_BUSY: (
        f"another process has held the ledger {{path}} for more than {WAIT_SECONDS} seconds",
        "wait until it has ended",
    ),
    sqlite3.SQLITE_NOTADB: (
        "{path} is not a ledger, or its beginning is damaged",
        "name another file, or restore the ledger from a copy",
    ),
    sqlite3.SQLITE_CORRUPT: ("the ledger {path} is damaged", "restore it from a copy; keep the damaged file"),
}


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn errors of the file system and of SQLite into messages with a remedy."""
    try:
        yield
    except OSError as error:
        message = f"the ledger {path} cannot be opened: {error.strerror or error}"
        raise ProveoutError(message, "make its folder writable, or name another place") from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None) or 0
        message, remedy = _CAUSES.get(
            code & 0xFF, ("the ledger {path} cannot be used", "keep the file, and look at it")
        )
        raise ProveoutError(f"{message.format(path=path)} ({error})", remedy) from error
