"""The process map: width tells how often, colour how long the wait, shade of a box how many hours of work."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import wrap

from proveout.core.exhibit import Edge, Node, ProcessMap
from proveout.core.wording import figure
from proveout.show.charts import svg
from proveout.show.charts.layout import Layout, Link, lay_out
from proveout.show.charts.paths import Levels, Pair, levels
from proveout.show.charts.scale import duration

PSEUDO = ("start", "end")
_NODE_WIDTH, _NODE_HEIGHT = 164.0, 54.0
_PSEUDO_WIDTH, _PSEUDO_HEIGHT = 96.0, 30.0
_ROW = 112.0  # from the middle of a layer to the next
_NODE_GAP, _LANE_GAP = 190.0, 30.0
_PORT_GAP = 18.0
_ARROW = 9.0
_THICKEST = 9.0
_LABEL_LINE = 20  # characters
_CHARACTER, _LABEL_HEIGHT = 6.1, 14.0  # of an edge's label
_LADDER = tuple(60.0 * m for m in (1, 5, 15, 60, 240, 1440, 4320, 10080, 20160, 43200, 129600))  # waits, in seconds
_COLOUR_SHARES = (0.35, 0.6, 0.8, 0.95)
_SHADES = 5

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class _Route:
    """An edge's way: cubic runs between points, from the upper to the lower end; `down` when it is followed so."""

    edge: Edge
    level: int
    points: tuple[Point, ...]
    down: bool
    arc: bool = False


def draw(process: ProcessMap) -> str:
    """The map with its slider and legend; without a script the default level is shown."""
    nodes = {node.id: node for node in process.nodes}
    edges = [edge for edge in process.edges if edge.source in nodes and edge.target in nodes]
    known = ProcessMap(title=process.title, nodes=process.nodes, edges=tuple(edges), n_cases=process.n_cases)
    shown = levels(known)
    links = [
        Link(e.source, e.target, e.frequency, shown.of[e.source, e.target] <= shown.default)
        for e in edges
        if e.source != e.target
    ]
    layout = lay_out(_ordered(nodes), links, node_gap=_NODE_GAP, lane_gap=_LANE_GAP)
    cuts = wait_cuts(edge for edge in edges if shown.of[edge.source, edge.target] <= shown.default)
    routes = _routes(edges, layout, shown)
    body, bounds = _body(nodes, routes, layout, cuts)
    return _framed(known, shown, cuts, body, bounds)


def wait_cuts(edges: Iterable[Edge]) -> tuple[float, ...]:
    """Up to four round waits, in seconds, that part the edges into colours; none where no wait is known."""
    waits = sorted(edge.median_wait_seconds for edge in edges if edge.median_wait_seconds is not None)
    if not waits:
        return ()
    quantiles = (waits[int(share * (len(waits) - 1))] for share in _COLOUR_SHARES)
    rounded = {max((step for step in _LADDER if step <= wait), default=_LADDER[0]) for wait in quantiles}
    return tuple(sorted(step for step in rounded if waits[0] < step))


def _ordered(nodes: Mapping[str, Node]) -> list[str]:
    """Start first, end last."""
    return sorted(nodes, key=lambda node: (node == "end") - (node == "start"))


def _size(node: str) -> tuple[float, float]:
    return (_PSEUDO_WIDTH, _PSEUDO_HEIGHT) if node in PSEUDO else (_NODE_WIDTH, _NODE_HEIGHT)


def _routes(edges: Sequence[Edge], layout: Layout, shown: Levels) -> list[_Route]:
    ports = _ports(edges, layout, shown)
    routes = []
    for edge in edges:
        pair = (edge.source, edge.target)
        level, rise = shown.of[pair], layout.layer[edge.target] - layout.layer[edge.source]
        if edge.source == edge.target:
            routes.append(_loop(edge, level, layout))
        elif rise == 0:
            ends = tuple((ports[pair, node], _edge_of(node, layout, 1)) for node in pair)
            routes.append(_Route(edge, level, ends, True, arc=True))
        else:
            upper, lower = pair if rise > 0 else pair[::-1]
            points = [(ports[pair, upper], _edge_of(upper, layout, 1))]
            for layer, x in layout.lanes[pair]:
                points += [(x, layer * _ROW - _NODE_HEIGHT / 2), (x, layer * _ROW + _NODE_HEIGHT / 2)]
            points.append((ports[pair, lower], _edge_of(lower, layout, -1)))
            routes.append(_Route(edge, level, tuple(points), rise > 0))
    return routes


