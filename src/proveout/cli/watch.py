"""The command that watches: measure on a schedule, and say when a gate is open again."""

import re
import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from proveout.cli.arguments import FOLDER, day

if TYPE_CHECKING:
    from proveout.flow.watch import Round

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Duration(click.ParamType):
    """Such as 30m, 6h or 1d."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The text as a time span."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,5})([mhd])", str(value))
        if not found or not int(found[1]):
            self.fail(f"{value!r} is no duration; write 30m, 6h or 1d", param, ctx)
        return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.command()
@FOLDER
@click.option("--every", type=Duration(), default="1h", show_default=True, help="The longest pause between rounds.")
@click.option("--once", is_flag=True, help="One round, for cron or CI; the exit code tells.")
@click.option(
    "--ahead", type=Duration(), default="7d", show_default=True, help="Say so long before that evidence goes stale."
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="With --once: say what a day to come will bring."
)
def watch(folder: Path, every: timedelta, once: bool, ahead: timedelta, as_of: datetime | None) -> None:
    """Measure again on a schedule; say when a gate that was left behind is open again, and when it is closed.

    A gate is left behind once it has passed, or people decided to go on. It is open again when its evidence has gone
    stale, cannot be read, or has turned. Each turn is a record of the ledger, and is told once:

    \b
    PROVEOUT_WEBHOOK      an https address that gets a POST with JSON
    PROVEOUT_SMTP         smtp://user:password@host:587 or smtps://..., with
    PROVEOUT_MAIL_FROM    the sender, and
    PROVEOUT_MAIL_TO      whom to write to

    With --as-of a day to come nothing is recorded and nobody is told.

    Exit codes with --once: 0 no gate is open again, 1 one is, others as `check`.
    """
    from proveout.flow import watch as watching
    from proveout.flow.workspace import Workspace

    tell = watching.channels()
    if once:
        found = watching.watch_once(Workspace(folder), channels=tell, as_of=day(as_of), ahead_days=ahead.days)
        _show(found)
        raise SystemExit(1 if found.open_again else 0)
    signal.signal(signal.SIGTERM, _end)
    for found in watching.watch(lambda: Workspace(folder), every=every, channels=tell, ahead_days=ahead.days):
        _show(found)


def _show(found: "Round | Exception") -> None:
    from proveout.cli.console import console
    from proveout.show.terminal import print_round

    if isinstance(found, Exception):
        click.secho(f"this round failed: {found}; the next one comes", fg="red", err=True)
        return
    labels = tuple(phase.label.lower() for phase in found.open_again)
    print_round(found.turns, labels, found.expiring, found.sent, found.unsent, console(), ahead_to=found.ahead_to)


def _end(*_: object) -> NoReturn:
    raise SystemExit(0)


COMMANDS = (watch,)
