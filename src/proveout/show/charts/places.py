"""Named points in a plane, halved both ways; names stand beside their points, and never on one another."""

from proveout.core.exhibit import Place, Places
from proveout.core.wording import figure
from proveout.show.charts import svg
from proveout.show.charts.scale import Scale, short, ticks

_SIDE = 300.0
_LEFT, _RIGHT = 40.0, svg.WIDTH - 12.0
_TOP = 26.0
_LINE = 14.0  # between two names
_SMALLEST, _LARGEST = 4.0, 13.0
_CHARACTER = 6.6


def draw(exhibit: Places) -> str:
    """The plane with its points; the larger a point, the more it stands for."""
    base = _TOP + _SIDE
    across = Scale(exhibit.low, exhibit.high, _LEFT, _RIGHT)
    down = Scale(exhibit.low, exhibit.high, base, _TOP)
    body = [svg.text(4, 12, exhibit.y_label)]
    for tick in ticks(exhibit.low, exhibit.high):
        body.append(svg.stroke(_LEFT, down(tick), _RIGHT, down(tick), "rule"))
        body.append(svg.text(_LEFT - 6, down(tick) + 4, short(tick, ""), "tick", anchor="end"))
        body.append(svg.text(across(tick), base + 16, short(tick, ""), "tick", anchor="middle"))
    middle = (exhibit.low + exhibit.high) / 2
    body.append(svg.stroke(across(middle), _TOP, across(middle), base, "reference"))
    body.append(svg.stroke(_LEFT, down(middle), _RIGHT, down(middle), "reference"))
    taken: list[tuple[float, float, float]] = []
    most = max((place.size for place in exhibit.places), default=1.0) or 1.0
    in_order = sorted(exhibit.places, key=lambda one: (down(one.y), one.x))
    body += [_point(place, across(place.x), down(place.y), most, taken, base) for place in in_order]
    body.append(svg.text((_LEFT + _RIGHT) / 2, base + 34, exhibit.x_label, anchor="middle"))
    told = "; ".join(f"{one.label}: {figure(one.x)} and {figure(one.y)}" for one in exhibit.places)
    label = f"{exhibit.title}: {exhibit.x_label} and {exhibit.y_label}. {told}"
    return svg.picture(body, width=svg.WIDTH, height=base + 42, label=label)


def _point(place: Place, x: float, y: float, most: float, taken: list[tuple[float, float, float]], base: float) -> str:
    radius = _SMALLEST + (_LARGEST - _SMALLEST) * (place.size / most) ** 0.5
    words = svg.cut(place.label, 26)
    room = len(words) * _CHARACTER
    to_the_left = x + radius + 4 + room > _RIGHT + 8
    start = x - radius - 4 - room if to_the_left else x + radius + 4
    start = max(start, 2.0)
    line = _free_line(start, start + room, y + 4, taken, base)
    taken.append((start, start + room, line))
    at = (start + room, "end") if to_the_left and start > 2.0 else (start, "start")
    drawn = [svg.dot(x, y, radius, "point"), svg.text(at[0], line, words, "strong halo", anchor=at[1])]
    if abs(line - y - 4) > _LINE / 2:
        drawn.insert(0, svg.stroke(x, y, at[0], line - 4, "axis"))
    told = f"{place.label}: {figure(place.x)} and {figure(place.y)}" + (f" ({place.note})" if place.note else "")
    return svg.titled(told, *drawn)


def _free_line(left: float, right: float, wanted: float, taken: list[tuple[float, float, float]], base: float) -> float:
    """The nearest line below or above on which no other name stands."""
    for step in range(40):
        for line in (wanted + step * _LINE, wanted - step * _LINE):
            clash = any(a < right and left < b and abs(line - other) < _LINE for a, b, other in taken)
            if not clash and _TOP - 8 < line < base + 4:
                return line
    return wanted
