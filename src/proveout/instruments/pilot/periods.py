"""What is asked where who has the system changes over time: outcomes and uses by period, and never rows."""

from datetime import timedelta

from proveout.core.pilot import Pilot
from proveout.core.question import Preparation, Query, Question, moment_of

OLDEST_DAYS = 366
"""Before the start: what is older says little of today."""

PERIODS = """
select block, week as period, count(*) as n, sum(y) / sum(d) as value from (
  select block, week, unit, case when bool_or(ratio) then sum(total) else sum(total) / sum(n) end as y,
    case when bool_or(ratio) then sum(weight) else 1 end as d
  from {cells} join pilot_arms using (unit)
  where week is not null and span between 0 and {n_looks} and n > 0 and (not ratio or weight > 0)
    and not late and arm = other_arm
  group by block, week, unit
) as units group by block, week having sum(d) > 0 order by block, week
"""

USED = f"""
select block, cast(floor(date_diff('day', cast($start as timestamp), moment) / $period_days) as bigint) as period,
  count(distinct unit) as n
from (select cast(unit as varchar) as unit, {moment_of("at")} as moment from exposures) as x
  join pilot_arms using (unit)
where moment >= cast($start as timestamp) and moment < cast($after as timestamp)
group by block, period order by block, period
"""


def number(pilot: Pilot) -> str:
    """SQL for the period of a moment, counted from the start; below 0 before it."""
    if pilot.in_time is None:
        return "case when moment >= $start then date_diff('day', $start, moment) // 7 end"
    days = pilot.in_time.period_days
    left_out = pilot.switchback.carry_over_days if pilot.switchback else 0
    return (
        f"case when moment >= $start - interval {OLDEST_DAYS} day"
        f" and (moment < $start or date_diff('day', $start, moment) % {days} >= {left_out})"
        f" then cast(floor(date_diff('day', $start, moment) / {days}) as bigint) end"
    )


def day_within(pilot: Pilot) -> str:
    """SQL for how many days after the start of its period a moment comes."""
    if pilot.in_time is None:
        return "0"
    days = pilot.in_time.period_days
    return f"(date_diff('day', $start, moment) % {days} + {days}) % {days}"


def used(pilot: Pilot) -> tuple[Question, ...]:
    """Who used the system in which period."""
    if pilot.exposures is None or pilot.in_time is None:
        return ()
    span = {
        "start": pilot.start.isoformat(),
        "after": (pilot.end + timedelta(days=1)).isoformat(),
        "period_days": pilot.in_time.period_days,
    }
    return (
        Preparation(name="pilot_used", sql=USED, reads={"exposures": pilot.exposures.read}, parameters=span),
        Query(name="used", sql="select * from pilot_used"),
    )