def _edge_of(node: str, layout: Layout, side: int) -> float:
    """The y of the bottom (1) or the top (-1) of a box."""
    return layout.layer[node] * _ROW + side * _size(node)[1] / 2


def _loop(edge: Edge, level: int, layout: Layout) -> _Route:
    x, y = layout.x[edge.source] + _size(edge.source)[0] / 2, layout.layer[edge.source] * _ROW
    return _Route(edge, level, ((x, y - 12), (x, y + 12)), True, arc=True)


def _ports(edges: Sequence[Edge], layout: Layout, shown: Levels) -> dict[tuple[Pair, str], float]:
    """Where each edge touches its boxes: side by side, in the order of where they go."""
    sides: dict[tuple[str, int, bool], list[tuple[float, Pair]]] = defaultdict(list)
    for edge in edges:
        pair = (edge.source, edge.target)
        if edge.source == edge.target:
            continue
        firm = shown.of[pair] <= shown.default
        for node, other in (pair, pair[::-1]):
            down = layout.layer[other] >= layout.layer[node]
            lanes = layout.lanes[pair]
            towards = (lanes[0] if down else lanes[-1])[1] if lanes else layout.x[other]
            sides[node, 1 if down else -1, firm].append((towards, pair))
    ports = {}
    for (node, _, _), ends in sides.items():
        gap = min(_PORT_GAP, (_size(node)[0] - 24) / len(ends))
        for index, (_, pair) in enumerate(sorted(ends)):
            ports[pair, node] = layout.x[node] + (index - (len(ends) - 1) / 2) * gap
    return ports


def _body(
    nodes: Mapping[str, Node], routes: Sequence[_Route], layout: Layout, cuts: Sequence[float]
) -> tuple[list[str], Rectangle]:
    """Edges first (the frequent ones on top), then boxes, then labels; and the room they take."""
    most = max((route.edge.frequency for route in routes), default=1)
    hours = max((node.hours or 0.0 for node in nodes.values()), default=0.0)
    boxes = [_rectangle(node, layout) for node in nodes]
    labels, taken = _labels(routes, boxes)
    by_weight = sorted(routes, key=lambda route: route.edge.frequency)
    strokes = [_edge(route, nodes, most, cuts) for route in by_weight]
    drawn = [_node(node, layout, hours) for node in nodes.values()]
    corners = [(x, y) for route in routes for x, y in route.points]
    left = min([b[0] for b in (*boxes, *taken)] + [x for x, _ in corners]) - 12
    right = max([b[2] for b in (*boxes, *taken)] + [x for x, _ in corners]) + 12
    bottom = max(b[3] for b in (*boxes, *taken)) + 12
    return strokes + drawn + labels, (left, -_NODE_HEIGHT / 2 - 6, right, bottom)


