"""The page of a portfolio as a value: every initiative in words, before anybody decides on ink."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from proveout.core.portfolio import Member, Portfolio, Standing, Unread
from proveout.core.verdict import Pathology, Verdict
from proveout.show.page import MARKS

_STOPS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GateMark:
    """One gate of one initiative: `label` says in words what the mark means."""

    number: int
    tone: str
    mark: str
    label: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One initiative."""

    place: str
    title: str
    report: str
    phase: str
    verdict: str
    gates: tuple[GateMark, ...]
    stops: tuple[str, ...]
    there: str
    late: str
    missing: tuple[str, ...]
    pathologies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioPage:
    """All that a reader sees, in the order of reading.

    Args:
        tone: Of what shows across them: fail where something does, undecided where it cannot be told, else pass.
        frequent: Pathologies of single initiatives, with how many show them, the most frequent first.
        by_phase: Of each phase its label and how many stand there, those that were stopped left out.
    """

    as_of: str
    tone: str
    headline: str
    across: tuple[Pathology, ...]
    by_phase: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]
    frequent: tuple[tuple[str, int], ...]
    unread: tuple[Unread, ...]


def portfolio_page(found: Portfolio, reports: Mapping[str, str]) -> PortfolioPage:
    """Put a portfolio into words.

    Args:
        found: All initiatives.
        reports: Addresses of their reports, by place, relative to the page.
    """
    present = [one for one in found.across if one.present]
    unknown = [one for one in found.across if one.present is None]
    alive = Counter(one.phase for one in found.members if not one.stopped)
    shown = Counter(name for one in found.members if not one.stopped for name in one.pathologies)
    return PortfolioPage(
        as_of=found.as_of.isoformat(),
        tone="fail" if present else "undecided" if unknown or found.unread else "pass",
        headline=_headline(found),
        across=found.across,
        by_phase=tuple((standing.phase.label, alive[standing.phase]) for standing in _gates(found)),
        rows=tuple(_row(one, found, reports.get(one.place, "")) for one in found.members),
        frequent=tuple(shown.most_common()),
        unread=found.unread,
    )


def _gates(found: Portfolio) -> tuple[Standing, ...]:
    return found.members[0].gates if found.members else ()


def _headline(found: Portfolio) -> str:
    """How many pass wherever they have to, so that a page without a trap is not taken for a good one."""
    n = len(found.members) + len(found.unread)
    alive = [one for one in found.members if not one.stopped]
    passing = sum(all(gate.verdict is Verdict.PASS for gate in one.gates if gate.due) for one in alive)
    rest = len(alive) - passing
    said = [
        f"{passing} {'passes' if passing == 1 else 'pass'} every gate that is due",
        f"{rest} {'does' if rest == 1 else 'do'} not",
    ]
    said += [f"{len(found.members) - len(alive)} stopped"] * (len(alive) < len(found.members))
    said += [f"{len(found.unread)} could not be judged"] * bool(found.unread)
    return f"{n} {'initiative' if n == 1 else 'initiatives'}: {', '.join(said)}"


def _row(one: Member, found: Portfolio, report: str) -> Row:
    days = (found.as_of - one.since).days if one.since else None
    return Row(
        place=one.place,
        title=one.title or one.name,
        report=report,
        phase=f"{one.phase.label}, stopped" if one.stopped else one.phase.label,
        verdict=one.verdict.value,
        gates=tuple(_mark(gate, here=gate.phase is one.phase) for gate in one.gates),
        stops=_stops(one),
        there="not known" if days is None else _days(max(days, 0)),
        late="no time box" if one.days_past is None else f"{_days(one.days_past)} late" if one.days_past else "",
        missing=one.missing,
        pathologies=one.pathologies,
    )


def _days(n: int) -> str:
    return f"{n:,} {'day' if n == 1 else 'days'}"


def _mark(gate: Standing, *, here: bool) -> GateMark:
    tone = gate.verdict.value if gate.due else "later"
    state = gate.verdict.value if gate.due else "not due yet"
    decided = f"; decided: {gate.decided}" if gate.decided else ""
    label = f"Gate {gate.phase.number}, {gate.phase.label}: {state}{decided}"
    return GateMark(number=gate.phase.number, tone=tone, mark=MARKS.get(tone, ""), label=label, here=here)


def _stops(one: Member) -> tuple[str, ...]:
    """The first things that stop it; nothing does where it passes, or was stopped by people."""
    if one.stopped:
        return ("people decided to stop it",)
    shown = [f"{stop.title} (gate {stop.phase.number}, {stop.verdict})" for stop in one.stops[:_STOPS_SHOWN]]
    more = len(one.stops) - len(shown)
    return (*shown, *([f"and {more} more"] if more else []))
