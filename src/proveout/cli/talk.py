"""The command that talks to running systems: probe."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proveout.cli.arguments import FOLDER

if TYPE_CHECKING:
    from proveout.core.probe import Made, Planned

EXIT_FAILED, EXIT_UNREACHED = 1, 4


@click.command()
@FOLDER
@click.option("--block", metavar="ID", default="", help="Only this block (default: every block that calls something).")
@click.option("--dry-run", is_flag=True, help="List what would be called, and call nothing.")
@click.option("--again", is_flag=True, help="Ask all cases of a prototype again, recorded or not.")
@click.option("--yes", is_flag=True, help="Do not ask before something is written to a system.")
def probe(folder: Path, block: str, dry_run: bool, again: bool, yes: bool) -> None:
    """Call the systems and prototypes that FOLDER declares, and write down what they answer.

    Blocks of `integration` say which operations to try; each is timed, and what is written is read back and taken
    away again. Blocks of `prototype` say which program or address answers a case; each case is asked once, and a
    run that was interrupted goes on where it stopped.

    Nothing else in Proveout calls anything: `proveout check` reads what this command wrote down. Secrets stand as
    ${NAME} in the declaration, come from the environment, and are written nowhere.

    \b
    Look first:   proveout probe my-initiative --dry-run
    Then call:    proveout probe my-initiative
    Then judge:   proveout check my-initiative

    \b
    Exit codes: 0 everything answered, 1 something failed, 2 the declaration is faulty,
                4 something could not be reached.
    """
    from proveout.cli.console import console, probing
    from proveout.flow.probe import plan
    from proveout.flow.probe import probe as make
    from proveout.flow.workspace import Workspace
    from proveout.show.terminal import print_calls, print_made

    workspace = Workspace(folder)
    planned = plan(workspace, block)
    print_calls(planned, console())
    if dry_run or not planned:
        return
    _agree(planned, yes)
    with probing() as progress:
        made = [make(workspace, one, again=again, progress=progress) for one in planned]
    print_made(made, console())
    sys.exit(_exit_code(made))


def _agree(planned: "Sequence[Planned]", yes: bool) -> None:
    """Ask before anything is written out there; where nobody can be asked, refuse."""
    if yes or not any(one.writing for one in planned):
        return
    if not sys.stdin.isatty():
        raise click.UsageError("some calls write, and nobody can be asked; look at the list, then add --yes")
    click.confirm("Some of these calls write. Make them?", abort=True)


def _exit_code(made: "Sequence[Made]") -> int:
    if any(one.failed for one in made):
        return EXIT_FAILED
    return EXIT_UNREACHED if any(one.unreached for one in made) else 0


COMMANDS = (probe,)
