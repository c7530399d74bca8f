"""Answers of people as they stand in tables: whose they are, of which group, and which number they mean."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from proveout.core.initiative import Group, GroupId
from proveout.core.privacy import FEWEST

LONGEST_SHOWN = 30
"""Letters of an answer or a group that may be repeated; what is longer may be what somebody wrote."""


def number_in(text: str) -> float:
    """A number, also one that stands before words, as in ``4 - agree``; NaN for ``1-2``, ``3/5`` and for words."""
    found = re.fullmatch(r"\s*(-?\d+(?:[.,]\d+)?)(?:[\s\-–:.)=(]\D*)?", text)
    return float(found[1].replace(",", ".")) if found else float("nan")


def numbers_in(texts: Sequence[str | None], words: Mapping[str, float] | None = None) -> list[float]:
    """The numbers that answers mean, NaN where they mean none.

    Args:
        texts: Answers, None where there is none.
        words: By answer in words, in small letters, its number.
    """
    known = {text: (words or {}).get(text.strip().casefold(), number_in(text)) for text in {*texts} if text}
    return [known.get(text or "", float("nan")) for text in texts]


def last_sheets(
    people: Sequence[str],
    empty: Sequence[bool],
    *,
    rounds: Sequence[str] | None = None,
    at: Sequence[str] | None = None,
) -> list[int]:
    """The places of the sheets that count: of several of one person in one round the last that holds an answer.

    Args:
        people: Who it was, whatever the case of the letters; a sheet of nobody is of a person of its own.
        empty: Whether a sheet holds no answer.
        rounds: In which round.
        at: When, as text that sorts; as they stand where nothing is said.
    """
    order = range(len(people)) if at is None else sorted(range(len(people)), key=at.__getitem__)
    last = {(people[i].casefold() or i, rounds[i] if rounds else ""): i for i in order if not empty[i]}
    return sorted(last.values())


def said_by_many(texts: Sequence[str], sheets: Iterable[object]) -> list[str]:
    """Short texts that stand on so many sheets that they give nobody away, the most frequent first."""
    times = Counter(text for text, _ in {(text, sheet) for text, sheet in zip(texts, sheets, strict=True)})
    return [text for text, n in times.most_common() if n >= FEWEST and len(text) <= LONGEST_SHOWN]


def names_of(groups: Sequence[Group]) -> dict[GroupId, str]:
    """What each group is called: by its title, or by its id where another one has that title, or no title is given."""
    words = _words(groups)
    return {g.id: title if words[(title := g.title.strip()).casefold()] == 1 else g.id for g in groups}


def group_by_word(groups: Sequence[Group]) -> dict[str, GroupId]:
    """Which group is meant, by its id or its title in small letters; what is the name of two means neither."""
    names = names_of(groups)
    return {names[g.id].casefold(): g.id for g in groups} | {g.id.casefold(): g.id for g in groups}


def _words(groups: Sequence[Group]) -> Counter[str]:
    """How many groups each word is a name of."""
    return Counter(word for g in groups for word in {g.id.casefold(), g.title.strip().casefold()} - {""})
