"""How far the people of each group have come, and at which step they stop."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import ProveoutError
from proveout.core.evidence import Check
from proveout.core.initiative import Group, GroupId
from proveout.core.privacy import FEWEST
from proveout.core.question import Answers, columns_there, texts
from proveout.instruments.change.queries import MOST_ROWS, wanted
from proveout.instruments.change.settings import STEPS, Settings
from proveout.stats.barrier import barrier_points


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readiness:
    """Answers of one group.

    Args:
        steps: Shape (n, 5), 1 to 5; NaN where not answered.
        barriers: Shape (n,): the step at which each stops, 5 where at none, -1 where nobody can tell.
    """

    steps: np.ndarray
    barriers: np.ndarray

    @property
    def shown(self) -> bool:
        """Whether there are enough answers."""
        return int((self.barriers >= 0).sum()) >= FEWEST

    @property
    def counts(self) -> list[int]:
        """How many stop at each step, and how many at none."""
        return np.bincount(self.barriers[self.barriers >= 0], minlength=len(STEPS) + 1).tolist()

    @property
    def main(self) -> int | None:
        """The step at which most of those who stop do; the earlier one of two; None where nobody stops."""
        stops = self.counts[:-1]
        return stops.index(max(stops)) if any(stops) else None

    @property
    def mean(self) -> float:
        """Of all answers."""
        return float(np.nanmean(self.steps))


def readiness(
    settings: Settings, answers: Answers, groups: Sequence[Group]
) -> tuple[dict[GroupId, Readiness], list[Check]]:
    """By group what its people answered, and what could not be used.

    Raises:
        ProveoutError: A column is missing, or there are too many rows.
    """
    if settings.readiness is None:
        note = "ask people how far they have come, and declare `readiness`"
        return {}, [Check(name="It is known how far people have come", passed=None, note=note)]
    there = columns_there(answers, "columns")
    if lacking := [name for name in wanted(settings.readiness).values() if name.casefold() not in there]:
        raise ProveoutError(
            f"the answers on readiness have no column {', '.join(lacking)}",
            f"they have {', '.join(there.values())}; name them under `readiness`",
        )
    table = answers.tables["readiness"]
    if len(table["group_"]) > MOST_ROWS:
        raise ProveoutError(f"more than {MOST_ROWS:,} answers on readiness", "give the survey a query of its own")
    keep, said = _last_of_each(texts(table["person"]) if "person" in table else None, len(table["group_"]))
    values = np.column_stack([np.ma.filled(np.ma.asarray(table[step]).astype(float), np.nan) for step in STEPS])[keep]
    off = (values < 1) | (values > 5)
    if off.any():
        note = f"{int(off.sum())} answers do not, and count as missing"
        said.append(Check(name="Answers on readiness lie between 1 and 5", passed=False, note=note))
    values[off] = np.nan
    words = np.array([(text or "").casefold() for text in texts(table["group_"])], dtype=object)[keep]
    found = {
        group.id: _of(values, np.isin(words, [group.id.casefold(), group.title.strip().casefold()])) for group in groups
    }
    strangers = len(words) - sum(len(one.barriers) for one in found.values())
    if strangers:
        note = f"{strangers} of {len(words)} answers are of no declared group"
        said.append(Check(name="Every answer on readiness is of a declared group", passed=False, note=note))
    unclear = sum(int((one.barriers < 0).sum()) for one in found.values())
    if unclear:
        note = f"{unclear} people left out a step before the one at which they stop; they count for no step"
        said.append(Check(name="Everybody answered all steps", passed=False, note=note))
    return found, said


def _names(group: Group) -> list[str]:
    return [name for name in (group.id.casefold(), group.title.strip().casefold()) if name]


def _of(values: np.ndarray, own: np.ndarray) -> Readiness:
    return Readiness(steps=values[own], barriers=barrier_points(values[own]))


def _last_of_each(people: list[str | None] | None, n: int) -> tuple[np.ndarray, list[Check]]:
    if people is None:
        return np.arange(n), []
    last = {person or f"row {i}": i for i, person in enumerate(people)}
    keep = np.array(sorted(last.values()), dtype=int)
    note = f"{n - len(keep)} answers are of people who had answered before; the last one counts"
    return keep, [Check(name="Everybody answered once", passed=False, note=note)] if len(keep) < n else []
