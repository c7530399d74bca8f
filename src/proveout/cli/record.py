"""Commands about the record: decide, ledger."""

import getpass
import sys
from pathlib import Path

import click

from proveout.cli.arguments import FOLDER
from proveout.core.choice import Choice
from proveout.core.sign_off import Stance


@click.command()
@click.argument("gate")
@click.argument("choice", type=click.Choice([choice.value for choice in Choice]))
@FOLDER
@click.option("--reason", required=True, help="Why; it stands in the record for good.")
@click.option("--by", default=getpass.getuser, help="Who decides (default: you).")
@click.option("--override", is_flag=True, help="Go against the verdict; counted, and shown.")
@click.option("--dry-run", is_flag=True, help="Show what would be recorded, and record nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def decide(
    gate: str, choice: str, folder: Path, reason: str, by: str, override: bool, dry_run: bool, yes: bool
) -> None:
    """Record a decision at GATE (1 to 5, or the phase's name) beside the verdict, for good.

    \b
    go              enter the next phase
    conditional-go  enter it under conditions, which the reason names
    hold            wait; nothing is lost
    recycle         go back and do this phase again
    kill            stop the initiative

    A go against the verdict needs --override. The record cannot be undone: look first with --dry-run.
    """
    from proveout.cli.console import measuring
    from proveout.core.initiative import Phase
    from proveout.flow.decide import decide as record
    from proveout.flow.decide import prepare
    from proveout.flow.workspace import Workspace

    workspace = Workspace(folder)
    with measuring() as progress:
        name, decision = prepare(
            workspace, Phase.named(gate), Choice(choice), reason=reason, by=by, override=override, progress=progress
        )
    against = " This goes against the verdict, and will be counted." if decision.override else ""
    click.echo(
        f"{decision.phase.label}: {decision.choice} by {decision.by}; the verdict is {decision.verdict}.{against}"
    )
    if _goes_ahead(dry_run, yes):
        click.echo(f"Recorded as entry {record(workspace, name, decision).sequence} of the ledger.")


@click.command("sign-off")
@click.argument("group")
@click.argument("stance", type=click.Choice([stance.value for stance in Stance]))
@FOLDER
@click.option("--by", required=True, metavar="NAME", help="Who signs, by name.")
@click.option("--for", "delegated_by", default="", metavar="NAME", help="In whose place, where that is another.")
@click.option("--comment", default="", help="What is wanted, or why; needed for all but approve.")
@click.option("--dry-run", is_flag=True, help="Show what would be recorded, and record nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def sign_off(
    group: str, stance: str, folder: Path, by: str, delegated_by: str, comment: str, dry_run: bool, yes: bool
) -> None:
    """Record what GROUP says of the implementation plan, by name and for good.

    \b
    approve       the plan is good
    minor-issue   the plan may go on; the comment says what is wanted
    major-issue   it may not, until what the comment says is mended
    reject        it may not

    Of each person the latest sign-off counts; the earlier ones stay on record. Gate 3 needs one of every group that can
    stop the project, and nobody's no to stand.
    """
    from proveout.flow.sign_off import prepare, remarks, sign
    from proveout.flow.workspace import Workspace

    workspace = Workspace(folder)
    initiative, found = prepare(workspace, group, Stance(stance), by=by, delegated_by=delegated_by, comment=comment)
    click.echo(f"{found.group}: {found.stance} by {found.who}" + (f": {found.comment}" if found.comment else ""))
    for remark in remarks(workspace, initiative, found):
        click.echo(remark)
    if _goes_ahead(dry_run, yes):
        click.echo(f"Recorded as entry {sign(workspace, initiative, found).sequence} of the ledger.")


def _goes_ahead(dry_run: bool, yes: bool) -> bool:
    """Whether to record what was shown; where somebody can be asked, they are."""
    if dry_run:
        click.echo("Nothing was recorded (--dry-run).")
    elif not yes and sys.stdin.isatty():
        click.confirm("Record it for good?", abort=True)
    return not dry_run


@click.group()
def ledger() -> None:
    """Look into the append-only record, check it, take it elsewhere."""


@ledger.command()
@FOLDER
@click.option(
    "--head", help="Hash of the last record as somebody wrote it down; finds out whether the end was cut off."
)
def verify(folder: Path, head: str | None) -> None:
    """Recompute the whole chain; exit code 1 when anything was changed."""
    from proveout.flow.history import verify as recompute
    from proveout.flow.workspace import Workspace

    count, breaks, last = recompute(Workspace(folder), head)
    for broken in breaks:
        click.secho(str(broken), fg="red", err=True)
    if breaks:
        sys.exit(1)
    click.echo(f"{count} records, unbroken. Head: {last}")


@ledger.command()
@FOLDER
def export(folder: Path) -> None:
    """Print all records as JSON lines, for a third party to check."""
    from proveout.flow.history import export as lines
    from proveout.flow.workspace import Workspace

    for line in lines(Workspace(folder)):
        click.echo(line)


@ledger.command()
@FOLDER
@click.option(
    "--kind",
    type=click.Choice(
        ["evidence", "gate", "decision", "sign-off", "probe", "pilot", "rollout", "turn", "notice", "story"]
    ),
    help="Only records of this kind.",
)
def show(folder: Path, kind: str | None) -> None:
    """List the records: when, what, and the hash."""
    from proveout.cli.console import console
    from proveout.flow.history import records
    from proveout.flow.workspace import Workspace
    from proveout.show.terminal import print_records

    print_records(records(Workspace(folder), kind), console())


COMMANDS = (decide, sign_off, ledger)
