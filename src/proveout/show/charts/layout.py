"""Layered drawing of a directed graph: who stands in which layer, in which order, and where.

The steps are those of Sugiyama, Tagawa and Toda (1981): a feedback order after Eades, Lin and Smyth (1993),
longest-path layers, dummies on long edges, barycentre sweeps, and placement by isotonic regression.
Everything is deterministic: ties go to the smaller index.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]
Item = str | tuple[Pair, int]  # a node, or the dummy of an edge in a layer
Rows = list[list[Item]]
Segments = list[list[tuple[Item, Item, float]]]  # segments[i] runs from row i to row i + 1: upper, lower, weight
Pulls = dict[Item, tuple[float, float]]  # where an item would like to be, and how much

_ORDER_SWEEPS = 24
_PLACE_SWEEPS = 24
_LOOSE = 0.1  # how much an edge that is not firm counts
_STRAIGHT = 8.0  # how much more a straight run between two dummies counts than an edge at a node


@dataclass(frozen=True, slots=True)
class Link:
    """An edge to be laid out; `firm` ones decide the layers and keep room for their lanes."""

    source: str
    target: str
    weight: float
    firm: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is.

    Args:
        layer: Layer of each node, from 0.
        x: Centre of each node.
        lanes: For each edge, the x of its dummies by layer, from the upper to the lower end.
    """

    layer: Mapping[str, int]
    x: Mapping[str, float]
    lanes: Mapping[Pair, tuple[tuple[int, float], ...]]


def lay_out(nodes: Sequence[str], links: Sequence[Link], *, node_gap: float, lane_gap: float) -> Layout:
    """Place the nodes of a graph without self-loops.

    Args:
        nodes: Ids in the order that breaks ties.
        links: At most one per ordered pair, both ends among the nodes.
        node_gap: Least distance between the centres of two nodes in a layer.
        lane_gap: Least distance between the lanes of two long edges.
    """
    rank = {node: index for index, node in enumerate(feedback_order(nodes, links))}
    layer = _layers(nodes, [link for link in links if link.firm], rank)
    rows, width, segments, chains = _with_dummies(nodes, links, layer, node_gap, lane_gap)
    rows = _order(rows, segments)
    x = _place(rows, width, segments)
    lanes = {pair: tuple((level, x[(pair, level)]) for level in levels) for pair, levels in chains.items()}
    return Layout(layer, {node: x[node] for node in nodes}, lanes)


def feedback_order(nodes: Sequence[str], links: Iterable[Link]) -> list[str]:
    """An order in which little weight points backwards (Eades, Lin and Smyth 1993, weighted)."""
    into: dict[str, dict[str, float]] = {node: {} for node in nodes}
    out: dict[str, dict[str, float]] = {node: {} for node in nodes}
    for link in links:
        out[link.source][link.target] = into[link.target][link.source] = link.weight
    left, right, rest = [], [], list(nodes)
    while rest:
        sink = next((node for node in rest if not out[node]), None)
        source = None if sink else next((node for node in rest if not into[node]), None)
        node = sink or source or max(rest, key=lambda n: sum(out[n].values()) - sum(into[n].values()))
        (right if sink else left).append(node)
        rest.remove(node)
        for other in rest:
            out[other].pop(node, None)
            into[other].pop(node, None)
    return left + right[::-1]


def _layers(nodes: Sequence[str], links: Iterable[Link], rank: Mapping[str, int]) -> dict[str, int]:
    """Longest path from the top, with edges against the order turned round."""
    above = defaultdict(list)
    for link in links:
        upper, lower = sorted((link.source, link.target), key=rank.__getitem__)
        above[lower].append(upper)
    layer: dict[str, int] = {}
    for node in sorted(nodes, key=rank.__getitem__):
        layer[node] = max((layer[upper] + 1 for upper in above[node]), default=0)
    return layer


def _with_dummies(
    nodes: Sequence[str], links: Iterable[Link], layer: Mapping[str, int], node_gap: float, lane_gap: float
) -> tuple[Rows, dict[Item, float], Segments, dict[Pair, range]]:
    """Rows of items, the room each item takes, weighted segments between rows, and the layers each edge crosses."""
    rows: Rows = [[] for _ in range(max(layer.values(), default=0) + 1)]
    width: dict[Item, float] = dict.fromkeys(nodes, node_gap)
    segments: Segments = [[] for _ in rows]
    chains: dict[Pair, range] = {}
    for node in nodes:
        rows[layer[node]].append(node)
    for link in links:
        pair = (link.source, link.target)
        upper, lower = sorted(pair, key=layer.__getitem__)
        levels = range(layer[upper] + 1, layer[lower])
        chains[pair] = levels
        above: Item = upper
        weight = link.weight if link.firm else link.weight * _LOOSE
        for level in levels:
            dummy: Item = (pair, level)
            rows[level].append(dummy)
            width[dummy] = lane_gap if link.firm else lane_gap / 4
            pull = weight * (_STRAIGHT if isinstance(above, tuple) else 1.0)
            segments[level - 1].append((above, dummy, pull))
            above = dummy
        if layer[upper] < layer[lower]:
            segments[layer[lower] - 1].append((above, lower, weight))
    return rows, width, segments, chains


