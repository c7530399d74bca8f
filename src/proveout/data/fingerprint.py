"""What identifies the data that were read, so that the same data are not measured twice."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from proveout.core.digest import digest
from proveout.core.errors import ProveoutError
from proveout.core.evidence import Fingerprint
from proveout.core.initiative import Source
from proveout.core.question import Documents, Question, SourceName
from proveout.data.documents import matches
from proveout.data.location import Location, locate

UNFINISHED = ("-wal", ".wal")
"""Ends of the names under which SQLite and DuckDB keep what is not yet in the main file."""


def fingerprints_of(
    questions: Sequence[Question], sources: Mapping[SourceName, Source], folder: Path
) -> tuple[Fingerprint, ...]:
    """One per distinct source and document pattern, in order of first use."""
    found: dict[str, str] = {}
    for question in questions:
        if isinstance(question, Documents):
            found.setdefault(question.pattern, "")
            found[question.pattern] = _pattern_digest(question.pattern, folder)
            continue
        for name in dict.fromkeys(read.source for read in question.reads.values()):
            if name not in found:
                found[name] = _source_digest(name, sources.get(name), folder)
    return tuple(Fingerprint(source=name, digest=value) for name, value in found.items())


def _source_digest(name: str, source: Source | None, folder: Path) -> str:
    if source is None:
        return ""
    try:
        location = locate(name, source, folder)
        return "" if location.kind == "postgresql" else _file_digest(location)
    except (ProveoutError, OSError):
        return ""


def _file_digest(location: Location) -> str:
    """Digest of the bytes; mixed with how they are read where that is declared."""
    own = _sha256(location.path)
    unfinished = [location.path.with_name(location.path.name + end) for end in UNFINISHED]
    others = [_sha256(path) for path in unfinished if location.kind in ("duckdb", "sqlite") and path.is_file()]
    reading = [location.source.format, location.source.delimiter, location.source.encoding]
    return digest([own, others, reading]) if others or any(reading) else own


def _pattern_digest(pattern: str, folder: Path) -> str:
    try:
        return digest([[relative, _sha256(path)] for relative, path in matches(pattern, folder)])
    except (ProveoutError, OSError):
        return ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
