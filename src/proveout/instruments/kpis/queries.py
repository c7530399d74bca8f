"""What the baseline of each KPI is asked for: figures per unit and per period, never rows.

`period`, `cluster` and `weight` may be absent: inside `lateral` a name that the relation does not have is looked up
outside, where it is NULL.
"""

from proveout.core.initiative import Baseline, Initiative
from proveout.core.question import Preparation, Query, Question, Read, as_moment
from proveout.instruments.kpis.settings import Settings

CELLS = f"""
with given as (
  select x.unit, x.period, x.cluster, x.value, x.weight, try_cast(x.value as double) as number
  from (select null as period, null as cluster, null as weight) as absent,
    lateral (select unit, value, period, cluster, weight from baseline) as x
), distinct_periods as (
  select unit, period, min(cluster) as team, max(cluster) as other_team, count(*) as n_rows,
    count(*) filter (where value is null) as missing,
    count(weight) as weighted,
    min(cast(value as varchar)) filter (where value is not null and number is null) as odd,
    count(*) filter (where isfinite(number)) as n,
    sum(number) filter (where isfinite(number)) as total,
    min(number) filter (where isfinite(number)) as low,
    max(number) filter (where isfinite(number)) as high,
    count(*) filter (where number in (0, 1)) as n_binary,
    count(*) filter (where number < 0 and isfinite(number)) as negative
  from given group by unit, period
), typed as (
  select *, coalesce({as_moment("cast(period as varchar)")}, {as_moment("cast(period as varchar) || '-01'")}) as moment
  from distinct_periods
), grain as (
  select count(distinct moment) - 1 > date_diff('day', min(moment), max(moment)) / 6.0 as fine from typed
), placed as (
  select * replace (case when fine then date_trunc('week', moment) else moment end as moment),
    case when moment is null then period end as step
  from typed cross join grain
), grouped as (
  select cast(unit as varchar) as unit, moment, step, cast(min(team) as varchar) as team,
    cast(max(other_team) as varchar) as other_team, sum(n_rows) as n_rows, sum(missing) as missing, sum(n) as n,
    min(odd) as odd, sum(weighted) as weighted, sum(total) as total, min(low) as low, max(high) as high,
    sum(n_binary) as n_binary, sum(negative) as negative
  from placed group by unit, moment, step
)
select unit, team, other_team, n_rows, missing, odd, weighted, n, total, low, high, n_binary, negative,
  total / nullif(n, 0) as average,
  coalesce(cast(moment as varchar), cast(step as varchar)) as label,
  case when moment is not null or step is not null
    then dense_rank() over (order by moment nulls last, step nulls last) end as place
from grouped
"""
"""One row per unit and period; dates nearer to one another than about a week are put together by week."""

COUNTS = """
select sum(n_rows) as n_rows, sum(missing) as missing, sum(n_rows - missing - n) as unreadable, min(odd) as odd,
  sum(weighted) as weighted,
  coalesce(sum(n_rows) filter (where unit is null), 0) as without_unit, sum(negative) as negative
from {cells}
"""

UNITS = """
with bounds as (
  select (min(place) + max(place)) / 2.0 as middle from {cells} where unit is not null and n > 0
)
select unit, min(team) as team, max(other_team) as other_team, sum(n) as n, sum(total) / sum(n) as average,
  count(place) as n_periods, min(low) as low, max(high) as high, sum(n_binary) as n_binary,
  avg(average) filter (where place < middle) as early,
  avg(average) filter (where place > middle) as late,
  case when count(place) >= 3 then regr_slope(average, place) end as slope
from {cells} cross join bounds
where unit is not null and n > 0
group by unit order by unit
"""

PERIODS = """
with steps as (
  select unit, place, label, average,
    lead(average) over (partition by unit order by place) as next_average,
    lead(place) over (partition by unit order by place) as next_place
  from {cells} where unit is not null and n > 0 and place is not null
)
select place, min(label) as label, count(*) as n, avg(average) as average, var_samp(average) as variance,
  count(*) filter (where next_place = place + 1) as n_next,
  covar_samp(average, next_average) filter (where next_place = place + 1) as covariance
from steps group by place order by place
"""


def names(index: int) -> dict[str, str]:
    """Names of the questions about the KPI at that place: cells, counts, units, periods."""
    return {part: f"kpi_{index}_{part}" for part in ("cells", "counts", "units", "periods")}


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Four questions for each KPI with a baseline."""
    asked: list[Question] = []
    for index, kpi in enumerate(initiative.kpis):
        if kpi.baseline is None:
            continue
        name = names(index)
        asked.append(Preparation(name=name["cells"], sql=CELLS, reads={"baseline": _read(kpi.baseline)}))
        for part, sql in (("counts", COUNTS), ("units", UNITS), ("periods", PERIODS)):
            asked.append(Query(name=name[part], sql=sql.format(cells=name["cells"])))
    return tuple(asked)


def _read(baseline: Baseline) -> Read:
    return Read(source=baseline.source, table=baseline.table, query=baseline.query)
