"""Write the report of an assessment."""

import hashlib
import os
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from proveout.core.assessment import Assessment
from proveout.core.digest import digest
from proveout.core.errors import ProveoutError


def write_report(assessment: Assessment, path: Path) -> Path:
    """Write the HTML report; one that was there is replaced whole or not at all, and left alone when it says the same.

    Raises:
        ProveoutError: The file cannot be written.
    """
    # the ledger holds evidence, verdicts and decisions: its head stands for them all
    cause = digest((assessment.head, assessment.as_of, assessment.initiative, assessment.gate, _ink()))
    if not _stands(path, cause):
        from proveout.show import html

        page = html.render(assessment).encode()
        replace_file(path, page + _seal(cause, page))
    return path


def _stands(path: Path, cause: str) -> bool:
    """Whether the report on disk was drawn from the same assessment, and nobody has touched it since."""
    try:
        page = path.read_bytes()
    except OSError:
        return False
    seal = _seal(cause, b"")
    return page.endswith(_seal(cause, page[: -len(seal)]))


def _seal(cause: str, page: bytes) -> bytes:
    return f"<!-- {cause} {hashlib.sha256(page).hexdigest()} -->\n".encode()


@cache
def _ink() -> str:
    """Digest of all that draws the report, so that a new version draws it anew."""

    def parts(folder: Traversable) -> list[Traversable]:
        found = [part for part in folder.iterdir() if part.name != "__pycache__"]
        return [p for part in found for p in (parts(part) if part.is_dir() else [part])]

    drawn = sorted(hashlib.sha256(part.read_bytes()).hexdigest() for part in parts(files("proveout.show")))
    return digest(drawn)


def replace_file(path: Path, content: bytes) -> None:
    """Write a page whole or not at all.

    Raises:
        ProveoutError: It cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ProveoutError(
            f"the report cannot be written to {path}: {error.strerror}", "choose another --report"
        ) from None
