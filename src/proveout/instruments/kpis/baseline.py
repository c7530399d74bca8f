"""How a KPI stands: baseline and trend."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from proveout.core.duration import is_duration
from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.initiative import Change, Kpi
from proveout.core.question import Columns, texts
from proveout.stats.cluster import cr2_mean
from proveout.stats.mean import t_mean
from proveout.stats.proportion import wilson
from proveout.stats.trend import line_slope

DAYS_PER = {"day": 1.0, "week": 7.0, "month": 30.4375, "quarter": 91.3125, "year": 365.25}
WEIGHT = (
    "A baseline does not use `weight`: let its query yield the ratio itself of each unit and period, such as "
    "sum(replies) / sum(mails) as value ... group by unit, period."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The answers about one KPI.

    Args:
        units: Mean of each unit, shape (n,).
        names: Their names, shape (n,).
        clusters: Cluster of each unit, a unit of none being its own; None without clusters.
        moved: How many units were seen in two clusters or more.
        rows: Rows behind each unit.
        binary: Whether all values are 0 or 1.
        early: Mean of each unit over the first half of the periods, NaN where not seen.
        late: The same over the second half.
        slopes: Slope of each unit per period, NaN below three periods.
        labels: Of each period.
        periods: Figures of each period: n, average, variance, n_next, covariance.
        n_rows: All rows.
        missing: Rows without a value.
        unreadable: Rows whose value is no finite number.
        without_unit: Rows that name no unit.
        negative: Rows whose value is below 0.
        odd: A value that is no number, for an example; empty for none.
        weighted: Rows with a `weight`, which a baseline does not use.
    """

    units: np.ndarray
    names: tuple[str, ...]
    clusters: np.ndarray | None
    moved: int
    rows: np.ndarray
    binary: bool
    early: np.ndarray
    late: np.ndarray
    slopes: np.ndarray
    labels: tuple[str, ...]
    periods: dict[str, np.ndarray]
    n_rows: int
    missing: int
    unreadable: int
    without_unit: int
    negative: int = 0
    odd: str = ""
    weighted: int = 0


def sample(counts: Columns, units: Columns, periods: Columns) -> Sample:
    """The answers as plain arrays."""
    teams = texts(units["team"])
    others = texts(units["other_team"])
    named = [team for team in teams if team is not None]
    names = tuple(name or "" for name in texts(units["unit"]))
    own = np.array([team if team is not None else f"\0{name}" for team, name in zip(teams, names, strict=True)])
    rows = _floats(units["n"])
    counted = ("n_rows", "missing", "unreadable", "without_unit", "negative")
    return Sample(
        units=_floats(units["average"]),
        names=names,
        clusters=own if named else None,
        moved=sum(a != b for a, b in zip(teams, others, strict=True)),
        rows=rows,
        binary=bool(len(rows)) and float(_floats(units["n_binary"]).sum()) == float(rows.sum()),
        early=_floats(units["early"]),
        late=_floats(units["late"]),
        slopes=_floats(units["slope"]),
        labels=tuple(label or "" for label in texts(periods["label"])),
        periods={name: _floats(periods[name]) for name in ("n", "average", "variance", "n_next", "covariance")},
        odd=texts(counts["odd"])[0] or "",
        weighted=int(np.nan_to_num(_floats(counts["weighted"])).sum()),
        **{name: int(np.nan_to_num(_floats(counts[name])).sum()) for name in counted},
    )


def impossible(data: Sample, kpi: Kpi) -> str:
    """What cannot be in the baseline, so that no figure comes of it; empty where nothing is."""
    return f"{data.negative:,} value(s) are times below 0" if data.negative and is_duration(kpi.unit) else ""


