"""Files of recorded answers: JSON lines that `proveout probe` wrote, and nothing else."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proveout.core.errors import ProveoutError

PROBED = frozenset(("probe", "call", "at", "replies"))
TRIED = frozenset(("asked", "latency_seconds", "error"))
"""Keys by which a line is known as one of ours."""
AT_WORK = {"probing": "probe, draw or step of the rollout", "watching": "round of watch"}
"""What two must not do at once."""


def lines_of(path: Path, keys: frozenset[str]) -> list[dict[str, Any]]:
    """The lines that an earlier run left; a last line that was being written when the run ended does not count.

    Raises:
        ProveoutError: The file holds anything else, or cannot be read.
    """
    if not path.exists():
        return []
    try:
        texts = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    except OSError as error:
        raise ProveoutError(f"{path} cannot be read: {error.strerror}", "name a file that can be read") from None
    found = [_object(text) for text in texts]
    if found and not texts[-1].endswith("\n"):
        found.pop()
        if not found:
            found = [{}]
    if not all(line.keys() >= keys for line in found):
        raise ProveoutError(
            f"{path} exists, and holds what no probe of this kind wrote", "name another file, or move this one away"
        )
    return found


@contextmanager
def reserved(folder: Path, name: str = "probing", *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Keep others out who do the same in the folder: of two that write one file, what one wrote would be lost.

    Args:
        folder: The initiative's.
        name: What must not be done by two at once: `probing` is to probe, to draw, and to take steps.
        wait_seconds: How long to wait for another one to end.

    Raises:
        ProveoutError: Another one is at work.
    """
    with closing(_lock(folder, name, wait_seconds)):
        yield


def _lock(folder: Path, name: str, wait_seconds: float) -> sqlite3.Connection:
    """A transaction that one process at a time can begin, and that ends with it, however it ends."""
    lock = folder / ".proveout" / f"{name}.lock"
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(lock, timeout=wait_seconds, isolation_level=None)
        connection.execute("begin exclusive")
    except (sqlite3.Error, OSError) as error:
        if "locked" in str(error):
            raise ProveoutError(f"another {AT_WORK[name]} of {folder} is running", "wait until it has ended") from None
        raise ProveoutError(f"{lock} cannot be written: {error}", "mend the permissions of the folder") from None
    return connection


def write(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Replace the file whole or not at all.

    Raises:
        ProveoutError: It cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text("".join(map(line_of, lines)), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ProveoutError(
            f"{path} cannot be written: {error.strerror}", "mend its permissions, or free space"
        ) from None


def line_of(values: Mapping[str, Any]) -> str:
    """One line of JSON."""
    return json.dumps(values, allow_nan=False) + "\n"


def set_aside(path: Path, folder: Path) -> None:
    """Keep a copy of the file below ``.proveout`` before its lines are replaced.

    Raises:
        ProveoutError: It cannot be copied.
    """
    if path.exists():
        aside = folder / ".proveout" / "records"
        try:
            aside.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, aside / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{path.name}")
        except OSError as error:
            raise ProveoutError(
                f"{path} cannot be copied to {aside}: {error.strerror}", "mend the permissions, or free space"
            ) from None


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
