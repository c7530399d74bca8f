"""The gate memo in Markdown: what a steering committee reads and signs."""

import re
from collections.abc import Iterable, Iterator

from proveout.core.assessment import Assessment
from proveout.core.diagnostic import Diagnostic
from proveout.show.page import Gate, Page, page
from proveout.show.watch import watch

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_CODE = re.compile(r"(`[^`|]+`)")


def render(assessment: Assessment) -> str:
    """The memo: verdict, what to do, criteria, ways to fail, decisions, and room to sign."""
    shown = page(assessment)
    parts = [*_head(shown)]
    for gate in shown.due:
        parts += _gate(gate)
    parts += [*_later(shown), *_pathologies(shown), *_evidence(assessment), *_decisions(shown), *_signature(shown)]
    return "\n".join(parts).rstrip() + "\n"


def render_diagnostics(diagnostics: Iterable[Diagnostic]) -> str:
    """The mistakes of a declaration as a list."""
    lines = ["# The declaration is faulty", ""]
    for item in diagnostics:
        place = f" ({item.position.file}:{item.position.line}:{item.position.column})" if item.position else ""
        told = " ".join(part for part in (item.message, item.hint) if part)
        lines.append(f"- **{item.severity} {item.code}**{place}: {escape(told)}")
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """The text as one line in which no character is taken for markup, but for code in backticks."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(part if index % 2 else _SPECIAL.sub(r"\\\1", part) for index, part in enumerate(parts))


def _head(shown: Page) -> Iterator[str]:
    yield from (f"# {escape(shown.title)}: {shown.verdict}", "")
    yield from (f"**{shown.verdict.upper()}** as of {shown.as_of}. {escape(shown.sentence)}", "")
    for role, name in shown.people:
        yield f"- {role}: {escape(name)}"
    yield from (f"- Phase: {shown.phase}", f"- Policy: {escape(shown.policy)}, digest `{shown.policy_digest[:16]}`", "")
    for notice in shown.notices:
        yield from (f"> {escape(notice)}", "")
    if shown.steps:
        yield from ("## What to do next", "")
        for index, step in enumerate(shown.steps, start=1):
            yield f"{index}. **{escape(step.title)}.** {escape(step.text)}"
        yield ""


def _gate(gate: Gate) -> Iterator[str]:
    yield from (f"## Gate {gate.number}: {gate.label}: {gate.verdict}", "", escape(gate.sentence), "")
    for dimension, lines in gate.sections:
        yield from (f"### {dimension}", "", "| Verdict | Criterion | Value | Interval | Threshold |")
        yield "|---|---|---:|---|---|"
        for line in lines:
            tags = f" ({', '.join(line.tags)})" if line.tags else ""
            cells = (f"{line.word}", line.title + tags, line.value, line.interval, line.threshold)
            yield "| " + " | ".join(escape(cell) for cell in cells) + " |"
        yield ""
        for line in lines:
            if not line.passed:
                yield f"- **{escape(line.title)}.** {escape(' '.join((line.sentence, *line.remarks)))}"
                if line.settle:
                    yield f"  Next: {escape(line.settle)}"
        yield ""


def _later(shown: Page) -> Iterator[str]:
    if shown.later:
        names = ", ".join(f"{gate.number} {gate.label.lower()} ({gate.verdict})" for gate in shown.later)
        yield from (f"Gates to come: {names}.", "")


def _pathologies(shown: Page) -> Iterator[str]:
    yield from ("## Ways to fail", "")
    if not shown.present:
        yield "None of the known ways to fail shows in the figures."
    for pathology in shown.present:
        told = " ".join((*pathology.figures, pathology.remedy))
        yield f"- **{escape(pathology.title)}.** {escape(told)}"
    yield ""


def _evidence(assessment: Assessment) -> Iterator[str]:
    yield from ("## Evidence", "", "| Block | Instrument | Outcome | Measured | Key |", "|---|---|---|---|---|")
    for item in assessment.evidence:
        outcome = item.finding.outcome.value + (f": {item.finding.reason}" if item.finding.reason else "")
        when = f"{item.measured_at.date()}" + (" (stale)" if assessment.aged(item.block) else "")
        yield f"| {escape(item.block)} | {escape(item.instrument)} | {escape(outcome)} | {when} | `{item.key[:16]}` |"
    kept = watch(assessment)
    yield from ("", escape(" ".join((kept.measured, *kept.expiry))))
    yield from ("", *(f"- {day}: {escape(turned)}" for day, turned in kept.turns)) if kept.turns else ()
    yield ""


def _decisions(shown: Page) -> Iterator[str]:
    yield from ("## Decisions", "")
    if not shown.decisions:
        yield "Nobody has decided yet."
    for item in shown.decisions:
        against = " (against the verdict)" if item.override else ""
        head = f"- {item.at}, {escape(item.phase)}: **{escape(item.choice)}**{against} by {escape(item.by)}."
        yield f"{head} {escape(item.reason)}"
    yield ""


def _signature(shown: Page) -> Iterator[str]:
    yield from ("## Signed", "", "| Decision | Name | Date | Signature |", "|---|---|---|---|", "| | | | |", "")
    yield f"Ledger head: {f'`{shown.head}`' if shown.head else 'none'}"
