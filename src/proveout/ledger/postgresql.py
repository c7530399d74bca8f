"""A ledger in a PostgreSQL database, for teams that share one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from proveout.core.errors import ProveoutError
from proveout.ledger.chain import Row

MARK = "Proveout ledger 1"
"""The comment on the table; it names the version of the schema."""

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS proveout;
CREATE TABLE proveout.record (
    sequence BIGINT PRIMARY KEY,
    previous TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    initiative TEXT NOT NULL,
    key TEXT NOT NULL,
    at TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX record_by_key ON proveout.record (kind, initiative, key, sequence);
CREATE FUNCTION proveout.refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
CREATE TRIGGER record_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON proveout.record
    FOR EACH STATEMENT EXECUTE FUNCTION proveout.refuse();
"""
_LOCK = 0x50524F56


@dataclass(frozen=True)
class PostgresStore:
    """The rows of a ledger in a database."""

    connection: Any  # psycopg.Connection
    place: str

    @classmethod
    def open(cls, address: str) -> Self:
        """Connect, and make the schema where there is none."""
        address_parts = urlsplit(address)
        place = f"{address_parts.hostname or 'localhost'}{address_parts.path}"  # never with the password
        try:
            import psycopg
        except ImportError as error:
            raise ProveoutError(
                "a ledger in PostgreSQL needs the package psycopg", "pip install 'proveout[postgresql]'"
            ) from error
        with _explained(place):
            connection = psycopg.connect(address, autocommit=True, connect_timeout=10)
        try:
            with _explained(place):
                _recognise(connection, place)
        except BaseException:
            connection.close()
            raise
        return cls(connection, place)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction under a lock that keeps other writers out, and readers not."""
        with _explained(self.place), self.connection.transaction():
            self.connection.execute("LOCK TABLE proveout.record IN EXCLUSIVE MODE")
            yield

    def rows(self, where: str = "", parameters: tuple[str, ...] = ()) -> Iterator[Row]:
        """Rows of the table."""
        sql = f"SELECT {', '.join(Row._fields)} FROM proveout.record {where}".replace("?", "%s")
        with _explained(self.place):
            answer = self.connection.execute(sql, parameters)
        return map(Row._make, answer)

    def insert(self, row: Row) -> None:
        """Add a row."""
        self.connection.execute(f"INSERT INTO proveout.record VALUES ({', '.join(['%s'] * len(row))})", row)

    def count(self) -> int:
        """How many rows there are."""
        with _explained(self.place):
            return self.connection.execute("SELECT count(*) FROM proveout.record").fetchone()[0]

    def faults(self) -> Iterator[str]:
        """Whether the trigger still stands."""
        sql = "SELECT tgenabled FROM pg_trigger WHERE tgname = 'record_is_never_changed'"
        with _explained(self.place):
            found = self.connection.execute(sql).fetchone()
        if found is None or found[0] not in ("O", "A"):
            yield "the trigger that refuses changes was removed or switched off"

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _recognise(connection: Any, place: str) -> None:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        table = connection.execute("SELECT to_regclass('proveout.record')").fetchone()[0]
        if table is None:
            connection.execute(SCHEMA)
            connection.execute(f"COMMENT ON TABLE proveout.record IS '{MARK}'")
        mark = connection.execute("SELECT obj_description('proveout.record'::regclass)").fetchone()[0]
    if mark != MARK:
        raise ProveoutError(
            f"the table proveout.record in {place} is marked {mark!r}, not {MARK!r}",
            "use the version of Proveout that made it, or another database",
        )


@contextmanager
def _explained(place: str) -> Iterator[None]:
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        message = str(error).strip().partition("\n")[0]
        raise ProveoutError(f"the ledger in {place} cannot be used: {message}", "check the database") from error
