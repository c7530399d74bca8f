"""From a declared source to the file or address it stands for, with its secrets kept out of sight."""

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from proveout.core.errors import SourceUnreachable
from proveout.core.initiative import Source
from proveout.core.paths import inside

SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".ndjson": "json",
    ".jsonl": "json",
    ".xes": "xes",
    ".duckdb": "duckdb",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
}
COMPRESSED = (".gz", ".zst")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A source that may be opened.

    Args:
        kind: One of csv, parquet, json, xes, duckdb, sqlite, postgresql.
        shown: How messages name it.
        path: The file, where it is one.
        address: The address with its secret, where it is a server.
        secrets: What must never be printed.
    """

    name: str
    source: Source
    kind: str
    shown: str
    path: Path = Path()
    address: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def redact(self, text: str) -> str:
        """The text without any secret."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def locate(name: str, source: Source, folder: Path) -> Location:
    """Where a source is.

    Raises:
        ProveoutError: A variable is not set, the path leaves the folder, or the file is not there.
    """
    values = _variables(name, source.location)
    location = VARIABLE.sub(lambda match: values[match[1]], source.location)
    if location.startswith(("postgresql://", "postgres://")):
        secrets = _secrets(name, location) | {value for value in values.values() if value}
        shown = f"source {name} ({_without_secrets(source.location, secrets)})"
        return Location(
            name=name, source=source, kind="postgresql", shown=shown, address=location, secrets=tuple(secrets)
        )
    if "://" in location:
        raise SourceUnreachable(
            f"source {name}: addresses of this kind are not known",
            "give a file below the folder, duckdb:file, sqlite:file or postgresql://...",
        )
    prefix, _, rest = location.partition(":")
    declared = prefix if rest and prefix in ("duckdb", "sqlite") else ""
    relative = rest if declared else location
    path = inside(folder, relative)
    kind = declared or source.format or kind_of(path)
    shown = f"source {name} ({source.location})"
    if not kind:
        raise SourceUnreachable(
            f"{shown}: the file's name does not tell its format", "add `format: csv` (or parquet, json, xes)"
        )
    check_file(path, shown)
    return Location(name=name, source=source, kind=kind, shown=shown, path=path.resolve())


def kind_of(path: Path) -> str:
    """The format that the file's name tells, or nothing."""
    name = path.name.lower()
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    return SUFFIXES.get(Path(name).suffix, "")


def check_file(path: Path, shown: str) -> None:
    """Refuse what is not a readable, regular file: opening a pipe would wait for ever.

    Raises:
        SourceUnreachable: With the reason.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise SourceUnreachable(f"{shown}: there is no such file", "put the file there, or mend the path") from None
    except OSError as error:
        raise SourceUnreachable(f"{shown}: {error.strerror}", "mend the path or its permissions") from None
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
        raise SourceUnreachable(f"{shown} is {what}, not a file", "name a file")
    if not os.access(path, os.R_OK):
        raise SourceUnreachable(f"{shown} may not be read", "grant read permission on the file")


def _variables(name: str, location: str) -> dict[str, str]:
    names = VARIABLE.findall(location)
    missing = [variable for variable in names if not os.environ.get(variable)]
    if missing:
        raise SourceUnreachable(
            f"source {name}: the environment variable {missing[0]} is not set",
            f"set {missing[0]} before the run, such as `export {missing[0]}=...`",
        )
    return {variable: os.environ[variable] for variable in names}


def _secrets(name: str, address: str) -> set[str]:
    """The password of an address in every spelling, and the address itself."""
    try:
        parts = urlsplit(address)
        raw = parts.netloc.rpartition("@")[0].partition(":")[2]
        found = {raw, unquote(raw), address}
        found |= {value for key, value in parse_qsl(parts.query) if "password" in key.lower()}
    except ValueError:
        raise SourceUnreachable(
            f"source {name}: the address is malformed", "write postgresql://user:password@host:5432/database"
        ) from None
    return {secret for secret in found if secret}


def _without_secrets(location: str, secrets: set[str]) -> str:
    hidden = location
    for secret in sorted(secrets - {location}, key=len, reverse=True):
        hidden = hidden.replace(secret, "***")
    return hidden
