"""The few strokes that all charts share. Colours are CSS classes of the page; text is always escaped."""

from collections.abc import Sequence
from html import escape

WIDTH = 400  # of a chart, in its own units; the page scales it
LABEL_CHARACTERS = 38


def number(value: float) -> str:
    """A coordinate: at most one decimal, no trailing zero, no minus zero."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def cut(text: str, length: int = LABEL_CHARACTERS) -> str:
    """The text, shortened with an ellipsis where it is too long."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def picture(body: Sequence[str], *, width: float, height: float, label: str, css: str = "chart") -> str:
    """An SVG with a name for those who cannot see it."""
    view = f"0 0 {number(width)} {number(height)}"
    return (
        f'<svg class="{css}" viewBox="{view}" width="{number(width)}" height="{number(height)}" role="img" '
        f'aria-label="{escape(label)}"><title>{escape(label)}</title>{"".join(body)}</svg>'
    )


def text(x: float, y: float, words: str, css: str = "", *, anchor: str = "start") -> str:
    """Words at a place; the whole of a shortened label is its title."""
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    style = f' class="{css}"' if css else ""
    return f'<text x="{number(x)}" y="{number(y)}"{where}{style}>{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, css: str, *, radius: float = 0) -> str:
    """A rectangle; a negative width or height is drawn as none."""
    round_ = f' rx="{number(radius)}"' if radius else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(0.0, width))}" '
        f'height="{number(max(0.0, height))}"{round_} class="{css}"/>'
    )


def stroke(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """A straight line."""
    return f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" class="{css}"/>'


def arrow(x: float, y: float, back: float, css: str) -> list[str]:
    """The head of an arrow: the end of an interval that has none."""
    return [stroke(x, y, x + back, y - abs(back) * 0.7, css), stroke(x, y, x + back, y + abs(back) * 0.7, css)]


def dot(x: float, y: float, radius: float, css: str) -> str:
    """A filled circle."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" class="{css}"/>'


def titled(title: str, *body: str, css: str = "") -> str:
    """A group that tells its title when the pointer rests on it."""
    style = f' class="{css}"' if css else ""
    return f"<g{style}><title>{escape(title)}</title>{''.join(body)}</g>"
