"""An assessment in a terminal: the verdict first, then why, then what to do."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from proveout.core.assessment import Assessment
from proveout.core.evidence import Evidence, Outcome
from proveout.core.verdict import Pathology
from proveout.core.wording import figure, legible
from proveout.show.line import Line
from proveout.show.page import Gate, Page, page
from proveout.show.terminal.strokes import COLOURS, heading, indented, key_to_strips, mark, said, strip
from proveout.show.watch import watch

_WIDE = 100  # columns from which on there is room to spare
_MARK = 11
_INDENT = 2
_REMARKS = 3  # assumptions that do not hold, per block
_TURNS = 2  # of the last ones
_BESIDE = _INDENT + _MARK + 2


def print_assessment(assessment: Assessment, console: Console, *, report: str = "") -> None:
    """Print the whole assessment.

    Args:
        assessment: What is to be said.
        console: Where; its width decides the layout.
        report: Where the HTML report is, if one was written.
    """
    shown = page(assessment)
    _verdict(shown, console)
    _funnel(shown, console)
    for gate in shown.due:
        _gate(gate, console, alone=len(shown.due) == 1)
    _pathologies(shown.present, console)
    _evidence(assessment, console)
    _end(shown, console, report)


def _verdict(shown: Page, console: Console) -> None:
    console.print()
    console.print(Text.assemble((shown.title, "bold"), (f"  {shown.name}, as of {shown.as_of}", "dim")))
    console.print()
    word = mark(shown.verdict.value, shown.verdict.value.upper(), console)
    word.stylize("bold")
    indented(word, _INDENT, console)
    indented(Text(shown.sentence), _INDENT, console)
    for notice in shown.notices:
        indented(mark("warn", notice, console), _INDENT, console)


def _funnel(shown: Page, console: Console) -> None:
    """The five gates, a line each."""
    console.print()
    table = _grid(1, max(len(gate.label) for gate in shown.gates) + 1 if shown.gates else 1, 15, None)
    for gate in shown.gates:
        if gate.due:
            state, more = mark(gate.verdict.value, gate.verdict.value, console), gate.counts
        else:
            state, more = (
                Text(f"  {gate.aside}", style="dim"),
                "" if gate.verdict == "undecided" else gate.verdict.value,
            )
        style = "" if gate.due else "dim"
        table.add_row(
            Text(str(gate.number), style=style), Text(gate.label, style=style), state, Text(more, style="dim")
        )
    indented(table, _INDENT, console)


def _gate(gate: Gate, console: Console, *, alone: bool) -> None:
    heading(f"Gate {gate.number}: {gate.label}", console)
    if not alone:  # the sentence of the only gate stands at the top
        indented(Text(gate.sentence), _INDENT, console)
    if gate.folded:
        for line in gate.warnings:
            print_line(line, console)
        indented(Text(f"All its criteria: proveout check --gate {gate.number}", style="dim"), _INDENT, console)
        return
    indented(key_to_strips(console), _INDENT, console)
    for dimension, lines in gate.sections:
        console.print()
        indented(Text(dimension, style="underline"), _INDENT, console)
        for line in lines:
            print_line(line, console)


def print_line(line: Line, console: Console) -> None:
    """One ruling: figures beside one another, and below them what to know and to do."""
    wide = console.width >= _WIDE
    value, drawing = (24, 30) if wide else (18, 20)
    title = Text(line.title)
    if line.tags:
        title.append(f" [{', '.join(line.tags)}]", style="dim")
    table = _grid(_MARK, max(16, console.width - _BESIDE - value - drawing - 4), value, drawing)
    amount = Text(line.value, style="bold" if line.interval else "dim", justify="right")
    drawn = strip(line, drawing, console)
    if line.interval:
        amount.append(f"\n{line.interval}", style="not bold dim")
        drawn.append("\n")
    drawn.append(line.threshold, style="not bold dim")
    table.add_row(mark(line.tone, line.word, console), title, amount, drawn)
    indented(table, _INDENT, console)
    if line.open:
        indented(Text(line.sentence, style="dim"), _BESIDE, console)
    for remark in line.remarks:
        indented(Text(remark), _BESIDE, console)
    if line.settle:
        indented(said("next:", line.settle), _BESIDE, console)


def _grid(*widths: int | None) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for width in widths:
        table.add_column(width=width, overflow="fold")
    return table


def _pathologies(present: tuple[Pathology, ...], console: Console) -> None:
    if not present:
        return
    heading("Ways to fail that show in the figures", console)
    for pathology in present:
        indented(mark("warn", pathology.title, console), _INDENT, console)
        for sentence in pathology.figures:
            indented(Text(sentence, style="dim"), _INDENT + 2, console)
        if pathology.remedy:
            indented(said("next:", pathology.remedy), _INDENT + 2, console)


def _evidence(assessment: Assessment, console: Console) -> None:
    """What was read from the ledger, what was measured anew, and how long that took."""
    heading("Evidence", console)
    if not assessment.evidence:
        indented(Text("Nothing is declared to be measured."), _INDENT, console)
        return
    widest = max(len(item.block) for item in assessment.evidence)
    table = _grid(min(widest, 24), 14, None)
    for item in assessment.evidence:
        found = item.finding
        style = "" if found.outcome is Outcome.MEASURED else COLOURS["undecided"]
        told = Text(_origin(item, assessment))
        if assessment.aged(item.block):
            told.append(f", stale since {item.good_until}", style=COLOURS["undecided"])
        if found.reason:
            told.append(f"\n{found.reason}", style="dim")
        if found.remedy:
            told.append("\n").append_text(said("next:", found.remedy))
        for remark in _remarks(item):
            told.append(f"\n{remark}", style="dim")
        table.add_row(Text(item.block), Text(found.outcome.value.replace("-", " "), style=style), told)
    indented(table, _INDENT, console)
    kept = watch(assessment)
    for sentence in (*kept.expiry, *(f"{day}  {turned}" for day, turned in kept.turns[:_TURNS])):
        indented(Text(legible(sentence), style="dim"), _INDENT, console)


def _remarks(item: Evidence) -> list[str]:
    """What could not be read, and assumptions that do not hold: the first few."""
    failed = [check for check in item.finding.checks if check.passed is False]
    said = [" ".join(f"! does not hold: {check.name}. {check.note}".split()) for check in failed]
    more = len(said) - _REMARKS
    return [*said[:_REMARKS], *([f"and {more} more in the report, under Assumptions"] if more > 0 else [])]


def _origin(item: Evidence, assessment: Assessment) -> str:
    if item.block in assessment.remembered:
        return f"from the ledger, of {item.as_of}"
    seconds = assessment.seconds.get(item.block)
    return "anew" if seconds is None else f"anew, in {figure(seconds, 'second', digits=2)}"


def _end(shown: Page, console: Console, report: str) -> None:
    """Last, because it stands where the eye is when the command is done."""
    if shown.steps:
        heading("Next", console)
        table = _grid(2, None)
        for index, step in enumerate(shown.steps, start=1):
            table.add_row(Text(f"{index}."), Text.assemble((step.title, "bold"), f"\n{step.text}"))
        indented(table, _INDENT, console)
    if shown.decisions:
        last = shown.decisions[-1]
        heading("Last decision", console)
        against = ", against the verdict" if last.override else ""
        indented(Text(f"{last.at}  {last.phase}: {last.choice} by {last.by}{against}. {last.reason}"), _INDENT, console)
    if report:
        console.print()
        console.print(Text.assemble(("Report: ", "bold"), report), soft_wrap=True)
