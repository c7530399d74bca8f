"""What a declaration may read: files below its own folder."""

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

from proveout.core.errors import ProveoutError

DATA_ROOTS = "PROVEOUT_DATA_ROOTS"
"""Environment variable: further folders that links may lead to, separated as in ``PATH``."""
LONGEST = 255
"""Bytes of a file's name, on common file systems."""


def inside(folder: Path, relative: str) -> Path:
    """The path of a file of the initiative; it need not exist.

    Args:
        folder: The initiative's folder.
        relative: A path below it, as written in the declaration; a glob pattern will do.

    Returns:
        ``folder / relative``, links not followed, so that the file keeps its name.

    Raises:
        ProveoutError: The path is absolute, climbs out with ``..``, or goes through a link out of the folder to a
            place that ``PROVEOUT_DATA_ROOTS`` does not name.
    """
    if not relative.strip() or not relative.isprintable():
        raise ProveoutError(f"{relative!r} is not a path", "write the path of a file below the folder")
    if any(len(os.fsencode(part)) > LONGEST for part in PurePosixPath(relative).parts):
        raise ProveoutError(f"{relative[:40]}… is too long for the name of a file", "write the path of a file")
    windows = PureWindowsPath(relative)
    if PurePosixPath(relative).is_absolute() or windows.drive or windows.root or relative.startswith("~"):
        raise ProveoutError(f"{relative} is not a path below the folder", _remedy("copy or link the file there"))
    if ".." in PurePosixPath(relative).parts or ".." in windows.parts:
        raise ProveoutError(f"{relative} leaves the folder", _remedy("copy or link the file there"))
    path = folder / relative
    try:
        target, home = path.resolve(), folder.resolve()
        allowed = [home, *(Path(root).resolve() for root in os.environ.get(DATA_ROOTS, "").split(os.pathsep) if root)]
    except (OSError, RuntimeError):
        raise ProveoutError(f"{relative} is a link that leads nowhere", "mend the link") from None
    if not any(target.is_relative_to(root) for root in allowed):
        raise ProveoutError(
            f"{relative} is a link out of the folder",
            f"put the file itself into the folder, or name the folder it leads to in {DATA_ROOTS}",
        )
    return path


def _remedy(what: str) -> str:
    return f"paths are relative to the initiative's folder: {what} and write its path from there"
