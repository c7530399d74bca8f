"""What evidence shows besides its figures: tables and pictures, as values.

An instrument says *what* is to be seen; `show` decides how. A new instrument therefore needs
no line in `show`, and every picture can be tested, stored and drawn again.
"""

from dataclasses import dataclass
from typing import Literal

Cell = str | float | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows to read. A number column is right-aligned; `units` names the unit of each column ('' for none)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    units: tuple[str, ...] = ()
    note: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One labelled value with an optional interval, and a limit of its own to be held against."""

    label: str
    value: float
    lower: float | None = None
    upper: float | None = None
    note: str = ""
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Values to compare, largest first as given, each with its interval where there is one."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    reference: float | None = None
    reference_label: str = ""
    note: str = ""
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """A forest plot: one point with its interval per line, on one common scale."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    reference: float | None = None
    reference_label: str = ""
    note: str = ""
    kind: Literal["intervals"] = "intervals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """A tornado: how far the result moves when one input goes from its low to its high end."""

    title: str
    unit: str
    base: float
    ranges: tuple[tuple[str, float, float], ...]  # label, result at the low end, result at the high end
    note: str = ""
    kind: Literal["ranges"] = "ranges"


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """A distribution: `counts[i]` lies between `edges[i]` and `edges[i + 1]`; markers are labelled values."""

    title: str
    unit: str
    edges: tuple[float, ...]
    counts: tuple[float, ...]
    markers: tuple[tuple[str, float], ...] = ()
    note: str = ""
    kind: Literal["histogram"] = "histogram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A value over time; `points` are (ISO date, value, lower, upper)."""

    title: str
    unit: str
    points: tuple[tuple[str, float, float | None, float | None], ...]
    reference: float | None = None
    reference_label: str = ""
    note: str = ""
    kind: Literal["series"] = "series"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An activity of a process map; hours are people's working hours in the period observed."""

    id: str
    label: str
    frequency: int
    hours: float | None = None
    deviates: bool = False  # from what is documented


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One activity directly followed by another; the wait is the median, in seconds."""

    source: str
    target: str
    frequency: int
    median_wait_seconds: float | None = None
    total_wait_seconds: float | None = None
    deviates: bool = False  # from what is documented


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessMap:
    """A directly-follows graph; the nodes ``start`` and ``end`` are reserved ids of pseudo-activities."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    n_cases: int
    note: str = ""
    kind: Literal["process_map"] = "process_map"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heatmap:
    """Shares on a grid, 0 to 1; `values[i][j]` belongs to `rows[i]` and `columns[j]`, None where there is nothing."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    good: Literal["high", "low"] = "high"
    note: str = ""
    kind: Literal["heatmap"] = "heatmap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A named line; `points` are (x, y, lower, upper), in order of x."""

    label: str
    points: tuple[tuple[float, float, float | None, float | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One or more lines over two axes of numbers, such as a reliability curve; `diagonal` draws y = x."""

    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    x_unit: str = ""
    y_unit: str = ""
    diagonal: bool = False
    markers: tuple[tuple[str, float], ...] = ()  # label, x
    note: str = ""
    kind: Literal["curve"] = "curve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part of an architecture; shares are busy time per capacity, 0 upwards, at two loads."""

    id: str
    label: str
    share_now: float | None = None
    share_full: float | None = None
    single: bool = False  # whether everything stops when it stops
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Calls from one component to another, per hour at full scale."""

    source: str
    target: str
    per_hour: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentMap:
    """Components and the calls between them; work enters at the components that nobody calls."""

    title: str
    components: tuple[Component, ...]
    flows: tuple[Flow, ...]
    note: str = ""
    kind: Literal["component_map"] = "component_map"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point with a name; the size is how many it stands for."""

    label: str
    x: float
    y: float
    size: float = 1.0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Named points in a plane, such as groups by influence and readiness; both axes run from `low` to `high`."""

    title: str
    x_label: str
    y_label: str
    places: tuple[Place, ...]
    low: float
    high: float
    note: str = ""
    kind: Literal["places"] = "places"


Exhibit = Table | Bars | Intervals | Ranges | Histogram | Series | ProcessMap | Heatmap | Curve | ComponentMap | Places
