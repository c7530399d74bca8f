"""The documented process as a graph through which tokens run, as BPMN 2.0 has it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Literal

from proveout.core.errors import ProveoutError

Kind = Literal["start", "end", "terminate", "task", "exclusive", "parallel", "inclusive", "pass"]
Marking = tuple[int, ...]
"""Tokens on each flow."""
Move = tuple[str, Marking]
"""The step that is done (empty for none), and the tokens afterwards."""

MOST_TOKENS = 20
"""On one flow; what needs more never comes to its end."""
MOST_WAYS = 10
"""Out of an inclusive gateway: 1,023 choices."""
MOST_STATES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of the process.

    Args:
        id: Its own.
        kind: What it does with tokens.
        label: The step; of what starts something beside a step, the event that does.
        repeat: Whether the step may be done again at once.
        beside: Whether it starts something beside a step, which it does again only once that is over.
    """

    id: str
    kind: Kind
    label: str = ""
    repeat: bool = False
    beside: bool = False


@dataclass(frozen=True)
class Net:
    """Nodes, and flows from node to node."""

    nodes: tuple[Node, ...]
    flows: tuple[tuple[str, str], ...]

    @cached_property
    def into(self) -> dict[str, list[int]]:
        """By node the flows that come in."""
        found = defaultdict(list)
        for flow, (_, target) in enumerate(self.flows):
            found[target].append(flow)
        return found

    @cached_property
    def out(self) -> dict[str, list[int]]:
        """By node the flows that go out."""
        found = defaultdict(list)
        for flow, (source, _) in enumerate(self.flows):
            found[source].append(flow)
        return found

    @property
    def labels(self) -> tuple[str, ...]:
        """All steps, each once, in their order."""
        return tuple(dict.fromkeys(node.label for node in self.nodes if node.kind == "task" and node.label))

    def beginnings(self) -> Iterator[Marking]:
        """A token on what goes out of one of the starts."""
        empty = (0,) * len(self.flows)
        for node in self.nodes:
            if node.kind == "start":
                yield _moved(empty, (), self.out[node.id])

    def moves(self, marking: Marking) -> Iterator[Move]:
        """What can be done next: all of it, or first what nobody sees and what nothing else can prevent.

        A gateway alone takes what comes to it, so that it may as well act at once: the same cases are allowed, and what
        runs side by side has far fewer states (persistent sets; Godefroid 1996, LNCS 1032). A merge of inclusive ways
        waits for others; while something is there, nothing that decides is hurried.
        """
        here = self._active(marking)
        waits = any(node in self._merges for node in here)
        for node in here:
            if node.kind in ("task", "start") or node in self._merges or (waits and len(self.out[node.id]) > 1):
                continue
            if moves := [move for move in self._moves_of(node, marking) if move != ("", marking)]:
                yield from moves
                return
        for node in here:
            yield from self._moves_of(node, marking)

    @cached_property
    def _merges(self) -> frozenset[Node]:
        return frozenset(node for node in self.nodes if node.kind == "inclusive" and len(self.into[node.id]) > 1)

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    def _active(self, marking: Marking) -> list[Node]:
        """The nodes to which something has come."""
        return [self._by_id[id] for id in dict.fromkeys(self.flows[i][1] for i, n in enumerate(marking) if n)]

    @cached_property
    def reachable(self) -> tuple[list[Marking], list[tuple[int, str, int]], list[int]]:
        """All states, the moves between them, and the numbers of those in which it begins; the last state is the end.

        Raises:
            ProveoutError: There are too many states, tokens pile up, or there is no start.
        """
        beginnings = list(dict.fromkeys(self.beginnings()))
        if not beginnings:
            raise ProveoutError("the documented process has no start", "draw a start event")
        number = {marking: i for i, marking in enumerate(beginnings)}
        moves, todo = [], list(beginnings)
        while todo:
            marking = todo.pop()
            for label, after in self.moves(marking):
                if max(after, default=0) > MOST_TOKENS:
                    raise self._piles_up()
                if after not in number:
                    number[after] = len(number)
                    todo.append(after)
                    if len(number) > MOST_STATES:
                        raise ProveoutError(
                            f"the documented process has more than {MOST_STATES:,} states",
                            "close each parallel split by a parallel join; let fewer things run side by side, or "
                            "document its parts one by one",
                        )
                if (label, after) != ("", marking):
                    moves.append((number[marking], label, number[after]))
        return [*number], moves, [number[marking] for marking in beginnings]

    def _piles_up(self) -> ProveoutError:
        remedy = "close each parallel split by a parallel join, outside of loops"
        if events := [node.label for node in self.nodes if node.beside]:
            remedy += f"; lead what {', '.join(events)} at the edge of a step begins, without interrupting it, "
            remedy += "to an end event of its own, not back into the loop"
        return ProveoutError("the documented process never comes to its end: what is begun piles up", remedy)

    @cached_property
    def _begun_beside(self) -> dict[str, frozenset[int]]:
        """By node that starts something beside a step, the flows to which only that leads."""
        starts = [flow for node in self.nodes if node.kind == "start" for flow in self.out[node.id]]
        found = {}
        for node in self.nodes:
            if node.beside:
                onward = self.out[node.id][-1]
                otherwise = [self._reached(flow, self.flows[onward][1]) for flow in starts]
                found[node.id] = self._reached(onward, "").difference(*otherwise)
        return found

    def _moves_of(self, node: Node, marking: Marking) -> Iterator[Move]:
        into, out = self.into[node.id], self.out[node.id]
        ready = [flow for flow in into if marking[flow]]
        if not ready or node.kind == "start":
            return
        if node.kind == "terminate":
            yield "", (0,) * len(marking)
        elif node.kind == "parallel":
            goes_on = node.beside and any(marking[flow] for flow in self._begun_beside[node.id])
            if len(ready) == len(into) and not goes_on:
                yield "", _moved(marking, into, out)
        elif node.kind == "inclusive" and len(into) > 1:
            if self._nothing_more_comes(node, marking, ready):
                yield from (("", _moved(marking, ready, way)) for way in _some(out, node))
        else:
            for flow in ready:
                yield from self._through(node, marking, flow, out)

    def _through(self, node: Node, marking: Marking, flow: int, out: list[int]) -> Iterator[Move]:
        if node.kind == "exclusive":
            yield from (("", _moved(marking, (flow,), (way,))) for way in out)
        elif node.kind == "inclusive":
            yield from (("", _moved(marking, (flow,), way)) for way in _some(out, node))
        else:
            label = node.label if node.kind == "task" else ""
            yield label, _moved(marking, (flow,), out)
            if node.repeat and label:
                yield label, marking

    def _nothing_more_comes(self, node: Node, marking: Marking, ready: Sequence[int]) -> bool:
        """Whether an inclusive gateway need not wait (BPMN 2.0, section 13.4.3)."""
        waiting = [flow for flow in self.into[node.id] if flow not in ready]
        for flow, tokens in enumerate(marking):
            if not tokens or flow in self.into[node.id]:
                continue
            reached = self._reached(flow, node.id)
            if reached.intersection(waiting) and not reached.intersection(ready):
                return False
        return True

    def _reached(self, flow: int, without: str) -> frozenset[int]:
        """The flows to which a token can come from there without passing a node."""
        found, todo = {flow}, [flow]
        while todo:
            target = self.flows[todo.pop()][1]
            if target != without:
                fresh = [way for way in self.out[target] if way not in found]
                found.update(fresh)
                todo += fresh
        return frozenset(found)


def _some(out: Sequence[int], node: Node) -> Iterator[tuple[int, ...]]:
    if len(out) > MOST_WAYS:
        raise ProveoutError(
            f"{len(out)} ways leave the inclusive gateway {node.label or node.id}", "draw it with fewer, step by step"
        )
    for n in range(1, len(out) + 1):
        yield from combinations(out, n)


def _moved(marking: Marking, taken: Sequence[int], given: Sequence[int]) -> Marking:
    tokens = list(marking)
    for flow in taken:
        tokens[flow] -= 1
    for flow in given:
        tokens[flow] += 1
    return tuple(tokens)
