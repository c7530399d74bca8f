"""Arguments that commands share."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click


def _folder(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    """The folder, also when its initiative.yml is named."""
    return path.parent if path.name == "initiative.yml" and path.is_file() else path


FOLDER: Any = click.argument("folder", type=click.Path(path_type=Path), default=".", callback=_folder)
"""The initiative's folder."""

AS_OF: Any = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Count this day as today (default: today)."
)
HOST: Any = click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
PORT: Any = click.option("--port", default=8016, show_default=True, help="0 for any that is free.")


def day(moment: datetime | None) -> date | None:
    """The day that was named, if one was."""
    return moment.date() if moment else None
