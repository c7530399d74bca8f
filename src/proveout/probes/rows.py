"""What all databases share: places in a statement, refusals, and rows as JSON knows them."""

import re
from collections.abc import Iterable
from typing import Any

from proveout.core.digest import canonical_json
from proveout.probes.body import LIMIT

PART = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|(\$\w*\$).*?\1|\$(?P<name>[A-Za-z_]\w*)|%|\?""", re.DOTALL
)
"""What is to be left alone in a statement, and the places to fill."""


class Refused(Exception):
    """What the database says about a statement, or about who asks."""

    def __init__(self, message: str, *, reached: bool = True) -> None:
        super().__init__(message)
        self.reached = reached


def first_rows(names: list[str], found: Iterable[Iterable[Any]]) -> tuple[list[dict[str, Any]], bool]:
    """Rows as objects, up to the limit, and whether there were more."""
    kept: list[dict[str, Any]] = []
    size = 0
    for row in found:
        kept.append({name: _cell(value) for name, value in zip(names, row, strict=True)})
        size += len(canonical_json(kept[-1]))
        if size > LIMIT:
            return kept[:-1], True
    return kept, False


def _cell(value: Any) -> Any:
    """As JSON knows it; times in ISO 8601."""
    if isinstance(value, float) and not -1e308 < value < 1e308:
        return str(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value[:LIMIT]).hex()
    if isinstance(value, dict | list):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
