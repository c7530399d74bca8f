"""How far the people of each group have come, and at which step they stop."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.answers import group_by_word, last_sheets, names_of, numbers_in
from proveout.core.errors import ProveoutError
from proveout.core.evidence import Check
from proveout.core.initiative import Group, GroupId
from proveout.core.privacy import FEWEST
from proveout.core.question import Answers, columns_there, texts
from proveout.instruments.change.queries import MOST_ROWS, wanted
from proveout.instruments.change.settings import STEPS, Settings
from proveout.stats.barrier import barrier_points

LOWEST, HIGHEST = 1, 5
"""Of an answer to a step."""


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
    columns = [*wanted(settings.readiness).values()]
    lacking = [name for name in columns if name.casefold() not in there]
    if len(lacking) == len(columns):
        # what stands in the first row may be somebody's answers
        remedy = "the first row names the columns; name them under `readiness`"
        raise ProveoutError("the answers on readiness have none of the columns that are declared", remedy)
    if lacking:
        raise ProveoutError(
            f"the answers on readiness have no column {', '.join(lacking)}",
            f"they have {', '.join(there.values())}; name them under `readiness`",
        )
    table = answers.tables["readiness"]
    if len(table["group_"]) > MOST_ROWS:
        raise ProveoutError(f"more than {MOST_ROWS:,} answers on readiness", "give the survey a query of its own")
    said: list[Check] = []
    values, whose = _sheets({role: texts(column) for role, column in table.items()}, groups, said)
    found = {group.id: _of(values, whose == group.id) for group in groups}
    return found, [*said, *_doubts(found, groups, n_strangers=int((whose == "").sum()))]


def _doubts(found: Mapping[GroupId, Readiness], groups: Sequence[Group], *, n_strangers: int) -> Iterator[Check]:
    names, unclear = names_of(groups), sum(int((one.barriers < 0).sum()) for one in found.values())
    if n_strangers:
        note = f"{n_strangers} of {n_strangers + sum(len(one.barriers) for one in found.values())} are of none"
        yield Check(name="Every answer on readiness is of a declared group", passed=False, note=note)
    if crowded := [names[group.id] for group in groups if len(found[group.id].barriers) > group.size]:
        note = f"{', '.join(crowded)}: there are fewer; name `person`, or correct the group's `size`"
        yield Check(name="No more people answered than there are", passed=False, note=note)
    if unclear:
        note = f"{unclear} people left out a step before the one at which they stop; they count for no step"
        yield Check(name="Everybody answered all steps", passed=False, note=note)


def _sheets(
    columns: dict[str, list[str | None]], groups: Sequence[Group], said: list[Check]
) -> tuple[np.ndarray, np.ndarray]:
    """Answers, one row per person, and whose they are: the group's id, empty where it is none of them."""
    values = np.column_stack([numbers_in(columns[step]) for step in STEPS])
    with np.errstate(invalid="ignore"):
        on = (values >= LOWEST) & (values <= HIGHEST)
    n_off = sum(text is not None for step in STEPS for text in columns[step]) - int(on.sum())
    if n_off:
        note = f"{n_off} answers do not, and count as missing"
        said.append(Check(name=f"Answers on readiness lie between {LOWEST} and {HIGHEST}", passed=False, note=note))
    values[~on] = np.nan
    people = [person or "" for person in columns.get("person", [None] * len(values))]
    empty = [not any(row) for row in on.tolist()]
    keep = last_sheets(people, empty)
    if n_empty := sum(empty):
        note = f"{n_empty} hold none, and are left out"
        said.append(Check(name="Every sheet on readiness holds an answer", passed=False, note=note))
    if n_more := len(empty) - n_empty - len(keep):
        note = f"{n_more} answers are of people who had answered before; the last one counts"
        said.append(Check(name="Everybody answered once", passed=False, note=note))
    means = group_by_word(groups)
    whose = [means.get((columns["group_"][i] or "").casefold(), "") for i in keep]
    return values[keep], np.array(whose, dtype=object)


def _of(values: np.ndarray, own: np.ndarray) -> Readiness:
    return Readiness(steps=values[own], barriers=barrier_points(values[own]))