def refuse_unusable(data: Sample) -> None:
    """Look whether anything can be said of a baseline.

    Raises:
        TooLittle: Nothing can; why, and what to do about it.
    """
    if data.weighted:
        raise TooLittle(WEIGHT[:1].lower() + WEIGHT[1:-1])
    if not data.n_rows:
        raise TooLittle("the query of its baseline yields no rows")
    if not len(data.units) and not data.unreadable:
        raise TooLittle(f"none of the {data.n_rows:,} rows of its baseline has a unit and a value")
    if not len(data.units):
        raise TooLittle(
            f"none of {data.unreadable:,} values of its baseline can be read as a number, such as {data.odd!r}: write"
            " 2.158 rather than 2,158, or convert it in the query: cast(replace(value, ',', '.') as double) as value"
        )


def _floats(column: np.ndarray) -> np.ndarray:
    return np.ma.filled(np.ma.asarray(column).astype(float), np.nan)


def mean_of_units(data: Sample, values: np.ndarray | None = None) -> Estimate:
    """Mean over units, every unit counting the same, with the interval that the design calls for.

    Args:
        data: Answers.
        values: One per unit, NaN for none; the units' means if not given.

    Raises:
        TooLittle: Fewer than two units or clusters.
    """
    every = data.units if values is None else values
    known = np.isfinite(every)
    every = every[known]
    if data.clusters is not None:
        _, index = np.unique(data.clusters[known], return_inverse=True)
        return cr2_mean(np.bincount(index), np.bincount(index, weights=every))
    if values is None and data.binary and (data.rows == 1).all():
        return wilson(int(every.sum()), len(every))
    return t_mean(every)


def baseline(data: Sample, kpi: Kpi) -> Estimate:
    """Where the KPI stands today.

    Raises:
        TooLittle: Fewer than two units or clusters.
    """
    found = mean_of_units(data).named("baseline", subject=kpi.id, unit=kpi.unit)
    if not data.binary or found.lower is None or found.upper is None:
        return found
    return Estimate(
        name=found.name,
        subject=kpi.id,
        value=found.value,
        lower=max(0.0, found.lower),
        upper=min(1.0, found.upper),
        unit=kpi.unit or "share",
        n=found.n,
        method=found.method,
    )


def trend(data: Sample, kpi: Kpi) -> Estimate:
    """Movement per period: mean of the units' slopes, or the slope of the period means where units do not last.

    Raises:
        TooLittle: Fewer than three periods.
    """
    unit = f"{kpi.unit or '1'}/period"
    if np.isfinite(data.slopes).sum() >= max(2, len(data.units) / 2):
        slope = mean_of_units(data, data.slopes)
        return slope.named("trend", subject=kpi.id, unit=unit)
    return line_slope(data.periods["average"]).named("trend", subject=kpi.id, unit=unit)


def period_days(data: Sample, kpi: Kpi) -> float | None:
    """How long a period is: from its dates, else from a unit such as hour/week; None when neither tells."""
    days = sorted(day for day in (day_of(label) for label in data.labels) if day)
    if len(days) >= 2:
        return float(np.median(np.diff([day.toordinal() for day in days])))
    denominators = kpi.unit.replace(" ", "").split("/")[1:]
    return next((DAYS_PER[name.rstrip("s")] for name in denominators if name.rstrip("s") in DAYS_PER), None)


def weeks_observed(data: Sample, kpi: Kpi) -> float | None:
    """How many weeks the baseline spans, if that can be told."""
    length = period_days(data, kpi)
    if length is None:
        return None
    days = [day for day in (day_of(label) for label in data.labels) if day]
    if len(days) >= 2:
        return ((max(days) - min(days)) + timedelta(days=length)).days / 7
    return len(data.labels) * length / 7


def day_of(label: str) -> date | None:
    """The day that a period starts with; None when it is no date."""
    try:
        return date.fromisoformat(label.split(" ")[0].split("T")[0])
    except ValueError:
        return None


def absolute(change: Change | None, level: float) -> float | None:
    """A declared change in the KPI's unit."""
    if change is None:
        return None
    return change.absolute if change.absolute is not None else (change.relative or 0.0) * level
