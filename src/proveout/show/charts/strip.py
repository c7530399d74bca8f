"""One interval against its threshold, on one line."""

from proveout.core.policy import Comparison
from proveout.show.charts import svg
from proveout.show.charts.scale import Scale, ruling_span
from proveout.show.line import Line

_WIDTH, _HEIGHT, _MIDDLE = 168, 22, 11


def strip(line: Line) -> str:
    """The good side is shaded, the threshold an upright stroke, the interval a bar with its point."""
    criterion, estimate = line.ruling.criterion, line.ruling.estimate
    if estimate is None:
        return ""
    scale = Scale(*ruling_span(estimate, criterion.threshold), 4, _WIDTH - 4)
    at = scale(criterion.threshold)
    left, right = (at, _WIDTH - 4) if criterion.comparison is Comparison.AT_LEAST else (4, at)
    lower = 0.0 if estimate.lower is None else scale(estimate.lower)
    upper = float(_WIDTH) if estimate.upper is None else scale(estimate.upper)
    told = f"{line.title}: {line.value}, interval {line.interval}; asked for: {line.threshold}; {line.word}"
    body = [
        svg.box(left, 3, right - left, _HEIGHT - 6, "good", radius=2),
        svg.stroke(4, _MIDDLE, _WIDTH - 4, _MIDDLE, "rule"),
        svg.box(lower, _MIDDLE - 2.5, upper - lower, 5, "span", radius=2.5),
        svg.stroke(at, 1, at, _HEIGHT - 1, "threshold"),
        *(svg.arrow(0, _MIDDLE, 6, "threshold") if estimate.lower is None else []),
        *(svg.arrow(_WIDTH, _MIDDLE, -6, "threshold") if estimate.upper is None else []),
        svg.dot(scale(estimate.value), _MIDDLE, 4.2, "value"),
    ]
    return svg.picture(body, width=_WIDTH, height=_HEIGHT, label=told, css=f"strip {line.tone}")
