"""Whose time it takes: people's hours by activity, per year, resampled by week."""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.estimate import Estimate, exact
from proveout.instruments.process.settings import Settings, hourly_cost
from proveout.instruments.process.tables import Log
from proveout.stats.bootstrap import percentile, resamples, stretched
from proveout.stats.distributions import fixed, lognormal_range

DAYS_OF_YEAR = 365.25
SEED = 20260101
NO_INTERVAL = "a single week: no interval"
RESAMPLED = "weeks resampled, ranges of cost and share drawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An activity, in a team where teams are known."""

    activity: int
    team: int | None
    name: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Labour:
    """People's hours.

    Args:
        tasks: What the columns of the arrays stand for, most hours first.
        hours: Shape (k,), per year.
        draws: Shape (b, k), per year; empty with a single week.
        observed: Shape (k,), hours in the log.
        guessed: Hours in the log whose start is an estimate.
        n_weeks: How many weeks were observed.
        level: Coverage of intervals.
    """

    tasks: tuple[Task, ...]
    hours: np.ndarray
    draws: np.ndarray
    observed: np.ndarray
    guessed: float
    n_weeks: int
    level: float

    def estimate(self, name: str, value: float, draws: np.ndarray, *, unit: str, subject: str = "") -> Estimate:
        """A figure with its interval over weeks; open on both sides where there is but one week."""
        if not len(draws):
            return Estimate(
                name=name,
                value=value,
                lower=None,
                upper=None,
                unit=unit,
                subject=subject,
                n=self.n_weeks,
                level=self.level,
                method=NO_INTERVAL,
            )
        found = percentile(value, draws, n=self.n_weeks, level=self.level)
        return replace(found, name=name, subject=subject, unit=unit, method=RESAMPLED)

    @property
    def guessed_share(self) -> float:
        """Share of the hours whose start is an estimate; sums are not exact to the last digit."""
        return round(self.guessed / float(self.observed.sum()), 12)

    def team_of(self, k: int) -> np.ndarray:
        """Which columns belong to the same team."""
        return np.array([task.team == self.tasks[k].team for task in self.tasks])


def labour(log: Log, settings: Settings) -> Labour | None:
    """Hours by activity and week; None where the log holds no time of people."""
    by_task: dict[tuple[int, int | None], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    n_weeks = max(1, round(log.days / 7))
    guessed = 0.0
    for row in log.rows("hours"):
        by_task[row["a"], row["tm"]][min(row["week"], n_weeks - 1)] += row["hours"]
        guessed += row["hours"] if row["guessed"] else 0.0
    observed = {task: sum(weeks.values()) for task, weeks in by_task.items()}
    order = sorted((task for task in observed if observed[task] > 0), key=lambda t: (-observed[t], t[0], t[1] or 0))
    if not order or log.days <= 0:
        return None
    weekly = np.array([[by_task[task].get(week, 0.0) for task in order] for week in range(n_weeks)])
    exposure = np.full(n_weeks, 7.0)
    exposure[-1] = log.days - 7 * (n_weeks - 1)
    hours = weekly.sum(axis=0) / log.days * DAYS_OF_YEAR
    return Labour(
        tasks=tuple(_task(log, *task) for task in order),
        hours=hours,
        draws=_draws(weekly, exposure, hours, settings),
        observed=weekly.sum(axis=0),
        guessed=guessed,
        n_weeks=n_weeks,
        level=settings.level,
    )


def _task(log: Log, activity: int, team: int | None) -> Task:
    name = log.activities[activity]
    label = f"{log.teams[team]}: {name}" if team is not None else name
    return Task(activity=activity, team=team, name=name, label=label)


def _draws(weekly: np.ndarray, exposure: np.ndarray, hours: np.ndarray, settings: Settings) -> np.ndarray:
    n_weeks = len(weekly)
    if n_weeks < 2:
        return np.empty((0, len(hours)))
    counts = resamples(n_weeks, settings.draws, seed=SEED)
    yearly = (counts @ weekly) / (counts @ exposure)[:, None] * DAYS_OF_YEAR
    return np.maximum(0.0, stretched(yearly, hours, n_weeks, level=settings.level))


def estimates(work: Labour, settings: Settings) -> list[Estimate]:
    """Hours per year and shares of the team's logged hours, and of its capacity where that is known."""
    found = [
        exact("estimated_hours_share", work.guessed_share, unit="share"),
    ]
    capacity = settings.people * settings.hours_per_week * DAYS_OF_YEAR / 7 if settings.people else None
    if capacity:
        total, drawn = float(work.hours.sum()), work.draws.sum(axis=1)
        found.append(work.estimate("logged_share", total / capacity, drawn / capacity, unit="share"))
    for k, task in enumerate(work.tasks):
        hours, draws, team = float(work.hours[k]), work.draws[:, k], work.team_of(k)
        found.append(work.estimate("yearly_hours", hours, draws, unit="hour/year", subject=task.label))
        of_team = draws / np.maximum(work.draws[:, team].sum(axis=1), 1e-12)
        share = hours / float(work.hours[team].sum())
        found.append(work.estimate("hours_share", share, np.minimum(1, of_team), unit="share", subject=task.label))
        if capacity:
            found.append(
                work.estimate("capacity_share", hours / capacity, draws / capacity, unit="share", subject=task.label)
            )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The loaded cost of an hour: its middle, one draw per bootstrap draw, and the currency."""

    middle: float
    draws: np.ndarray
    currency: str

    @property
    def unit(self) -> str:
        """Of money per year."""
        return f"{self.currency}/year"


def price(settings: Settings) -> Price | None:
    """The declared cost; a range is lognormal."""
    declared = hourly_cost(settings)
    if declared is None:
        return None
    low, high, currency = declared
    cost = fixed(low) if low == high else lognormal_range(low, high)
    uniform = np.random.default_rng(SEED + 1).uniform(size=settings.draws)
    return Price(middle=float(cost(np.array(0.5))), draws=cost(uniform), currency=currency)


def costs(work: Labour, paid: Price) -> list[Estimate]:
    """What the hours cost in a year."""
    drawn = work.draws * paid.draws[: len(work.draws), None]
    total = work.estimate("yearly_cost_total", float(work.hours.sum()) * paid.middle, drawn.sum(axis=1), unit=paid.unit)
    return [
        total,
        *(
            work.estimate(
                "yearly_cost", float(work.hours[k]) * paid.middle, drawn[:, k], unit=paid.unit, subject=task.label
            )
            for k, task in enumerate(work.tasks)
        ),
    ]
