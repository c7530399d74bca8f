"""The architecture: boxes by how busy they are at full load, arrows by how often they are called."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from textwrap import wrap

from proveout.core.exhibit import Component, ComponentMap, Flow
from proveout.core.wording import figure
from proveout.show.charts import svg
from proveout.show.charts.layout import Link, lay_out
from proveout.show.charts.routes import Boxes, Rectangle, Route, arrow, labels, path, routes

TIGHT, NEAR = 0.7, 0.9
"""Busy shares from which on waiting grows fast, and from which on a small surplus overruns it."""

_WIDTH, _HEIGHT, _ROW = 176.0, 94.0, 158.0
_PLAIN_HEIGHT = 48.0
_NODE_GAP, _LANE_GAP = 200.0, 34.0
_LABEL_LINE = 20  # characters
_THICKEST = 7.0
_MARKS = {"fine": "✓", "tight": "◆", "near its limit": "▲", "overloaded": "✗"}


def draw(exhibit: ComponentMap) -> str:
    """The map in a frame that scrolls, with its legend."""
    parts = {part.id: part for part in exhibit.components}
    flows = [flow for flow in exhibit.flows if flow.source in parts and flow.target in parts]
    links = [Link(f.source, f.target, 1.0 + math.log1p(f.per_hour or 0.0)) for f in flows if f.source != f.target]
    layout = lay_out(list(parts), links, node_gap=_NODE_GAP, lane_gap=_LANE_GAP)
    sizes = {part.id: (_WIDTH, _PLAIN_HEIGHT if part.share_full is None else _HEIGHT) for part in parts.values()}
    body, bounds = _body(parts, flows, Boxes(layout, sizes, _ROW, _HEIGHT))
    left, top, right, bottom = bounds
    width, height = svg.number(right - left), svg.number(bottom - top)
    told = _told(exhibit)
    picture = (
        f'<svg class="map parts" viewBox="{svg.number(left)} {svg.number(top)} {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(told)}"><title>{escape(told)}</title>{"".join(body)}</svg>'
    )
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(exhibit.title)}, can be scrolled">{picture}'
        f"</div>{_legend()}"
    )


def state(share: float) -> str:
    """How a component stands that is busy for that share of its time."""
    if share < TIGHT:
        return "fine"
    if share < NEAR:
        return "tight"
    return "near its limit" if share < 1 else "overloaded"


def _body(parts: Mapping[str, Component], flows: Sequence[Flow], boxes: Boxes) -> tuple[list[str], Rectangle]:
    """Arrows first, then boxes, then the calls per hour; and the room they take."""
    pairs = [(flow.source, flow.target) for flow in flows]
    ways = list(zip(flows, routes(pairs, boxes, set(pairs)), strict=True))
    most = max((flow.per_hour or 0.0 for flow in flows), default=0.0)
    rectangles = [boxes.rectangle(part) for part in parts]
    busiest = sorted(ways, key=lambda way: -(way[0].per_hour or 0.0))
    asked = [(route, _calls(flow.per_hour), "count") for flow, route in busiest if flow.per_hour is not None]
    told, taken = labels(asked, rectangles, _ROW)
    strokes = [_flow(flow, route, parts, most) for flow, route in ways]
    drawn = [_component(part, boxes) for part in parts.values()]
    corners = [(x, y) for _, route in ways for x, y in route.points]
    loops = [x + 44 for _, route in ways if route.loop for x, _ in route.points]
    room = [*rectangles, *taken]
    left = min([r[0] for r in room] + [x for x, _ in corners], default=0.0) - 12
    right = max([r[2] for r in room] + [x for x, _ in corners] + loops, default=10.0) + 12
    top, bottom = min((r[1] for r in room), default=0.0) - 8, max((r[3] for r in room), default=10.0) + 12
    arcs = [y + 44 for _, route in ways if route.arc and not route.loop for _, y in route.points]
    return strokes + drawn + told, (left, top, right, max([bottom, *arcs]))


def _calls(per_hour: float) -> str:
    return f"{figure(per_hour, digits=2)}/h"


def _component(part: Component, boxes: Boxes) -> str:
    (x, y), (width, height) = boxes.centre(part.id), boxes.sizes[part.id]
    lines = wrap(part.label, _LABEL_LINE, max_lines=2, placeholder="…") or [part.id]
    stats = _stats(part)
    top = y - (len(lines) + len(stats)) * 7.5 + 11
    words = [svg.text(x, top + index * 15, line, "name", anchor="middle") for index, line in enumerate(lines)]
    top += len(lines) * 15
    words += [svg.text(x, top + index * 15, line, css, anchor="middle") for index, (line, css) in enumerate(stats)]
    css = "plain" if part.share_full is None else f"s{list(_MARKS).index(state(part.share_full))}"
    frame = [svg.box(x - width / 2, y - height / 2, width, height, f"node {css}", radius=7)]
    if part.single:
        inner = (x - width / 2 + 3.5, y - height / 2 + 3.5, width - 7, height - 7)
        frame.append(svg.box(*inner, "inner", radius=4.5))
    return svg.titled(_part_told(part), *frame, *words)


def _stats(part: Component) -> list[tuple[str, str]]:
    """What stands under the name: state and shares, or the note where there are none; and whether all hangs on it."""
    found = []
    if part.share_full is not None:
        standing = state(part.share_full)
        found.append((f"{_MARKS[standing]} {standing}: {figure(part.share_full, 'share')} busy", "stat strong"))
        if part.share_now is not None:
            found.append((f"{figure(part.share_now, 'share')} now", "stat"))
    elif part.note:
        found.append((svg.cut(part.note, 28), "stat"))
    if part.single:
        found.append(("! single point of failure", "stat strong"))
    return found


def _part_told(part: Component) -> str:
    words = [part.label]
    words += [] if part.share_full is None else [f"{figure(part.share_full, 'share')} busy at full load"]
    words += [] if part.share_now is None else [f"{figure(part.share_now, 'share')} now"]
    words += ["single point of failure"] if part.single else []
    return ", ".join([*words, part.note] if part.note else words)


def _flow(flow: Flow, route: Route, parts: Mapping[str, Component], most: float) -> str:
    width = max(1.4, _THICKEST * math.sqrt((flow.per_hour or 0.0) / most)) if most else 1.4
    told = f"{parts[flow.source].label} → {parts[flow.target].label}"
    told += "" if flow.per_hour is None else f": {figure(flow.per_hour)} calls per hour"
    back = "" if route.down else " back"
    line = f'<path d="{path(route, width)}" class="edge{back}" stroke-width="{svg.number(width)}"/>'
    return svg.titled(told, line, arrow(route, width), css="w0")


def _told(exhibit: ComponentMap) -> str:
    """Title, size, the busiest component and the single points of failure."""
    words = [f"{exhibit.title}: {len(exhibit.components)} components, {len(exhibit.flows)} kinds of call"]
    busy = [(part.share_full, part.label) for part in exhibit.components if part.share_full is not None]
    if busy:
        share, label = max(busy)
        words.append(f"busiest at full load: {label}, {figure(share, 'share')}")
    single = [part.label for part in exhibit.components if part.single]
    words += [f"single points of failure: {', '.join(single)}"] if single else []
    return "; ".join(words)


def _legend() -> str:
    """What shades, frames and arrows mean."""
    limits = (f"under {figure(TIGHT, 'share')}", f"under {figure(NEAR, 'share')}", "under 100%", "100% or more")
    swatches = "".join(
        f'<span class="s{index}"><i></i>{mark} {name}: {limit}</span>'
        for index, ((name, mark), limit) in enumerate(zip(_MARKS.items(), limits, strict=True))
    )
    return (
        f'<p class="legend swatches"><span>Busy at full load:</span>{swatches}'
        "<span>Double frame: everything stops when it stops. Arrows: calls per hour at full load.</span></p>"
    )
