"""The pilot trap across initiatives: many pilots that have outlived their time, and nothing in production."""

from collections.abc import Sequence

from proveout.core import production
from proveout.core.assessment import Assessment
from proveout.core.choice import Choice
from proveout.core.initiative import Phase
from proveout.core.portfolio import Member, Portfolio, Unread

MANY = 3
"""Pilots from which on we speak of a trap across them; our judgement. The article saw more than fifteen."""


def member(place: str, assessment: Assessment) -> Member:
    """An initiative among the others, from what its gates make of it."""
    initiative, decisions = assessment.initiative, assessment.decisions
    window = initiative.plan.window(initiative.phase)
    return Member(
        place=place,
        name=initiative.initiative,
        phase=initiative.phase,
        days_past=max(0, (assessment.as_of - window.until).days) if window else None,
        missing=production.missing(initiative),
        verdict=next(gate.verdict for gate in assessment.gates if gate.phase is initiative.phase),
        pathologies=tuple(pathology.name for pathology in assessment.pathologies if pathology.present),
        stopped=bool(decisions) and decisions[-1].body["choice"] == Choice.KILL,
    )


def gathered(members: Sequence[Member], unread: Sequence[Unread] = ()) -> Portfolio:
    """All initiatives, and whether they are caught together.

    They are when there are many pilots, none of the initiatives is in production, and half of the pilots or more show
    the pilot trap by themselves. Initiatives that were stopped count as neither.
    """
    alive = [one for one in members if not one.stopped]
    pilots = [one for one in alive if one.phase is Phase.PILOT]
    trap = [one for one in pilots if "pilot-trap" in one.pathologies]
    n_produced = sum(one.phase is Phase.PRODUCTION_SCALING for one in alive)
    found = len(pilots) >= MANY and not n_produced and 2 * len(trap) >= len(pilots)
    return Portfolio(
        members=tuple(members),
        unread=tuple(unread),
        trapped=None if found and unread else found,
        sentence=f"{_pilots(pilots)}, {n_produced} in production; {_lacking(pilots)}.{_not_counted(members, unread)}",
    )


def _pilots(pilots: Sequence[Member]) -> str:
    return f"{len(pilots)} {'pilot' if len(pilots) == 1 else 'pilots'}"


def _lacking(pilots: Sequence[Member]) -> str:
    late = [one.days_past for one in pilots if one.days_past]
    needs = ("production owner", "exit criterion", "run budget", "time box")
    lacking = [f"{n} without {need}" for need in needs if (n := sum(need in one.missing for one in pilots))]
    past = f"{len(late)} past the time box" + (f" (by up to {max(late):,} days)" if late else "")
    return ", ".join((past, *lacking))


def _not_counted(members: Sequence[Member], unread: Sequence[Unread]) -> str:
    stopped = sum(one.stopped for one in members)
    words = [f"{stopped} stopped"] * bool(stopped) + [f"{len(unread)} could not be judged"] * bool(unread)
    return f" Not counted: {', '.join(words)}." if words else ""
