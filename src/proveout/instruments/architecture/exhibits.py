"""What there is to see: the map, the response time as the load grows, the components in figures."""

from collections.abc import Sequence

from proveout.core import exhibit
from proveout.core.exhibit import Cell, ComponentMap, Curve, Exhibit, Flow, Line, Table
from proveout.core.wording import figure
from proveout.instruments.architecture.plan import COMFORTABLE, Station, headroom, response
from proveout.instruments.architecture.settings import ENTRY, Component, Settings, per_hour

POINTS = 60
NEAREST = 0.97
"""Of the saturating load, up to which the response time is drawn."""
FARTHEST = 3.0
"""Times the full load, beyond which nothing is drawn."""
SHORTEST = 0.001
"""Seconds of waiting below which nobody cares how many."""


def show(settings: Settings, stations: Sequence[Station], single: Sequence[Component]) -> tuple[Exhibit, ...]:
    """A picture, a curve where anything is waited for, a table."""
    return (_map(settings, stations, single), *_curve(settings, stations), _table(settings, stations))


def _map(settings: Settings, stations: Sequence[Station], single: Sequence[Component]) -> ComponentMap:
    load = settings.load
    now, full = per_hour(load.now) * load.peak, per_hour(load.full) * load.peak
    order = {component.id: index for index, component in enumerate(settings.components)}
    parts = [
        exhibit.Component(
            id=station.component.id,
            label=station.component.name,
            share_now=station.busy(now, full=False).value,
            share_full=station.busy(full, full=True).value,
            single=station.component in single,
            note=f"without it: {station.component.fallback}" if station.component.fallback else "",
        )
        for station in sorted(stations, key=lambda station: order[station.component.id])
    ]
    entry = exhibit.Component(id=ENTRY, label="Decisions", note=f"{figure(now)}/h now, {figure(full)}/h full")
    visits = {station.component.id: station.visits for station in stations} | {ENTRY: 1.0}
    calls: dict[tuple[str, str], float] = {}
    for call in settings.calls:
        pair = (call.from_, call.to)
        calls[pair] = calls.get(pair, 0.0) + visits[call.from_] * call.per_call * full
    flows = tuple(Flow(source=a, target=b, per_hour=often) for (a, b), often in calls.items())
    when = "" if load.peak_factor is None else f" In the busiest hour, {figure(load.peak_factor)} times the mean."
    return ComponentMap(
        title="The architecture at full load",
        components=(entry, *parts),
        flows=flows,
        note=f"Busy: share of its capacity that a component needs.{when}",
    )


def _curve(settings: Settings, stations: Sequence[Station]) -> list[Curve]:
    """Mean response time from idle to near saturation, as multiples of the full load."""
    full = per_hour(settings.load.full) * settings.load.peak
    limit = headroom(stations, full).value
    last = min(NEAREST * limit, FARTHEST)
    multiples = [last * (index + 1) / POINTS for index in range(POINTS)]
    found = [(x, response(stations, x * full)) for x in multiples]
    points = tuple((x, seconds.value, seconds.lower, seconds.upper) for x, seconds in found if seconds is not None)
    if not points:
        return []
    lines = [Line(label="mean response", points=points)]
    allowed = settings.allowed_response_seconds
    if allowed is not None:
        ends = (points[0][0], max(points[-1][0], 1.0))
        lines.append(Line(label="allowed", points=tuple((x, allowed, None, None) for x in ends)))
    markers = [("full load", 1.0)] + ([("saturation", limit)] if limit <= FARTHEST else [])
    return [
        Curve(
            title="Response time as the load grows",
            x_label="Load, as a multiple of full load",
            y_label="Seconds from question to answer",
            y_unit="",
            lines=tuple(lines),
            markers=tuple(markers),
            note="" if limit <= FARTHEST else f"Saturation is at {figure(limit)} times the full load.",
        )
    ]


def _table(settings: Settings, stations: Sequence[Station]) -> Table:
    load = settings.load
    now, full = per_hour(load.now) * load.peak, per_hour(load.full) * load.peak
    busiest = stations[0].component
    limit = headroom(stations, full)
    columns = (
        *("component", "calls per decision", "mean time", "95th percentile", "servers at full load"),
        *(
            "busy now",
            "busy at full load",
            "wait at full load",
            f"servers for {figure(COMFORTABLE, 'share')}",
            "cost per decision at full load",
        ),
    )
    units = ("", "", "second", "second", "", "share", "share", "second", "", settings.currency)
    return Table(
        title="Components, the busiest first",
        columns=columns,
        units=units,
        rows=tuple(_row(station, now, full, per_hour(load.full)) for station in stations),
        note=f"{busiest.name} is the first bottleneck: it saturates at {figure(limit.value)} times the full load. "
        f"Servers for {figure(COMFORTABLE, 'share')}: how many keep it no busier, at the upper end of its time.",
    )


def _row(station: Station, now: float, full: float, mean: float) -> tuple[Cell, ...]:
    part = station.component
    wait, cost = station.wait(full), station.cost(mean, full=True)
    return (
        part.name,
        station.visits,
        station.timing.mean.value,
        station.timing.p95,
        part.capacity(full=True),
        station.busy(now, full=False).value,
        station.busy(full, full=True).value,
        "without end" if wait is None else wait.value if wait.value >= SHORTEST else f"under {SHORTEST}",
        station.servers_needed(full),
        None if cost is None else cost.value,
    )
