"""What was read: plain data, and where each piece of it stands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from proveout.core.diagnostic import Diagnostic, Position, Severity
from proveout.core.wording import legible
from proveout.declare.codes import CODES, OTHER

Path = tuple[str | int, ...]
"""Keys and list indices from the top of the declaration."""

LONGEST_LINE = 300
PASSWORD = re.compile(r"(?i)((?<=://)[^\s:/@]*:(?=\S+@)|(?<=password)\s*=\s*)((?<=:)\S+(?=@)|[^\s&\"']+)")
"""In an address, or as a parameter of one."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an entry stands: its key (None in a list) and its value."""

    key: Position | None
    value: Position

    @property
    def start(self) -> Position:
        """The key, or the value where there is no key."""
        return self.key or self.value


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data from one or more files.

    Args:
        plain: What YAML makes of it: mappings, lists, text, numbers, booleans, None.
        marks: Where each path stands; ``()`` is the top of the first file.
        lines: Lines of text by file.
    """

    plain: Any
    marks: dict[Path, Mark] = field(default_factory=dict)
    lines: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The (first) file."""
        return self.marks[()].value.file

    def locate(self, path: Path) -> Position | None:
        """Position of the value at the path, else of the nearest ancestor that is known."""
        known = self.known(path)
        if len(known) < len(path):
            return self.parent(known)
        while known and known not in self.marks:  # a short form written out: its value stands for it
            known = known[:-1]
        return self.marks[known].value if known in self.marks else None

    def parent(self, path: Path) -> Position | None:
        """Where something that is missing at the path would belong: the key of the mapping that lacks it."""
        while path and path not in self.marks:
            path = path[:-1]
        mark = self.marks.get(path)
        if mark is None:
            return None
        return mark.start if isinstance(self.at(path), dict) else mark.value

    def key(self, path: Path) -> Position | None:
        """Position of the key at the path."""
        mark = self.marks.get(path)
        return mark.start if mark else self.locate(path)

    def known(self, path: Path) -> Path:
        """The longest beginning of the path that exists.

        Entries of lists may be named by their id, keys as fields of dataclasses are named.
        """
        found: list[str | int] = []
        value = self.plain
        for step in path:
            step = next((key for key in _spellings(value, step)), None)
            if step is None:
                break
            found.append(step)
            value = value[step]
        return tuple(found)

    def at(self, path: Path) -> Any:
        """The plain value at the path, None where there is none."""
        value = self.plain
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def diagnostic(self, slug: str, message: str, position: Position | None, hint: str = "") -> Diagnostic:
        """A diagnostic with the line it is about; passwords are blotted out."""
        code = CODES.get(slug, OTHER)
        line = self.lines.get(position.file, []) if position else []
        text = line[position.line - 1] if position and position.line <= len(line) else ""
        return Diagnostic(
            code=code.code,
            slug=code.slug if code is not OTHER else slug,
            message=blot(message),
            hint=hint or code.fix,
            position=position,
            line_text=blot(text[:LONGEST_LINE]),
            severity=Severity.WARNING if code.warning else Severity.ERROR,
        )


def blot(text: str) -> str:
    """The text without passwords in addresses or characters that steer a terminal; its length stays, for the caret."""
    return legible(PASSWORD.sub(lambda match: match[1] + "*" * len(match[2]), text))


def _spellings(value: Any, step: str | int) -> Iterator[str | int]:
    if isinstance(value, dict) and isinstance(step, str):
        yield from (key for key in (step, step.rstrip("_"), step.replace("_", "-")) if key in value)
    elif isinstance(value, list) and isinstance(step, int):
        yield from (step for _ in value[step : step + 1] if step >= 0)
    elif isinstance(value, list):
        yield from (i for i, item in enumerate(value) if isinstance(item, dict) and item.get("id") == step)
