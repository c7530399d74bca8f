"""Event logs in XES (IEEE 1849), read as a stream by the standard library's expat."""

import gzip
import time
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast
from xml.parsers import expat

from proveout.core.errors import SourceBroken, SourceUnreachable
from proveout.data.bridge import unique

CHUNK = 1 << 18
TYPES = {"int": "BIGINT", "float": "DOUBLE", "date": "TIMESTAMP", "boolean": "BOOLEAN"}
SIMPLE = frozenset(("string", "date", "int", "float", "boolean", "id"))
CASE_NAME = "concept:name"
BIGGEST = 1 << 63


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """One row per event in file order; cells as text, times in UTC.

    Args:
        types: Column name to DuckDB type.
        columns: Lists of equal length, in the same order.
    """

    types: dict[str, str]
    columns: list[list[str | None]]


def read(path: Path, shown: str, *, seconds: float) -> EventLog:
    """Read a log, compressed or not.

    Args:
        path: The file.
        shown: How messages name it.
        seconds: How long it may take.

    Raises:
        SourceBroken: The XML is broken or declares entities, or a time cannot be read; with line and column.
        SourceUnreachable: It takes too long.
    """
    reader = _Reader(shown)
    deadline = time.monotonic() + seconds
    with _opened(path) as file:
        try:
            while chunk := file.read(CHUNK):
                reader.parser.Parse(chunk, False)
                if time.monotonic() > deadline:
                    raise SourceUnreachable(
                        f"{shown}: not read within {seconds:g} s", "raise `timeout_seconds` of the source"
                    )
            reader.parser.Parse(b"", True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise SourceBroken(
                f"{shown}:{error.lineno}:{error.offset + 1}: {reason}", "export the log again; the XML is broken here"
            ) from None
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise SourceBroken(f"{shown}: the gzip file is damaged", "copy or export the file again") from None
    return reader.log()


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if compressed else path.open("rb")


@dataclass(slots=True)
class _Column:
    """Values of one key so far, and the XES types they came with."""

    values: list[str | None] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def put(self, row: int, value: str) -> None:
        """Set the value of a row that is not simply the next one."""
        missing = row - len(self.values)
        if missing < 0:
            self.values[row] = value
        else:
            self.values.extend([None] * missing)
            self.values.append(value)

    def sql_type(self) -> str:
        if len(self.kinds) != 1:
            return "VARCHAR"
        kind = TYPES.get(next(iter(self.kinds)), "VARCHAR")
        return kind if kind in ("VARCHAR", "TIMESTAMP") or all(map(_READS[kind], self.values)) else "VARCHAR"


class _Reader:
    """Callbacks of the parser; attributes within attributes are left out."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.depth = 0
        self.holder = 0
        self.n_cases = 0
        self.case_of: list[int] = []
        self.cases: dict[str, _Column] = {}
        self.events: dict[str, _Column] = {}
        self.open = self.cases
        self.row = 0

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if tag in SIMPLE:
            if self.depth == self.holder + 1 and self.holder:
                self._attribute(tag, attributes)
        elif tag == "event":
            self.open, self.row, self.holder = self.events, len(self.case_of), self.depth
            self.case_of.append(self.n_cases)
        elif tag == "trace":
            self.open, self.row, self.holder = self.cases, self.n_cases, self.depth

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if tag in SIMPLE:
            return
        if tag == "event":
            self.open, self.row, self.holder = self.cases, self.n_cases, self.depth
        elif tag == "trace":
            self.n_cases += 1
            self.holder = 0

    def _attribute(self, tag: str, attributes: dict[str, str]) -> None:
        try:
            key, value = attributes["key"], attributes["value"]
        except KeyError:
            raise self._broken(f"a {tag} without key or value", "export the log again") from None
        if tag == "date":
            value = self._utc(value)
        column = self.open.get(key)
        if column is None:
            column = self.open[key] = _Column()
        values = column.values
        if len(values) == self.row:
            values.append(value)
        else:
            column.put(self.row, value)
        column.kinds.add(tag)

    def _utc(self, value: str) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise self._broken(f"{value!r} is no time", "write times as 2026-01-31T12:00:00.000+01:00") from None
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return moment.isoformat(" ")

    def _refuse(self, *_: object) -> None:
        raise self._broken("a document type declaration, which could smuggle in other files", "remove the DOCTYPE")

    def _broken(self, reason: str, remedy: str) -> SourceBroken:
        parser = self.parser
        return SourceBroken(
            f"{self.shown}:{parser.CurrentLineNumber}:{parser.CurrentColumnNumber + 1}: {reason}", remedy
        )

    def log(self) -> EventLog:
        """Everything that was read."""
        for column in self.cases.values():
            column.values.extend([None] * (self.n_cases - len(column.values)))
        for column in self.events.values():
            column.values.extend([None] * (len(self.case_of) - len(column.values)))
        names = self.cases.setdefault(CASE_NAME, _Column([None] * self.n_cases))
        names.values = [name if name is not None else f"trace {i + 1}" for i, name in enumerate(names.values)]
        sequence = [str(i) for i in range(len(self.case_of))]
        keys = unique(["seq", *(f"case:{key}" for key in self.cases), *self.events])
        kinds = ["BIGINT", *(column.sql_type() for column in (*self.cases.values(), *self.events.values()))]
        spread = [[column.values[case] for case in self.case_of] for column in self.cases.values()]
        columns = [sequence, *spread, *(column.values for column in self.events.values())]
        return EventLog(types=dict(zip(keys, kinds, strict=True)), columns=columns)


def _reads_int(value: str | None) -> bool:
    try:
        return value is None or -BIGGEST <= int(value) < BIGGEST
    except ValueError:
        return False


def _reads_float(value: str | None) -> bool:
    try:
        return value is None or float(value) is not None
    except ValueError:
        return False


_READS = {
    "BIGINT": _reads_int,
    "DOUBLE": _reads_float,
    "BOOLEAN": lambda value: value is None or value.lower() in ("true", "false", "1", "0"),
}
