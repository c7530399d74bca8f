"""What there is to see: the effect over the looks, week by week, team by team, and all KPIs side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.estimate import Estimate
from proveout.core.exhibit import Bar, Curve, Exhibit, Intervals, Line, Table
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
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


def draw(seen: Sequence[Seen], blocks: Blocks, pilot: Pilot) -> tuple[Exhibit, ...]:
    """All exhibits, the comparison of KPIs first."""
    exhibits: list[Exhibit] = [*_forest(seen)]
    for one in seen:
        exhibits += [*_looks(one), *_weeks(one), *_teams(one, pilot)]
    exhibits.append(_arms(blocks, pilot))
    return tuple(exhibits)


def _forest(seen: Sequence[Seen]) -> Iterator[Exhibit]:
    """All KPIs beside one another: as a share of the control arm, and in their unit where there is no such share."""
    shares = [_bar(one.kpi, one.effect.relative) for one in seen if one.effect.relative]
    rest: dict[str, list[Bar]] = {}
    for one in seen:
        if not one.effect.relative:
            rest.setdefault(one.kpi.unit, []).append(_bar(one.kpi, one.effect.absolute))
    note = "Intervals allow for the looks that were taken."
    if shares:
        yield _intervals("Effect on each KPI, as a share of the control arm", "share", shares, note)
    for unit, bars in rest.items():
        why = "Values that are 0 have no share of the control arm, so what is shown is the difference itself. "
        yield _intervals("Effect: difference of the arms", unit, bars, why + note)


def _intervals(title: str, unit: str, bars: Sequence[Bar], note: str) -> Intervals:
    return Intervals(title=title, unit=unit, bars=tuple(bars), reference=0.0, reference_label="no effect", note=note)


def _bar(kpi: Kpi, effect: Estimate) -> Bar:
    return Bar(label=_title(kpi), value=effect.value, lower=effect.lower, upper=effect.upper)


def _looks(one: Seen) -> Iterator[Exhibit]:
    path = one.effect.path
    if path is None or len(path.statistics) < 2:
        return
    x = one.compared.shares
    ends = [bound if np.isfinite(bound) else None for bound in path.boundaries]
    lines = [Line(label="effect", points=_points(x, path.statistics))]
    for sign, label in ((1, "boundary"), (-1, "boundary below")):
        held = [(at, sign * end) for at, end in zip(x, ends, strict=True) if end is not None]
        lines.append(Line(label=label, points=tuple((at, end, None, None) for at, end in held)))
    yield Curve(
        title=f"{_title(one.kpi)}: effect over the looks",
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
        title=f"{_title(one.kpi)}: effect in each week of use",
        x_label="week since the start",
        y_label="difference of the arms, less that before",
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
        title=f"{_title(one.kpi)}: each {'team' if pilot.randomise == 'teams' else 'unit'}",
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


def _arms(blocks: Blocks, pilot: Pilot) -> Table:
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


def _title(kpi: Kpi) -> str:
    return kpi.title or kpi.id
