"""From what was written down to interviews, and to the flaws that keep one from counting."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from proveout.instruments.interviews.settings import HIGHEST, LOWEST

NOT_NAMED = frozenset({"none", "-"})
"""In a table's cell: asked, and no pain was named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """One conversation.

    Args:
        place: Where it is written down, such as ``interviews/01.md`` or ``row 3``.
        names: By which codes may refer to it; the first is the one to show.
        interviewee: Name or pseudonym; empty when unknown.
        group: Id of the group; empty when unknown.
        day: When, or None when unknown.
        pains: Severity by code, None for an unknown severity; no mapping at all when nobody has coded it.
        quotes: Pairs of code (or nothing) and words.
        text: Notes or transcript.
        lines: In which line of the place a key stands, where that is known.
    """

    place: str
    names: tuple[str, ...]
    interviewee: str = ""
    group: str = ""
    day: date | None = None
    interviewer: str = ""
    pains: Mapping[str, int | None] | None = None
    quotes: tuple[tuple[str, str], ...] = ()
    text: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What keeps an interview from counting."""

    place: str
    message: str
    remedy: str

    @property
    def sentence(self) -> str:
        """Place, fault and remedy."""
        return f"{self.place}: {self.message}; {self.remedy}"


class Unusable(Exception):
    """This interview cannot be used."""

    def __init__(self, message: str, remedy: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.remedy, self.line = message, remedy, line

    def flaw(self, place: str) -> Flaw:
        """The flaw, at its line of the place."""
        return Flaw(place=f"{place}:{self.line}" if self.line else place, message=self.message, remedy=self.remedy)


def from_files(paths: Sequence[str], texts: Sequence[str]) -> tuple[list[Interview], list[Flaw]]:
    """Interviews of Markdown files with front matter."""
    from proveout.instruments.interviews.front_matter import read_interview

    interviews, flaws = [], []
    for path, text in zip(paths, texts, strict=True):
        try:
            interviews.append(read_interview(path, text))
        except Unusable as unusable:
            flaws.append(unusable.flaw(path))
    return interviews, flaws


def from_rows(rows: Iterable[Mapping[str, str]]) -> tuple[list[Interview], list[Flaw]]:
    """Interviews of a table; absent cells are empty."""
    interviews, flaws = [], []
    for row in rows:
        place = f"row {row['position']}"
        try:
            interviews.append(
                Interview(
                    place=f"{place} ({row['interview']})" if row["interview"] else place,
                    names=(row["interview"] or place,),
                    interviewee=row["interviewee"],
                    group=row["group"],
                    day=day(row["date"]),
                    interviewer=row["interviewer"],
                    pains=_pains_of_cell(row["pains"]),
                    text=row["text"],
                )
            )
        except Unusable as unusable:
            flaws.append(unusable.flaw(place))
    return interviews, flaws


def usable(interviews: Iterable[Interview], groups: Collection[str], today: date) -> tuple[list[Interview], list[Flaw]]:
    """Those of a known group, or of none, that were held by today."""
    kept, flaws = [], []
    for interview in interviews:
        try:
            kept.append(_checked(interview, groups, today))
        except Unusable as unusable:
            flaws.append(unusable.flaw(interview.place))
    return kept, flaws


def _checked(interview: Interview, groups: Collection[str], today: date) -> Interview:
    by_name = {group.casefold(): group for group in groups}
    group = by_name.get(interview.group.casefold(), "")
    if interview.group and groups and not group:
        message = f"there is no group {interview.group!r}"
        raise Unusable(message, meant(interview.group, groups, "groups"), interview.lines.get("group"))
    if interview.day and interview.day > today:
        message = f"{interview.day} lies in the future of {today}"
        raise Unusable(message, "mend the date, or check again when the interview is held", interview.lines.get("date"))
    return replace(interview, group=group or interview.group)


def meant(name: str, known: Collection[str], what: str) -> str:
    """A hint at the name that was meant, or at all there are."""
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"{what}: {', '.join(sorted(known)[:12]) or 'none'}"


def day(text: str, line: int | None = None) -> date | None:
    """A date, from YYYY-MM-DD with or without a time after it.

    Raises:
        Unusable: It is something else.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Unusable(f"{text!r} is not a date", "write it as YYYY-MM-DD", line) from None


def severity(code: str, text: str, line: int | None = None) -> int:
    """A whole number on the scale.

    Raises:
        Unusable: It is something else.
    """
    text = text.removesuffix(".0")
    if not text.isascii() or not text.isdigit() or not LOWEST <= int(text[:9]) <= HIGHEST:
        message = f"the severity {text[:40]!r} of {code} is not a whole number from {LOWEST} to {HIGHEST}"
        raise Unusable(message, f"write `{code}: 3`, with 1 for a nuisance and 5 for what stops the work", line)
    return int(text)


def code_of(text: str) -> str:
    """One spelling of a code."""
    return "-".join(text.casefold().split())


def _pains_of_cell(cell: str) -> dict[str, int | None] | None:
    if not cell.strip():
        return None
    if cell.strip().casefold() in NOT_NAMED:
        return {}
    pains: dict[str, int | None] = {}
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        code, colon, rating = part.rpartition(":")
        if not colon or not code.strip():
            raise Unusable(f"{part[:60]!r} is not `code:severity`", "write `code:severity;code:severity`")
        pains[code_of(code)] = severity(code_of(code), rating.strip())
    return pains
