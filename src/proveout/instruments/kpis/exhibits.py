"""What the KPIs show: baselines, their course, how units differ, what definitions lack, what a pilot can see."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.estimate import Estimate
from proveout.core.exhibit import Bar, Cell, Exhibit, Histogram, Intervals, Series, Table
from proveout.core.initiative import Kpi
from proveout.instruments.kpis.baseline import Sample, day_of
from proveout.instruments.kpis.sight import Sight

MANY_UNITS = 30
MOST_POINTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is known of one KPI; what could not be measured is None."""

    kpi: Kpi
    missing: tuple[str, ...]
    vague: tuple[tuple[str, str], ...]
    data: Sample | None = None
    level: Estimate | None = None
    target: float | None = None
    sight: Sight | None = None


def draw(shown: Sequence[Shown]) -> tuple[Exhibit, ...]:
    """All exhibits, the pictures first."""
    pictures: list[Exhibit] = []
    for one in shown:
        if one.level is not None and one.data is not None:
            pictures.append(_baseline(one, one.level))
            pictures += _course(one, one.data, one.level)
            pictures += _spread(one, one.data)
    seen = [one for one in shown if one.sight]
    return (*pictures, *([_sights(seen)] if seen else []), _definitions(shown))


def _title(kpi: Kpi) -> str:
    return kpi.title or kpi.id


def _baseline(one: Shown, level: Estimate) -> Intervals:
    bar = Bar(label="today", value=level.value, lower=level.lower, upper=level.upper, note=f"n = {level.n}")
    promised = None if one.target is None else level.value + one.target
    return Intervals(
        title=f"{_title(one.kpi)}: baseline",
        unit=level.unit,
        bars=(bar,),
        reference=promised,
        reference_label="target" if promised is not None else "",
        note=level.method,
    )


def _course(one: Shown, data: Sample, level: Estimate) -> list[Exhibit]:
    from scipy.special import stdtrit

    points = []
    p = data.periods
    for label, n, average, variance in zip(data.labels, p["n"], p["average"], p["variance"], strict=True):
        day = day_of(label)
        half = float(stdtrit(n - 1, 0.975) * (variance / n) ** 0.5) if n > 1 and np.isfinite(variance) else None
        ends = (None, None) if half is None else (float(average) - half, float(average) + half)
        points.append((day.isoformat() if day else label, float(average), *ends))
    if len(points) < 2:
        return []
    note = "Mean of the units seen in each period, with its 95% interval."
    if len(points) > MOST_POINTS:
        note += f" The last {MOST_POINTS} of {len(points)} periods."
    promised = None if one.target is None else level.value + one.target
    return [
        Series(
            title=f"{_title(one.kpi)}: course",
            unit=level.unit,
            points=tuple(points[-MOST_POINTS:]),
            reference=promised,
            reference_label="target" if promised is not None else "",
            note=note,
        )
    ]


def _spread(one: Shown, data: Sample) -> list[Exhibit]:
    """How units differ, where there are many and they take many values."""
    if len(data.units) < MANY_UNITS or len(np.unique(data.units)) < 3:
        return []
    counts, edges = np.histogram(data.units, bins=min(40, max(8, int(len(data.units) ** 0.5))))
    return [
        Histogram(
            title=f"{_title(one.kpi)}: means of {len(data.units)} units",
            unit=one.kpi.unit,
            edges=tuple(float(edge) for edge in edges),
            counts=tuple(float(count) for count in counts),
            markers=(("median", float(np.median(data.units))),),
        )
    ]


def _sights(shown: Sequence[Shown]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in shown:
        if one.sight:
            mde, target = one.sight.mde.value, one.target
            ratio = mde / abs(target) if target else None
            rows.append((one.kpi.id, mde, target, ratio, one.sight.icc, one.sight.r, one.kpi.unit))
    return Table(
        title="What the planned pilot can see",
        columns=("KPI", "detectable change", "promised change", "ratio", "likeness in teams", "baseline r", "unit"),
        rows=tuple(rows),
        note="Detectable with 80% power at two-sided 5%. A ratio above 1 means that the pilot cannot see the promise. "
        "Likeness in teams is the intraclass correlation; baseline r is the correlation with the baseline that the "
        "analysis uses.",
    )


def _definitions(shown: Sequence[Shown]) -> Table:
    return Table(
        title="Definitions",
        columns=("KPI", "title", "role", "missing", "vague words"),
        rows=tuple(
            (
                one.kpi.id,
                one.kpi.title,
                one.kpi.role,
                ", ".join(one.missing) or "nothing",
                "; ".join(f"{word}: {why}" for word, why in one.vague) or "none",
            )
            for one in shown
        ),
    )
