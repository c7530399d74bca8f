"""Many initiatives beside one another, as of a day."""

from dataclasses import dataclass

from proveout.core.initiative import Phase
from proveout.core.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One initiative among the others.

    Args:
        place: Its folder, below that of the portfolio.
        name: As declared.
        phase: In which it stands.
        days_past: Days since the time box of that phase ended, 0 within it, None where there is none.
        missing: What it lacks for production, in a word or two each.
        verdict: Of the gate at which it stands.
        pathologies: Names of those that are present.
        stopped: Whether the last decision on it was to stop.
    """

    place: str
    name: str
    phase: Phase
    days_past: int | None
    missing: tuple[str, ...]
    verdict: Verdict
    pathologies: tuple[str, ...]
    stopped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An initiative that could not be judged, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """All of them, and whether they are caught in pilots together.

    Args:
        members: Those that could be judged, in the order of their folders.
        unread: Those that could not.
        trapped: Whether the pilot trap shows across them; None when it cannot be told.
        sentence: Why, with the figures.
    """

    members: tuple[Member, ...]
    unread: tuple[Unread, ...]
    trapped: bool | None
    sentence: str
