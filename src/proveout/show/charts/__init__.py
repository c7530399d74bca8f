"""Exhibits as SVG: pure functions from a value to its picture."""

from proveout.core.exhibit import (
    Bars,
    ComponentMap,
    Curve,
    Exhibit,
    Heatmap,
    Histogram,
    Intervals,
    Places,
    ProcessMap,
    Ranges,
    Series,
)
from proveout.show.charts import component_map, heatmap, places, plots, process_map


def draw(exhibit: Exhibit) -> str:
    """The picture of an exhibit as markup; empty for a table, which is no picture."""
    match exhibit:
        case Bars():
            return plots.bars(exhibit)
        case Intervals():
            return plots.intervals(exhibit)
        case Ranges():
            return plots.ranges(exhibit)
        case Histogram():
            return plots.histogram(exhibit)
        case Series():
            return plots.series(exhibit)
        case ProcessMap():
            return process_map.draw(exhibit)
        case Curve():
            return plots.curve(exhibit)
        case Heatmap():
            return heatmap.draw(exhibit)
        case ComponentMap():
            return component_map.draw(exhibit)
        case Places():
            return places.draw(exhibit)
        case _:
            return ""
