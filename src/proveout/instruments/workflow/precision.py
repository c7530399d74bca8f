"""How much the document allows that nobody does: one that allows everything fits every log, and says nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from proveout.core.estimate import Estimate, exact, partly_counted
from proveout.instruments.workflow.automaton import Automaton

Way = tuple[int, Sequence[str]]
"""So many cases, and the documented steps that come nearest to what they did."""


def openness(known: Automaton, ways: Iterable[Way], n_steps: int) -> Iterator[Estimate]:
    r"""Two figures: `precision`, of the steps that the document allows next those that are taken, and `guidance`, of
    all other steps those that it rules out.

    With a(p) the steps allowed and e(p) those taken behind the beginning p of n(p) cases that go on, of m steps:

    .. math:: \mathrm{precision} = \frac{\sum_p n(p)\,|e(p)|}{\sum_p n(p)\,|a(p)|}, \quad
        \mathrm{guidance} = \frac{\sum_p n(p)\,(m - |a(p)|)}{(m - 1) \sum_p n(p)}

    Both are counted, of this log. In a longer one more of what is allowed is seen, and precision rises; guidance is 0
    where everything is allowed, however long the log, and where there is but one step and nothing to choose.

    Source: Munoz-Gama and Carmona (2010), LNCS 6336, 211-226 (escaping edges), over aligned cases as Adriansyah et al.
    (2015), Information Systems and e-Business Management 13, 37-67; Rozinat and van der Aalst (2008), Information
    Systems 33, 64-95 (simple behavioural appropriateness, here the mean over steps).
    Oracle: tests/unit/instruments/workflow/test_precision.py (pm4py).
    """
    number: dict[tuple[int, str], int] = {}
    n = defaultdict[int, int](int)
    taken = defaultdict[int, set[str]](set)
    for cases, steps in ways:
        here = 0
        for step in steps:
            n[here] += cases
            taken[here].add(step)
            here = number.setdefault((here, step), len(number) + 1)
    allowed = _allowed(known, number)
    total, n_allowed = sum(n.values()), sum(n[here] * allowed[here] for here in taken)
    n_taken = sum(n[here] * len(steps) for here, steps in taken.items())
    words = "escaping edges, counted; a longer log shows more of what is allowed"
    if not n_allowed:
        yield from (partly_counted(name, 0, 1, 1, method="no case to look at") for name in ("precision", "guidance"))
        return
    yield exact("precision", n_taken / n_allowed, unit="share", n=total, method=words)
    ruled_out = (n_steps - n_allowed / total) / (n_steps - 1) if n_steps > 1 else 0.0
    yield exact("guidance", ruled_out, unit="share", n=total, method="simple behavioural appropriateness, counted")


def _allowed(known: Automaton, number: Iterable[tuple[int, str]]) -> list[int]:
    """How many steps are allowed behind each beginning; a beginning is a step behind an earlier one."""
    after, next_steps = cache(known.after), cache(known.next_steps)
    states = [known.reached(known.begins)]
    for before, step in number:
        states.append(after(states[before], step))
    return [len(next_steps(one)) for one in states]
