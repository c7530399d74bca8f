"""Marks, headings and the drawing of an interval, in characters that the terminal knows."""

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from proveout.core.policy import Comparison
from proveout.show.charts.scale import Scale, ruling_span
from proveout.show.line import MARKS, Line

COLOURS = {
    "pass": "green",
    "fail": "bold red",
    "undecided": "yellow",
    "warn": "yellow",
    "waived": "magenta",
    "trial": "dim",
    "spare": "dim",
}
_PLAIN_MARKS = {"pass": "+", "fail": "x", "undecided": "?", "warn": "!", "waived": "~", "trial": "-", "spare": "-"}


def rich_in_signs(console: Console) -> bool:
    """Whether the terminal can be trusted with more than ASCII."""
    return console.encoding.lower().startswith("utf")


def mark(tone: str, word: str, console: Console) -> Text:
    """A sign and its word, coloured."""
    sign = (MARKS if rich_in_signs(console) else _PLAIN_MARKS)[tone]
    return Text(f"{sign} {word}", style=COLOURS[tone])


def heading(words: str, console: Console) -> None:
    """A line that begins a part, with a blank one before it."""
    console.print()
    console.print(Text(words, style="bold"))


def indented(item: RenderableType, by: int, console: Console) -> None:
    """Print with a left margin; long lines are folded inside it."""
    console.print(Padding(item, (0, 0, 0, by), expand=False))


def said(label: str, words: str, style: str = "") -> Text:
    """A label and a sentence, such as `next: interview more users`."""
    return Text.assemble((f"{label} ", "bold"), (words, style))


def key_to_strips(console: Console) -> Text:
    """What the characters of a drawing mean."""
    interval, threshold, good = ("├━●━┤", "┃", "──") if rich_in_signs(console) else ("[=o=]", "|", "--")
    return Text(f"{interval} the value and its interval, {threshold} the threshold, {good} the good side", style="dim")


def strip(line: Line, width: int, console: Console) -> Text:
    """An interval against its threshold, such as `..[=o=]..|---`; dots are the bad side, dashes the good one."""
    estimate, criterion = line.ruling.estimate, line.ruling.criterion
    if estimate is None:
        return Text("")
    bad, good, left, bar, right, point, limit = "·─├━┤●┃" if rich_in_signs(console) else ".-[=]o|"
    scale = Scale(*ruling_span(estimate, criterion.threshold), 0, width - 1)
    at = round(scale(criterion.threshold))
    at_least = criterion.comparison is Comparison.AT_LEAST
    cells = [good if (index >= at) == at_least else bad for index in range(width)]
    lower = 0 if estimate.lower is None else round(scale(estimate.lower))
    upper = width - 1 if estimate.upper is None else round(scale(estimate.upper))
    for index in range(lower, upper + 1):
        cells[index] = bar
    if upper - lower > 1:
        cells[lower] = left if estimate.lower is not None else "<"
        cells[upper] = right if estimate.upper is not None else ">"
    cells[at] = limit
    cells[round(scale(estimate.value))] = point
    text = Text("".join(cells), style="dim")
    text.stylize(COLOURS[line.tone].replace("dim", ""), lower, upper + 1)
    text.stylize("bold not dim", at, at + 1)
    return text
