"""One DuckDB in memory that reaches nothing but the files it is given."""

import contextlib
import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from proveout.core.errors import ProveoutError, SourceBroken, SourceUnreachable
from proveout.core.question import Columns, quoted
from proveout.data.growth import bounded

MEMORY_SHARE, MOST_MEMORY = 0.25, 700 * 2**20
"""Of the machine's memory, and in bytes, for one block, since blocks run side by side; what is more spills to disk."""
MEMORY = "PROVEOUT_MEMORY"
"""The environment variable that gives a block another limit, such as 4GB."""
DEFAULT_SHARE = 0.8
"""Of the memory, which DuckDB takes when nobody says otherwise."""
PREFIX = re.compile(r"^(Attempting to execute an unsuccessful.*\n)?(Error: )?([A-Z][A-Za-z-]+ (Input )?Error: )+")
INTERRUPT_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """An open connection and the private folder for what is on its way into it."""

    connection: duckdb.DuckDBPyConnection
    scratch: Path
    unattached: Mapping[str, ProveoutError]

    def run(self, sql: str, *, seconds: float, parameters: Mapping[str, Any] | None = None) -> Columns:
        """Run one statement of the house; columns come back as arrays.

        Args:
            sql: One statement.
            seconds: How long it may take.
            parameters: Values for ``$name``; those that the statement does not name are left out.

        Raises:
            SourceUnreachable: It takes too long, or a file cannot be read.
            SourceBroken: It fails.
        """
        given = {name: value for name, value in (parameters or {}).items() if re.search(rf"\${name}\b", sql)}
        with _limited(self.connection, seconds):
            return self.connection.execute(sql, given or None).fetchnumpy()

    def types(self, relation: str, *, seconds: float) -> dict[str, str]:
        """Column name to type of a SELECT."""
        described = self.run(f"select column_name, column_type from (describe {relation})", seconds=seconds)
        return dict(zip(described["column_name"], described["column_type"], strict=True))

    def check_select(self, sql: str) -> None:
        """Refuse whatever is not one SELECT: a path that may be read could be written to by COPY.

        Raises:
            SourceBroken: It is something else, or no SQL.
        """
        try:
            statements = self.connection.extract_statements(sql)
        except duckdb.Error as error:
            raise SourceBroken(message_of(error)) from None
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise SourceBroken("query-not-select: only one SELECT may be asked", "write exactly one SELECT")


@contextlib.contextmanager
def sandbox(files: Sequence[Path], databases: Mapping[str, Path]) -> Iterator[Sandbox]:
    """Open it, and leave nothing behind.

    Args:
        files: That may be read.
        databases: DuckDB files to attach for reading, by the name to attach them under.
    """
    with tempfile.TemporaryDirectory(prefix="proveout-") as folder:
        scratch = Path(folder)
        connection = duckdb.connect(":memory:", config=_settings(scratch))
        default = _default_memory(connection)
        try:
            unattached = _attach(connection, databases)
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"set memory_limit = {text(_memory(default))}")
            connection.execute(f"set allowed_paths = [{', '.join(text(str(path)) for path in files)}]")
            connection.execute(f"set allowed_directories = [{text(str(scratch / 'in'))}]")
            connection.execute("set enable_external_access = false")
            connection.execute("set lock_configuration = true")
            (scratch / "in").mkdir()
            with bounded(default):
                yield Sandbox(connection=connection, scratch=scratch / "in", unattached=unattached)
        finally:
            connection.close()


def text(value: str) -> str:
    """A value as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def message_of(error: Exception) -> str:
    """What DuckDB says, without its own headings, options and pictures of the query."""
    message = PREFIX.sub("", str(error).strip())
    message = re.split(r"\n\s*\n|\nLINE \d+:|\nPossible (?:fixes|solutions?)|\s*Candidate functions", message)[0]
    return " ".join(message.split())


def _attach(connection: duckdb.DuckDBPyConnection, databases: Mapping[str, Path]) -> dict[str, ProveoutError]:
    """Attach files for reading; those that will not open come back with the reason."""
    failed: dict[str, ProveoutError] = {}
    for name, path in databases.items():
        try:
            connection.execute(f"attach {text(str(path))} as {quoted(name)} (type duckdb, read_only)")
        except duckdb.Error as error:
            failed[name] = SourceUnreachable(
                f"DuckDB cannot open it: {message_of(error)}",
                "check that it is a DuckDB file that nobody is writing to",
            )
    return failed


def _memory(default: int) -> str:
    """What was asked for, or our share of DuckDB's default."""
    if asked := os.environ.get(MEMORY, ""):
        if not re.fullmatch(r"[0-9.]+ ?[KMGT]i?B", asked):
            raise SourceUnreachable(f"{MEMORY}={asked} is no amount of memory", "write it as 4GB")
        return asked
    return f"{min(default * MEMORY_SHARE / DEFAULT_SHARE, MOST_MEMORY) / 2**20:.0f} MiB"


def _default_memory(connection: duckdb.DuckDBPyConnection) -> int:
    """What DuckDB takes when nobody says otherwise, in bytes; it knows the limits of containers."""
    (default,) = connection.execute("select current_setting('memory_limit')").fetchone() or ("4 GiB",)
    amount, unit = default.split()
    return int(float(amount) * 1024 ** ("bytes", "KiB", "MiB", "GiB", "TiB").index(unit))


def _settings(scratch: Path) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
        "temp_directory": str(scratch / "spill"),
    }


@contextlib.contextmanager
def _limited(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what takes longer; DuckDB's errors become ours."""
    done, overdue = threading.Event(), threading.Event()

    def watch() -> None:
        if not done.wait(seconds):
            overdue.set()
            while not done.wait(INTERRUPT_SECONDS):
                connection.interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except duckdb.Error as error:
        raise _translated(error, seconds, overdue=overdue.is_set()) from None
    finally:
        done.set()
        watcher.join()


def _translated(error: duckdb.Error, seconds: float, *, overdue: bool) -> ProveoutError:
    if overdue:
        return SourceUnreachable(
            f"no answer within {seconds:g} s", "ask for less, or raise `timeout_seconds` of the source"
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return SourceBroken(
            "more memory is needed than one block may take", f"ask for less, or allow more: {MEMORY}=4GB"
        )
    if isinstance(error, duckdb.InterruptException):
        return SourceUnreachable("interrupted", "run it again")
    if isinstance(error, duckdb.IOException):
        return SourceUnreachable(message_of(error), "mend the file or its permissions")
    close = re.search(r"^Candidate bindings: (.+)$", str(error), re.MULTILINE)
    shown = message_of(error).partition(" Candidate bindings:")[0]
    if close:
        return SourceBroken(shown, f"columns that come close: {close[1]}")
    mixed = "Error when converting column" in shown and re.search(r"to '(DATE|TIMESTAMP)", shown)
    return SourceBroken(shown, "write all its dates alike, as 2026-01-31" if mixed else "mend the query or the data")
