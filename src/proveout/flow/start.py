"""Begin: an example to look at, or a folder of one's own."""

import re
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from proveout import declare, examples
from proveout.core.errors import ProveoutError


def demo(folder: Path, today: date | None = None) -> Path:
    """Write the example initiative, dated for today, into a folder that is new or empty.

    Raises:
        ProveoutError: The folder holds something already, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProveoutError(f"{folder} exists and is not empty", "name another folder: proveout demo FOLDER")
    try:
        _copy(files(examples) / "lead_research", folder, today or date.today())
    except OSError as error:
        raise ProveoutError(f"{folder} cannot be written: {error.strerror}", "name another folder") from None
    return folder


def _copy(original: Traversable, folder: Path, today: date) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part in original.iterdir():
        if part.is_dir():
            _copy(part, folder / part.name, today)
        else:
            folder.joinpath(part.name).write_text(examples.dated(part.read_text("utf-8"), today), encoding="utf-8")


def init(folder: Path, *, title: str, statement: str, owner: str, start: date) -> list[Path]:
    """Write a commented starting folder; nothing that exists is overwritten.

    Raises:
        ProveoutError: A file is there already.
    """
    name = "-".join(re.findall(r"[a-z0-9]+", folder.resolve().name.lower())) or "initiative"
    answers = declare.TemplateAnswers(name=name, title=title, statement=statement, owner=owner, start=start)
    return declare.write_template(folder, answers)
