"""What shows only across initiatives: many pilots and nothing in production, gates at which nothing is ever stopped."""

from collections.abc import Sequence
from datetime import date

from proveout.core.choice import GOING_ON, Choice
from proveout.core.initiative import Phase
from proveout.core.portfolio import Member, Portfolio, Unread
from proveout.core.verdict import Pathology, Verdict

MANY = 3
"""Pilots from which on we speak of a trap across them; our judgement. The article saw more than fifteen."""
MANY_DECISIONS = 10
"""Of which not one stopped anything; our judgement."""


def gathered(members: Sequence[Member], unread: Sequence[Unread] = (), *, as_of: date) -> Portfolio:
    """All initiatives, and what shows only across them.

    They are trapped when there are many pilots, none of the initiatives is in production, and half of the pilots or
    more show the pilot trap by themselves. Initiatives that were stopped count as neither. Where those that could not
    be judged might turn it, whichever they are, it cannot be told.
    """
    alive = [one for one in members if not one.stopped]
    pilots = [one for one in alive if one.phase is Phase.PILOT]
    trap = [one for one in pilots if "pilot-trap" in one.pathologies]
    produced = [one for one in alive if one.phase is Phase.PRODUCTION_SCALING]
    found, worst = (
        len(pilots) + more >= MANY and not produced and 2 * (len(trap) + more) >= len(pilots) + more
        for more in (0, len(unread))
    )
    trapped = None if unread and (found or worst) else found
    sentence = f"{_pilots(pilots)}, {_produced(produced)}; {_lacking(pilots)}.{_not_counted(members, unread)}"
    return Portfolio(
        as_of=as_of,
        members=tuple(members),
        unread=tuple(unread),
        trapped=trapped,
        sentence=sentence,
        across=(_trap(trapped, sentence), _toothless(members)),
    )


def _trap(present: bool | None, sentence: str) -> Pathology:
    remedy = "Give each pilot an end (a date, an exit criterion, an owner, a budget), or stop it."
    return Pathology(
        name="pilot-trap",
        title="The pilot trap: many pilots, none in production",
        present=present,
        figures=(sentence,),
        remedy="" if present is False else remedy,
    )


def _toothless(members: Sequence[Member]) -> Pathology:
    """Gates are there to stop something now and then; one initiative alone has too few decisions to tell."""
    choices = [choice for one in members for choice in one.choices]
    stopping = sum(Choice(choice) not in GOING_ON for choice, _ in choices)
    against = sum(override for _, override in choices)
    present = not stopping if len(choices) >= MANY_DECISIONS else None if not stopping else False
    figures = [f"{len(choices)} decisions, {stopping} to hold, go back or stop, {against} against the verdict."]
    if present is None:
        figures.append(f"Fewer than {MANY_DECISIONS} decisions do not tell.")
    return Pathology(
        name="gates-without-teeth",
        title="Gates without teeth: nothing is ever stopped",
        present=present,
        figures=tuple(figures),
        remedy="Decide at the next gates what would have to be so for you to stop, before you look." if present else "",
    )


def _pilots(pilots: Sequence[Member]) -> str:
    return f"{len(pilots)} {'pilot' if len(pilots) == 1 else 'pilots'}"


def _produced(produced: Sequence[Member]) -> str:
    """Those that people brought so far, and how many of them on evidence."""
    without = sum(one.verdict is not Verdict.PASS for one in produced)
    return f"{len(produced)} in production" + (f" ({without} of them without a pass at gate 5)" if without else "")


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
