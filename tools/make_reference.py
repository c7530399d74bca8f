"""Writes the reference pages from the code: commands, codes, instrument cards, criteria, keys of initiative.yml.

python tools/make_reference.py
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import Any, get_args, get_origin

import click
import yaml

from proveout import declare, gates
from proveout.cli import app
from proveout.core.initiative import Initiative, Phase
from proveout.core.policy import Criterion, Spared
from proveout.declare import Code
from proveout.declare.types import SHORT_FORMS, alternatives, choices, key_docs, keys, plain_type, required
from proveout.flow.workspace import settings_types
from proveout.instruments import NAMES
from proveout.instruments.survey.library import LIBRARY

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
        "initiative.md": _keys(),
    }
    written |= {f"commands/{path.replace(' ', '-')}.md": _command(path, text) for path, (text, _) in commands.items()}
    written |= {f"codes/{code.code}.md": _code(code) for code in declare.CODES.values()}
    written |= {f"instruments/{name}.md": _card(card, criteria) for name, card in cards.items()}
    written["instruments/survey.md"] += _questionnaires()
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
        command,
        info_name=path.split()[-1],
        parent=parent,
        **{**command.context_settings, "terminal_width": HELP_WIDTH, "max_content_width": HELP_WIDTH},
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
        f"# `{card['name']}`: {card['title']}\n\n{card['question']}\n\nPhase: {Phase(card['phase']).label.lower()}.\n",
        f"## What it reads\n\n{_listed(card['reads'])}",
        f"## Estimates\n\n{_table(('name', 'unit', 'meaning', 'method'), estimates)}",
        f"## In initiative.yml\n\n```yaml\n{card['example'].rstrip()}\n```\n" if card.get("example") else "",
        f"## Assumes\n\n{_bullets(card['assumptions'])}",
        f"## Remedies\n\n{_listed(card['remedies'])}",
        f"## Sources\n\n{_bullets(card['sources'])}",
        "## Criteria that read it\n\n" + _bullets(f"[`{c.id}`](../criteria/{c.id}.md): {c.title}" for c in read_by),
    ]
    return "\n".join(part for part in parts if part)


def _questionnaires() -> str:
    """All that is in the library, item by item: columns of answers are named as the items are."""
    parts = ["\n## Questionnaires of the library\n"]
    for name, asked in LIBRARY.items():
        scale_of = {item: scale for scale, items in asked.scales.items() for item in items}
        rows = [
            (f"`{item}`", scale_of.get(item, ""), words + (" (reversed)" if item in asked.reversed else ""))
            for item, words in asked.items.items()
        ]
        about = f"{asked.title}; answers from {asked.lowest:g} to {asked.highest:g}. {asked.source}. {asked.note}"
        parts.append(f"### `{name}`\n\n{about.rstrip()}\n\n{_table(('item', 'scale', 'words'), rows)}")
    return "\n".join(parts)


def _listed(value: Any) -> str:
    if isinstance(value, Mapping):
        return _bullets(f"`{key}`: {item}" for key, item in value.items())
    return _bullets(value) if isinstance(value, list) else f"{value}\n"


def _card_index(cards: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (f"[`{name}`]({name}.md)", Phase(card["phase"]).label.lower(), card["question"]) for name, card in cards.items()
    ]
    return "# Instruments\n\n" + _table(("instrument", "phase", "answers"), rows)


SPARED = {
    Spared.SMALL_GROUPS: "no group that can stop the project is large enough to be surveyed",
    Spared.SWITCHBACK: "the pilot, as it was registered, is a switchback",
    Spared.NO_SWITCHBACK: "the pilot, as it was registered, is no switchback",
}


def _criterion(criterion: Criterion) -> str:
    rows = [
        ("gate", f"{criterion.phase.number}, {criterion.phase.label}"),
        ("dimension", criterion.dimension),
        ("family", criterion.family),
        ("weight", criterion.weight),
        ("reads", f"`{criterion.estimate}` of `{criterion.instrument}`, {criterion.quantifier} one of them"),
        ("holds when", f"the whole interval is {criterion.comparison.replace('-', ' ')} {criterion.threshold:g}"),
        ("threshold", ": ".join(filter(None, (criterion.basis, criterion.source)))),
    ]
    if criterion.spared_if:
        rows.append(("not asked where", SPARED[criterion.spared_if]))
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


def _keys() -> str:
    """Every key of initiative.yml: the initiative's own, those of its parts, those of each instrument's block."""
    about = "# Keys of initiative.yml\n\nA key that is not listed here is a mistake. Keys marked * are required.\n"
    shown: set[type] = set()
    text = about + _section(Initiative, "The initiative", shown)
    for name, settings in settings_types().items():
        intro = f"Under `evidence`, in a block with `instrument: {name}` ([{name}](instruments/{name}.md)). "
        intro += (
            "`good_for_days` says after how many days its evidence is stale, where the instrument's own is not right."
        )
        text += _section(settings, f"A block of `{name}`", shown, intro)
    return text


def _section(cls: type, title: str, shown: set[type], intro: str = "") -> str:
    """A table of the keys of a dataclass, and sections for the dataclasses that its keys take."""
    if cls in shown:
        return ""
    shown.add(cls)
    docs, needed = key_docs(cls), required(cls)
    rows = [
        (f"`{key}`" + ("*" if key in needed else ""), _kind(hint), docs.get(key, "")) for key, hint in keys(cls).items()
    ]
    short = f" Short form: the value of `{SHORT_FORMS[cls]}` alone." if cls in SHORT_FORMS else ""
    about = " ".join((intro or cleandoc(cls.__doc__ or "")).split())
    if short and "Short form" in about:
        short = ""
    text = f"\n## {title}\n\n{about}{short}\n\n" + (_table(("key", "kind", "meaning"), rows) if rows else "")
    for hint in keys(cls).values():
        for part in _parts(hint):
            text += _section(part, _name(part), shown)
    return text


def _parts(hint: Any) -> Iterator[type]:
    """The dataclasses that may stand at a place, in lists and mappings too."""
    for member in alternatives(hint):
        if is_dataclass(member) and isinstance(member, type):
            yield member
        elif get_origin(member):
            for inner in get_args(member):
                yield from _parts(inner) if inner is not Ellipsis else ()


def _kind(hint: Any) -> str:
    words = choices(hint)
    if words:
        return ", ".join(f"`{word}`" for word in words)
    return " or ".join(dict.fromkeys(_kind_of(member) for member in alternatives(hint)))


def _kind_of(member: Any) -> str:
    arguments = [argument for argument in get_args(member) if argument is not Ellipsis]
    if isinstance(get_origin(member), type) and issubclass(get_origin(member), Mapping):
        return f"{_kind(arguments[1])}, by name"
    if get_origin(member) is not None and arguments:
        return f"list: {_kind(arguments[0])}"
    if is_dataclass(member) and isinstance(member, type):
        return f"[{_name(member)}](#{_name(member).replace(' ', '-')})"
    if member is Any:
        return "a block"
    plain = plain_type(member)
    return {str: "text", float: "number", int: "whole number", bool: "true or false"}.get(plain, plain.__name__)


NAMED: dict[str, type] = {}
"""The dataclass that had a name first."""


@cache
def _name(cls: type) -> str:
    """`PilotPlan` as `pilot plan`; the second of a name as `people of usage`, so that links find it."""
    name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).strip()
    if NAMED.setdefault(name, cls) is cls:
        return name
    return f"{name} of {cls.__module__.split('.')[-2].replace('_', ' ')}"


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
