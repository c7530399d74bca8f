"""How far what happened is from what is documented: extra and skipped steps, the fewest that explain a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Literal

import numpy as np

from proveout.core.errors import ProveoutError
from proveout.instruments.workflow.net import Net, reachable

FAR = np.inf
SMALL = 1e-9


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
        hops: Shape (S, S): the state after the first move on the way; -1 where there is none.
        said: By two neighbouring states, the step that is skipped between them; empty for a silent move.
    """

    start: np.ndarray
    skip: np.ndarray
    done: dict[str, tuple[np.ndarray, np.ndarray]]
    begins: tuple[int, ...]
    end: int
    hops: np.ndarray
    said: dict[tuple[int, int], str]

    @property
    def shortest(self) -> int:
        """How many steps the shortest documented case has."""
        return int(self.start[self.end])

    def after(self, costs: np.ndarray, step: str) -> np.ndarray:
        """Costs of all states once a step has happened: it was documented there, or it was extra."""
        found = costs + 1
        if step in self.done:
            sources, targets = self.done[step]
            for source, target in zip(sources, targets, strict=True):
                np.minimum(found, costs[source] + self.skip[target], out=found)
        return found

    def cost(self, trace: Sequence[str]) -> int:
        """The fewest extra and skipped steps that explain a case.

        Source: Adriansyah, van Dongen and van der Aalst (2011), EDOC, 55-64 (optimal alignments at unit costs).
        """
        costs = self.start
        for step in trace:
            costs = self.after(costs, step)
        return int(costs[self.end])

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
        while source != target:
            hop = int(self.hops[source, target])
            if said := self.said[source, hop]:
                steps.append(said)
            source = hop
        return steps


def automaton(net: Net) -> Automaton:
    """All states of the documented process, and the cheapest ways between them.

    Raises:
        ProveoutError: It never comes to its end, or has too many states.
    """
    states, moves, beginnings = reachable(net)
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
    skip, hops = np.full((n, n), FAR), np.full((n, n), -1)
    for source in range(n):
        _cheapest(source, ways, skip[source], hops[source])
    return Automaton(
        start=skip[beginnings].min(axis=0),
        skip=skip,
        done={label: (np.array(a), np.array(b)) for label, (a, b) in done.items()},
        begins=tuple(beginnings),
        end=over[0],
        hops=hops,
        said={(s, t): label for s in range(n) for t, (_, label) in ways[s].items()},
    )


def _cheapest(source: int, ways: list[dict[int, tuple[int, str]]], costs: np.ndarray, hops: np.ndarray) -> None:
    """Fewest skipped steps from one state to all others, and the first move on each way (Dijkstra)."""
    costs[source] = 0
    queue = [(0.0, source)]
    while queue:
        cost, state = heappop(queue)
        if cost > costs[state]:
            continue
        for target, (more, _) in ways[state].items():
            if cost + more < costs[target]:
                costs[target] = cost + more
                hops[target] = target if state == source else hops[state]
                heappush(queue, (cost + more, target))
