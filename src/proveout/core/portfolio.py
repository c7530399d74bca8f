"""Many initiatives beside one another, as of a day."""

from dataclasses import dataclass
from datetime import date

from proveout.core.initiative import Phase
from proveout.core.verdict import Pathology, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One gate of one initiative.

    Args:
        phase: Which gate.
        verdict: What the evidence says today.
        due: Whether it counts: up to the phase in which the initiative stands.
        decided: What people last decided there, and on which day; empty where nobody did.
    """

    phase: Phase
    verdict: Verdict
    due: bool
    decided: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A must-criterion that an initiative does not pass.

    Args:
        phase: Of its gate.
        criterion: Its id.
        title: Its title.
        verdict: Fail or undecided.
    """

    phase: Phase
    criterion: str
    title: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One initiative among the others.

    Args:
        place: Its folder, below that of the portfolio.
        name: As declared.
        title: As declared.
        phase: In which it stands.
        since: Since when; None where neither a decision nor the plan tells.
        days_past: Days since the time box of that phase ended, 0 within it, None where there is none.
        missing: What it lacks for production, in a word or two each.
        verdict: Of the gate at which it stands.
        gates: All five, in order.
        stops: What stops it at the gates that count, those that fail first.
        pathologies: Names of those that are present.
        stopped: Whether the last decision on it was to stop.
        choices: All decisions on it, oldest first, with whether each went against the verdict.
    """

    place: str
    name: str
    title: str = ""
    phase: Phase
    since: date | None = None
    days_past: int | None
    missing: tuple[str, ...]
    verdict: Verdict
    gates: tuple[Standing, ...] = ()
    stops: tuple[Stop, ...] = ()
    pathologies: tuple[str, ...]
    stopped: bool
    choices: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An initiative that could not be judged, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """All of them, and whether they are caught in pilots together.

    Args:
        as_of: The day that counts as today.
        members: Those that could be judged, in the order of their folders.
        unread: Those that could not.
        trapped: Whether the pilot trap shows across them; None when it cannot be told.
        sentence: Why, with the figures.
        across: The ways to fail that show only in all of them together, present or not; the pilot trap first.
    """

    as_of: date
    members: tuple[Member, ...]
    unread: tuple[Unread, ...]
    trapped: bool | None
    sentence: str
    across: tuple[Pathology, ...] = ()
