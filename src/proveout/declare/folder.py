"""The files of a folder, as one document."""

from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Any

from proveout.core.diagnostic import Diagnostic, Position
from proveout.declare.document import Document, Mark, Path
from proveout.declare.reading import MAX_BYTES, read

SHARED = ("sources", "evidence", "gates", "groups", "objectives", "kpis", "waivers")
"""Sections that may be spread over several files; every other key stands in one."""

MAIN = ("initiative.yml", "initiative.yaml")
Part = tuple[Document, list[Diagnostic]]
SUFFIXES = {".yml", ".yaml"}


def read_folder(folder: FilePath) -> tuple[Document, list[Diagnostic]]:
    """All YAML files at the top of a folder, merged; ``plain`` is None when there is nothing to go on with."""
    nothing = Document(None)
    if not folder.is_dir():
        return nothing, [nothing.diagnostic("folder-missing", f"there is no folder {folder}", None)]
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and not path.name.startswith("."))
    except OSError as error:
        return nothing, [nothing.diagnostic("folder-missing", f"{folder} cannot be read: {error.strerror}", None)]
    files.sort(key=lambda path: path.name not in MAIN)
    if not files or files[0].name not in MAIN:
        return nothing, [nothing.diagnostic("no-declaration", f"{folder} has no file {MAIN[0]}", None)]
    parts = _without_policy([read_file(path, path.name) for path in files])
    diagnostics = [diagnostic for _, found in parts for diagnostic in found]
    mappings = [part for part, _ in parts if isinstance(part.plain, dict)]
    others = [(part, found) for part, found in parts if not isinstance(part.plain, dict)]
    diagnostics += [_not_a_mapping(part) for part, found in others if not found]
    if any(found for _, found in others) or not isinstance(parts[0][0].plain, dict):
        return nothing, diagnostics
    merged, faults = _merge(mappings)
    return merged, diagnostics + faults


def _without_policy(parts: list[Part]) -> list[Part]:
    """The parts but for the file that one of them names as the policy."""
    named = [part.plain["policy"] for part, _ in parts if isinstance(part.plain, dict) and "policy" in part.plain]
    policy = str(named[0]).removeprefix("./") if named else ""
    return [part for part in parts if part[0].file != policy or policy in MAIN]


def read_file(path: FilePath, name: str) -> tuple[Document, list[Diagnostic]]:
    """One YAML file; ``plain`` is None when it cannot be read.

    Args:
        path: Where it is.
        name: What positions call it.
    """
    position = Position(file=name)
    unread = Document(None, {(): Mark(None, position)})
    if not path.is_file():
        return unread, [unread.diagnostic("unreadable-file", f"{name} is not a file", position)]
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return unread, [unread.diagnostic("unreadable-file", f"{name}: {error.strerror}", position)]
    return read(data, name)


def _not_a_mapping(document: Document) -> Diagnostic:
    position = document.marks[()].value
    if document.plain is None:
        return document.diagnostic("empty-file", f"{position.file} is empty", position)
    message = f"{position.file} must hold keys and values, such as initiative: name"
    return document.diagnostic("wrong-type", message, position)


def _merge(parts: Sequence[Document]) -> tuple[Document, list[Diagnostic]]:
    plain: dict[str, Any] = {}
    merged = Document(
        plain, {(): parts[0].marks[()]}, {name: text for part in parts for name, text in part.lines.items()}
    )
    faults: list[Diagnostic] = []
    for part in parts:
        for key, value in part.plain.items():
            if plain.get(key) is None:
                plain[key] = value
                _adopt(merged, part, (key,), (key,))
            elif key in SHARED and type(plain[key]) is type(value) and isinstance(value, dict | list):
                faults += _join(merged, part, key)
            elif value is not None:
                faults.append(_twice(merged, part, (key,)))
    return merged, faults


def _join(merged: Document, part: Document, key: str) -> list[Diagnostic]:
    """The entries of a shared section, put behind those of the files before."""
    mine, theirs = merged.plain[key], part.plain[key]
    if isinstance(mine, list):
        for i, item in enumerate(theirs):
            _adopt(merged, part, (key, i), (key, len(mine)))
            mine.append(item)
        return []
    faults = []
    for name, item in theirs.items():
        if name in mine:
            faults.append(_twice(merged, part, (key, name)))
        else:
            mine[name] = item
            _adopt(merged, part, (key, name), (key, name))
    return faults


def _adopt(merged: Document, part: Document, old: Path, new: Path) -> None:
    moved = {(*new, *path[len(old) :]): mark for path, mark in part.marks.items() if path[: len(old)] == old}
    merged.marks.update(moved)


def _twice(merged: Document, part: Document, path: Path) -> Diagnostic:
    first = merged.key(path)
    where = f"{first.file}:{first.line}" if first else "another file"
    return merged.diagnostic(
        "duplicate-key", f'"{path[-1]}" stands here a second time; the first is in {where}', part.key(path)
    )
