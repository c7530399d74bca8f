"""Bars, intervals, tornado, histogram, series, curves. Labels stand above their bars: long names fit a phone."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import accumulate
from textwrap import wrap

from proveout.core.exhibit import Bar, Bars, Curve, Histogram, Intervals, Ranges, Series
from proveout.core.exhibit import Line as CurveLine
from proveout.core.wording import figure
from proveout.show.charts import svg
from proveout.show.charts.scale import Scale, short, span, ticks

_ROW, _LINE, _TOP = 38, 15, 6
_LEFT, _RIGHT = 4, svg.WIDTH - 4
_PLOT_HEIGHT = 170
_GRID_LEFT, _GRID_RIGHT = 52, _RIGHT - 4
_CLOSE = 0.3  # of the width: markers nearer than this get lines of their own
_STROKES = 4  # kinds of line that can be told apart without colour
_FAR = 0.4  # of the highest point of a curve: what lies above needs no zero
_MOST_OF_ALL = 0.5  # shares up to it are drawn as large as they are, others on all of their range
_DOTTED = 30  # points of a line, up to which each is drawn

CurvePoint = tuple[float, float, float | None, float | None]


def bars(exhibit: Bars) -> str:
    """One bar per line from zero, the interval as a whisker on it."""
    ends = [end for bar in exhibit.bars for end in (bar.value, bar.lower, bar.upper)]
    low, high = span([*ends, exhibit.reference], zero=True)
    whole = exhibit.unit == "share" and all(end is None or end <= 1 for end in ends)
    scale = Scale(low, min(high, 1.0) if whole else high, _LEFT, _RIGHT)
    return _rows(exhibit, scale, lambda bar, y: _bar(bar, y, scale))


def intervals(exhibit: Intervals) -> str:
    """A forest plot: one point with its interval per line, on one common scale; a limit is a short upright."""
    ends = [end for bar in exhibit.bars for end in (bar.value, bar.lower, bar.upper, bar.limit)]
    scale = Scale(*span([*ends, exhibit.reference]), _LEFT, _RIGHT)

    def row(bar: Bar, y: float) -> list[str]:
        limit = [] if bar.limit is None else [svg.stroke(scale(bar.limit), y - 8, scale(bar.limit), y + 8, "limit")]
        return [svg.stroke(_LEFT, y, _RIGHT, y, "rule"), *limit, *_whisker(bar, y, scale)]

    return _rows(exhibit, scale, row)


def _bar(bar: Bar, y: float, scale: Scale) -> list[str]:
    zero, end = scale(0.0), scale(bar.value)
    drawn = [svg.box(min(zero, end), y - 5, abs(end - zero), 10, "fill", radius=2)]
    if (bar.lower is not None or bar.upper is not None) and bar.lower != bar.upper:
        drawn += _whisker(bar, y, scale, point=False)
    return drawn


def _whisker(bar: Bar, y: float, scale: Scale, *, point: bool = True) -> list[str]:
    """The interval; an open side runs to the edge, and ends in an arrow."""
    left = scale.left if bar.lower is None else scale(bar.lower)
    right = scale.right if bar.upper is None else scale(bar.upper)
    drawn = [svg.stroke(left, y, right, y, "whisker")]
    ends = ((left, bar.lower, 5), (right, bar.upper, -5))
    for x, end, back in ends:
        drawn += svg.arrow(x, y, back, "whisker") if end is None else [svg.stroke(x, y - 4, x, y + 4, "whisker")]
    return [*drawn, svg.dot(scale(bar.value), y, 4, "point")] if point else drawn


def _rows(exhibit: Bars | Intervals, scale: Scale, draw: Callable[[Bar, float], list[str]]) -> str:
    values = [_bar_value(bar, exhibit.unit) for bar in exhibit.bars]
    labels = [_lines(bar.label, value) for bar, value in zip(exhibit.bars, values, strict=True)]
    tops, bottom = _tops(labels)
    body = []
    if exhibit.reference is not None:
        body += _uprights(scale(exhibit.reference), tops, "reference")
        words = f"{exhibit.reference_label} {short(exhibit.reference, exhibit.unit)}".strip()
        body.append(_inside(scale(exhibit.reference), bottom + 12, words, "tick strong"))
    if scale.low < 0 < scale.high:
        body += _uprights(scale(0.0), tops, "axis")
    for bar, value, label, y in zip(exhibit.bars, values, labels, tops, strict=True):
        told = f"{bar.label}: {value}" + (f" ({bar.note})" if bar.note else "")
        body.append(svg.titled(told, *_words(label, value, y), *draw(bar, y + 25)))
    room = 4 if exhibit.reference is None else 18
    return svg.picture(body, width=svg.WIDTH, height=bottom + room, label=exhibit.title)


def _lines(label: str, value: str) -> list[str]:
    """A label in the lines that it takes beside its value."""
    return wrap(label, int((_RIGHT - _LEFT) / 6.8 - len(value) * 0.95)) or [""]


def _tops(labels: Sequence[Sequence[str]]) -> tuple[list[float], float]:
    """Where the last line of each label stands, and where the last row ends."""
    heights = [_ROW + _LINE * (len(lines) - 1) for lines in labels]
    ends = [_TOP + height for height in accumulate(heights)]
    return [end - _ROW for end in ends], max(ends, default=_TOP)


def _words(lines: Sequence[str], value: str, y: float) -> list[str]:
    """The lines of a label, the last of them above its bar, and the value at the end of the first."""
    first = y + 13 - _LINE * (len(lines) - 1)
    written = [svg.text(_LEFT, first + _LINE * i, line) for i, line in enumerate(lines)]
    return [*written, svg.text(_RIGHT, first, value, "figure", anchor="end")]


def _uprights(x: float, tops: Sequence[float], css: str) -> list[str]:
    """An upright line through all rows, broken where the labels are."""
    return [svg.stroke(x, y + 17, x, y + 33, css) for y in tops]


def _bar_value(bar: Bar, unit: str) -> str:
    """The value, with what is known of its interval."""
    value = short(bar.value, unit)
    if bar.lower == bar.upper:
        return value
    if bar.lower is None:
        return f"{value} (at most {short(bar.upper or 0.0, unit)})"
    if bar.upper is None:
        return f"{value} (at least {short(bar.lower, unit)})"
    return f"{value} ({short(bar.lower, unit)} to {short(bar.upper, unit)})"


def _inside(x: float, y: float, words: str, css: str) -> str:
    """Words centred on x, pushed inwards where they would leave the picture."""
    half = len(words) * 3.3
    anchor = "start" if x - half < _LEFT else "end" if x + half > _RIGHT else "middle"
    at = _LEFT if anchor == "start" and x < half else _RIGHT if anchor == "end" and x > _RIGHT - half else x
    return svg.text(at, y, words, css, anchor=anchor)


def ranges(exhibit: Ranges) -> str:
    """A tornado: for each input, the result at its low and at its high end, around the base."""
    ends = [end for _, low, high in exhibit.ranges for end in (low, high)]
    scale = Scale(*span([*ends, exhibit.base]), _LEFT, _RIGHT)
    base = scale(exhibit.base)
    values = [f"{short(low, exhibit.unit)} to {short(high, exhibit.unit)}" for _, low, high in exhibit.ranges]
    labels = [_lines(name, value) for (name, *_), value in zip(exhibit.ranges, values, strict=True)]
    tops, bottom = _tops(labels)
    body = []
    if scale.low < 0 < scale.high:
        body += _uprights(scale(0.0), tops, "reference")
        if abs(scale(0.0) - base) > _CLOSE * svg.WIDTH:
            body.append(_inside(scale(0.0), bottom + 15, "0", "tick"))
    body.append(_inside(base, bottom + 15, f"base {short(exhibit.base, exhibit.unit)}", "tick strong"))
    for (name, low, high), value, label, y in zip(exhibit.ranges, values, labels, tops, strict=True):
        told = f"{name}: {short(low, exhibit.unit)} at its low end, {short(high, exhibit.unit)} at its high end"
        halves = [
            svg.box(min(base, scale(end)), y + 20, abs(scale(end) - base), 10, css)
            for end, css in ((low, "fill soft"), (high, "fill"))
        ]
        body.append(svg.titled(told, *_words(label, value, y), *halves))
    body += _uprights(base, tops, "axis")
    return svg.picture(body, width=svg.WIDTH, height=bottom + 20, label=exhibit.title)


def histogram(exhibit: Histogram) -> str:
    """A distribution, with labelled values marked on it."""
    scale = Scale(exhibit.edges[0], exhibit.edges[-1], _LEFT, _RIGHT)
    lines = len(exhibit.markers)
    top, most = 8 + 15 * lines, max(exhibit.counts, default=0) or 1
    base = top + _PLOT_HEIGHT
    body = []
    for low, high, count in zip(exhibit.edges, exhibit.edges[1:], exhibit.counts, strict=False):
        height = count / most * _PLOT_HEIGHT
        told = f"{short(low, exhibit.unit)} to {short(high, exhibit.unit)}: {figure(count)}"
        css = "fill loss" if high <= 0 < exhibit.edges[-1] else "fill"
        left, right = scale(low), scale(high)
        body.append(svg.titled(told, svg.box(left + 0.4, base - height, right - left - 0.8, height, css)))
    for index, (name, value) in enumerate(sorted(exhibit.markers, key=lambda marker: marker[1])):
        y = 14 + 15 * index
        body.append(svg.stroke(scale(value), y + 4, scale(value), base, "reference"))
        body.append(_inside(scale(value), y, f"{name} {short(value, exhibit.unit)}", "tick strong"))
    body.append(_axis(scale, base, exhibit.unit))
    return svg.picture(body, width=svg.WIDTH, height=base + 22, label=exhibit.title)


def _axis(scale: Scale, y: float, unit: str) -> str:
    marks = ticks(scale.low, scale.high)
    labels = [_inside(scale(tick), y + 16, short(tick, unit), "tick") for tick in marks]
    strokes = [svg.stroke(scale(tick), y, scale(tick), y + 4, "axis") for tick in marks]
    return svg.stroke(scale.left, y, scale.right, y, "axis") + "".join(strokes + labels)


def series(exhibit: Series) -> str:
    """A value over time, with the band of its intervals."""
    if not exhibit.points:
        return svg.picture([], width=svg.WIDTH, height=10, label=exhibit.title)
    days = [date.fromisoformat(day[:10]).toordinal() for day, *_ in exhibit.points]
    ends = [end for _, *figures in exhibit.points for end in figures]
    low, high = span([*ends, exhibit.reference])
    if low < 0 <= min(end for end in ends if end is not None):
        low = 0.0
    across, down = (
        Scale(days[0], max(days[-1], days[0] + 1), _GRID_LEFT, _GRID_RIGHT),
        Scale(low, high, 8 + _PLOT_HEIGHT, 8),
    )
    places = [(across(day), down(value)) for day, (_, value, *_) in zip(days, exhibit.points, strict=True)]
    bands = [(day, lower, upper) for day, (_, _, lower, upper) in zip(days, exhibit.points, strict=True)]
    body = [_grid(down, exhibit.unit), _band(bands, across, down)]
    body.append(f'<polyline points="{_points(places)}" class="line"/>')
    for (x, y), (day, value, *_) in zip(places, exhibit.points, strict=True):
        body.append(svg.titled(f"{day[:10]}: {figure(value, exhibit.unit)}", svg.dot(x, y, 2.6, "point")))
    if exhibit.reference is not None:
        y = down(exhibit.reference)
        body.append(svg.stroke(_GRID_LEFT, y, _GRID_RIGHT, y, "reference"))
        name = f"{exhibit.reference_label} {short(exhibit.reference, exhibit.unit)}".strip()
        body.append(svg.text(_GRID_RIGHT, y - 5, name, "tick strong", anchor="end"))
    body.append(svg.text(_GRID_LEFT, 26 + _PLOT_HEIGHT, exhibit.points[0][0][:10], "tick"))
    if len(places) > 1:
        body.append(svg.text(_GRID_RIGHT, 26 + _PLOT_HEIGHT, exhibit.points[-1][0][:10], "tick", anchor="end"))
    return svg.picture(body, width=svg.WIDTH, height=34 + _PLOT_HEIGHT, label=exhibit.title)


def _grid(down: Scale, unit: str) -> str:
    drawn = []
    for tick in ticks(down.low, down.high):
        y = down(tick)
        drawn.append(svg.stroke(_GRID_LEFT, y, _GRID_RIGHT, y, "rule"))
        drawn.append(svg.text(_GRID_LEFT - 6, y + 4, short(tick, unit), "tick", anchor="end"))
    return "".join(drawn)


def _band(ends: Iterable[tuple[float, float | None, float | None]], across: Scale, down: Scale) -> str:
    known = [(across(x), down(low), down(high)) for x, low, high in ends if low is not None and high is not None]
    around = [(x, lower) for x, lower, _ in known] + [(x, upper) for x, _, upper in reversed(known)]
    return f'<polygon points="{_points(around)}" class="band"/>' if len(known) > 1 else ""


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{svg.number(x)},{svg.number(y)}" for x, y in places)


def curve(exhibit: Curve) -> str:
    """Lines over two axes of numbers, with bands where they have intervals; each line has a stroke of its own."""
    points = [point for line in exhibit.lines for point in line.points]
    if not points:
        return svg.picture([], width=svg.WIDTH, height=10, label=exhibit.title)
    markers = sorted(exhibit.markers, key=lambda marker: marker[1])
    top = 26 + 15 * len(markers)
    base = top + _PLOT_HEIGHT
    across, down = _axes(exhibit, points, top, base)
    body = [_grid(down, exhibit.y_unit), _axis(across, base, exhibit.x_unit), svg.text(_LEFT, 12, exhibit.y_label)]
    uprights = [(across(x), 28 + 15 * i, f"{name} {short(x, exhibit.x_unit)}") for i, (name, x) in enumerate(markers)]
    body += [svg.stroke(x, y + 4, x, base, "reference") for x, y, _ in uprights]
    body += [_inside(x, y, words, "tick strong halo") for x, y, words in uprights]
    if exhibit.diagonal:
        low, high = max(across.low, down.low), min(across.high, down.high)
        body.append(svg.stroke(across(low), down(low), across(high), down(high), "reference"))
    for index, line in enumerate(exhibit.lines):
        body.append(_curve_line(line, index % _STROKES, exhibit, across, down))
    body.append(_inside((_GRID_LEFT + _GRID_RIGHT) / 2, base + 32, exhibit.x_label, ""))
    legend, bottom = _curve_legend(exhibit, base + 52)
    return svg.picture([*body, *legend], width=svg.WIDTH, height=bottom, label=_curve_told(exhibit))


def _axes(exhibit: Curve, points: Sequence[CurvePoint], top: float, base: float) -> tuple[Scale, Scale]:
    """Across from the first x to the last; up from zero, unless all lies far above it."""
    xs = [x for x, *_ in points] + [x for _, x in exhibit.markers]
    ys = [end for _, *ends in points for end in ends]
    left, right = (min(xs), max(xs)) if min(xs) < max(xs) else span(xs)
    low, high = span(ys)
    if min(y for y in ys if y is not None) >= 0 and (low < _FAR * high or exhibit.diagonal):
        low = 0.0
    if exhibit.x_unit == "share" and left >= 0 and right <= 1:
        left, right = 0.0, 1.0
    if exhibit.y_unit == "share" and low >= 0 and (most := max(y for y in ys if y is not None)) <= 1:
        high = 1.0 if exhibit.diagonal or most > _MOST_OF_ALL else high
    return Scale(left, right, _GRID_LEFT, _GRID_RIGHT), Scale(low, high, base, top)


def _curve_line(line: CurveLine, kind: int, exhibit: Curve, across: Scale, down: Scale) -> str:
    band = _band(((x, lower, upper) for x, _, lower, upper in line.points), across, down)
    drawn = [band, f'<polyline points="{_points([(across(x), down(y)) for x, y, *_ in line.points])}" class="line"/>']
    if len(line.points) <= _DOTTED:
        for x, y, lower, upper in line.points:
            bar = Bar(label="", value=y, lower=lower, upper=upper)
            told = f"{line.label}: {_bar_value(bar, exhibit.y_unit)} at {short(x, exhibit.x_unit)}"
            drawn.append(svg.titled(told, svg.dot(across(x), down(y), 2.6, "point")))
    return svg.titled(line.label, *drawn, css=f"l{kind}")


def _curve_legend(exhibit: Curve, top: float) -> tuple[list[str], float]:
    """What each stroke means, side by side while there is room; and where the legend ends."""
    entries = [(line.label, f"l{index % _STROKES}") for index, line in enumerate(exhibit.lines)]
    entries = entries if len(entries) > 1 or exhibit.diagonal else []
    entries += [("both axes equal", "")] if exhibit.diagonal else []
    drawn, x, y = [], float(_LEFT), top
    for label, css in entries:
        words = svg.cut(label)
        room = 36 + len(words) * 6.6 + 14
        if x > _LEFT and x + room > _RIGHT:
            x, y = float(_LEFT), y + 18
        stroke = svg.stroke(x, y - 4, x + 28, y - 4, "line" if css else "reference")
        drawn.append(f'<g class="{css}">{stroke}{svg.text(x + 36, y, words)}</g>')
        x += room
    return drawn, y + 8 if drawn else top - 14


def _curve_told(exhibit: Curve) -> str:
    """Title, axes, and where each line begins and ends."""
    ends = (
        f"{line.label}: {short(line.points[0][1], exhibit.y_unit)} at {short(line.points[0][0], exhibit.x_unit)} to "
        f"{short(line.points[-1][1], exhibit.y_unit)} at {short(line.points[-1][0], exhibit.x_unit)}"
        for line in exhibit.lines
        if line.points
    )
    return f"{exhibit.title}: {exhibit.y_label} by {exhibit.x_label}. {'. '.join(ends)}"
