"""The commands of the rollout: plan, advance, hold, roll-back, status, flags, serve."""

import getpass
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proveout.cli.arguments import AS_OF, FOLDER, HOST, PORT, day
from proveout.cli.deliver import answer

if TYPE_CHECKING:
    from proveout.core.wave import WaveState
    from proveout.flow.rollout import Advanced

BY = click.option("--by", default=getpass.getuser, help="Who does it (default: you).")
REASON = click.option("--reason", required=True, help="Why; it stands in the record for good.")


@click.group()
def rollout() -> None:
    """Bring the system to everybody, wave by wave, and measure what it does on the way.

    \b
    Draw the waves:   proveout rollout plan my-initiative --dry-run
                      proveout rollout plan my-initiative
    Drive them:       proveout rollout advance my-initiative     (as often as you like: from cron, CI, by hand)
    Look:             proveout rollout status my-initiative

    A wave waits, soaks, is looked at, and is promoted, held or rolled back. Every step is a record of the ledger.
    No data means hold.
    """


@rollout.command()
@FOLDER
@click.option("--dry-run", is_flag=True, help="Show the waves that would be drawn, and write nothing.")
def plan(folder: Path, dry_run: bool) -> None:
    """Draw who gets the system in which wave and who is held back, write it down, and register the design.

    The order is drawn within strata; the seed and the roster decide. Whoever is on the roster later gets the wave of
    the team, or a wave drawn by the same rule.
    """
    from proveout.cli.console import console
    from proveout.flow import rollout_plan as draw
    from proveout.flow.workspace import Workspace
    from proveout.show.terminal import print_drawn

    workspace = Workspace(folder)
    planned = draw.prepare(workspace)
    if not dry_run:
        draw.write(workspace, planned)
    print_drawn(planned.drawn, console(), dry=dry_run)


@rollout.command()
@FOLDER
@AS_OF
@click.option("--dry-run", is_flag=True, help="Show the steps that are due, and take none.")
@click.option("--resume", is_flag=True, help="Lift a hold, or put a wave that was rolled back in line again.")
@click.option(
    "--override", is_flag=True, help="One step of --wave to --to against what it waits for; recorded as that."
)
@click.option("--wave", type=click.IntRange(min=1), help="With --override: the wave's number.")
@click.option("--to", type=click.Choice(["soaking", "promoted"]), help="With --override: where it is to go.")
@click.option("--by", default=getpass.getuser, help="Who resumes or overrides (default: you).")
@click.option("--reason", default="", help="Why; needed to resume or to override.")
def advance(folder: Path, as_of: datetime | None, dry_run: bool, resume: bool, override: bool, **hand: Any) -> None:
    """Measure, judge, and take the steps that are due: start a wave, promote it, hold it, or roll it back.

    Safe to run at any time: what was done is not done again, and an interruption leaves no step half made.
    Exit codes: 0 all that was due is done, 1 a wave was rolled back, 3 a wave is held.
    """
    from proveout.cli.console import measuring
    from proveout.flow import rollout as drive
    from proveout.flow.workspace import Workspace

    number, to = _target(override, resume, hand["wave"], hand["to"])
    who = drive.ByHand(by=hand["by"], reason=hand["reason"]) if resume or override else None
    workspace, today = Workspace(folder), day(as_of)
    with measuring() as seen:
        if who and override:
            done = drive.override(workspace, number, to, hand=who, as_of=today, dry_run=dry_run, progress=seen)
        else:
            done = drive.advance(workspace, as_of=today, dry_run=dry_run, resumed=who, progress=seen)
    _show(done, dry=dry_run)


def _target(override: bool, resume: bool, wave: int | None, to: str | None) -> "tuple[int, WaveState]":
    """What an override is to reach: named, so that the same command twice takes no second step."""
    from proveout.core.wave import WaveState

    if override and (resume or wave is None or to is None):
        raise click.UsageError("--override takes one step: name it, such as --wave 1 --to soaking, without --resume")
    if not override and (wave or to):
        raise click.UsageError("--wave and --to say what --override is to reach")
    return wave or 0, WaveState(to or WaveState.PENDING)


@rollout.command()
@FOLDER
@BY
@REASON
def hold(folder: Path, by: str, reason: str) -> None:
    """Keep the wave at hand where it is, until somebody resumes (`advance --resume`)."""
    from proveout.flow import rollout as drive
    from proveout.flow.workspace import Workspace

    _show(drive.hold(Workspace(folder), hand=drive.ByHand(by=by, reason=reason)))


@rollout.command("roll-back")
@FOLDER
@click.option("--wave", type=click.IntRange(min=1), help="Its number (default: the last that has the system).")
@BY
@REASON
@AS_OF
@click.option("--dry-run", is_flag=True, help="Show which wave would lose the system, and change nothing.")
def roll_back(folder: Path, wave: int | None, by: str, reason: str, as_of: datetime | None, dry_run: bool) -> None:
    """Take the system back from a wave, and restore the recorded assignment. Nothing is drawn anew."""
    from proveout.flow import rollout as drive
    from proveout.flow.workspace import Workspace

    hand = drive.ByHand(by=by, reason=reason)
    step = drive.roll_back(Workspace(folder), wave, hand=hand, as_of=day(as_of), dry_run=dry_run)
    _show(step, dry=dry_run, expected=True)


@rollout.command()
@FOLDER
def status(folder: Path) -> None:
    """Say how each wave stands, what it waits for, and what was changed since the design was registered."""
    from proveout.cli.console import console
    from proveout.flow.rollout import standing
    from proveout.flow.workspace import Workspace
    from proveout.show.terminal import print_progress

    print_progress(standing(Workspace(folder)), console())


@rollout.command()
@FOLDER
def flags(folder: Path) -> None:
    """Print who has the system now as feature-flag definitions for flagd (JSON)."""
    from proveout.flow.rollout import evaluator
    from proveout.flow.serve import definitions
    from proveout.flow.workspace import Workspace

    click.echo(json.dumps(definitions(evaluator(Workspace(folder))), indent=2))


@rollout.command()
@FOLDER
@HOST
@PORT
def serve(folder: Path, host: str, port: int) -> None:
    """Answer OpenFeature SDKs from the waves as they stand, read anew every few seconds, until interrupted."""
    from proveout.flow.rollout import evaluator
    from proveout.flow.workspace import Workspace

    answer(lambda: evaluator(Workspace(folder)), host, port)


def _show(advanced: "Advanced", *, dry: bool = False, expected: bool = False) -> None:
    from proveout.cli.console import console
    from proveout.show.terminal import print_steps

    print_steps(advanced.steps, advanced.progress, console(), dry=dry, restored=advanced.restored)
    if not expected:
        raise SystemExit(advanced.exit_code)


COMMANDS = (rollout,)
