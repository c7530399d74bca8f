"""How far what happened is from what is documented: extra and skipped steps, the fewest that explain a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from proveout.core.errors import ProveoutError
from proveout.instruments.workflow.net import Net

SMALL = 1e-9
DEAR = 1e6
"""A skipped step costs so many silent moves; those cost something, since the library takes 0 for no way at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A step that was extra or skipped, and the documented step before it (empty at the beginning)."""

    what: Literal["extra", "skipped"]
    step: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Automaton:
    """States of the documented process, S of them.

    Args:
        start: Shape (S,): the cost of being in a state before anything has happened.
        skip: Shape (S, S): the fewest steps that must be skipped to come from one state to another.
        done: By step, from which state to which it leads.
        begins: The states in which it may begin.
        end: The state in which it is over.
        before: Shape (S, S): the last state before the second on the cheapest way from the first.
        said: By two neighbouring states, the step that is skipped between them; empty for a silent move.
    """

    start: np.ndarray
    skip: np.ndarray
    done: dict[str, tuple[np.ndarray, np.ndarray]]
    begins: tuple[int, ...]
    end: int
    before: np.ndarray
    said: dict[tuple[int, int], str]

    @property
    def shortest(self) -> int:
        """How many steps the shortest documented case has."""
        return int(self.start[self.end])

    def after(self, costs: np.ndarray, step: str) -> np.ndarray:
        """Costs of all states once a step has happened: it was documented there, or it was extra.

        What being extra explains as cheaply need not be followed: skipping is allowed for in `costs` already.
        """
        found = costs + 1
        if step in self.done:
            sources, targets = self.done[step]
            documented = np.full(len(costs), np.inf)
            np.minimum.at(documented, targets, costs[sources])
            better = np.flatnonzero(documented < found)
            if len(better):
                found = np.minimum(found, (documented[better, None] + self.skip[better]).min(axis=0))
        return found

    def cost(self, trace: Sequence[str]) -> int:
        """The fewest extra and skipped steps that explain a case."""
        return self.costs([trace])[0]

    def costs(self, traces: Sequence[Sequence[str]]) -> list[int]:
        """The same of many cases; what they have in common at their beginnings is computed once.

        Source: Adriansyah, van Dongen and van der Aalst (2011), EDOC, 55-64 (optimal alignments at unit costs).
        """
        found, so_far, last = [0] * len(traces), [self.start], tuple[str, ...]()
        for index in sorted(range(len(traces)), key=lambda i: tuple(traces[i])):
            trace = tuple(traces[index])
            same = next((i for i, pair in enumerate(zip(last, trace, strict=False)) if pair[0] != pair[1]), None)
            del so_far[1 + (min(len(last), len(trace)) if same is None else same) :]
            for step in trace[len(so_far) - 1 :]:
                so_far.append(self.after(so_far[-1], step))
            found[index], last = int(so_far[-1][self.end]), trace
        return found

    def deviations(self, trace: Sequence[str]) -> list[Deviation]:
        """Those that the cheapest explanation names, in the order in which they happened."""
        costs = [self.start]
        for step in trace:
            costs.append(self.after(costs[-1], step))
        state, moves = self.end, list[tuple[str, str]]()
        for i in range(len(trace) - 1, -1, -1):
            state, found = self._back(costs[i], costs[i + 1], state, trace[i])
            moves = found + moves
        origin = min(self.begins, key=lambda begin: self.skip[begin, state])
        last, told = "", []
        for what, step in [("skipped", one) for one in self._between(origin, state)] + moves:
            if what == "extra":
                told.append(Deviation(what="extra", step=step, after=last))
            elif what == "skipped":
                told.append(Deviation(what="skipped", step=step, after=last))
            last = last if what == "extra" else step
        return told

    def _back(self, costs: np.ndarray, after: np.ndarray, state: int, step: str) -> tuple[int, list[tuple[str, str]]]:
        """From which state a step led to this one, at its cost, and what was skipped on the way."""
        if step in self.done:
            sources, targets = self.done[step]
            ways = costs[sources] + self.skip[targets, state]
            best = int(ways.argmin())
            if ways[best] <= after[state] + SMALL:
                skipped = [("skipped", one) for one in self._between(int(targets[best]), state)]
                return int(sources[best]), [("done", step), *skipped]
        return state, [("extra", step)]

    def _between(self, source: int, target: int) -> list[str]:
        """The steps that are skipped on the cheapest way between two states."""
        steps = []
        while target != source:
            last = int(self.before[source, target])
            if said := self.said[last, target]:
                steps.insert(0, said)
            target = last
        return steps


def automaton(net: Net) -> Automaton:
    """All states of the documented process, and the cheapest ways between them.

    Raises:
        ProveoutError: It never comes to its end, or has too many states.
    """
    states, moves, beginnings = net.reachable
    over = [i for i, marking in enumerate(states) if not any(marking)]
    if not over:
        raise ProveoutError(
            "the documented process never comes to its end",
            "look for a parallel join that waits for a way that was not taken, or a way without an end event",
        )
    n = len(states)
    ways: list[dict[int, tuple[int, str]]] = [{} for _ in range(n)]
    done: dict[str, tuple[list[int], list[int]]] = {}
    for source, label, target in moves:
        cost = 1 if label else 0
        if source != target and ways[source].get(target, (2, ""))[0] > cost:
            ways[source][target] = (cost, label)
        if label:
            froms, tos = done.setdefault(label, ([], []))
            froms.append(source)
            tos.append(target)
    skip, before = _cheapest(n, ways)
    return Automaton(
        start=skip[beginnings].min(axis=0),
        skip=skip,
        done={label: (np.array(a), np.array(b)) for label, (a, b) in done.items()},
        begins=tuple(beginnings),
        end=over[0],
        before=before,
        said={(s, t): label for s in range(n) for t, (_, label) in ways[s].items()},
    )


def _cheapest(n: int, ways: list[dict[int, tuple[int, str]]]) -> tuple[np.ndarray, np.ndarray]:
    """Fewest skipped steps between all states, and the state before each on the way (Dijkstra 1959)."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    rows = [source for source in range(n) for _ in ways[source]]
    columns = [target for source in range(n) for target in ways[source]]
    costs = [cost * DEAR + 1 for source in range(n) for cost, _ in ways[source].values()]
    found, before = dijkstra(csr_matrix((costs, (rows, columns)), shape=(n, n)), return_predecessors=True)
    return np.floor(found / DEAR).astype(np.float32), before
