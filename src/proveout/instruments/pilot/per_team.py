"""What was read of each team (or unit), before the start and since, and what could not be."""

from dataclasses import dataclass

import numpy as np

from proveout.core.question import Columns, texts
from proveout.instruments.pilot.blocks import Blocks, floats

PER_TEAM = """
with spelt as (
  select block, min(other.unit) as spelt
  from (select distinct unit from {cells} where unit not in (select unit from pilot_arms)) as other
    join pilot_arms on lower(trim(other.unit)) = lower(trim(pilot_arms.unit))
  group by block
), summed as (
  select block, span, sum(n) as n, sum(total) as total, sum(case when ratio then weight else n end) as d,
    sum(unreadable) as unreadable, sum(n_given) as n_given
  from {cells} join pilot_arms using (unit) group by block, span
)
select block, span, n, total, d, unreadable, n_given, spelt from summed full join spelt using (block)
"""
"""By look, none for what has no day."""

SUMMED = ("n", "total", "d", "unreadable", "n_given")


@dataclass(frozen=True, slots=True, kw_only=True)
class PerTeam:
    """By block, shape (G,): rows that count and their mean, since the start and before; NaN where there are none.

    Args:
        n: Since the start.
        n_before: Before it.
        mean: Since the start.
        mean_before: Before it.
        unreadable: Values since the start that are no number.
        undated: Rows whose day cannot be read.
        spelt: Length G: a unit that was never assigned, and is called like one of these but for case and blanks.
    """

    n: np.ndarray
    n_before: np.ndarray
    mean: np.ndarray
    mean_before: np.ndarray
    unreadable: np.ndarray
    undated: np.ndarray
    spelt: tuple[str, ...]


def per_team(table: Columns, blocks: Blocks, n_looks: int) -> PerTeam:
    """The answer, in the order of the blocks; means up to the last look that has come, or to the first."""
    at = blocks.places(table["block"])
    spans, numbers = floats(table["span"]), {name: np.nan_to_num(floats(table[name])) for name in SUMMED}

    def total(name: str, where: np.ndarray) -> np.ndarray:
        return np.bincount(at[where], numbers[name][where], minlength=len(blocks.names))

    since, before, unknown = (spans >= 1) & (spans <= max(1, n_looks)), spans == 0, np.isnan(spans)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, mean_before = (total("total", where) / total("d", where) for where in (since, before))
    spelt = dict(zip(at.tolist(), texts(table["spelt"]), strict=True))
    return PerTeam(
        n=total("n", since),
        n_before=total("n", before),
        mean=mean,
        mean_before=mean_before,
        unreadable=total("unreadable", (spans >= 1) | unknown),
        undated=total("n_given", unknown),
        spelt=tuple(spelt.get(i) or "" for i in range(len(blocks.names))),
    )
