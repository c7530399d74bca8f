"""What became of the rows of each block: which have a value that counts, which came twice, which are 0."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from proveout.core.pilot import Pilot
from proveout.core.question import Columns
from proveout.instruments.pilot.blocks import Blocks, floats

BASELINE_DAYS = 56
"""Before the start: eight weeks tell whether outcomes come every week."""
FEWEST_WEEKS = 3
"""Weeks of the time before with outcomes that can tell it."""
REGULAR = 0.9
"""Share of the person-weeks with an outcome from which on a week without one lacks something. People are away in about
a tenth of the weeks; of cases that come by chance, fewer than 2.3 a person and week fill less."""
UNDATED = -1
"""Place of rows without a day that can be read."""

GIVEN = """
select block, coalesce({place}, {undated}) as place, sum(n_given) as given,
  coalesce(sum(n) filter (where span is not null), 0) as n, sum(zeros) as zeros,
  sum(telling) as telling, sum(again) as again, bit_or(weeks_before) as weeks_before,
  sum(bit_count(weeks_before)) as n_weeks_before, count(*) filter (where weeks_before > 0) as n_before
from {cells} join pilot_arms using (unit)
where ($arriving or not late) and arm = other_arm and ({place} is not null or span is null)
group by all order by all
"""
COUNTED = ("given", "n", "zeros", "telling", "again")


def sql(pilot: Pilot, filled: Mapping[str, object]) -> str:
    """The question: by look where arms stand side by side, by period in a design in time."""
    place, undated = ("week", -(10**6)) if pilot.in_time else ("span", UNDATED)
    return GIVEN.format(place=place, undated=undated, **filled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Rows of one KPI.

    Args:
        rows: By name of `COUNTED`, shape (G, T): of each block, by period (0 before the start), or (G, 1) up to a look.
        before: The same of all the time before the start, shape (G,).
        filled_before: Share of the weeks before the start with an outcome, of those who have any; None where nobody, or
            too few weeks, can say.
    """

    rows: dict[str, np.ndarray]
    before: dict[str, np.ndarray]
    filled_before: float | None

    def share(self, part: str, of: str) -> np.ndarray:
        """Shape (G, T): share of the rows; 0 where there are none."""
        return self.rows[part] / np.maximum(self.rows[of], 1)

    @property
    def lost(self) -> np.ndarray:
        """Shape (G, T): share of the rows without a value that counts."""
        return np.where(self.rows["given"] > 0, 1 - self.share("n", "given"), 0.0)


def up_to_look(table: Columns, blocks: Blocks, n_looks: int) -> Given:
    """Rows of arms side by side; those without a day may be of any."""
    place = floats(table["place"])
    return _placed(
        table, blocks, np.where((place == UNDATED) | ((place >= 1) & (place <= n_looks)), 0, -1), 1, place == 0
    )


def by_period(table: Columns, blocks: Blocks, periods: np.ndarray) -> Given:
    """Rows of a design in time, in the periods that count."""
    place = floats(table["place"]).astype(int)
    at = np.searchsorted(periods, place)
    inside = (at < len(periods)) & (periods[np.minimum(at, len(periods) - 1)] == place)
    return _placed(table, blocks, np.where(inside & (place >= 0), at, -1), len(periods), inside & (place < 0))


def _placed(table: Columns, blocks: Blocks, at: np.ndarray, n: int, before: np.ndarray) -> Given:
    rows, n_blocks = blocks.places(table["block"]), len(blocks.names)
    found, earlier = {}, {}
    for name in COUNTED:
        found[name], earlier[name] = np.zeros((n_blocks, n)), np.zeros(n_blocks)
        values = floats(table[name])
        np.add.at(found[name], (rows[at >= 0], at[at >= 0]), values[at >= 0])
        np.add.at(earlier[name], rows[before], values[before])
    weeks = [int(mask) for mask in floats(table["weeks_before"])]
    n_weeks = int(np.bitwise_or.reduce(np.array(weeks, dtype=np.int64), initial=0)).bit_count()
    people = float(floats(table["n_before"]).sum())
    enough = people and n_weeks >= FEWEST_WEEKS
    return Given(
        rows=found,
        before=earlier,
        filled_before=float(floats(table["n_weeks_before"]).sum()) / (people * n_weeks) if enough else None,
    )
