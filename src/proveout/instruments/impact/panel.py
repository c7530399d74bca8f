"""The answers as a panel: teams, each observed in every period, and when each got the system."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.question import Columns, texts
from proveout.core.rollout import Rollout
from proveout.core.wave import Progress
from proveout.stats.waves import Panel

FILLED = 0.9
"""Share of the teams that must have outcomes in a period for the period to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """Who is compared: what got a wave as a whole.

    Args:
        names: Length G.
        arms: Length G, as the assignment spells the waves.
        strata: Shape (G,), codes.
        starts: Length G: first day on which it ever had the system, None for those that never had it.
        spells: Length G: first day with the system as it has it now, and the day on which it was taken away, if it was.
        serving: Shape (G,): whether it has the system now; a wave that was rolled back has not.
        n_units: Shape (G,).
        n_late: Shape (G,): how many of them came after the plan was drawn; such are served and not compared.
        late: Shape (G,): whether all of them did.
        torn: Teams that stand in two waves.
    """

    names: tuple[str, ...]
    arms: tuple[str, ...]
    strata: np.ndarray
    starts: tuple[date | None, ...]
    spells: tuple[tuple[date | None, date | None], ...]
    serving: np.ndarray
    n_units: np.ndarray
    n_late: np.ndarray
    late: np.ndarray
    torn: int

    @property
    def with_system(self) -> np.ndarray:
        """Shape (G,): whether it has had the system."""
        return np.array([start is not None for start in self.starts], dtype=bool)


