"""Groups: who was asked, who answered, and which answers may be shown."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.answers import group_by_word, names_of, said_by_many
from proveout.core.evidence import Check
from proveout.core.initiative import Group
from proveout.core.privacy import FEWEST
from proveout.instruments.survey.settings import Settings
from proveout.instruments.survey.sheets import Sheets

EVERYBODY, RARE = "everybody", f"groups of fewer than {FEWEST} answers"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """One group.

    Args:
        name: As people say it.
        size: How many were asked; None where nobody says.
        members: How many people the group has; None where nobody says.
        can_stop: Whether the project stops without it.
        who: Shape (n,), bool: whose sheets are its own.
        one: Whether it is one group; not what is left of several.
    """

    name: str
    size: int | None
    members: int | None
    can_stop: bool
    who: np.ndarray
    one: bool = True

    @property
    def shown(self) -> bool:
        """Whether it may be said how many of them answered."""
        return self.one and self.n >= FEWEST

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
    if not settings.answers.group:
        sizes = list(settings.invited.values()) or [group.size for group in declared]
        everybody = Told(
            name=EVERYBODY,
            size=sum(sizes) or None,
            members=sum(group.size for group in declared) or None,
            can_stop=not declared,
            who=np.ones(len(sheets), dtype=bool),
        )
        return (everybody,), ()
    words = [group.casefold() for group in sheets.groups]
    found = _declared(settings, words, declared) if declared else _as_written(settings, sheets, words)
    return tuple(found), tuple(_doubts(sheets, words, declared, found))


def _declared(settings: Settings, words: Sequence[str], declared: Sequence[Group]) -> list[Told]:
    means, names = group_by_word(declared), names_of(declared)
    invited = {means.get(name.strip().casefold()): n for name, n in settings.invited.items()}
    whose = np.array([means.get(word, "") for word in words], dtype=object)
    return [
        Told(
            name=names[group.id],
            size=invited.get(group.id, group.size),
            members=group.size,
            can_stop=group.can_stop,
            who=whose == group.id,
        )
        for group in declared
    ]


def _as_written(settings: Settings, sheets: Sheets, words: Sequence[str]) -> list[Told]:
    """The groups that many wrote, or that were invited by name; what few wrote may be a name, and is not repeated."""
    first = dict(zip(reversed(words), reversed(sheets.groups), strict=True))
    spelt = {name.strip().casefold(): name.strip() for name in settings.invited}
    spelt |= {word: first[word] for word in said_by_many(words, range(len(sheets))) if word and word not in spelt}
    invited = {name.strip().casefold(): n for name, n in settings.invited.items()}
    written = np.array(words, dtype=object)
    found = [
        Told(name=name, size=size, members=size, can_stop=True, who=written == word)
        for word, name in spelt.items()
        for size in [invited.get(word)]
    ]
    rare = np.array([word != "" and word not in spelt for word in words])
    if any(rare):
        found.append(Told(name=RARE, size=None, members=None, can_stop=True, who=rare, one=False))
    return found


def _doubts(sheets: Sheets, words: Sequence[str], declared: Sequence[Group], found: Sequence[Told]) -> Iterator[Check]:
    known = group_by_word(declared)
    if strangers := [i for i, word in enumerate(words) if word and word not in known] if declared else []:
        often = said_by_many([sheets.groups[i] for i in strangers], strangers)
        which = f"such as {', '.join(often[:5])}" if often else f"the first in row {sheets.rows[strangers[0]]}"
        note = f"{len(strangers)} answers are of groups that are not declared under `groups`, {which}"
        yield Check(name="Every answer is of a declared group", passed=False, note=note)
    if blank := words.count(""):
        note = f"{blank} answers name no group, and count for none"
        yield Check(name="Every answer names its group", passed=False, note=note)
    titles = Counter(group.title.strip().casefold() for group in declared if group.title.strip())
    if shared := [group.id for group in declared if titles[group.title.strip().casefold()] > 1]:
        note = f"{', '.join(shared)} have the same title; answers are theirs that name the id"
        yield Check(name="Every group has a title of its own", passed=False, note=note)
    if over := [group.name for group in found if group.crowded]:
        note = f"{', '.join(over)}: more people answered than there are; name `person`, or correct the group's `size`"
        yield Check(name="No more people answered than there are", passed=False, note=note)
    if partly := [group.name for group in found if group.size and group.members and group.size < group.members]:
        note = f"{', '.join(partly)}: only some were asked; look whether they were drawn by lot"
        yield Check(name="Everybody was asked", passed=None, note=note)


def without_the_few(
    scores: Mapping[str, np.ndarray], groups: Sequence[Told]
) -> tuple[Mapping[str, np.ndarray], tuple[Check, ...]]:
    """Scores without those of a few people who are in no group that is shown: else subtraction would show them.

    What is left is shown by group where five people and more have a score, and over all.
    """
    kept, few = {}, 0
    for scale, values in scores.items():
        rest = np.isfinite(values)
        for group in groups:
            if group.one and (np.isfinite(values) & group.who).sum() >= FEWEST:
                rest &= ~group.who
        hide = 0 < rest.sum() < FEWEST
        few = max(few, int(rest.sum())) if hide else few
        kept[scale] = np.where(rest, np.nan, values) if hide else values
    small = [group.name for group in groups if 0 < group.n < FEWEST]
    note = f"{', '.join(small)}: fewer than {FEWEST} answers, which would show persons; " if small else ""
    note += f"{few} answers are in no figure of a scale, else they could be told by subtraction" if few else ""
    check = Check(name="Every group is large enough to be shown", passed=None, note=note.removesuffix("; "))
    return kept, (check,) if note else ()
