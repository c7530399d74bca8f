"""Writes the reference pages from the code: commands, codes, instrument cards, criteria, keys of initiative.yml.

python tools/make_reference.py
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import yaml

from proveout import declare, gates
from proveout.cli import app
from proveout.core.initiative import Phase
from proveout.core.policy import Criterion
from proveout.declare import Code
from proveout.flow.workspace import settings_types
from proveout.instruments import NAMES

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference"
CARDS = ROOT / "src" / "proveout" / "instruments"
GENERATED = "<!-- Written by tools/make_reference.py: change the code, then `make docs`. -->\n\n"
HELP_WIDTH = 100


def pages() -> dict[str, str]:
    """All reference pages, by path below docs/reference."""
    commands = dict(_commands(app, "proveout"))
    cards = {name: yaml.safe_load((CARDS / name / "card.yml").read_text("utf-8")) for name in NAMES}
    criteria = declare.load_policy(gates.STANDARD_POLICY).criteria
    written = {
        "commands/index.md": _command_index(commands),
        "codes/index.md": _code_index(declare.CODES.values()),
        "instruments/index.md": _card_index(cards),
        "criteria/index.md": _criterion_index(criteria),
        "initiative.md": _keys(declare.schema(settings_types())),
    }
    written |= {f"commands/{path.replace(' ', '-')}.md": _command(path, text) for path, (text, _) in commands.items()}
    written |= {f"codes/{code.code}.md": _code(code) for code in declare.CODES.values()}
    written |= {f"instruments/{name}.md": _card(card, criteria) for name, card in cards.items()}
    written |= {f"criteria/{criterion.id}.md": _criterion(criterion) for criterion in criteria}
    return {path: GENERATED + text.rstrip() + "\n" for path, text in written.items()}


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    def line(cells: Iterable[object]) -> str:
        return "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |\n"

    return line(columns) + "|" + "---|" * len(columns) + "\n" + "".join(map(line, rows))


def _bullets(items: Iterable[object]) -> str:
    return "".join(f"* {' '.join(str(item).split())}\n" for item in items)


def _commands(
    command: click.Command, path: str, parent: click.Context | None = None
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Every command with its help as the terminal shows it, and the first line of that."""
    context = click.Context(
        command, info_name=path.split()[-1], parent=parent, terminal_width=HELP_WIDTH, max_content_width=HELP_WIDTH
    )
    yield path, (command.get_help(context), command.get_short_help_str(HELP_WIDTH))
    for name, child in sorted(getattr(command, "commands", {}).items()):
        yield from _commands(child, f"{path} {name}", context)


def _command(path: str, text: str) -> str:
    return f"# `{path}`\n\n```text\n{text}\n```\n"


def _command_index(commands: Mapping[str, tuple[str, str]]) -> str:
    rows = [(f"[`{path}`]({path.replace(' ', '-')}.md)", short) for path, (_, short) in commands.items()]
    return "# Commands\n\n" + _table(("command", "what it does"), rows)


def _code(code: Code) -> str:
    kind = "A warning: the run goes on." if code.warning else "An error: nothing is measured until it is mended."
    text = f"# {code.code} `{code.slug}`\n\n**{code.title}.** {code.what}\n\n{code.why}\n\n{kind}\n\n"
    text += f"**What to do:** {code.fix}.\n"
    return text + (f"\nFor example:\n\n```yaml\n{code.example.rstrip()}\n```\n" if code.example else "")


def _code_index(codes: Iterable[Code]) -> str:
    rows = [(f"[{c.code}]({c.code}.md)", f"`{c.slug}`", c.title) for c in sorted(codes, key=lambda c: c.code)]
    about = "# Diagnostic codes\n\nMistakes in a declaration. A code is never given to another mistake.\n\n"
    return about + _table(("code", "name", "mistake"), rows)


def _card(card: Mapping[str, Any], criteria: Iterable[Criterion]) -> str:
    read_by = [c for c in criteria if c.instrument == card["name"]]
    estimates = [(f"`{e['name']}`", e.get("unit", ""), e["meaning"], e["method"]) for e in card["estimates"]]
    parts = [
        f"# `{card['name']}`: {card['title']}\n\n{card['question']}\n\nPhase: {card['phase']}.\n",
        f"## What it reads\n\n{_listed(card['reads'])}",
        f"## Estimates\n\n{_table(('name', 'unit', 'meaning', 'method'), estimates)}",
        f"## In initiative.yml\n\n```yaml\n{card['example'].rstrip()}\n```\n" if card.get("example") else "",
        f"## Assumes\n\n{_bullets(card['assumptions'])}",
        f"## Remedies\n\n{_listed(card['remedies'])}",
        f"## Sources\n\n{_bullets(card['sources'])}",
        "## Criteria that read it\n\n" + _bullets(f"[`{c.id}`](../criteria/{c.id}.md): {c.title}" for c in read_by),
    ]
    return "\n".join(part for part in parts if part)


def _listed(value: Any) -> str:
    if isinstance(value, Mapping):
        return _bullets(f"`{key}`: {item}" for key, item in value.items())
    return _bullets(value) if isinstance(value, list) else f"{value}\n"


def _card_index(cards: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [(f"[`{name}`]({name}.md)", card["phase"], card["question"]) for name, card in cards.items()]
    return "# Instruments\n\n" + _table(("instrument", "phase", "answers"), rows)


def _criterion(criterion: Criterion) -> str:
    rows = [
        ("gate", f"{criterion.phase.number}, {criterion.phase.label}"),
        ("dimension", criterion.dimension),
        ("family", criterion.family),
        ("weight", criterion.weight),
        ("reads", f"`{criterion.estimate}` of `{criterion.instrument}`, {criterion.quantifier} of them"),
        ("holds when", f"the whole interval is {criterion.comparison.replace('-', ' ')} {criterion.threshold:g}"),
        ("threshold", f"{criterion.basis}. {criterion.source}".strip()),
    ]
    table = _table(("", ""), rows)
    return (
        f"# `{criterion.id}`\n\n**{criterion.title}**\n\n{table}\n{criterion.why}\n\n**Remedy:** {criterion.remedy}\n"
    )


def _criterion_index(criteria: Iterable[Criterion]) -> str:
    text = "# Criteria of the standard policy\n"
    for phase in Phase:
        rows = [
            (
                f"[`{c.id}`]({c.id}.md)",
                c.dimension,
                c.weight,
                f"{c.comparison.replace('-', ' ')} {c.threshold:g}",
                c.title,
            )
            for c in criteria
            if c.phase is phase
        ]
        heading = f"\n## Gate {phase.number}: {phase.label}\n\n"
        text += heading + _table(("criterion", "dimension", "weight", "threshold", "what must hold"), rows)
    return text


def write(folder: Path) -> None:
    """Write all pages and remove those that nothing stands behind any more."""
    written = pages()
    for path, text in written.items():
        folder.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath(path).write_text(text, encoding="utf-8")
    for path in folder.rglob("*.md"):
        if path.relative_to(folder).as_posix() not in written:
            path.unlink()


if __name__ == "__main__":
    write(FOLDER)
