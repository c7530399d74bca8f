"""Many initiatives in a terminal: one table, one sentence."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from proveout.core.portfolio import Member, Portfolio
from proveout.core.wording import legible
from proveout.show.terminal.strokes import mark, said

COLUMNS = {
    "initiative": None,
    "phase": None,
    "days\nlate": 4,
    "missing for production": 16,
    "gate": 11,
    "pathologies": 22,
}
"""With the width below which a word would be torn."""


def print_portfolio(portfolio: Portfolio, console: Console, *, report: str = "") -> None:
    """Print a row per initiative, those that could not be judged, and what shows across them."""
    if portfolio.members:
        console.print(_table(portfolio, console))
    for one in portfolio.unread:
        console.print(Text(f"{legible(one.place)}: {legible(one.reason)}", style="red"))
    console.print()
    tone, words = {
        True: ("fail", "the pilot trap"),
        False: ("pass", "no pilot trap"),
        None: ("undecided", "cannot be told"),
    }[portfolio.trapped]
    console.print(Text.assemble(mark(tone, words, console), ": ", portfolio.sentence))
    if portfolio.trapped:
        console.print(said("next:", portfolio.across[0].remedy))
    for other in portfolio.across[1:]:
        if other.present:
            console.print(Text.assemble(mark("fail", other.title, console), ": ", " ".join(other.figures)))
            console.print(said("next:", other.remedy))
    if report:
        console.print(Text(f"\nPage: {report}"), soft_wrap=True)


def _table(portfolio: Portfolio, console: Console) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0))
    for column, width in COLUMNS.items():
        table.add_column(
            column, min_width=width, overflow="fold", justify="right" if column == "days\nlate" else "left"
        )
    for one in portfolio.members:
        table.add_row(*_row(one), mark(one.verdict.value, one.verdict.value, console), ", ".join(one.pathologies))
    return table


def _row(one: Member) -> tuple[Text, ...]:
    past = "no time box" if one.days_past is None else f"{one.days_past:,}"
    phase = f"{one.phase.label}, stopped" if one.stopped else one.phase.label
    return tuple(Text(words) for words in (legible(one.place), phase, past, ", ".join(one.missing) or "nothing"))
