"""Text files by glob pattern below the initiative's folder."""

from collections.abc import Iterator
from pathlib import Path

from proveout.core.errors import SourceBroken
from proveout.core.paths import inside
from proveout.core.question import Columns
from proveout.core.wording import legible
from proveout.data.location import check_file

MAX_BYTES = 5_000_000
"""Of one file; the King James Bible is 4.4 million."""
MAX_FILES = 10_000


def read(pattern: str, folder: Path) -> Columns:
    """Columns ``path`` (relative) and ``text``, sorted by path; empty when nothing matches.

    Raises:
        ProveoutError: The pattern leaves the folder, a file is no text, too large or unreadable.
    """
    import numpy as np

    texts = [(legible(relative), legible(_text(relative, path))) for relative, path in matches(pattern, folder)]
    paths = np.array([relative for relative, _ in texts], dtype=object)
    return {"path": paths, "text": np.array([text for _, text in texts], dtype=object)}


def matches(pattern: str, folder: Path) -> list[tuple[str, Path]]:
    """Relative path and path of every file that matches, sorted; hidden ones are left out.

    Raises:
        ProveoutError: The pattern or a file leaves the folder, or there are too many.
    """
    inside(folder, pattern)
    try:
        found = sorted(_visible(pattern, folder))
    except ValueError as error:
        raise SourceBroken(f"{pattern} is no file pattern: {error}", "write it as in interviews/*.md") from None
    if len(found) > MAX_FILES:
        raise SourceBroken(f"{len(found):,} files match {pattern}", f"narrow the pattern to at most {MAX_FILES:,}")
    checked = [(relative, inside(folder, relative)) for relative in found]
    for relative, path in checked:
        check_file(path, relative)
    return checked


def _visible(pattern: str, folder: Path) -> Iterator[str]:
    for path in folder.glob(pattern):
        relative = path.relative_to(folder)
        if not path.is_dir() and not any(part.startswith(".") for part in relative.parts):
            yield relative.as_posix()


def _text(relative: str, path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise SourceBroken(f"{relative} is larger than {MAX_BYTES // 1_000_000} MB", "split the file into several")
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceBroken(f"{relative}:{line} is not UTF-8 text", "save the file as UTF-8") from None
