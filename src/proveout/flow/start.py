"""Begin: an example to look at, or a folder of one's own."""

import re
import shutil
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from proveout import declare
from proveout.core.errors import ProveoutError


def demo(folder: Path) -> Path:
    """Write the example initiative into a folder that is new or empty.

    Raises:
        ProveoutError: The folder holds something already, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProveoutError(f"{folder} exists and is not empty", "name another folder: proveout demo FOLDER")
    try:
        with as_file(files("proveout.examples") / "lead_research") as example:
            shutil.copytree(example, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    except OSError as error:
        raise ProveoutError(f"{folder} cannot be written: {error.strerror}", "name another folder") from None
    return folder


def init(folder: Path, *, title: str, statement: str, owner: str, start: date) -> list[Path]:
    """Write a commented starting folder; nothing that exists is overwritten.

    Raises:
        ProveoutError: A file is there already.
    """
    name = "-".join(re.findall(r"[a-z0-9]+", folder.resolve().name.lower())) or "initiative"
    answers = declare.TemplateAnswers(name=name, title=title, statement=statement, owner=owner, start=start)
    return declare.write_template(folder, answers)
