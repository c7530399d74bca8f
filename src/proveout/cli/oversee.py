"""Commands about many initiatives: portfolio."""

import sys
from datetime import datetime
from pathlib import Path

import click

from proveout.cli.arguments import day
from proveout.cli.assess import AS_OF

EXIT_TRAPPED, EXIT_FAULTY = 1, 2


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@AS_OF
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print the result.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Where to write the HTML page (default: FOLDER/portfolio.html)."
)
@click.option("--no-report", is_flag=True, help="Write no HTML page, and no report of an initiative.")
def portfolio(folder: Path, as_of: datetime | None, form: str, report: Path | None, no_report: bool) -> None:
    """Check every initiative below FOLDER and set them beside one another.

    Each row says where an initiative stands, how many days past the time box of its phase, what it lacks for
    production, the verdict of the gate at which it stands, and its pathologies. The HTML page says more, and leads to
    the report of each. What has not changed is read from the ledgers.

    \b
    Exit codes: 0 no pilot trap across them, 1 the pilot trap (many pilots, none in production),
                2 a declaration is faulty or missing, 70 a bug in Proveout.
    """
    from proveout.cli.console import console, measuring
    from proveout.flow.portfolio import look, write_page
    from proveout.show import print_portfolio

    with measuring() as progress:
        found = look(folder, as_of=day(as_of), reports=not no_report, progress=progress)
    path = None if no_report else write_page(found, folder, report or folder / "portfolio.html")
    print_portfolio(found, form, console(), report=path)
    sys.exit(EXIT_TRAPPED if found.trapped else EXIT_FAULTY if found.unread else 0)


COMMANDS = (portfolio,)
