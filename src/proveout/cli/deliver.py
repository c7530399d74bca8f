"""The commands of the pilot: plan, assign, status, flags, serve."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proveout.cli.arguments import AS_OF, FOLDER, HOST, PORT, day

if TYPE_CHECKING:
    from collections.abc import Callable

    from proveout.flow.serve import Evaluator


@click.group()
def pilot() -> None:
    """Plan a controlled pilot, draw its arms, and serve them.

    \b
    Look first:   proveout pilot plan my-initiative
    Then draw:    proveout pilot assign my-initiative --dry-run
                  proveout pilot assign my-initiative
    Then judge:   proveout check my-initiative
    """


@pilot.command()
@FOLDER
def plan(folder: Path) -> None:
    """Say what the declared pilot can show: the smallest effect, the teams needed, what should be changed.

    Reads the roster and the baselines of the KPIs; nothing is drawn or written. Exit code 1: it can never pass.
    """
    from proveout.cli.console import console
    from proveout.flow.design import size_up
    from proveout.flow.workspace import Workspace
    from proveout.show.terminal import print_sizing

    sizing = size_up(Workspace(folder))
    print_sizing(sizing, console())
    raise SystemExit(1 if sizing.impossible else 0)


@pilot.command()
@FOLDER
@click.option("--dry-run", is_flag=True, help="Show how large the arms would be, and write nothing.")
@click.option("--adopt", is_flag=True, help="Register arms that were drawn elsewhere, instead of drawing.")
def assign(folder: Path, dry_run: bool, adopt: bool) -> None:
    """Draw who gets the system, write it down, and register the design in the ledger.

    Without a `seed` one is drawn at this moment, so that nobody can try draws beforehand; with it, seed and roster
    decide. Whoever is on the roster later gets an arm by the same rule; whoever has one keeps it. What was registered
    is held against the declaration at every check.
    """
    from proveout.cli.console import console
    from proveout.flow import assign as draw
    from proveout.flow.adopt import adopt as take_over
    from proveout.flow.workspace import Workspace
    from proveout.show.terminal import print_drawn

    workspace = Workspace(folder)
    if adopt:
        registration = take_over(workspace)
        console().print(f"design {registration.digest[:12]} with {registration.n_units:,} units is in the ledger")
        return
    planned = draw.prepare(workspace)
    if not dry_run and (planned.drawn.new_units or not planned.drawn.adds):
        draw.assign(workspace, planned)
    print_drawn(planned.drawn, console(), dry=dry_run)


@pilot.command()
@FOLDER
@AS_OF
def status(folder: Path, as_of: datetime | None) -> None:
    """Say how the pilot stands: arms, looks to come, and what was changed since it was registered."""
    from proveout.cli.console import console
    from proveout.flow.assign import standing
    from proveout.flow.workspace import Workspace
    from proveout.show.terminal import print_standing

    print_standing(standing(Workspace(folder), as_of=day(as_of)), console())


@pilot.command()
@FOLDER
def flags(folder: Path) -> None:
    """Print the arms as feature-flag definitions for flagd (JSON).

    \b
    proveout pilot flags my-initiative > flags.json
    flagd start --uri file:flags.json
    """
    from proveout.flow.assign import evaluator
    from proveout.flow.serve import definitions
    from proveout.flow.workspace import Workspace

    click.echo(json.dumps(definitions(evaluator(Workspace(folder))), indent=2))


@pilot.command()
@FOLDER
@HOST
@PORT
def serve(folder: Path, host: str, port: int) -> None:
    """Answer OpenFeature SDKs from the assignment (OpenFeature Remote Evaluation Protocol), until interrupted."""
    from proveout.flow.assign import evaluator
    from proveout.flow.workspace import Workspace

    answer(lambda: evaluator(Workspace(folder)), host, port)


def answer(read: "Callable[[], Evaluator]", host: str, port: int) -> None:
    """Serve who has the system, read anew every few seconds, until interrupted."""
    from proveout.flow.serve import serving

    with serving(read, host, port, said=lambda sentence: click.secho(sentence, fg="red", err=True)) as server:
        click.echo(f"answering for {server.flag} at {server.address}; Ctrl-C ends it", err=True)
        server.run()


COMMANDS = (pilot,)
