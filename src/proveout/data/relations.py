"""From a `Read` to a SELECT that stands for it, made once per block."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from proveout.core.errors import ProveoutError, SourceBroken, SourceUnreachable
from proveout.core.initiative import Source
from proveout.core.question import Note, Read, quoted
from proveout.data import as_written, csv_files, postgresql, sqlite, vetting, xes
from proveout.data.bridge import select as select_bridged
from proveout.data.bridge import write
from proveout.data.location import Location, locate
from proveout.data.sandbox import Sandbox, text
from proveout.data.text_columns import explain

NORMAL = {
    "TIMESTAMP WITH TIME ZONE": "({} at time zone 'UTC')",
    "TIMESTAMP_S": "{}::timestamp",
    "TIMESTAMP_MS": "{}::timestamp",
    "TIMESTAMP_NS": "{}::timestamp",
    "DECIMAL": "{}::double",
    "ENUM": "{}::varchar",
    "UUID": "{}::varchar",
    "JSON": "{}::varchar",
}
"""How types that few expect become those that everybody knows."""
WHOLE = re.compile(r"HUGEINT|UHUGEINT|BIGNUM|DECIMAL\(\d+,0\)")
"""Types of whole numbers that may be too long for BIGINT; those that are become text, since they are names."""
OF_TYPES = re.compile(r"cast|convert|compare|No function matches")
"""What DuckDB says where a column is of another type than a query takes it for."""
LONGEST = 2**63 - 1
JSON_BYTES = 1 << 25


class Relations:
    """The relations of one block; what failed once fails again with the same words."""

    def __init__(self, located: Mapping[str, Location | ProveoutError], box: Sandbox, note: Note) -> None:
        self.located = located
        self.note = note
        self.box = box
        self.made: dict[Read, str | ProveoutError] = {}
        self.n_made = 0

    def select(self, read: Read) -> str:
        """A SELECT that yields what is to be read.

        Raises:
            ProveoutError: It cannot be read; the message names the source.
        """
        if read not in self.made:
            try:
                self.made[read] = self._select(read)
            except ProveoutError as error:
                self.made[read] = error
        made = self.made[read]
        if isinstance(made, ProveoutError):
            raise made
        return made

    def _select(self, read: Read) -> str:
        location = self.located[read.source]
        if isinstance(location, ProveoutError):
            raise location
        try:
            if location.kind == "duckdb":
                return self._duckdb(location, read)
            if location.kind in ("sqlite", "postgresql"):
                return self._database(location, read)
            return self._file(location, read)
        except ProveoutError as error:
            message = error.message
            if not location.address:
                message = message.replace(str(location.path), location.path.name)
            if location.shown not in message:
                message = f"{location.shown}: {message}"
            raise type(error)(location.redact(message), location.redact(error.remedy)) from None

    def _file(self, location: Location, read: Read) -> str:
        known = [("", location.name)]
        if read.query:
            vetting.check_tables(vetting.tables_of(read.query, "duckdb", location.shown), known, location.shown)
            whole = self.select(Read(source=read.source))
            shadow = f"with {quoted(location.name)} as not materialized ({whole})"
            try:
                return self._table(f"{shadow} select * from ({vetting.bare(read.query)}\n)", location)
            except SourceBroken as error:
                seconds = location.source.timeout_seconds
                of_types = OF_TYPES.search(error.message)
                hint = explain(read.query, {"": whole}, self.box, seconds) if of_types else ""
                raise SourceBroken(error.message, hint or error.remedy) from None
        if read.table:
            vetting.check_tables([("", read.table)], known, location.shown)
            return self.select(Read(source=read.source))
        return READERS[location.kind](self, location)

    def _csv(self, location: Location) -> str:
        if csv_files.needs_rewriting(location):
            return self._csv_at(csv_files.rewritten(location, self._scratch(), self.note), location)
        try:
            return self._csv_at(location.path, location)
        except SourceBroken:
            return self._csv_at(csv_files.rewritten(location, self._scratch(), self.note), location)

    def _csv_at(self, path: Path, location: Location) -> str:
        make = self._table if csv_files.is_small(location) else self._view
        written = as_written.columns(location, path, self.box)
        return make(csv_files.select(location, path, as_text=written), location)

    def _parquet(self, location: Location) -> str:
        return self._view(f"select * from read_parquet({text(str(location.path))})", location)

    def _json(self, location: Location) -> str:
        path = text(str(location.path))
        options = f"maximum_object_size = {JSON_BYTES}, ignore_errors = false"
        sql = f"select * from read_json({path}, sample_size = -1, {options})"
        types = self.box.types(sql, seconds=location.source.timeout_seconds)
        numbers = [name for name, kind in types.items() if kind == "DOUBLE"]
        long = self._chosen(_too_long, numbers, sql, location)
        if any(long.values()):
            types |= {name: "VARCHAR" for name in numbers if long[name]}
            columns = ", ".join(f"{text(name)}: {text(kind)}" for name, kind in types.items())
            sql = f"select * from read_json({path}, columns = {{{columns}}}, {options})"
        return self._table(sql, location)

    def _xes(self, location: Location) -> str:
        log = xes.read(location.path, location.shown, seconds=location.source.timeout_seconds)
        path = self._scratch()
        write(zip(*log.columns, strict=True), path)
        return self._table(select_bridged(path, log.types), location)

    def _database(self, location: Location, read: Read) -> str:
        _check_named(location, read)
        path = self._scratch()
        if location.kind == "postgresql":
            sql, undecided = postgresql.select(location, read, path)
            made = self._table(sql, location)
            forms = self._chosen(postgresql.as_number, undecided, made, location)
            return _replaced(made, {name: f"{quoted(name)}::{kind}" for name, kind in forms.items()})
        made = self._table(sqlite.select(location, read, path), location)
        types = self.box.types(made, seconds=location.source.timeout_seconds)
        texts = [name for name, kind in types.items() if kind == "VARCHAR"]
        times = self._chosen(sqlite.as_times, texts, made, location)
        return _replaced(
            made,
            {name: f"{quoted(name)}::timestamptz at time zone 'UTC'" for name, is_time in times.items() if is_time},
        )

    def _chosen(
        self, choice: Callable[[str], str], names: Sequence[str], sql: str, location: Location
    ) -> dict[str, Any]:
        """What an aggregate says of each column, in one pass."""
        if not names:
            return {}
        asked = ", ".join(f"{choice(name)} as c{i}" for i, name in enumerate(names))
        found = self.box.run(f"select {asked} from ({sql})", seconds=location.source.timeout_seconds)
        return {name: found[f"c{i}"][0] for i, name in enumerate(names)}

    def _duckdb(self, location: Location, read: Read) -> str:
        catalog = catalog_of(location.path)
        if catalog in self.box.unattached:
            raise self.box.unattached[catalog]
        known = self._tables_in(catalog)
        _check_named(location, read)
        if not read.query:
            schema, _, name = read.table.rpartition(".")
            vetting.check_tables([(schema, name)], known, location.shown)
            source = f"select * from {quoted(catalog)}.{quoted(schema or 'main')}.{quoted(name)}"
            return self._normal(source, location)
        tables = vetting.tables_of(read.query, "duckdb", location.shown)
        vetting.check_tables(tables, known, location.shown)
        shadows = ", ".join(
            f"{quoted(name)} as not materialized (select * from {quoted(catalog)}.main.{quoted(name)})"
            for schema, name in sorted(tables)
            if not schema
        )
        sql = f"{f'with {shadows} ' if shadows else ''}select * from ({vetting.bare(read.query)}\n)"
        self.box.run(f"use {quoted(catalog)}", seconds=location.source.timeout_seconds)
        try:
            return self._table(sql, location)
        finally:
            self.box.run("use memory", seconds=location.source.timeout_seconds)

    def _tables_in(self, catalog: str) -> list[tuple[str, str]]:
        found = self.box.run(
            "select schema_name as schema, table_name as name from duckdb_tables() where database_name = $catalog "
            "union all select schema_name, view_name from duckdb_views() "
            "where database_name = $catalog and not internal",
            seconds=60,
            parameters={"catalog": catalog},
        )
        named = list(zip(found["schema"], found["name"], strict=True))
        return named + [("", name) for schema, name in named if schema == "main"]

    def _table(self, sql: str, location: Location) -> str:
        return self._make("table", sql, location)

    def _view(self, sql: str, location: Location) -> str:
        return self._make("view", sql, location)

    def _make(self, what: str, sql: str, location: Location) -> str:
        self.n_made += 1
        name = f"temp.main.{quoted(f'read {self.n_made}')}"
        self.box.run(f"create temp {what} {name} as {sql}", seconds=location.source.timeout_seconds)
        return self._normal(f"select * from {name}", location)

    def _normal(self, sql: str, location: Location) -> str:
        """The same rows with the types that instruments know."""
        types = self.box.types(sql, seconds=location.source.timeout_seconds)
        forms = {name: NORMAL.get(kind.partition("(")[0], "") for name, kind in types.items()}
        whole = [name for name, kind in types.items() if WHOLE.fullmatch(kind)]
        short = self._chosen(
            lambda name: f"coalesce(max(abs({quoted(name)})) <= {LONGEST}, true)", whole, sql, location
        )
        forms |= {name: "{}::bigint" if short[name] else "{}::varchar" for name in whole}
        return _replaced(sql, {name: form.format(quoted(name)) for name, form in forms.items() if form})

    def _scratch(self) -> Path:
        self.n_made += 1
        return self.box.scratch / f"{self.n_made}.csv"


READERS: Mapping[str, Callable[[Relations, Location], str]] = {
    "csv": Relations._csv,
    "parquet": Relations._parquet,
    "json": Relations._json,
    "xes": Relations._xes,
}


def _too_long(name: str) -> str:
    """A condition: a column of whole numbers with more digits than DuckDB gives them in JSON."""
    column = quoted(name)
    return f"coalesce(bool_and({column} = trunc({column})) and max(abs({column})) > {LONGEST}, false)"


def _replaced(sql: str, expressions: Mapping[str, str]) -> str:
    """The SELECT with other expressions for some of its columns."""
    replaced = ", ".join(f"{expression} as {quoted(name)}" for name, expression in expressions.items())
    return f"select * replace ({replaced}) from ({sql})" if replaced else sql


def locate_all(reads: Sequence[Read], sources: Mapping, folder: Path) -> dict[str, Location | ProveoutError]:
    """Where every source is, or why it cannot be found."""
    located: dict[str, Location | ProveoutError] = {}
    for name in dict.fromkeys(read.source for read in reads):
        source: Source | None = sources.get(name)
        try:
            if source is None:
                raise SourceUnreachable(f"there is no source {name}", "declare it under `sources`")
            located[name] = locate(name, source, folder)
        except ProveoutError as error:
            located[name] = error
    return located


def catalog_of(path: Path) -> str:
    """The name under which a DuckDB file is attached."""
    return f"file {path}"


def _check_named(location: Location, read: Read) -> None:
    if not read.query and not read.table:
        raise SourceBroken(f"{location.shown} is a database; what to read is missing", "add a `table` or a `query`")
