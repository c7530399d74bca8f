"""Lists to look things up in: one criterion, the policy, the ledger, proposed themes."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from proveout.core.decision import Record
from proveout.core.policy import Basis, Criterion, Policy
from proveout.core.verdict import Ruling
from proveout.show.line import limit, line
from proveout.show.terminal.assessment import print_line
from proveout.show.terminal.strokes import heading, indented, said


def print_explanation(criterion: Criterion, rulings: Sequence[Ruling], console: Console) -> None:
    """Print what a criterion reads, why, its threshold and basis, how things stand, and what would settle it."""
    unit = next((ruling.estimate.unit for ruling in rulings if ruling.estimate), "")
    basis = f"sourced: {criterion.source}" if criterion.basis is Basis.SOURCED else "our judgement"
    console.print(Text(criterion.title, style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=10)
    table.add_column(overflow="fold")
    for label, words in (
        ("criterion", criterion.id),
        ("gate", f"{criterion.phase.number}, {criterion.phase.label.lower()}"),
        ("dimension", f"{criterion.dimension} ({criterion.family})"),
        ("weight", criterion.weight.value),
        ("reads", f"{criterion.estimate} of the instrument {criterion.instrument}"),
        ("threshold", f"{limit(criterion, unit)} ({basis})"),
        ("quantifier", f"{criterion.quantifier}, where there are several"),
    ):
        table.add_row(Text(label, style="dim"), Text(words))
    indented(table, 2, console)
    heading("Why", console)
    indented(Text(criterion.why), 2, console)
    heading("How it stands", console)
    if not rulings:
        indented(Text("There is no initiative here to hold it against."), 2, console)
    for ruling in rulings:
        print_line(line(ruling), console)
        if line(ruling).passed:
            indented(Text(ruling.sentence, style="dim"), 15, console)
    heading("What to do when it fails or cannot be decided", console)
    indented(Text(criterion.remedy), 2, console)


def print_policy(policy: Policy, console: Console) -> None:
    """Print all criteria by gate."""
    console.print(Text(f"Policy {policy.policy}, version {policy.version}", style="bold"))
    console.print(Text(f"digest {policy.digest}", style="dim"), soft_wrap=True)
    by_phase = sorted(policy.criteria, key=lambda criterion: criterion.phase.number)
    for phase, criteria in groupby(by_phase, key=lambda criterion: criterion.phase):
        heading(f"Gate {phase.number}: {phase.label}", console)
        table = Table.grid(padding=(0, 2, 0, 0))
        for width in (None, 6, 14, None):
            table.add_column(width=width, overflow="fold")
        for criterion in criteria:
            asked = f"{criterion.title} ({criterion.estimate} {limit(criterion, criterion.unit)})"
            table.add_row(criterion.id, criterion.weight.value, criterion.dimension.value, Text(asked))
        indented(table, 2, console)
    console.print()
    console.print(said("next:", "`proveout explain CRITERION` says why, and what would settle it."))


def print_records(records: Iterable[Record], console: Console) -> None:
    """Print the ledger, a line per record; the hash is shortened, `ledger export` has all of it."""
    for record in records:
        when = record.at.strftime("%Y-%m-%d %H:%M")
        words = f"{record.sequence:>5}  {when}  {record.kind:<9} {_said(record)}  {record.hash[:16]}"
        console.print(Text(words), soft_wrap=True)


def _said(record: Record) -> str:
    """What a record says, in a few words."""
    body = record.body if isinstance(record.body, dict) else {}
    if record.kind == "decision":
        against = ", against it" if body.get("override") else ""
        verdict = f"the verdict is {body.get('verdict')}{against}"
        return f"{record.key}: {body.get('choice')} by {body.get('by')} ({verdict}): {body.get('reason')}"
    if record.kind == "gate":
        return f"{record.key}: {body.get('verdict')}"
    if record.kind == "probe":
        return f"{record.key}: {body.get('n')} lines in {body.get('file')}"
    if record.kind == "sign-off":
        comment = f": {body.get('comment')}" if body.get("comment") else ""
        return f"{record.key}: {body.get('stance')} by {body.get('by')}{comment}"
    if record.kind == "rollout" and "after" in body:
        return f"wave {body.get('wave')}: {body.get('before')} to {body.get('after')}: {body.get('reason')}"
    if record.kind in ("pilot", "rollout"):
        return f"{record.key}: {body.get('n_units')} units drawn"
    if record.kind == "story":
        return f"invented: {body.get('about')}"
    finding = body.get("finding") or {}
    return f"{body.get('block')}: {finding.get('outcome')} by {body.get('instrument')}"


class Example(Protocol):
    """A sentence, and in which interview it was said."""

    @property
    def interview(self) -> str: ...  # noqa: D102
    @property
    def sentence(self) -> str: ...  # noqa: D102


class Theme(Protocol):
    """A proposed theme, as the interviews instrument describes it."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def terms(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def examples(self) -> Sequence[Example]: ...  # noqa: D102
    @property
    def interviews(self) -> Sequence[Example]: ...  # noqa: D102


def print_themes(themes: Sequence[Theme], path: Path, console: Console) -> None:
    """Print proposed themes with the sentences that show them."""
    for theme in themes:
        console.print(Text.assemble((theme.code, "bold"), f": {', '.join(theme.terms)}"))
        count = len(theme.interviews)
        indented(Text(f"in {count} {'interview' if count == 1 else 'interviews'}", style="dim"), 2, console)
        for example in theme.examples:
            indented(Text(f"“{example.sentence}” ({example.interview})"), 2, console)
        console.print()
    console.print(Text.assemble(("Proposals: ", "bold"), str(path)), soft_wrap=True)
    console.print("They are no evidence until a person has confirmed them.")
