"""The ledger, opened: append, look up, verify."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from proveout.core.decision import Record
from proveout.core.digest import canonical_json
from proveout.core.errors import ProveoutError
from proveout.ledger.chain import GENESIS, Break, Row, exported, find_breaks, seal

_MEND = "run `proveout ledger verify` to see every break, and restore the ledger from a copy"


class Store(Protocol):
    """Where the rows are: one table `record` that takes no update and no delete."""

    def writing(self) -> AbstractContextManager[None]:
        """A transaction that no other writer shares; undone when it does not come to its end."""
        ...

    def rows(self, where: str = "", parameters: tuple[str, ...] = ()) -> Iterator[Row]:
        """Rows by SQL that follows the table's name, with ``?`` for parameters."""
        ...

    def insert(self, row: Row) -> None:
        """Add a row, within `writing`."""
        ...

    def count(self) -> int:
        """How many rows there are."""
        ...

    def faults(self) -> Iterator[str]:
        """What is wrong with the store itself, one sentence each."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Ledger:
    """An open ledger; a context manager. One per thread.

    Args:
        store: Where the rows are.
        clock: What time it is; another one than the clock on the wall only where a story is told.
    """

    store: Store
    clock: Callable[[], datetime] = now

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        """How many records there are."""
        return self.store.count()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    @property
    def head(self) -> str:
        """Hash of the last record; empty when there is none. Written down elsewhere, it shows later removals."""
        last = self._last()
        return last.hash if last else ""

    def append(self, kind: str, initiative: str, key: str, body: Any) -> Record:
        """Seal a record and write it down durably; writers queue, so nothing is lost and nothing forks.

        Args:
            kind: ``evidence``, ``gate`` or ``decision``.
            initiative: Whose record it is.
            key: What it is looked up by.
            body: A value that `core.digest.plain` understands.

        Raises:
            ProveoutError: The store cannot be written, or its last record was changed.
        """
        text = _encodable(canonical_json(body))
        with self.store.writing():
            last = self._last()
            if last:
                _sound(last)
            row = Row(
                sequence=last.sequence + 1 if last else 1,
                previous=last.hash if last else GENESIS,
                hash="",
                kind=kind,
                initiative=initiative,
                key=key,
                at=self.clock().isoformat(timespec="microseconds"),
                body=text,
            )
            row = row._replace(hash=seal(row))
            self.store.insert(row)
        return _record(row)

    def latest(self, kind: str, initiative: str, key: str) -> Record | None:
        """The newest record of that kind, initiative and key.

        Raises:
            ProveoutError: It was changed after it was written.
        """
        where = "WHERE kind = ? AND initiative = ? AND key = ? ORDER BY sequence DESC LIMIT 1"
        return next((_record(row) for row in self.store.rows(where, (kind, initiative, key))), None)

    def records(
        self, kind: str | None = None, initiative: str | None = None, key: str | None = None
    ) -> Iterator[Record]:
        """Records, oldest first.

        Raises:
            ProveoutError: One of them was changed after it was written.
        """
        given = {"kind": kind, "initiative": initiative, "key": key}
        wanted = {name: value for name, value in given.items() if value is not None}
        where = f"WHERE {' AND '.join(f'{name} = ?' for name in wanted)}" if wanted else ""
        return (_record(row) for row in self.store.rows(f"{where} ORDER BY sequence", tuple(wanted.values())))

    def export(self) -> Iterator[str]:
        """One line of JSON per record, oldest first, broken or not; `verify_export` checks it anywhere."""
        return (exported(row) for row in self.store.rows("ORDER BY sequence"))

    def verify(self, *, expected_head: str | None = None) -> tuple[Break, ...]:
        """Recompute the whole chain, and return every place where it does not hold.

        Args:
            expected_head: A `head` that somebody wrote down; without it, removal of the newest records goes unseen.
        """
        breaks: list[Break] = []
        try:
            breaks += (Break(sequence=0, what=fault) for fault in self.store.faults())
            breaks.extend(find_breaks(self.store.rows("ORDER BY sequence"), expected_head=expected_head))
        except ProveoutError as error:
            breaks.append(Break(sequence=0, what=error.message))
        return tuple(breaks)

    def _last(self) -> Row | None:
        return next(iter(self.store.rows("ORDER BY sequence DESC LIMIT 1")), None)


def open_ledger(location: Path | str, clock: Callable[[], datetime] = now) -> Ledger:
    """Open a ledger, or start one where there is nothing yet.

    Args:
        location: A file for SQLite, or an address ``postgresql://...``.
        clock: What time it is.

    Raises:
        ProveoutError: It cannot be opened or written, is damaged, is no ledger, or comes from a newer version. Nothing
            that is there is changed.
    """
    if str(location).startswith(("postgresql://", "postgres://")):
        from proveout.ledger.postgresql import PostgresStore

        return Ledger(PostgresStore.open(str(location)), clock)
    from proveout.ledger.sqlite import SqliteStore

    return Ledger(SqliteStore.open(Path(location)), clock)


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = f"a record holds text that is not Unicode: {text[max(0, error.start - 20) : error.start]!r}..."
        raise ProveoutError(message, "name files and write texts in UTF-8") from error
    return text


def _sound(row: Row) -> Row:
    if row.hash != seal(row):
        raise ProveoutError(f"record {row.sequence} of the ledger was changed after it was written", _MEND)
    return row


def _record(row: Row) -> Record:
    fields = _sound(row)._asdict()
    return Record(**fields | {"at": datetime.fromisoformat(row.at), "body": json.loads(row.body)})
