"""Shares on a grid: the darker a cell, the further from good; the figure stands in it where there is room."""

from html import escape

from proveout.core.exhibit import Heatmap
from proveout.core.wording import figure
from proveout.show.charts import svg

_CELL_HEIGHT, _WIDE_CELL, _NARROW_CELL = 24.0, 38.0, 13.0
_MOST_WIDE = 24  # columns that show their figures
_EVERY = 3  # narrow column that has its name above it
_LABEL_LENGTH, _CHARACTER = 22, 6.6
_SLANT = 0.72  # of a label's length, across and up, when it is turned by 45 degrees
_CUTS = (0.0, 0.05, 0.2, 0.5)
"""How far from good a cell may be and still have the shade: none, little, some, much, most."""


def draw(exhibit: Heatmap) -> str:
    """The grid in a frame that scrolls, and what its shades mean."""
    wide = len(exhibit.columns) <= _MOST_WIDE
    cell = _WIDE_CELL if wide else _NARROW_CELL
    left = max((len(svg.cut(row, _LABEL_LENGTH)) for row in exhibit.rows), default=0) * _CHARACTER + 12
    longest = max((len(svg.cut(column, _LABEL_LENGTH)) for column in exhibit.columns), default=0) * _CHARACTER
    slanted = longest > cell - 4 or not wide
    top = longest * _SLANT + 12 if slanted else 20.0
    named = list(enumerate(exhibit.columns))[:: 1 if wide else _EVERY]
    body = [
        _column(svg.cut(name, _LABEL_LENGTH), left + (place + 0.5) * cell, top, slanted=slanted)
        for place, name in named
    ]
    for index, (row, values) in enumerate(zip(exhibit.rows, exhibit.values, strict=True)):
        y = top + index * _CELL_HEIGHT
        label = svg.text(left - 8, y + 16, svg.cut(row, _LABEL_LENGTH), anchor="end")
        body.append(svg.titled(row, label))
        for place, (column, value) in enumerate(zip(exhibit.columns, values, strict=True)):
            body.append(_cell(exhibit, f"{row}, {column}", value, left + place * cell, y, cell))
    right = left + cell * len(exhibit.columns) + (longest * _SLANT if slanted else 4)
    height = top + _CELL_HEIGHT * len(exhibit.rows) + 4
    picture = svg.picture(body, width=right, height=height, label=_told(exhibit), css="heat")
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(exhibit.title)}, can be scrolled">{picture}'
        f"</div>{_legend(exhibit)}"
    )


def _column(name: str, x: float, top: float, *, slanted: bool) -> str:
    if not slanted:
        return svg.text(x, top - 6, name, "tick", anchor="middle")
    place = f"translate({svg.number(x)} {svg.number(top - 6)}) rotate(-45)"
    return f'<g transform="{place}">{svg.text(0, 0, name, "tick")}</g>'


def _cell(exhibit: Heatmap, name: str, value: float | None, x: float, y: float, width: float) -> str:
    inner = (x + 1, y + 1, width - 2, _CELL_HEIGHT - 2)
    if value is None:
        middle = y + _CELL_HEIGHT / 2
        nothing = svg.stroke(x + width / 2 - 3, middle, x + width / 2 + 3, middle, "axis")
        return svg.titled(f"{name}: nothing", svg.box(*inner, "none", radius=2), nothing)
    shade = _shade(value, exhibit.good)
    drawn = [svg.box(*inner, f"q{shade}", radius=2)]
    if width >= _WIDE_CELL:
        words = figure(value, "share", digits=2)
        drawn.append(svg.text(x + width / 2, y + 16, words.removesuffix("%"), f"in{shade}", anchor="middle"))
    return svg.titled(f"{name}: {figure(value, 'share')}", *drawn)


def _shade(value: float, good: str) -> int:
    """0 for what is as it should be, 4 for what is furthest from it."""
    off = 1 - value if good == "high" else value
    return sum(1 for cut in _CUTS if off > cut + 1e-12)


def _told(exhibit: Heatmap) -> str:
    """Title, size, and the worst cell."""
    known = [
        (value, row, column)
        for row, values in zip(exhibit.rows, exhibit.values, strict=True)
        for column, value in zip(exhibit.columns, values, strict=True)
        if value is not None
    ]
    size = f"{exhibit.title}: {len(exhibit.rows)} rows by {len(exhibit.columns)} columns"
    if not known:
        return f"{size}, all empty"
    value, row, column = min(known) if exhibit.good == "high" else max(known)
    return f"{size}; worst: {row}, {column}, {figure(value, 'share')}"


def _legend(exhibit: Heatmap) -> str:
    """What the shades mean, in the words of the exhibit: from all to little, or from none to much."""
    ends = [figure(1 - cut if exhibit.good == "high" else cut, "share") for cut in _CUTS]
    beyond = "or more" if exhibit.good == "high" else "or less"
    names = [ends[0], *(f"{end} {beyond}" for end in ends[1:]), "less" if exhibit.good == "high" else "more"]
    swatches = "".join(f'<span class="q{shade}"><i></i>{name}</span>' for shade, name in enumerate(names))
    unit = "<span>Figures in %.</span>" if len(exhibit.columns) <= _MOST_WIDE else ""
    return f'<p class="legend swatches">{swatches}<span>– nothing there</span>{unit}</p>'
