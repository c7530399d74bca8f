"""Who said what: confirmed codes brought to their interviews, and interviews brought together by person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from proveout.instruments.interviews.interview import Flaw, Interview, Unusable, code_of, meant, severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One interviewee: one vote, however often they were interviewed.

    Args:
        place: Where their first interview is written down.
        pains: Severity by code, None for an unknown severity; no mapping at all when nobody coded what they said.
    """

    place: str
    group: str
    day: date | None
    pains: Mapping[str, int | None] | None


def with_confirmed_codes(
    interviews: Sequence[Interview], rows: Iterable[Mapping[str, str]]
) -> tuple[list[Interview], list[Flaw]]:
    """Interviews with the codes that a person confirmed; what nobody confirmed is left out, without a word."""
    by_name = {name.casefold(): index for index, one in enumerate(interviews) for name in one.names}
    coded, flaws = list(interviews), []
    for row in rows:
        place = f"codes, row {row['position']}"
        if not row["confirmed_by"].strip():
            continue
        index = by_name.get(row["interview"].strip().casefold())
        if index is None:
            remedy = meant(row["interview"], [one.names[0] for one in interviews], "interviews")
            flaws.append(Flaw(place=place, message=f"there is no interview {row['interview'][:60]!r}", remedy=remedy))
            continue
        try:
            coded[index] = _coded(coded[index], row)
        except Unusable as unusable:
            flaws.append(unusable.flaw(place))
    return coded, flaws


def _coded(interview: Interview, row: Mapping[str, str]) -> Interview:
    code, pains = code_of(row["code"]), dict(interview.pains or {})
    if not code:
        return replace(interview, pains=pains)
    given = row["severity"].strip()
    pains[code] = severity(code, given) if given else pains.get(code)
    quotes = ((code, row["quote"].strip()),) if row["quote"].strip() else ()
    return replace(interview, pains=pains, quotes=interview.quotes + quotes)


def people(interviews: Iterable[Interview]) -> tuple[list[Person], list[Flaw]]:
    """One entry per person, in the order of first interviews: by date, undated last, then as they were read."""
    ordered = sorted(interviews, key=lambda interview: interview.day or date.max)
    found: dict[str, Person] = {}
    flaws = []
    for interview in ordered:
        key = interview.interviewee.casefold() or f"\n{interview.place}"
        first = found.get(key)
        if first is None:
            found[key] = Person(place=interview.place, group=interview.group, day=interview.day, pains=interview.pains)
            continue
        flaws.append(
            Flaw(
                place=interview.place,
                message=f"{interview.interviewee} was interviewed before ({first.place}), both count as one person",
                remedy="if these are two people, give them two names",
            )
        )
        found[key] = replace(first, group=first.group or interview.group, pains=_merged(first.pains, interview.pains))
    return list(found.values()), flaws


def _merged(
    one: Mapping[str, int | None] | None, other: Mapping[str, int | None] | None
) -> Mapping[str, int | None] | None:
    """All pains of both; the severer rating of each."""
    if one is None or other is None:
        return other if one is None else one
    codes = [*one, *(code for code in other if code not in one)]
    ratings = {code: [r for r in (one.get(code), other.get(code)) if r is not None] for code in codes}
    return {code: max(given) if given else None for code, given in ratings.items()}


def new_codes(coded: Iterable[Person]) -> list[int]:
    """How many codes each person named that nobody before them had."""
    seen: set[str] = set()
    counts = []
    for person in coded:
        fresh = set(person.pains or ()) - seen
        seen |= fresh
        counts.append(len(fresh))
    return counts
