"""Arguments that commands share."""

from pathlib import Path
from typing import Any

import click


def _folder(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    """The folder, also when its initiative.yml is named."""
    return path.parent if path.name == "initiative.yml" and path.is_file() else path


FOLDER: Any = click.argument("folder", type=click.Path(path_type=Path), default=".", callback=_folder)
"""The initiative's folder."""
