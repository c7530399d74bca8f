"""What is asked of waves and outcomes: means per team and period, never rows.

Columns that a table may lack: inside `lateral` a name that the relation does not have is looked up outside, where it
is NULL.
"""

from datetime import timedelta

from proveout.core.diagnostic import Fault
from proveout.core.initiative import Initiative
from proveout.core.outcomes import unknown_kpis
from proveout.core.question import CALENDAR, Preparation, Query, Question, as_moment, moment_of
from proveout.instruments.impact.settings import Settings

SEATS = f"""
select *, dense_rank() over (order by block) - 1 as place from (
select cast(x.unit as varchar) as unit, min(coalesce(case when $by_team then nullif(cast(x.team as varchar), '') end,
    cast(x.unit as varchar))) as block, min(cast(x.arm as varchar)) as arm, max(cast(x.arm as varchar)) as other_arm,
  coalesce(min(cast(x.stratum as varchar)), '') as stratum,
  coalesce(min(try_cast(x.batch as bigint)) > 1, false) or coalesce(
    min({as_moment("x.assigned_at")})
      > min(min({as_moment("x.assigned_at")})) over (), false) as late,
  min({as_moment("x.started_at")}) as started_at
from (select null as team, null as stratum, null as batch, null as assigned_at, null as started_at) as absent,
  lateral (select unit, team, arm, stratum, batch, assigned_at, started_at from assignment) as x
where x.unit is not null group by cast(x.unit as varchar)) as seats
"""
"""Who was not in the first draw is late, in whatever team: people can choose to join one that has the system."""

BLOCKS = """
select block, min(arm) as arm, max(other_arm) as other_arm, min(stratum) as stratum, bool_and(late) as late,
  count(*) as n_units, count(*) filter (where late) as n_late,
  cast(cast(min(started_at) as date) as varchar) as started_at
from rollout_seats group by block order by block
"""

OLDEST_DAYS = 730
"""Before the start: what is older says nothing of today, and one wrong date would make the panel endless."""

LARGEST = "1e100"
"""Values and weights beyond it are mistakes, and their squares are no numbers any more."""

CELLS = f"""
with given as (
  select x.unit, x.day, x.value, x.weight
  from (select null as weight) as absent, lateral (select unit, day, value, weight from outcome) as x
), typed as (
  select cast(unit as varchar) as unit, {moment_of("day")} as moment, value,
    try_cast(value as double) as number, try_cast(weight as double) as weight
  from given
), kinds as (select count(weight) > 0 as ratio from typed)
select unit, case when moment {CALENDAR} then
    cast(floor(date_diff('day', cast($start as timestamp), moment) / $period_days) as bigint) end as period, ratio,
  count(*) as n_rows, count(*) filter (where value is not null and number is null) as unreadable,
  count(number) filter (where isfinite(number) and (not ratio or weight > 0)) as n,
  sum(number) filter (where isfinite(number) and (not ratio or weight > 0)) as total,
  sum(weight) filter (where isfinite(number) and weight > 0) as weight, max(moment) as latest,
  count(*) filter (where not abs(number) <= {LARGEST} or not weight between 0 and {LARGEST}) as impossible,
  count(*) filter (where number < 0) as negative
from typed cross join kinds
where moment is null
  or (moment < cast($after as timestamp) and moment >= cast($start as timestamp) - interval {OLDEST_DAYS} day)
group by unit, period, ratio
"""

COUNTS = """
select coalesce(sum(n_rows), 0) as n_rows, coalesce(sum(unreadable), 0) as unreadable,
  coalesce(sum(n_rows) filter (where period is null), 0) as undated,
  count(distinct unit) filter (where unit not in (select unit from rollout_seats)) as strangers,
  cast(max(latest) filter (where n > 0) as varchar) as latest,
  coalesce(sum(impossible), 0) as impossible, coalesce(sum(negative), 0) as negative
from {cells}
"""

MEANS = """
select place, period, sum(y) / sum(d) as value from (
  select place, period, case when ratio then total else total / n end as y, case when ratio then weight else 1 end as d
  from {cells} join rollout_seats using (unit) where n > 0 and period is not null and not late and arm = other_arm
) as units group by place, period having sum(d) > 0
"""

ELSEWHERE = """
select unit as series, period, sum(total) / sum(case when ratio then weight else n end) as value
from {cells} where unit is not null and period is not null and n > 0
group by unit, period having sum(case when ratio then weight else n end) > 0 order by unit, period
"""


def names(index: int) -> dict[str, str]:
    """Names of the questions about the outcome at that place."""
    return {part: f"impact_{index}_{part}" for part in ("cells", "counts", "means", "elsewhere")}


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Who is in which wave, and each KPI's outcomes by team and period."""
    rollout = initiative.rollout
    if rollout is None:
        return ()
    seats = Preparation(
        name="rollout_seats",
        sql=SEATS,
        reads={"assignment": rollout.assignment.read},
        parameters={"by_team": rollout.randomise == "teams"},
    )
    asked: list[Question] = [seats, Query(name="blocks", sql=BLOCKS)]
    for index, (kpi, outcome) in enumerate(rollout.outcomes.items()):
        name = names(index)
        span = {
            "start": rollout.start.isoformat(),
            "after": (rollout.sustain_until + timedelta(days=1)).isoformat(),
            "period_days": rollout.period_days,
        }
        asked += [
            Preparation(name=name["cells"], sql=CELLS, reads={"outcome": outcome.read}, parameters=span),
            Query(name=name["counts"], sql=COUNTS.format(cells=name["cells"])),
            Query(name=name["means"], sql=MEANS.format(cells=name["cells"])),
        ]
        if kpi in rollout.elsewhere:
            cells = f"{name['elsewhere']}_cells"
            reads = {"outcome": rollout.elsewhere[kpi].read}
            asked.append(Preparation(name=cells, sql=CELLS, reads=reads, parameters=span))
            asked.append(Query(name=name["elsewhere"], sql=ELSEWHERE.format(cells=cells)))
    return tuple(asked)


def builds_on(settings: Settings, initiative: Initiative) -> tuple[str, ...]:
    """The pilot, whose effect is to be carried over."""
    return ("pilot",) if initiative.pilot else ()


def faults(settings: Settings, initiative: Initiative) -> tuple[Fault, ...]:
    """Outcomes of KPIs that are not declared."""
    rollout = initiative.rollout
    return unknown_kpis("rollout", rollout.outcomes, initiative.kpis) if rollout else ()
