"""What was fixed before the pilot started, so that later changes are seen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from proveout.core.digest import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The design as it stood in the ledger when the arms were drawn.

    Args:
        design: What `Initiative.pilot_design` gave.
        file: SHA-256 of the assignment file.
        n_units: How many units it holds.
        at: The day.
        judged: How the gate of the pilot judged on that day, criterion by criterion, and the version of the analysis;
            empty where an earlier version of Proveout registered it.
        seeds: By batch, of its draw, where the operating system gave one at that moment; none where it was declared.
        adopted: Whether the arms were drawn elsewhere.
        rows: Of such arms, the digests of their rows as they were read, one after the other; None where they were drawn
            here, or an earlier version of Proveout registered them.
    """

    design: Mapping[str, Any]
    file: str
    n_units: int
    at: date
    judged: Mapping[str, Any] = field(default_factory=dict)
    seeds: Mapping[int, int] = field(default_factory=dict)
    adopted: bool = False
    rows: str | None = None

    @property
    def digest(self) -> str:
        """The identity of the design."""
        return digest(self.design)


def changes(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Where two designs differ, each place as a dotted path with what stood there and what stands there now."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from changes(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif before != after:
        yield f"{path}: {_said(before)}, now {_said(after)}"


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(part)}" for key, part in value.items() if part not in (None, ""))
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value)) or "none"
    return "nothing" if value is None else str(value)
