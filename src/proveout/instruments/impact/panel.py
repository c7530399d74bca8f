"""The answers as a panel: teams, each observed in every period, and when each got the system."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.question import Columns, texts
from proveout.core.rollout import Rollout
from proveout.core.wave import Progress
from proveout.stats.waves import Panel

NEVER = 10**6
"""Period in which those start who have not started."""
FILLED = 0.9
"""Share of the teams that must have outcomes in a period for the period to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """Who is compared: what got a wave as a whole.

    Args:
        names: Length G.
        arms: Length G, as the assignment spells the waves.
        strata: Shape (G,), codes.
        starts: Length G: first day with the system, None for those that never had it.
        serving: Shape (G,): whether it has the system now; a wave that was rolled back has not.
        n_units: Shape (G,).
        late: Shape (G,): whether it came after the plan was drawn; such are served and not compared.
        torn: Teams that stand in two waves.
    """

    names: tuple[str, ...]
    arms: tuple[str, ...]
    strata: np.ndarray
    starts: tuple[date | None, ...]
    serving: np.ndarray
    n_units: np.ndarray
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
    return Teams(
        names=tuple(name or "" for name in texts(table["block"])),
        arms=arms,
        strata=strata,
        starts=starts,
        serving=np.array(serving, dtype=bool),
        n_units=np.asarray(table["n_units"], int),
        late=np.asarray(table["batch"], int) > 1,
        torn=sum(a != b for a, b in zip(arms, others, strict=True)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A KPI over time.

    Args:
        panel: Of the teams that were observed throughout; values less what their stratum had before. None where all
            of them started together.
        started: Period in which the first of them started; the number of periods where none has.
        kept: Shape (G,): which teams those are.
        first: Number of the first period, counted from the start of the rollout, 0 or below.
        level: Mean over teams before the first wave, in the KPI's unit; None where there is no period before.
        raw: Shape (N, T): the values as they are.
    """

    panel: Panel | None
    started: int
    kept: np.ndarray
    first: int
    level: float | None
    raw: np.ndarray

    def day(self, rollout: Rollout, period: int) -> date:
        """First day of a period of the panel."""
        return rollout.start + timedelta(days=(self.first + period) * rollout.period_days)


def observed(table: Columns, teams: Teams, rollout: Rollout, until: date) -> Observed:
    """The panel up to the end of a day, whole periods only.

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
    filled = np.isfinite(values[counted]).mean(axis=0) >= FILLED
    begin = _last_run(filled)
    if begin is None:
        raise TooLittle(
            f"fewer than {FILLED:.0%} of the teams have outcomes in the last period", "find out where outcomes get lost"
        )
    values, first = values[:, begin:], first + begin
    kept = counted & np.isfinite(values).all(axis=1)
    starts = np.array([_period(start, rollout, first) for start in teams.starts])[kept]
    return _observed(values[kept], np.minimum(starts, NEVER), teams.strata[kept], kept, first)


def _last_run(filled: np.ndarray) -> int | None:
    """Where the last run of periods without a gap begins."""
    if not len(filled) or not filled[-1]:
        return None
    gaps = np.flatnonzero(~filled)
    return int(gaps[-1]) + 1 if len(gaps) else 0


def _period(start: date | None, rollout: Rollout, first: int) -> int:
    return NEVER if start is None else (start - rollout.start).days // rollout.period_days - first


def _observed(raw: np.ndarray, starts: np.ndarray, strata: np.ndarray, kept: np.ndarray, first: int) -> Observed:
    n_periods = raw.shape[1]
    starts = np.where(starts >= n_periods, NEVER, np.maximum(starts, 0))
    before = int(starts.min()) if len(starts) else 0
    values = raw.copy()
    if 0 < before < n_periods:
        for stratum in np.unique(strata):
            values[strata == stratum] -= raw[strata == stratum, :before].mean()
    level = float(raw[:, :before].mean()) if 0 < before < n_periods else None
    panel = Panel(values, starts, strata) if len(set(starts.tolist())) > 1 else None
    return Observed(panel=panel, started=min(before, n_periods), kept=kept, first=first, level=level, raw=raw)
