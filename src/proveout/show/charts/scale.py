"""From figures to positions: spans, round ticks and short tick labels."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from proveout.core.estimate import Estimate
from proveout.core.wording import figure

_MARGIN = 0.12  # of the span, left free on either side
_OPEN = 0.25  # of the span: room in which an open end runs past everything else
_STRETCHES = (0.01, 0.05, 0.25)
_FILLED = 0.8  # of a stretch at an end of the range, that shares may fill
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_SUFFIXES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from figures in [low, high] to positions in [left, right]; what lies outside is clipped."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        """The position of a figure."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)


def span(figures: Iterable[float | None], *, zero: bool = False) -> tuple[float, float]:
    """Low and high ends that hold all figures, with a margin; never of zero width.

    Args:
        figures: What must be seen; None is skipped.
        zero: Whether zero must be seen too, as bars need it.
    """
    known = [value for value in figures if value is not None]
    if zero or not known:
        known.append(0.0)
    low, high = min(known), max(known)
    if low == high:
        pad = abs(low) * 0.5 or 1.0
        return low - pad, high + pad
    pad = (high - low) * _MARGIN
    return (low if zero and low == 0 else low - pad), (high if zero and high == 0 else high + pad)


def ruling_span(estimate: Estimate, threshold: float) -> tuple[float, float]:
    """The stretch on which one interval is drawn against its threshold."""
    figures = [value for value in (estimate.lower, estimate.value, estimate.upper, threshold) if value is not None]
    low, high = min(figures), max(figures)
    if not estimate.unknown and (estimate.lower is None or estimate.upper is None):
        reach = (high - low or abs(low) or 1.0) * _OPEN
        return low - reach, high + reach
    if estimate.unit == "share" and low >= 0 and high <= 1:
        return _crowded(low, high)
    if low >= 0 and low < 0.6 * high:
        return 0.0, high * (1 + _MARGIN)
    return span(figures)


def _crowded(low: float, high: float) -> tuple[float, float]:
    """The shortest stretch that begins or ends where shares do, and leaves room."""
    for width in _STRETCHES:
        if high < _FILLED * width:
            return 0.0, width
        if low > 1 - _FILLED * width:
            return 1 - width, 1.0
    return 0.0, 1.0


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About `count` round figures in [low, high]."""
    raw = (high - low) / max(1, count)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in _STEPS if size * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def short(value: float, unit: str = "") -> str:
    """A figure for an axis: `40%`, `1.2M`, `350k`; the unit stands in the caption."""
    if unit == "share":
        return figure(value, "share")
    for size, suffix in _SUFFIXES:
        if abs(value) >= size * 0.9995 and abs(value) >= 10_000:
            return f"{figure(value / size)}{suffix}"
    return figure(value)


def duration(seconds: float) -> str:
    """A span of time for a label: `45 s`, `12 min`, `3.5 h`, `2.1 d`, `3 wk`."""
    for size, name, below in ((1, "s", 60), (60, "min", 3600), (3600, "h", 86400), (86400, "d", 21 * 86400)):
        if seconds < below:
            return f"{figure(seconds / size, digits=2)} {name}"
    return f"{figure(seconds / (7 * 86400), digits=2)} wk"
