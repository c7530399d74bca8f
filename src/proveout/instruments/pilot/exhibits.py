"""What there is to see: the effect over the looks, week by week, team by team, and all KPIs side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.better import size_of
from proveout.core.estimate import Estimate
from proveout.core.exhibit import Bar, Curve, Exhibit, Intervals, Line, Table
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.core.wording import figure
from proveout.instruments.pilot.blocks import Blocks
from proveout.instruments.pilot.effects import Compared, Effect

MOST_DOTS = 60
"""More teams than this are a cloud, not dots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found for one KPI; `weekly` holds the effect in each week since the start."""

    kpi: Kpi
    compared: Compared
    effect: Effect
    weekly: tuple[tuple[int, Estimate], ...]
    names: tuple[str, ...]


def of_kpi(one: Seen, pilot: Pilot) -> tuple[Exhibit, ...]:
    """The effect over the looks, week by week, and team by team."""
    return (*over_looks(one.kpi, one.effect, one.compared.shares), *_weeks(one), *_teams(one, pilot))


def forest(effects: Sequence[tuple[Kpi, Effect]], pilot: Pilot) -> Iterator[Exhibit]:
    """All KPIs beside one another: as a share of what is without the system, and in their unit where there is none."""
    without = "what is without the system" if pilot.in_time else "the control arm"
    shares = [_bar(kpi, effect, effect.relative) for kpi, effect in effects if effect.relative]
    rest: dict[str, list[Bar]] = {}
    for kpi, effect in effects:
        if not effect.relative:
            rest.setdefault(kpi.unit, []).append(_bar(kpi, effect, None))
    note = "Intervals allow for the looks that were taken; the line in a row is the limit that its name gives."
    if shares:
        yield _intervals(f"Effect on each KPI, as a share of {without}", "share", shares, note)
    for unit, bars in rest.items():
        why = f"Values that are 0 have no share of {without}, so what is shown is the difference itself. "
        yield _intervals("Effect: difference of the arms", unit, bars, why + note)


def _intervals(title: str, unit: str, bars: Sequence[Bar], note: str) -> Intervals:
    return Intervals(title=title, unit=unit, bars=tuple(bars), reference=0.0, reference_label="no effect", note=note)


def _bar(kpi: Kpi, effect: Effect, relative: Estimate | None) -> Bar:
    """With what is worthwhile or, of a guardrail, the harm that can be borne, on the scale of the picture."""
    shown, label = relative or effect.absolute, title(kpi)
    limit = _limit(kpi, effect, relative=relative is not None)
    if limit is not None:
        said = figure(limit, "share" if relative else kpi.unit)
        label += f" (worthwhile from {said})" if kpi.role == "goal" else f" (can be borne: {said})"
    return Bar(label=label, value=shown.value, lower=shown.lower, upper=shown.upper, limit=limit)


def _limit(kpi: Kpi, effect: Effect, *, relative: bool) -> float | None:
    change = kpi.minimum_worthwhile
    if change is None or not kpi.direction:
        return None
    better = (1 if kpi.direction == "up" else -1) * (1 if kpi.role == "goal" else -1)
    declared = size_of(change)
    if relative == (change.relative is not None):
        return better * declared
    control = abs(effect.control)
    if not control:
        return None
    return better * (declared / control if relative else declared * control)


def over_looks(kpi: Kpi, effect: Effect, shares: Sequence[float]) -> Iterator[Exhibit]:
    """The statistic beside its boundary."""
    path = effect.path
    if path is None or len(path.statistics) < 2:
        return
    x = shares
    ends = [bound if np.isfinite(bound) else None for bound in path.boundaries]
    lines = [Line(label="effect", points=_points(x, path.statistics))]
    for sign, label in ((1, "boundary"), (-1, "boundary below")):
        held = [(at, sign * end) for at, end in zip(x, ends, strict=True) if end is not None]
        lines.append(Line(label=label, points=tuple((at, end, None, None) for at, end in held)))
    yield Curve(
        title=f"{title(kpi)}: effect over the looks",
        x_label="planned time passed",
        x_unit="share",
        y_label="effect in standard errors",
        lines=tuple(line for line in lines if line.points),
        note="Beyond the boundary the effect is told from chance, however often one looks.",
    )


def _points(x: Sequence[float], y: Sequence[float]) -> tuple[tuple[float, float, None, None], ...]:
    return tuple((a, b, None, None) for a, b in zip(x, y, strict=True) if np.isfinite(b))


def _weeks(one: Seen) -> Iterator[Exhibit]:
    if len(one.weekly) < 2:
        return
    points = tuple((float(week), e.value, e.lower, e.upper) for week, e in one.weekly)
    yield Curve(
        title=f"{title(one.kpi)}: effect in each week of use",
        x_label="week since the start",
        y_label=f"difference of the arms, less that before{in_points(one.kpi)}",
        y_unit=one.kpi.unit,
        lines=(Line(label="difference", points=points),),
        note="Always the same teams; an effect that shrinks was partly novelty. Each week's interval is for one look.",
    )


def _teams(one: Seen, pilot: Pilot) -> Iterator[Exhibit]:
    if len(one.names) > MOST_DOTS:
        return
    values = one.compared.values[:, -1]
    order = np.lexsort((values, ~one.compared.ways[0]))
    yield Intervals(
        title=f"{title(one.kpi)}: each {'team' if pilot.randomise == 'teams' else 'unit'}",
        unit=one.kpi.unit,
        bars=tuple(_dot(one, int(i)) for i in order),
        reference=one.effect.control,
        reference_label="without the system",
        note="First those with the system, each in order of its mean.",
    )


def _dot(one: Seen, i: int) -> Bar:
    value = float(one.compared.values[i, -1])
    arm = "with" if one.compared.ways[0][i] else "without"
    return Bar(label=f"{one.names[i]} ({arm})", value=value, lower=value, upper=value)


def arms(blocks: Blocks, pilot: Pilot) -> Table:
    """Who is in which arm."""
    rows = []
    for treated in (True, False):
        here = blocks.treated == treated
        rows.append(
            (
                "with the system" if treated else "without",
                int(here.sum()),
                int(blocks.n_units[here].sum()),
                int(blocks.n_late[here].sum()),
                int(blocks.n_exposed[here].sum()) if pilot.exposures else None,
            )
        )
    what = "Teams" if pilot.randomise == "teams" else "Assigned together"
    return Table(title="The two arms", columns=("Arm", what, "Units", "Joined later", "Used it"), rows=tuple(rows))


def in_points(kpi: Kpi) -> str:
    """To be said of a difference: one of shares is told in points, and not in percent."""
    return ", in percentage points" if kpi.unit == "share" else ""


def title(kpi: Kpi) -> str:
    """As people call it."""
    return kpi.title or kpi.id
