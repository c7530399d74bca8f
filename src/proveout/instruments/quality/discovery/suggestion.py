"""A rule that the data themselves suggest, and the rows that break it."""

from dataclasses import dataclass
from typing import Literal

from proveout.instruments.quality.discovery.profile import PLACE, written

CLEAR = 0.6
"""Share of a group that makes its most frequent value the usual one."""
TWICE = 2
"""How many times more often it must stand than the next one."""
GROUP = 3
"""Fewest rows of a group that have a usual value."""

FULL = 0.8
"""Share of a group that must be filled for its empty cells to be suspects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A habit that nearly every row of a table keeps, so that cells which break it are suspects.

    Args:
        field: Whose cells are suspects.
        kind: Which habit.
        words: The rule in plain words.
        faulty: For a rule within a row: an SQL boolean over the table's columns, true for a suspect; never NULL.
        applies: An SQL boolean, true for rows of which the rule says anything; never NULL.
        determined_by: For a dependency: fields each of which tells what `field` usually is. A suspect differs from
            what one of them tells and agrees with none: else it is the telling field that is wrong.
        allowed: For a set: the usual entries.
        bounds: For a range: its ends.
        confidence: ``high`` where suspects are nearly always faults, ``low`` where they are worth a look.
        n: Rows to which the rule applies.
        n_suspects: Those of them that break it.
        example: One of the suspects.
        sampled: Whether the rows are those of the sample and not of the whole table.
    """

    field: str
    kind: Literal["type", "unit", "format", "spelling", "dependency", "misplaced", "filled", "set", "range", "key"]
    words: str
    faulty: str = ""
    applies: str = ""
    determined_by: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    confidence: Literal["high", "low"] = "high"
    n: int = 0
    n_suspects: int = 0
    example: str = ""
    sampled: bool = False

    @property
    def rows(self) -> str:
        """A SELECT over the relation `given`: one row each to which the rule applies, with `place` (its position,
        from 1), `cell` (what is written in the field) and `suspect`.
        """
        if self.kind == "dependency":
            return _dependent(written(self.field), [written(name) for name in self.determined_by])
        placed = f"(select *, row_number() over () as {PLACE} from given) as placed"
        if self.kind == "key":
            cell = written(self.field)
            twice = f"count(*) over (partition by {cell}) > 1"
            return f"select {PLACE} as place, {cell} as cell, {twice} as suspect from {placed} where {cell} is not null"
        cell = written(self.field)
        return f"select {PLACE} as place, {cell} as cell, {self.faulty} as suspect from {placed} where {self.applies}"


def _dependent(cell: str, determining: list[str]) -> str:
    """Rows of groups with a usual value; an empty cell is a suspect where the group is nearly full."""
    xs = ", ".join(f"{x} as x{k}" for k, x in enumerate(determining))
    parts = [f"placed as (select row_number() over () as place, {cell} as cell, {xs} from given)"]
    for k in range(len(determining)):
        counted = f"select x{k}, cell, count(*) as n from placed where x{k} is not null group by x{k}, cell"
        known = "filter (where cell is not null)"
        parts.append(
            f"told{k} as (select x{k}, arg_max(cell, n) {known} as usual{k}, max(n, 2) {known} as top, "
            f"sum(n) {known} as size, size >= {FULL} * sum(n) as full{k} from ({counted}) "
            f"group by x{k} having size >= {GROUP} and top[1] >= {CLEAR} * size "
            f"and top[1] >= {TWICE} * coalesce(top[2], 0))"
        )
    joined = " ".join(f"left join told{k} using (x{k})" for k in range(len(determining)))
    told = " or ".join(f"(usual{k} is not null and (cell is not null or full{k}))" for k in range(len(determining)))
    agrees = " or ".join(f"coalesce(cell = usual{k}, false)" for k in range(len(determining)))
    return f"with {', '.join(parts)} select place, cell, not ({agrees}) as suspect from placed {joined} where {told}"
