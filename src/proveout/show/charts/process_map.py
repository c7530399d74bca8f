"""The process map: width tells how often, colour how long the wait, shade of a box how many hours of work."""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from textwrap import wrap

from proveout.core.exhibit import Edge, Node, ProcessMap
from proveout.core.wording import figure
from proveout.show.charts import svg
from proveout.show.charts.layout import Link, lay_out
from proveout.show.charts.paths import Levels, levels
from proveout.show.charts.routes import Boxes, Rectangle, Route, arrow, labels, path, routes
from proveout.show.charts.scale import duration

PSEUDO = ("start", "end")
_NODE_WIDTH, _NODE_HEIGHT = 164.0, 54.0
_PSEUDO_WIDTH, _PSEUDO_HEIGHT = 96.0, 30.0
_ROW = 112.0  # from the middle of a layer to the next
_NODE_GAP, _LANE_GAP = 190.0, 30.0
_THICKEST = 9.0
_LABEL_LINE = 20  # characters
_LADDER = tuple(60.0 * m for m in (1, 5, 15, 60, 240, 1440, 4320, 10080, 20160, 43200, 129600))  # waits, in seconds
_COLOUR_SHARES = (0.35, 0.6, 0.8, 0.95)
_SHADES = 5


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
    boxes = Boxes(layout, {node: _size(node) for node in nodes}, _ROW, _NODE_HEIGHT)
    body, bounds = _body(nodes, edges, boxes, shown, cuts)
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


def _body(
    nodes: Mapping[str, Node], edges: Sequence[Edge], boxes: Boxes, shown: Levels, cuts: Sequence[float]
) -> tuple[list[str], Rectangle]:
    """Edges first (the frequent ones on top), then boxes, then labels; and the room they take."""
    firm = {pair for pair, level in shown.of.items() if level <= shown.default}
    ways = list(zip(edges, routes([(e.source, e.target) for e in edges], boxes, firm), strict=True))
    most = max((edge.frequency for edge in edges), default=1)
    hours = max((node.hours or 0.0 for node in nodes.values()), default=0.0)
    rectangles = [boxes.rectangle(node) for node in nodes]
    by_level = sorted(ways, key=lambda way: (shown.of[way[1].pair], -way[0].frequency))
    words = [(route, _count(edge), f"count from{shown.of[route.pair]}") for edge, route in by_level]
    told, taken = labels(words, rectangles, _ROW)
    strokes = [
        _edge(edge, route, nodes, most, cuts, shown.of[route.pair])
        for edge, route in sorted(ways, key=lambda way: way[0].frequency)
    ]
    drawn = [_node(node, boxes, hours) for node in nodes.values()]
    corners = [(x, y) for _, route in ways for x, y in route.points]
    left = min([b[0] for b in (*rectangles, *taken)] + [x for x, _ in corners]) - 12
    right = max([b[2] for b in (*rectangles, *taken)] + [x for x, _ in corners]) + 12
    bottom = max(b[3] for b in (*rectangles, *taken)) + 12
    return strokes + drawn + told, (left, -_NODE_HEIGHT / 2 - 6, right, bottom)


def _count(edge: Edge) -> str:
    wait = edge.median_wait_seconds
    return f"{edge.frequency:,}" + ("" if wait is None else f" · {duration(wait)}")


def _node(node: Node, boxes: Boxes, most_hours: float) -> str:
    (x, y), (width, height) = boxes.centre(node.id), boxes.sizes[node.id]
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
        svg.box(
            x - width / 2, y - height / 2, width, height, f"node h{shade}{' off' if node.deviates else ''}", radius=7
        ),
        *words,
        svg.text(x, top + len(lines) * 14 + 3, f"{count} ×{hours}", "stat", anchor="middle"),
    )


def _edge(edge: Edge, route: Route, nodes: Mapping[str, Node], most: int, cuts: Sequence[float], level: int) -> str:
    width = max(1.2, _THICKEST * math.sqrt(edge.frequency / most))
    colour = sum(1 for cut in cuts if (edge.median_wait_seconds or 0.0) >= cut)
    told = f"{nodes[edge.source].label} → {nodes[edge.target].label}: {edge.frequency:,} times"
    if edge.median_wait_seconds is not None:
        told += f", median wait {duration(edge.median_wait_seconds)}"
    back = "" if route.down else " back"
    line = f'<path d="{path(route, width)}" class="edge{back}" stroke-width="{svg.number(width)}"/>'
    off = " off" if edge.deviates else ""
    return svg.titled(
        told + (", not documented" if off else ""), line, arrow(route, width), css=f"w{colour} from{level}{off}"
    )


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
        f'aria-label="Process map, can be scrolled">{picture}</div>{_legend(cuts, process)}</div>'
    )


def _legend(cuts: Sequence[float], process: ProcessMap) -> str:
    """What width, colour, shade and dashes mean."""
    names = []
    if cuts:
        names.append(f"under {duration(cuts[0])}")
        names += [f"{duration(low)} to {duration(high)}" for low, high in pairwise(cuts)]
        names.append(f"{duration(cuts[-1])} or more")
    swatches = "".join(f'<span class="w{index}"><i></i>{name}</span>' for index, name in enumerate(names))
    waits = f"<span>Median wait:</span>{swatches}" if names else ""
    off = any(edge.deviates for edge in process.edges)
    means = "Red and dotted: not documented." if off else "Darker box: more hours of work."
    return f'<p class="legend">{waits}<span>Width: how often. {means} Dashed: back to an earlier step.</span></p>'
