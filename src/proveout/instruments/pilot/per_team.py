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
  select block, sum(n) filter (where since) as n, sum(n) filter (where span = 0) as n_before,
    sum(total) filter (where since) / nullif(sum(d) filter (where since), 0) as mean,
    sum(total) filter (where span = 0) / nullif(sum(d) filter (where span = 0), 0) as mean_before,
    sum(unreadable) filter (where since or span is null) as unreadable,
    sum(n_given) filter (where span is null) as undated
  from (
    select block, span, n, total, unreadable, n_given, case when ratio then weight else n end as d,
      span between 1 and {n_looks} as since
    from {cells} join pilot_arms using (unit)
  ) as known group by block
)
select summed.block, n, n_before, mean, mean_before, unreadable, undated, spelt from summed
  full join spelt using (block)
"""


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


def per_team(table: Columns, blocks: Blocks) -> PerTeam:
    """The answer, in the order of the blocks."""
    place = {name: i for i, name in enumerate(texts(table["block"]))}
    at = np.array([place.get(name, -1) for name in blocks.names], dtype=int)

    def numbers(name: str, nothing: float) -> np.ndarray:
        found = np.nan_to_num(np.append(floats(table[name]), np.nan), nan=nothing)
        return found[at]  # the last, for those of whom there is nothing at all

    counts = {name: numbers(name, 0.0) for name in ("n", "n_before", "unreadable", "undated")}
    means = {name: numbers(name, np.nan) for name in ("mean", "mean_before")}
    spelt = [*texts(table["spelt"]), None]
    return PerTeam(spelt=tuple(spelt[i] or "" for i in at), **counts, **means)