def _rectangle(node: str, layout: Layout) -> Rectangle:
    width, height = _size(node)
    x, y = layout.x[node], layout.layer[node] * _ROW
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _node(node: Node, layout: Layout, most_hours: float) -> str:
    x, y = layout.x[node.id], layout.layer[node.id] * _ROW
    width, height = _size(node.id)
    count = f"{node.frequency:,}"
    if node.id in PSEUDO:
        shape = svg.box(x - width / 2, y - height / 2, width, height, "pseudo", radius=height / 2)
        return svg.titled(
            f"{node.label}: {count} cases", shape, svg.text(x, y + 4, f"{node.id} · {count}", "stat", anchor="middle")
        )
    share = (node.hours or 0.0) / most_hours if most_hours else 0.0
    shade = min(_SHADES - 1, math.ceil(share * (_SHADES - 1)))
    hours = "" if node.hours is None else f" · {figure(node.hours, digits=2)} h"
    lines = wrap(node.label, _LABEL_LINE, max_lines=2, placeholder="…") or [node.id]
    top = y - 3 - (len(lines) - 1) * 9
    words = [svg.text(x, top + index * 14, part, "name", anchor="middle") for index, part in enumerate(lines)]
    told = f"{node.label}: {count} times" + ("" if node.hours is None else f", {figure(node.hours, 'hour')} of work")
    return svg.titled(
        told,
        svg.box(x - width / 2, y - height / 2, width, height, f"node h{shade}", radius=7),
        *words,
        svg.text(x, top + len(lines) * 14 + 3, f"{count} ×{hours}", "stat", anchor="middle"),
    )


def _edge(route: _Route, nodes: Mapping[str, Node], most: int, cuts: Sequence[float]) -> str:
    edge = route.edge
    width = max(1.2, _THICKEST * math.sqrt(edge.frequency / most))
    colour = sum(1 for cut in cuts if (edge.median_wait_seconds or 0.0) >= cut)
    told = f"{nodes[edge.source].label} → {nodes[edge.target].label}: {edge.frequency:,} times"
    if edge.median_wait_seconds is not None:
        told += f", median wait {duration(edge.median_wait_seconds)}"
    back = "" if route.down else " back"
    line = f'<path d="{_path(route, width)}" class="edge{back}" stroke-width="{svg.number(width)}"/>'
    return svg.titled(told, line, _arrow(route, width), css=f"w{colour} from{route.level}")


def _arrow_size(width: float) -> float:
    return _ARROW + width * 0.6


