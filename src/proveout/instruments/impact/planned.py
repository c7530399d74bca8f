"""What a rollout can show before it is made, from the weeks before it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.initiative import Initiative, Kpi
from proveout.core.question import Columns, Preparation, Query, Question
from proveout.core.rollout import Rollout
from proveout.instruments.impact.effects import ahead_weights, lasting_window, slope_weights
from proveout.instruments.impact.panel import FILLED, Cells, compared
from proveout.instruments.impact.queries import CELLS, MEANS, names
from proveout.instruments.impact.verdicts import in_unit
from proveout.stats.panel import Parts, variance_parts
from proveout.stats.staggered import planned_error
from proveout.stats.stepped_wedge import wald_power

TIMES = 2.0
"""How many times what is worthwhile the effect is supposed to be."""
FEWEST_PERIODS = 3

MEMBERS = """
select *, dense_rank() over (order by block) - 1 as place, 'all' as arm, 'all' as other_arm, false as late from (
select cast(x.unit as varchar) as unit,
  min(coalesce(case when $by_team then nullif(cast(x.team as varchar), '') end, cast(x.unit as varchar))) as block
from (select null as team) as absent, lateral (select unit, team from roster) as x
where x.unit is not null group by cast(x.unit as varchar)) as seats
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The chances of one goal, if its effect is `TIMES` what is worthwhile from the first day on and stays so.

    Args:
        worthwhile: Of being shown to be worthwhile.
        lasts: Of being shown to last; None where the waves are seen for too short a time.
    """

    worthwhile: float
    lasts: float | None


def planning_questions(initiative: Initiative, today: date) -> tuple[Question, ...]:
    """Means by team and period, before the start and before today."""
    rollout = initiative.rollout
    if rollout is None or rollout.roster is None:
        return ()
    members = Preparation(
        name="rollout_seats",
        sql=MEMBERS,
        reads={"roster": rollout.roster.read},
        parameters={"by_team": rollout.randomise == "teams"},
    )
    span = {
        "start": rollout.start.isoformat(),
        "after": min(today, rollout.start).isoformat(),
        "period_days": rollout.period_days,
    }
    asked: list[Question] = [members]
    for index, outcome in enumerate(rollout.outcomes.values()):
        name = names(index)
        asked += [
            Preparation(name=name["cells"], sql=CELLS, reads={"outcome": outcome.read}, parameters=span),
            Query(name=name["means"], sql=MEANS.format(cells=name["cells"])),
        ]
    return tuple(asked)


def foreseen(kpi: Kpi, table: Columns, waves: np.ndarray, rollout: Rollout, *, error: float) -> Foreseen:
    """What the verdict's own estimator will see, if teams go on varying as they did.

    Args:
        kpi: With its direction and what is worthwhile.
        table: Means by place and period.
        waves: Shape (N,): the wave of each team, from 1; the holdback's is the last.
        rollout: As declared.
        error: Of the last look, on one side.

    Raises:
        TooLittle: Too few teams or periods before the start, or nothing is declared to be worthwhile.
    """
    values = _before(table, len(waves))
    worthwhile = in_unit(kpi.minimum_worthwhile, float(np.nanmean(values)))
    if not worthwhile:
        raise TooLittle("nothing is declared as worthwhile", "declare `minimum_worthwhile`")
    n_before, n_after = values.shape[1], ((rollout.sustain_until - rollout.start).days + 1) // rollout.period_days
    periods = np.arange(-n_before, n_after)
    days = [(rollout.planned_start(int(wave)) - rollout.start).days // rollout.period_days for wave in waves]
    starts = np.where(waves > rollout.n_waves, np.inf, np.array(days, float))
    cells = Cells(
        values=np.zeros((len(waves), len(periods))),
        strata=np.zeros(len(waves), int),
        periods=periods,
        starts=np.searchsorted(periods, starts),
        since=starts,
        ended=np.full(len(waves), np.inf),
    )
    seen = compared(cells)
    if seen is None:
        raise TooLittle("all start together: nobody is left to compare with", "keep a holdback")
    parts = _parts(values)
    apart = np.abs(periods[:, None] - periods)
    covariance = parts.between + parts.within * parts.autocorrelation**apart
    window = lasting_window(seen, rollout)
    newest, slope = seen.weights(window.newest), slope_weights(seen, window.lasting)

    few = len(waves) / max(1, len(waves) - len(seen.panel.cohorts) - 1)  # means of waves and beta are estimated too

    def chance(weights: np.ndarray, beyond: float) -> float:
        spread = few * planned_error(seen.panel, weights, covariance, whole_before=True) ** 2
        return wald_power(beyond, spread, alpha=2 * error) if spread else 1.0

    left = (1 - rollout.retained_share) * TIMES * worthwhile
    return Foreseen(
        worthwhile=chance(newest, (TIMES - 1) * worthwhile),
        lasts=None if slope is None else chance(ahead_weights(newest, slope, rollout), left),
    )


def _before(table: Columns, n_teams: int) -> np.ndarray:
    """Shape (N, T): the periods before the start that nearly all teams have, NaN for none."""
    rows, periods = np.asarray(table["place"], int), np.asarray(table["period"], int)
    if not len(periods):
        raise TooLittle("there are no outcomes from before the start", "give outcomes of two months before it")
    values = np.full((n_teams, -int(periods.min())), np.nan)
    values[rows, periods] = np.asarray(table["value"], float)
    values = values[:, np.isfinite(values).mean(axis=0) >= FILLED]
    if values.shape[1] < FEWEST_PERIODS:
        raise TooLittle(f"{values.shape[1]} period(s) before the start", "give outcomes of two months before it")
    return values


def _parts(values: np.ndarray) -> Parts:
    whole = values[np.isfinite(values).all(axis=1)]
    if len(whole) < FEWEST_PERIODS:
        raise TooLittle("too few teams have outcomes in all periods before the start", "give outcomes of all teams")
    half, n = whole.shape[1] // 2, len(whole)
    centred = whole - whole.mean(axis=0)
    following = np.append((centred[:, :-1] * centred[:, 1:]).sum(axis=0) / (n - 1), np.nan)
    return variance_parts(
        np.full(whole.shape[1], n),
        whole.var(axis=0, ddof=1),
        np.full(whole.shape[1], n),
        following,
        whole[:, :half].mean(axis=1),
        whole[:, half:].mean(axis=1),
    )