def _order(rows: Rows, segments: Segments) -> Rows:
    """Barycentre sweeps, down and up in turn; the order with the fewest crossings is kept."""
    best, fewest = [list(row) for row in rows], _crossings(rows, segments)
    for sweep in range(_ORDER_SWEEPS):
        if fewest == 0:
            break
        downwards = sweep % 2 == 0
        for index in range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1):
            fixed = rows[index - 1 if downwards else index + 1]
            place = {item: position for position, item in enumerate(fixed)}
            pulls = _pulls(segments[index - 1] if downwards else segments[index], place, downwards)
            here = {item: position for position, item in enumerate(rows[index])}
            stretch = max(1, len(fixed)) / max(1, len(rows[index]))
            rows[index].sort(key=lambda item, p=pulls, h=here, s=stretch: p[item][0] if item in p else h[item] * s)
        crossings = _crossings(rows, segments)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _pulls(segments: Iterable[tuple[Item, Item, float]], place: Mapping[Item, float], downwards: bool) -> Pulls:
    """Weighted mean position of the neighbours of each item, and the weight behind it."""
    total: dict[Item, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for upper, lower, weight in segments:
        item, neighbour = (lower, upper) if downwards else (upper, lower)
        total[item][0] += weight * place[neighbour]
        total[item][1] += weight
    return {item: (pulled / weight, weight) for item, (pulled, weight) in total.items() if weight > 0}


def _crossings(rows: Rows, segments: Segments) -> int:
    count = 0
    for index, between in enumerate(segments[:-1]):
        upper = {item: position for position, item in enumerate(rows[index])}
        lower = {item: position for position, item in enumerate(rows[index + 1])}
        seen: list[int] = []
        for _, end in sorted((upper[a], lower[b]) for a, b, _ in between):
            count += len(seen) - bisect_right(seen, end)
            insort(seen, end)
    return count


def _place(rows: Rows, width: Mapping[Item, float], segments: Segments) -> dict[Item, float]:
    """Pull every item to its neighbours, keeping order and distances."""
    x: dict[Item, float] = {}
    for row in rows:
        at = 0.0
        for item in row:
            x[item] = at + width[item] / 2
            at += width[item]
        for item in row:
            x[item] -= at / 2
    for sweep in range(_PLACE_SWEEPS):
        downwards = sweep % 2 == 0
        for index in range(len(rows)) if downwards else range(len(rows) - 1, -1, -1):
            last = sweep == _PLACE_SWEEPS - 1
            pulls = _pulls(segments[index - 1], x, True) if index > 0 and (downwards or last) else {}
            if index < len(rows) - 1 and (not downwards or last):
                pulls = _merged(pulls, _pulls(segments[index], x, False))
            _settle(rows[index], width, pulls, x)
    return x


def _merged(first: Pulls, second: Pulls) -> Pulls:
    """Two sets of pulls as one: the weighted mean of both."""
    merged = dict(first)
    for item, (at, weight) in second.items():
        other, more = merged.get(item, (0.0, 0.0))
        merged[item] = ((at * weight + other * more) / (weight + more), weight + more)
    return merged


def _settle(row: list[Item], width: Mapping[Item, float], pulls: Pulls, x: dict[Item, float]) -> None:
    """Nearest positions to the wishes (weighted least squares) that keep order and distances (PAVA)."""
    if not row:
        return
    offset, offsets = 0.0, []
    for before, item in zip([row[0], *row[:-1]], row, strict=True):
        offset += (width[before] + width[item]) / 2 if item is not before else 0.0
        offsets.append(offset)
    wishes = [pulls[item] if item in pulls else (x[item], 0.01) for item in row]
    positions = isotonic([wish - off for (wish, _), off in zip(wishes, offsets, strict=True)], [w for _, w in wishes])
    for item, position, off in zip(row, positions, offsets, strict=True):
        x[item] = position + off


def isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The non-decreasing sequence nearest to the values (pool adjacent violators)."""
    blocks: list[list[float]] = []  # mean, weight, length
    for value, weight in zip(values, weights, strict=True):
        blocks.append([value, max(weight, 1e-9), 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, mass, length = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + mean * mass) / (last[1] + mass)
            last[1] += mass
            last[2] += length
    return [mean for mean, _, length in blocks for _ in range(int(length))]