def teams_of(table: Columns, progress: Progress | None) -> Teams:
    """Teams with their starts: as the ledger has them, else as the table says."""
    arms = tuple(arm or "" for arm in texts(table["arm"]))
    others = tuple(arm or "" for arm in texts(table["other_arm"]))
    _, strata = np.unique([label or "" for label in texts(table["stratum"])], return_inverse=True)
    told = [date.fromisoformat(day) if day else None for day in texts(table["started_at"])]
    starts = tuple(progress.starts.get(arm) for arm in arms) if progress else tuple(told)
    serving = [arm in progress.serving for arm in arms] if progress else [start is not None for start in starts]
    spells = {wave.name: (wave.started, wave.ended) for wave in progress.waves} if progress else {}
    return Teams(
        names=tuple(name or "" for name in texts(table["block"])),
        arms=arms,
        strata=strata,
        starts=starts,
        spells=tuple(spells.get(arm, (start, None)) for arm, start in zip(arms, starts, strict=True)),
        serving=np.array(serving, dtype=bool),
        n_units=np.asarray(table["n_units"], int),
        n_late=np.asarray(table["n_late"], int),
        late=np.asarray(table["late"], bool),
        torn=sum(a != b for a, b in zip(arms, others, strict=True)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Teams and the periods that count.

    Args:
        values: Shape (N, T), NaN where a team has no outcomes.
        strata: Shape (N,), codes.
        periods: Shape (T,): which period of the rollout a column is; below 0 before the start.
        starts: Shape (N,): the first column with the system; T for those that have it in none.
        since: Shape (N,): the period of the last start; what came before it, under another start, does not count.
        ended: Shape (N,): the period in which the system was taken away; infinite where it was not.
    """

    values: np.ndarray
    strata: np.ndarray
    periods: np.ndarray
    starts: np.ndarray
    since: np.ndarray
    ended: np.ndarray

    @property
    def before(self) -> int:
        """Columns before the first start."""
        return int(self.starts.min()) if len(self.starts) else 0

    @property
    def complete(self) -> np.ndarray:
        """Shape (N,): which teams have outcomes in every period that counts."""
        return np.array([np.isfinite(row).all() for row in self.values], dtype=bool)

    def only(self, which: np.ndarray) -> "Cells":
        """Some of the teams."""
        parts = {name: getattr(self, name)[which] for name in ("values", "strata", "starts", "since", "ended")}
        return replace(self, **parts)


@dataclass(frozen=True)
class Compared:
    """Waves, and how long each has had the system in each period.

    Args:
        panel: Values less what their stratum had before.
        exposure: Shape (C, T): periods since the last start, counted by the calendar.
        served: Shape (C, T): whether the wave had the system throughout the period.
    """

    panel: Panel
    exposure: np.ndarray
    served: np.ndarray

    @cached_property
    def until(self) -> int:
        """The first column in which nobody waits any more."""
        return min(int(self.panel.cohorts[-1]), self.panel.values.shape[1])

    def weights(self, cells: np.ndarray) -> np.ndarray:
        """Every unit in these cells, of shape (C, T), counts alike, as long as others wait.

        Raises:
            TooLittle: There is no such cell.
        """
        weights = cells * self.panel.known * self.panel.sizes[:, None].astype(float)
        if not weights.any():
            raise TooLittle("no wave has had the system in a whole period while others waited", "look later")
        return weights / weights.sum()


def compared(cells: Cells) -> Compared | None:
    """The waves of teams that were observed throughout; None where all of them started together."""
    values, before = cells.values.copy(), cells.before
    if 0 < before < values.shape[1]:
        for stratum in np.unique(cells.strata):
            here = cells.strata == stratum
            values[here] -= values[here, :before].mean()
    if len(np.unique(cells.starts)) < 2:
        return None
    panel = Panel(values, cells.starts, cells.strata)
    since, ended = (
        np.array([ends(part[cells.starts == start]) for start in panel.cohorts])
        for part, ends in ((cells.since, np.max), (cells.ended, np.min))
    )
    exposure = cells.periods - since[:, None]
    return Compared(panel, exposure, (exposure >= 0) & (cells.periods < ended[:, None]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A KPI over time.

    Args:
        cells: Of all teams that were drawn.
        kept: Shape (G,): the teams that were observed throughout; they alone are compared.
        compared: Those, in their waves; None where all of them started together.
        level: Their mean before the first wave, in the KPI's unit; None where there is no period before.
        left_out: Periods between the first and the last that do not count, and the share of the teams that were seen.
    """

    cells: Cells
    kept: np.ndarray
    compared: Compared | None
    level: float | None
    left_out: dict[int, float]

    def day(self, rollout: Rollout, column: int) -> date:
        """First day of a period."""
        return rollout.start + timedelta(days=int(self.cells.periods[column]) * rollout.period_days)


def observed(table: Columns, teams: Teams, rollout: Rollout, until: date, *, to_the_end: bool) -> Observed:
    """The panel up to the end of a day, whole periods only.

    Args:
        table: Means by place and period.
        teams: As in the places.
        rollout: As declared.
        until: The last day that counts.
        to_the_end: Whether the last period must be there, or what is there may stand for it.

    Raises:
        TooLittle: Too few teams or periods have outcomes, or nobody waits.
    """
    n_periods = ((until - rollout.start).days + 1) // rollout.period_days
    rows, periods = np.asarray(table["place"], int), np.asarray(table["period"], int)
    inside = periods < n_periods
    if not inside.any():
        raise TooLittle("no team has outcomes yet in a whole period", "check again when there are some")
    first = int(periods[inside].min())
    values = np.full((len(teams.names), n_periods - first), np.nan)
    values[rows[inside], periods[inside] - first] = np.asarray(table["value"], float)[inside]
    counted = ~teams.late
    seen = np.isfinite(values[counted]).mean(axis=0)
    columns = np.flatnonzero(seen >= FILLED)
    if not len(columns) or (to_the_end and columns[-1] < len(seen) - 1):
        raise TooLittle(
            f"fewer than {FILLED:.0%} of the teams have outcomes in the last period", "find out where outcomes get lost"
        )
    gaps = np.setdiff1d(np.arange(columns[0], columns[-1]), columns)
    cells = _cells(values[:, columns], teams, rollout, columns + first).only(counted)
    complete = cells.complete
    if not complete.any():
        raise TooLittle("no team has outcomes in every period", "find out where outcomes get lost")
    kept = counted.copy()
    kept[counted] = complete
    mine = cells.only(complete)
    known = 0 < mine.before < len(columns)
    return Observed(
        cells=cells,
        kept=kept,
        compared=compared(mine),
        level=float(mine.values[:, : mine.before].mean()) if known else None,
        left_out={int(gap) + first: float(seen[gap]) for gap in gaps},
    )


def _cells(values: np.ndarray, teams: Teams, rollout: Rollout, periods: np.ndarray) -> Cells:
    def numbers(days: list[date | None]) -> np.ndarray:
        of = [np.inf if day is None else (day - rollout.start).days // rollout.period_days for day in days]
        return np.array(of, float)

    starts = numbers(list(teams.starts))
    return Cells(
        values=values,
        strata=teams.strata,
        periods=periods,
        starts=np.searchsorted(periods, starts),
        since=numbers([started for started, _ in teams.spells]),
        ended=numbers([ended for _, ended in teams.spells]),
    )


def elsewhere(table: Columns | None, periods: np.ndarray) -> np.ndarray:
    """Series of those who never get the system, shape (T, J): such as have a value in each of the periods."""
    if table is None:
        return np.empty((len(periods), 0))
    place = {int(period): t for t, period in enumerate(periods)}
    series: dict[str, np.ndarray] = {}
    for name, period, value in zip(texts(table["series"]), table["period"], table["value"], strict=True):
        if int(period) in place:
            series.setdefault(name or "", np.full(len(periods), np.nan))[place[int(period)]] = value
    whole = [line for line in series.values() if np.isfinite(line).all()]
    return np.column_stack(whole) if whole else np.empty((len(periods), 0))


def at_worst(cells: Cells, *, falls: bool) -> Compared | None:
    """The same with those who were lost, as if they had done as badly as the worst of those who were not.

    A team without outcomes in a period moved since the time before like the worst team that was observed throughout:
    those with the system like the one that gained least, those who waited like the one that gained most.

    Args:
        cells: Of all teams that were drawn.
        falls: Whether less is better.
    """
    complete, sign = cells.complete, -1.0 if falls else 1.0
    values, n_periods = sign * cells.values, cells.values.shape[1]
    before = min(max(cells.before, 1), n_periods)
    typical = values[complete, :before].mean()
    own = np.array([row[np.isfinite(row)].mean() if np.isfinite(row).any() else typical for row in values[:, :before]])
    change = values - own[:, None]
    for t in range(n_periods):
        served = cells.starts <= t
        for mine, worst in ((served, np.min), (~served, np.max if t >= before else np.mean)):
            lost, there = mine & ~np.isfinite(values[:, t]), mine & complete
            if lost.any() and there.any():
                values[lost, t] = own[lost] + worst(change[there, t])
    filled = replace(cells, values=sign * values)
    return compared(filled.only(filled.complete))
