"""Groups: who was asked, who answered, and which figures may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.evidence import Check
from proveout.core.initiative import Group
from proveout.core.privacy import FEWEST, hidden_groups
from proveout.instruments.survey.settings import Settings
from proveout.instruments.survey.sheets import Sheets

EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """One group.

    Args:
        name: As people say it.
        size: How many were asked; None where nobody says.
        members: How many people the group has; None where nobody says.
        can_stop: Whether the project stops without it.
        who: Shape (n,), bool: whose sheets are its own.
        shown: Whether its figures may be shown.
    """

    name: str
    size: int | None
    members: int | None
    can_stop: bool
    who: np.ndarray
    shown: bool = True

    @property
    def small(self) -> bool:
        """Whether a survey cannot speak for it without showing persons."""
        return self.members is not None and max(self.members, self.n) < FEWEST

    @property
    def crowded(self) -> bool:
        """Whether more people answered than there are."""
        return self.members is not None and self.n > self.members

    @property
    def n(self) -> int:
        """How many answered."""
        return int(self.who.sum())


def told(settings: Settings, sheets: Sheets, declared: Sequence[Group]) -> tuple[tuple[Told, ...], tuple[Check, ...]]:
    """The groups, those that are declared first, with what could not be placed."""
    invited = {name.casefold(): n for name, n in settings.invited.items()}
    if not settings.answers.group:
        sizes = list(settings.invited.values()) or [group.size for group in declared]
        everybody = Told(
            name=EVERYBODY,
            size=sum(sizes) or None,
            members=sum(group.size for group in declared) or None,
            can_stop=not declared,
            who=np.ones(len(sheets), dtype=bool),
            shown=len(sheets) >= FEWEST,
        )
        return (everybody,), ()
    words = np.array([group.strip().casefold() for group in sheets.groups], dtype=object)
    found, known = [], set()
    for group in declared:
        names = {group.id.casefold(), group.title.strip().casefold()} - {""}
        known |= names
        asked = next((invited[name] for name in names if name in invited), group.size)
        who = np.isin(words, list(names))
        found.append(
            Told(name=group.title or group.id, size=asked, members=group.size, can_stop=group.can_stop, who=who)
        )
    others = dict.fromkeys(group.strip() for group in sheets.groups if group.strip().casefold() not in known | {""})
    for name in others if not declared else ():
        size = invited.get(name.casefold())
        found.append(Told(name=name, size=size, members=size, can_stop=True, who=words == name.casefold()))
    return _suppressed(found, len(sheets)), tuple(_placed(words, known, others, declared, found))


def _placed(
    words: np.ndarray, known: set[str], others: Mapping[str, None], declared: Sequence[Group], found: Sequence[Told]
) -> list[Check]:
    checks = []
    strangers = int(sum(word != "" and word not in known for word in words)) if declared else 0
    if strangers:
        note = f"{strangers} answers are of groups that are not declared under `groups`: {', '.join(list(others)[:5])}"
        checks.append(Check(name="Every answer is of a declared group", passed=False, note=note))
    if blank := int((words == "").sum()):
        note = f"{blank} answers name no group; they count for all, and for no group"
        checks.append(Check(name="Every answer names its group", passed=False, note=note))
    if over := [group.name for group in found if group.crowded]:
        note = f"{', '.join(over)}: more people answered than there are; name `person`, or correct the group's `size`"
        checks.append(Check(name="No more people answered than there are", passed=False, note=note))
    if partly := [group.name for group in found if group.size and group.members and group.size < group.members]:
        note = f"{', '.join(partly)}: only some were asked; look whether they were drawn by lot"
        checks.append(Check(name="Everybody was asked", passed=None, note=note))
    return checks


def _suppressed(found: Sequence[Told], n: int) -> tuple[Told, ...]:
    """Groups with too few answers are not shown, nor those from which the few could be told by subtraction."""
    sizes = {i: group.n for i, group in enumerate(found)}
    hidden = hidden_groups(sizes, others=n - sum(sizes.values()))
    return tuple(replace(g, shown=i not in hidden and g.n > 0) for i, g in enumerate(found))


def hidden_check(groups: Sequence[Told]) -> list[Check]:
    """Which groups are not shown, and why."""
    few = [group.name for group in groups if 0 < group.n < FEWEST]
    more = [group.name for group in groups if group.n >= FEWEST and not group.shown]
    if not few:
        return []
    note = f"{', '.join(few)}: fewer than {FEWEST} answers, which would show persons"
    note += f"; {', '.join(more)}: else the few could be told by subtraction" if more else ""
    return [Check(name="Every group is large enough to be shown", passed=None, note=note)]
