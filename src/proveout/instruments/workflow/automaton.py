"""How far what happened is from what is documented: extra and skipped steps, the fewest that explain a case."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal

import numpy as np

from proveout.core.errors import ProveoutError
from proveout.instruments.workflow.net import Net

FAR = 1 << 29
"""The cost of what cannot be reached."""
MOST_CELLS = 30_000_000
"""Costs that are kept at once: states times beginnings of cases, 120 MB."""

Trace = Sequence[str]
Table = np.ndarray
"""Shape (S, P): the cost of each state after each of so many beginnings of cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A step that was extra or skipped, and the documented step before it (empty at the beginning)."""

    what: Literal["extra", "skipped"]
    step: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """The cheapest explanation of a case: its cost, and what was done, extra or skipped, one after the other."""

    cost: int
    moves: tuple[tuple[str, str], ...]

    @property
    def deviations(self) -> list[Deviation]:
        """What was extra or skipped, in the order in which it happened."""
        last, told = "", []
        for what, step in self.moves:
            if what != "done":
                told.append(Deviation(what="extra" if what == "extra" else "skipped", step=step, after=last))
            last = last if what == "extra" else step
        return told

    @property
    def documented(self) -> tuple[str, ...]:
        """The documented case that it comes nearest to."""
        return tuple(step for what, step in self.moves if what != "extra")


@dataclass(frozen=True, kw_only=True)
class Automaton:
    """States of the documented process, S of them, numbered so that most moves lead to a higher number.

    Args:
        n: S.
        moves: From which state, by which step (empty for none), to which state.
        begins: The states in which it may begin.
        end: The state in which it is over.
    """

    n: int
    moves: tuple[tuple[int, str, int], ...]
    begins: tuple[int, ...]
    end: int

    @cached_property
    def ways(self) -> list[tuple[int, int, int]]:
        """By skipping, from state to state, at which cost; in the order in which one pass carries costs furthest."""
        cheapest: dict[tuple[int, int], int] = {}
        for source, label, target in self.moves:
            if source != target:
                cheapest[source, target] = min(cheapest.get((source, target), 1), 1 if label else 0)
        return [(source, target, cost) for (source, target), cost in sorted(cheapest.items())]

    @cached_property
    def turns(self) -> bool:
        """Whether it leads back somewhere, so that one pass may not be enough."""
        return any(source > target for source, target, _ in self.ways)

    @cached_property
    def done(self) -> dict[str, dict[int, list[int]]]:
        """By step and the state to which it leads, from which."""
        found = defaultdict[str, dict[int, list[int]]](dict)
        for source, label, target in self.moves:
            if label:
                found[label].setdefault(target, []).append(source)
        return dict(found)

    @cached_property
    def rounds(self) -> dict[str, list[tuple[np.ndarray, np.ndarray]]]:
        """By step, states to which it leads, and from which; in each round every one of them once."""
        found = {}
        for step, arrivals in self.done.items():
            most = max(map(len, arrivals.values()))
            rounds = [[(t, sources[i]) for t, sources in arrivals.items() if i < len(sources)] for i in range(most)]
            found[step] = [(np.array(pairs)[:, 0], np.array(pairs)[:, 1]) for pairs in rounds]
        return found

    @cached_property
    def into(self) -> list[list[tuple[int, str]]]:
        """By state, from which others it is reached, by which step."""
        found = [list[tuple[int, str]]() for _ in range(self.n)]
        for source, label, target in self.moves:
            if source != target:
                found[target].append((source, label))
        return found

    @cached_property
    def start(self) -> Table:
        """Costs before anything has happened."""
        costs = np.full((self.n, 1), FAR, np.int32)
        costs[list(self.begins)] = 0
        return self._skipped(costs)

    @cached_property
    def leads(self) -> list[dict[str, list[int]]]:
        """By state and step (empty for none), to which others it leads."""
        found: list[dict[str, list[int]]] = [{} for _ in range(self.n)]
        for source, label, target in self.moves:
            found[source].setdefault(label, []).append(target)
        return found

    def reached(self, states: Iterable[int]) -> frozenset[int]:
        """Those states, and where one comes from them without a step."""
        found = set(states)
        todo = list(found)
        while todo:
            fresh = [target for target in self.leads[todo.pop()].get("", ()) if target not in found]
            found.update(fresh)
            todo += fresh
        return frozenset(found)

    def after(self, states: frozenset[int], step: str) -> frozenset[int]:
        """Where one may be once a step was done."""
        return self.reached(target for state in states for target in self.leads[state].get(step, ()))

    def next_steps(self, states: frozenset[int]) -> set[str]:
        """What may be done next."""
        return {step for state in states for step in self.leads[state] if step}

    @property
    def shortest(self) -> int:
        """How many steps the shortest documented case has."""
        return int(self.start[self.end, 0])

    def cost(self, trace: Trace) -> int:
        """The fewest extra and skipped steps that explain a case."""
        return self.aligned([trace])[0].cost

    def deviations(self, trace: Trace) -> list[Deviation]:
        """Those that the cheapest explanation names, in the order in which they happened."""
        return self.aligned([trace])[0].deviations

    def aligned(self, traces: Sequence[Trace]) -> list[Alignment]:
        """The cheapest explanation of each case. What cases have in common at their beginnings is computed once.

        Source: Adriansyah, van Dongen and van der Aalst (2011), EDOC, 55-64 (optimal alignments at unit costs).
        """
        found: dict[int, Alignment] = {}
        for chunk in self._chunks(traces):
            tables, places = self._tables([traces[i] for i in chunk])
            for index, place in zip(chunk, places, strict=True):
                found[index] = self._explained(traces[index], tables, place)
        return [found[i] for i in range(len(traces))]

    def work(self, traces: Sequence[Trace]) -> int:
        """About how many costs are computed for so many cases; each way has its own toll."""
        longest = max((len(trace) for trace in traces), default=0)
        return (sum(len(trace) for trace in traces) + 2_000 * longest) * (len(self.ways) + self.n)

    def _chunks(self, traces: Sequence[Trace]) -> Iterator[list[int]]:
        """Cases that begin alike stand together, and no more of them than memory holds."""
        chunk, cells = list[int](), 0
        for index in sorted(range(len(traces)), key=lambda i: tuple(traces[i])):
            more = self.n * (len(traces[index]) + 1)
            if chunk and cells + more > MOST_CELLS:
                yield chunk
                chunk, cells = [], 0
            chunk.append(index)
            cells += more
        if chunk:
            yield chunk

    def _tables(self, traces: Sequence[Trace]) -> tuple[list[Table], list[list[int]]]:
        """Costs after each beginning, by its length, and by case in which columns its own stand."""
        tables, places = [self.start], [[0] for _ in traces]
        for length in range(max(map(len, traces))):
            longer = [
                (trace[length], place) for trace, place in zip(traces, places, strict=True) if length < len(trace)
            ]
            beginnings = sorted({(step, place[-1]) for step, place in longer})
            number = {beginning: i for i, beginning in enumerate(beginnings)}
            for step, place in longer:
                place.append(number[step, place[-1]])
            tables.append(self._after(tables[-1], beginnings))
        return tables, places

    def _after(self, costs: Table, beginnings: Sequence[tuple[str, int]]) -> Table:
        """Costs once a step has happened behind a beginning: it was documented there, or it was extra."""
        costs = costs[:, [place for _, place in beginnings]]
        found, first = costs + 1, 0
        for step, group in groupby(step for step, _ in beginnings):
            own = slice(first, first + sum(1 for _ in group))
            for targets, sources in self.rounds.get(step, ()):
                found[targets, own] = np.minimum(found[targets, own], costs[sources, own])
            first = own.stop
        return self._skipped(found)

    def _skipped(self, costs: Table) -> Table:
        """Costs when steps may also be skipped."""
        while True:
            before = costs.copy() if self.turns else costs
            for source, target, cost in self.ways:
                np.minimum(costs[target], costs[source] + cost, out=costs[target])
            if not self.turns or np.array_equal(before, costs):
                return costs

    def _explained(self, trace: Trace, tables: Sequence[Table], place: Sequence[int]) -> Alignment:
        """From the end back to the beginning."""
        cost = int(tables[len(trace)][self.end, place[-1]])
        if not cost:
            return Alignment(cost=0, moves=tuple(("done", step) for step in trace))
        state, moves = self.end, list[tuple[str, str]]()
        for i in range(len(trace), 0, -1):
            before, after = tables[i - 1][:, place[i - 1]], tables[i][:, place[i]]
            told, skipped, state = self._before(before, after, state, trace[i - 1])
            moves += [*skipped, (told, trace[i - 1])]
        moves += self._from_beginning(tables[0][:, 0], state)
        return Alignment(cost=cost, moves=tuple(reversed(moves)))

    def _before(
        self, before: np.ndarray, after: np.ndarray, state: int, step: str
    ) -> tuple[str, list[tuple[str, str]], int]:
        """How a step came about, what was skipped behind it (last first), and the state before it."""
        arrivals = self.done.get(step, {})
        for here, skipped in self._backwards(after, state):
            for source in arrivals.get(here, ()):
                if before[source] == after[here]:
                    return "done", skipped, source
            if before[here] + 1 == after[here]:
                return "extra", skipped, here
        raise AssertionError("each cost has a reason")

    def _from_beginning(self, costs: np.ndarray, state: int) -> list[tuple[str, str]]:
        return next(skipped for here, skipped in self._backwards(costs, state) if here in self.begins)

    def _backwards(self, costs: np.ndarray, state: int) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """States from which one comes to this one at its cost by skipping, the nearest first, and what is skipped."""
        todo, seen = deque([(state, list[tuple[str, str]]())]), {state}
        while todo:
            here, skipped = todo.popleft()
            yield here, skipped
            for source, label in self.into[here]:
                if source not in seen and costs[source] + (1 if label else 0) == costs[here]:
                    seen.add(source)
                    todo.append((source, [*skipped, ("skipped", label)] if label else skipped))


def automaton(net: Net) -> Automaton:
    """All states of the documented process, and the moves between them.

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
    number = _in_order(len(states), moves, beginnings)
    return Automaton(
        n=len(states),
        moves=tuple(dict.fromkeys((number[source], label, number[target]) for source, label, target in moves)),
        begins=tuple(number[state] for state in beginnings),
        end=number[over[0]],
    )


def _in_order(n: int, moves: Sequence[tuple[int, str, int]], beginnings: Sequence[int]) -> list[int]:
    """New numbers of states: without a way back, every move leads to a higher one (reverse postorder)."""
    onward: list[list[int]] = [[] for _ in range(n)]
    for source, _, target in moves:
        onward[source].append(target)
    left, seen = list[int](), set[int]()
    for begin in beginnings:
        path = [(begin, iter(onward[begin]))] if begin not in seen else []
        seen.add(begin)
        while path:
            state, ways = path[-1]
            fresh = next((target for target in ways if target not in seen), None)
            if fresh is None:
                left.append(state)
                path.pop()
            else:
                seen.add(fresh)
                path.append((fresh, iter(onward[fresh])))
    number = [0] * n
    for place, state in enumerate(reversed(left)):
        number[state] = place
    return number
