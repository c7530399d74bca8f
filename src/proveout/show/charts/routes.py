"""Edges of a laid-out graph as strokes: where they leave and enter their boxes, their bends, arrows and labels."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from proveout.show.charts import svg
from proveout.show.charts.layout import Layout, Pair

_PORT_GAP = 18.0
_ARROW = 9.0
_CHARACTER, _LABEL_HEIGHT = 6.1, 14.0  # of an edge's label

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Boxes:
    """A layout with the sizes of its boxes.

    Args:
        layout: Where they stand.
        sizes: Width and height of each box.
        row: From the middle of a layer to the next.
        height: Of the tallest box: lanes run straight past it.
    """

    layout: Layout
    sizes: Mapping[str, tuple[float, float]]
    row: float
    height: float

    def centre(self, node: str) -> Point:
        """The middle of a box."""
        return self.layout.x[node], self.layout.layer[node] * self.row

    def rectangle(self, node: str) -> Rectangle:
        """The room that a box takes."""
        (x, y), (width, height) = self.centre(node), self.sizes[node]
        return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def end(self, node: str, side: int) -> float:
        """The y of the bottom (1) or the top (-1) of a box."""
        return self.layout.layer[node] * self.row + side * self.sizes[node][1] / 2


@dataclass(frozen=True, slots=True)
class Route:
    """An edge's way: cubic runs between points, from the upper to the lower end; `down` when it is followed so."""

    pair: Pair
    points: tuple[Point, ...]
    down: bool
    arc: bool = False

    @property
    def loop(self) -> bool:
        """Whether it leads back to the box it comes from."""
        return self.pair[0] == self.pair[1]


def routes(pairs: Sequence[Pair], boxes: Boxes, firm: Collection[Pair]) -> list[Route]:
    """The way of every edge; edges that are not firm share the room of those that are."""
    layout = boxes.layout
    ports = _ports(pairs, boxes, firm)
    found = []
    for pair in pairs:
        source, target = pair
        rise = layout.layer[target] - layout.layer[source]
        if source == target:
            found.append(_loop(pair, boxes))
        elif rise == 0:
            ends = tuple((ports[pair, node], boxes.end(node, 1)) for node in pair)
            found.append(Route(pair, ends, True, arc=True))
        else:
            upper, lower = pair if rise > 0 else pair[::-1]
            points = [(ports[pair, upper], boxes.end(upper, 1))]
            for layer, x in layout.lanes[pair]:
                points += [(x, layer * boxes.row - boxes.height / 2), (x, layer * boxes.row + boxes.height / 2)]
            points.append((ports[pair, lower], boxes.end(lower, -1)))
            found.append(Route(pair, tuple(points), rise > 0))
    return found


def _loop(pair: Pair, boxes: Boxes) -> Route:
    _, _, x, _ = boxes.rectangle(pair[0])
    _, y = boxes.centre(pair[0])
    return Route(pair, ((x, y - 12), (x, y + 12)), True, arc=True)


def _ports(pairs: Iterable[Pair], boxes: Boxes, firm: Collection[Pair]) -> dict[tuple[Pair, str], float]:
    """Where each edge touches its boxes: side by side, in the order of where they go."""
    layout = boxes.layout
    sides: dict[tuple[str, int, bool], list[tuple[float, Pair]]] = defaultdict(list)
    for pair in pairs:
        if pair[0] == pair[1]:
            continue
        for node, other in (pair, pair[::-1]):
            down = layout.layer[other] >= layout.layer[node]
            lanes = layout.lanes[pair]
            towards = (lanes[0] if down else lanes[-1])[1] if lanes else layout.x[other]
            sides[node, 1 if down else -1, pair in firm].append((towards, pair))
    ports = {}
    for (node, _, _), ends in sides.items():
        gap = min(_PORT_GAP, (boxes.sizes[node][0] - 24) / len(ends))
        for index, (_, pair) in enumerate(sorted(ends)):
            ports[pair, node] = layout.x[node] + (index - (len(ends) - 1) / 2) * gap
    return ports


def path(route: Route, width: float) -> str:
    """Cubic runs with upright ends; the end with the arrow is held back by the arrow's length."""
    points, size = list(route.points), _arrow_size(width) - 2
    if route.arc:
        return _arc(points, size, loop=route.loop)
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


def _arrow_size(width: float) -> float:
    return _ARROW + width * 0.6


def _arc(points: Sequence[Point], size: float, *, loop: bool) -> str:
    (x1, y1), (x2, y2) = points
    n = svg.number
    if loop:
        return f"M{n(x1)} {n(y1)}C{n(x1 + 30)} {n(y1 - 14)} {n(x2 + 34)} {n(y2 + 2)} {n(x2 + size)} {n(y2)}"
    return f"M{n(x1)} {n(y1)}C{n(x1)} {n(y1 + 44)} {n(x2)} {n(y2 + 44)} {n(x2)} {n(y2 + size)}"


def arrow(route: Route, width: float) -> str:
    """The arrow's head, at the end to which the edge leads."""
    size, half = _arrow_size(width), _arrow_size(width) * 0.5
    x, y = route.points[-1] if route.down else route.points[0]
    n = svg.number
    if route.loop:
        corners = [(x, y), (x + size, y - half), (x + size, y + half)]
    else:
        away = -size if route.down and not route.arc else size
        corners = [(x, y), (x - half, y + away), (x + half, y + away)]
    return f'<polygon points="{" ".join(f"{n(a)},{n(b)}" for a, b in corners)}" class="arrow"/>'


def labels(
    asked: Iterable[tuple[Route, str, str]], occupied: Sequence[Rectangle], row: float
) -> tuple[list[str], list[Rectangle]]:
    """Words beside the edges, in the order given; what finds no free place is left to the tooltip.

    Args:
        asked: Per label its edge, its words and its CSS class.
        occupied: Room that is taken already.
        row: From the middle of a layer to the next.
    """
    taken, drawn, free = list(occupied), [], []
    for route, words, css in asked:
        half = len(words) * _CHARACTER / 2
        for x, y in _places(route, half, row):
            place = (x - half, y - _LABEL_HEIGHT / 2, x + half, y + _LABEL_HEIGHT / 2)
            if not any(_overlap(place, other) for other in taken):
                taken.append(place)
                free.append(place)
                drawn.append(svg.text(x, y + 4, words, css, anchor="middle"))
                break
    return drawn, free


def _overlap(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _places(route: Route, half: float, row: float) -> Iterable[Point]:
    """Places for a label, best first: on the middle of the runs between layers, then nearer to their ends."""
    if route.loop:
        x, y = route.points[0]
        return [*((x + 34 + half, y + 12 + shift) for shift in (0, -16, 16)), *((x, y + 12 + s) for s in (-38, 38))]
    if route.arc:
        (x1, y1), (x2, _) = route.points
        return [((x1 + x2) / 2, y1 + 32), ((x1 + x2) / 2, y1 + 20)]
    runs = [run for run in pairwise(route.points) if run[1][1] - run[0][1] < row]
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
