"""An interview, its parts as people write them, and what keeps it from counting."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from proveout.instruments.interviews.settings import HIGHEST, LOWEST


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
