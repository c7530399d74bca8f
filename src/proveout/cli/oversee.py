"""Commands about many initiatives: portfolio."""

import sys
from datetime import datetime
from pathlib import Path

import click

from proveout.cli.assess import AS_OF

EXIT_TRAPPED, EXIT_FAULTY = 1, 2


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@AS_OF
def portfolio(folder: Path, as_of: datetime | None) -> None:
    """Check every initiative below FOLDER and set them beside one another.

    Each row says where an initiative stands, how many days past the time box of its phase, what it lacks for
    production, the verdict of the gate at which it stands, and its pathologies. What has not changed is read from
    the ledgers.

    \b
    Exit codes: 0 no pilot trap across them, 1 the pilot trap (many pilots, none in production),
                2 a declaration is faulty or missing, 70 a bug in Proveout.
    """
    from proveout.cli.console import console, measuring
    from proveout.flow.portfolio import look
    from proveout.show.terminal import print_portfolio

    with measuring() as progress:
        found = look(folder, as_of=as_of.date() if as_of else None, progress=progress)
    print_portfolio(found, console())
    sys.exit(EXIT_TRAPPED if found.trapped else EXIT_FAULTY if found.unread else 0)


COMMANDS = (portfolio,)
