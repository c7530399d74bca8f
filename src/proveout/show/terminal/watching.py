"""A round of `proveout watch` in a terminal."""

from datetime import UTC, date, datetime

from rich.console import Console
from rich.text import Text

from proveout.core.turn import Turn
from proveout.core.wording import legible


def print_round(
    turns: tuple[Turn, ...],
    open_again: tuple[str, ...],
    expiring: tuple[tuple[str, object], ...],
    sent: tuple[str, ...],
    unsent: tuple[str, ...],
    console: Console,
    *,
    ahead_to: date | None = None,
) -> None:
    """Print what turned, what goes stale soon, and what was sent; or what a day to come will bring."""
    ahead = f": what {ahead_to} will bring; nothing was recorded, and nobody was told" if ahead_to else ""
    console.print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC{ahead}", style="dim", soft_wrap=True)
    for turn in turns:
        console.print(Text(legible(turn.sentence), style="red" if turn.reopened else "green"), soft_wrap=True)
        for reason in turn.reasons:
            console.print(Text(f"  {legible(reason)}"), soft_wrap=True)
    if not turns:
        still = f"still open again: {', '.join(open_again)}" if open_again else "no gate that was left behind is open"
        console.print(Text(f"nothing turned; {still}", style="yellow" if open_again else ""))
    for block, day in expiring:
        console.print(
            Text(f"{legible(block)} is stale from {day} on: have it measured again with present data", style="yellow")
        )
    for channel in dict.fromkeys(sent):
        console.print(f"told by {channel}: {sent.count(channel)} notice(s)")
    for sentence in unsent:
        console.print(
            Text(f"not sent: {legible(sentence)}; it is tried again in the next round", style="red"), soft_wrap=True
        )