def _path(route: _Route, width: float) -> str:
    """Cubic runs with upright ends; the end with the arrow is held back by the arrow's length."""
    points, size = list(route.points), _arrow_size(width) - 2
    if route.arc:
        return _arc(points, size, loop=route.edge.source == route.edge.target)
    if route.down:
        points[-1] = (points[-1][0], points[-1][1] - size)
    else:
        points[0] = (points[0][0], points[0][1] + size)
    n = svg.number
    parts = [f"M{n(points[0][0])} {n(points[0][1])}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = n((y1 + y2) / 2)
        straight = f"L{n(x2)} {n(y2)}"
        parts.append(straight if x1 == x2 else f"C{n(x1)} {middle} {n(x2)} {middle} {n(x2)} {n(y2)}")
    return "".join(parts)


def _arc(points: Sequence[Point], size: float, *, loop: bool) -> str:
    (x1, y1), (x2, y2) = points
    n = svg.number
    if loop:
        return f"M{n(x1)} {n(y1)}C{n(x1 + 30)} {n(y1 - 14)} {n(x2 + 34)} {n(y2 + 2)} {n(x2 + size)} {n(y2)}"
    return f"M{n(x1)} {n(y1)}C{n(x1)} {n(y1 + 44)} {n(x2)} {n(y2 + 44)} {n(x2)} {n(y2 + size)}"


def _arrow(route: _Route, width: float) -> str:
    size, half = _arrow_size(width), _arrow_size(width) * 0.5
    x, y = route.points[-1] if route.down else route.points[0]
    n = svg.number
    if route.edge.source == route.edge.target:
        corners = [(x, y), (x + size, y - half), (x + size, y + half)]
    else:
        away = -size if route.down and not route.arc else size
        corners = [(x, y), (x - half, y + away), (x + half, y + away)]
    return f'<polygon points="{" ".join(f"{n(a)},{n(b)}" for a, b in corners)}" class="arrow"/>'


def _labels(routes: Sequence[_Route], boxes: Sequence[Rectangle]) -> tuple[list[str], list[Rectangle]]:
    """Count and wait beside the edges, the frequent ones first; what finds no free place is left to the tooltip."""
    taken, drawn, free = list(boxes), [], []
    for route in sorted(routes, key=lambda r: (r.level, -r.edge.frequency)):
        wait = route.edge.median_wait_seconds
        words = f"{route.edge.frequency:,}" + ("" if wait is None else f" · {duration(wait)}")
        half = len(words) * _CHARACTER / 2
        for x, y in _places(route, half):
            place = (x - half, y - _LABEL_HEIGHT / 2, x + half, y + _LABEL_HEIGHT / 2)
            if not any(_overlap(place, other) for other in taken):
                taken.append(place)
                free.append(place)
                drawn.append(svg.text(x, y + 4, words, f"count from{route.level}", anchor="middle"))
                break
    return drawn, free


def _overlap(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _places(route: _Route, half: float) -> Iterable[Point]:
    """Places for a label, best first: on the middle of the runs between layers, then nearer to their ends."""
    if route.edge.source == route.edge.target:
        x, y = route.points[0]
        return [*((x + 34 + half, y + 12 + shift) for shift in (0, -16, 16)), *((x, y + 12 + s) for s in (-38, 38))]
    if route.arc:
        (x1, y1), (x2, _) = route.points
        return [((x1 + x2) / 2, y1 + 32), ((x1 + x2) / 2, y1 + 20)]
    runs = [run for run in pairwise(route.points) if run[1][1] - run[0][1] < _ROW]
    runs = [run for run in runs if run[0][0] != run[1][0] or len(route.points) == 2] or runs
    shares = (0.5, 0.36, 0.64, 0.24, 0.76)
    return [
        (_bezier(share, x1, x2) + aside, y1 + (y2 - y1) * _bezier_y(share))
        for aside in (half + 7, -half - 7, 0.0)
        for share in shares
        for (x1, y1), (x2, y2) in runs
    ]


def _bezier(t: float, a: float, b: float) -> float:
    """Where a cubic with upright handles is at `t`, across."""
    return a + (b - a) * (3 * t * t - 2 * t * t * t)


def _bezier_y(t: float) -> float:
    """Share of the height at `t`, when both handles lie half-way."""
    return 1.5 * t * (1 - t) ** 2 + 1.5 * t * t * (1 - t) + t**3


def _framed(process: ProcessMap, shown: Levels, cuts: Sequence[float], body: list[str], bounds: Rectangle) -> str:
    left, top, right, bottom = bounds
    n_activities = sum(node.id not in PSEUDO for node in process.nodes)
    told = f"{process.title}: {n_activities} activities, {len(process.edges)} paths, {process.n_cases:,} cases"
    width, height = svg.number(right - left), svg.number(bottom - top)
    picture = (
        f'<svg class="map" viewBox="{svg.number(left)} {svg.number(top)} {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(told)}"><title>{escape(told)}</title>{"".join(body)}</svg>'
    )
    sentences = "".join(f'<span class="told at{level}">{escape(t)}</span>' for level, t in enumerate(shown.told))
    last = len(shown.told) - 1
    slider = (
        f'<label class="slider" hidden>Rare paths: hide <input type="range" min="0" max="{last}" step="1" '
        f'value="{shown.default}"> show all</label>'
        if last
        else ""
    )
    return (
        f'<div class="process-map" data-show="{shown.default}"><p class="map-control">{slider}'
        f'<output>{sentences}</output></p><div class="scroll" tabindex="0" role="group" '
        f'aria-label="Process map, can be scrolled">{picture}</div>{_legend(cuts)}</div>'
    )


def _legend(cuts: Sequence[float]) -> str:
    """What width, colour, shade and dashes mean."""
    names = []
    if cuts:
        names.append(f"under {duration(cuts[0])}")
        names += [f"{duration(low)} to {duration(high)}" for low, high in pairwise(cuts)]
        names.append(f"{duration(cuts[-1])} or more")
    swatches = "".join(f'<span class="w{index}"><i></i>{name}</span>' for index, name in enumerate(names))
    waits = f"<span>Median wait:</span>{swatches}" if names else ""
    return (
        f'<p class="legend">{waits}<span>Width: how often. Darker box: more hours of work. '
        "Dashed: back to an earlier step.</span></p>"
    )
