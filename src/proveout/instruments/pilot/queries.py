"""What is asked of assignments, exposures and outcomes: sums per team and look, never rows.

Columns that a table may lack: inside `lateral` a name that the relation does not have is looked up outside, where it
is NULL.
"""

from datetime import timedelta

from proveout.core.diagnostic import Fault
from proveout.core.initiative import Initiative
from proveout.core.outcomes import unknown_kpis
from proveout.core.pilot import Pilot
from proveout.core.question import Answers, Preparation, Query, Question, moment_of, names_offset
from proveout.instruments.pilot import adopted, given, periods, undated, unseen
from proveout.instruments.pilot.per_team import PER_TEAM
from proveout.instruments.pilot.settings import Settings

MOST_UNITS = 2_000
"""More units than this, assigned one by one, are put into buckets of one arm, as many as `BUCKETS` together."""
BUCKETS = 400

LARGEST = 1e100
"""What is beyond it cannot be: its square, and sums of squares, must still be numbers."""

UP_TO = {
    "teams": ("quantile_disc(latest, 0.1)", "quantile_disc(latest, 0.6)", "block"),
    "in time": ("quantile_disc(latest, 0.5)", "quantile_disc(latest, 0.75)", "block"),
    "units": ("min(latest)", "min(latest)", "arm"),
}
"""Outcomes are there up to a day: nine of ten teams have them, half of the people, or some in either arm; and what is
enough for a look that has waited (`looks.GRACE`): four of ten teams, or a quarter of the people."""

ARMS = f"""
with given as (
  select x.unit, x.team, x.arm, x.stratum, x.assigned_at, x.size, x.baseline, try_cast(x.batch as bigint) as batch
  from (select null as team, null as stratum, null as assigned_at, null as size, null as baseline,
      null as batch) as absent,
    lateral (select unit, team, arm, stratum, assigned_at, size, baseline, batch from assignment) as x
), units as (
  select cast(unit as varchar) as unit, min(cast(team as varchar)) as team, max(cast(team as varchar)) as other_team,
    min(cast(arm as varchar)) as arm, max(cast(arm as varchar)) as other_arm,
    concat_ws(' ', min(cast(stratum as varchar)), case when min(batch) > 1 then '+' || min(batch) end) as stratum,
    coalesce(min(batch), 1) as batch,
    min({moment_of("assigned_at")}) as assigned_at, count(*) as n_rows,
    min(try_cast(size as double)) as size, min(try_cast(baseline as double)) as baseline
  from given where unit is not null group by unit
)
select units.*, coalesce(assigned_at >= $late, false) as late,
  case when $by_team then coalesce(team, unit)
    when count(*) over () <= $most then unit
    else concat_ws(' / ', arm, stratum, cast(floor(
      (row_number() over (partition by arm, stratum order by md5(unit)) - 1)
      * greatest(1, round(count(*) over (partition by arm, stratum) * $buckets / count(*) over ()))
      / count(*) over (partition by arm, stratum)) as bigint))
  end as block
from units
"""

EXPOSED = f"""
select cast(unit as varchar) as unit, min(moment) as first_use, count(*) filter (where moment is null) as undated,
  count(moment) as n_timed, count(moment) filter (where zoned) as n_zoned,
  count(*) filter (where moment >= $start and moment < $after) as n_uses
from (
  select unit, {moment_of("at")} as moment, {names_offset("at")} as zoned from exposures
) as used
where unit is not null group by unit
"""

NOBODY = """
select cast(null as varchar) as unit, cast(null as timestamp) as first_use, 0 as undated, 0 as n_timed, 0 as n_zoned,
  0 as n_uses where false
"""

BLOCKS = """
select block, min(arm) as arm, max(other_arm) as other_arm, min(stratum) as stratum, max(stratum) as other_stratum,
  count(*) as n_units, sum(n_rows) - count(*) as n_repeated, count(*) filter (where late) as n_late,
  count(*) filter (where team is distinct from other_team) as n_moved,
  count(*) filter (where arm is distinct from other_arm) as n_both,
  count(*) filter (where arm is null) as n_without_arm, count(*) filter (where team is null) as n_without_team,
  min(size) as size, min(baseline) as baseline, min(batch) as batch
from pilot_arms group by block order by block
"""

USES = """
select count(*) filter (where n_uses > 0) as n_exposed,
  count(first_use) filter (where first_use < drawn) as n_early,
  count(first_use) filter (where first_use >= drawn and first_use < $start) as n_between
from (
  select *, case when $in_time then $start else date_trunc('day', coalesce(assigned_at, $start)) end as drawn
  from pilot_arms left join pilot_exposed using (unit)
) as assigned
group by block order by block
"""
"""In the order of the blocks; a question of its own, so that uses that cannot be read take nothing else with them.
`n_early`: units that used the system before the day on which they were assigned; in a design in time, before the start,
as what comes after it is out of turn already. `n_between`: first after that day, and before the start."""

STRANGERS = """
select count(*) filter (where unit not in (select unit from pilot_arms)) as n,
  coalesce(sum(undated), 0) as undated, coalesce(sum(n_timed), 0) as n_timed, coalesce(sum(n_zoned), 0) as n_zoned,
  count(*) as n_users
from pilot_exposed
"""

TYPED = f"""
with given as (
  select x.unit, x.day, x.value, x.weight, x.before
  from (select null as day, null as weight, null as before) as absent,
    lateral (select unit, day, value, weight, before from outcome) as x
), typed as (
  select unit, day, value, try_cast(value as double) as number,
    weight as given_weight, try_cast(given.weight as double) as weight,
    before as given_before, try_cast(given.before as double) as before,
    {moment_of("day")} as moment, moment <> date_trunc('hour', moment) as to_the_minute,
    to_the_minute or moment = date_trunc('day', moment) and number <> floor(number) as telling
  from given
)"""
"""Rows as they are given, with the numbers and moments that they can be read as. Telling are rows of a minute or, where
days are given, with a fraction: twice the same whole number on one day, or at a full hour, is nothing odd."""

ROWS = """{typed}
select count(*) as n_rows, count(given_weight) > 0 as ratio, count(day) > 0 as dated,
  count(*) - count(unit) as without_unit, count(*) - count(value) as missing,
  count(value) - count(number) as unreadable,
  min(case when number is null then cast(value as varchar) end) as odd_value,
  min(case when moment is null then cast(day as varchar) end) as odd_day,
  count(*) filter (where number not in (0, 1)) as graded,
  count(*) filter (where abs(number) > {largest}) as infinite, count(*) filter (where number < 0) as negative,
  case when dated then count(*) - count(moment) else 0 end as undated,
  count(*) filter (where telling) as n_telling, count(*) filter (where telling and to_the_minute) as n_to_the_minute,
  approx_count_distinct(number) filter (where telling) as n_values,
  approx_count_distinct(hash(unit, moment)) filter (where telling) as n_moments,
  case when ratio then count(*) filter (where weight is null and number is not null) else 0 end as weightless,
  count(*) filter (where weight not between 0 and {largest}) as weight_faults,
  count(*) filter (where given_before is not null and not coalesce(abs(before) <= {largest}, false)) as before_faults,
  count(moment) as n_timed, count(moment) filter (where {zoned}) as n_zoned,
  count(*) filter (where moment >= $after) as afterwards, coalesce(max({last_day}), 0) as last_day,
  case when not max(cast(moment as date)) > min(cast(moment as date)) then 1
    when min(day(moment)) = max(day(moment)) then 31
    when min(isodow(moment)) = max(isodow(moment)) then 7 else 1 end as step
from typed
"""
"""What is counted of all rows together. `n_values`: how many different values telling rows have, `n_moments`: at how
many moments of units, both to a few per cent. `last_day`: how late in their period outcomes come at most, from 0;
`step`: outcomes come once in so many days, which one day alone cannot say."""

CELLS = """{typed}, placed as (
  select unit, moment, weight, case when abs(before) <= {largest} then before end as before,
    case when abs(number) <= {largest} and (not ratio or weight between 0 and {largest}) then number end as figure,
    case when not dated then {n_looks} when moment is null then null {spans} else {beyond} end as span,
    {week} as week, value is not null and number is null as unread,
    case when telling then hash(unit, moment, value, given_weight) end as sameness,
    case when moment < $start and moment >= $start - interval {baseline} day
      then cast(1 as bigint) << ((date_diff('day', moment, $start) - 1) // 7) end as week_before
  from typed cross join (select ratio, dated from {rows}) as kinds
), summed as (
  select unit, span, week, count(figure) as n, count(*) as n_given, count(*) filter (where unread) as unreadable,
    count(*) filter (where figure = 0) as zeros, sum(figure) as total,
    count(sameness) as telling, count(sameness) - count(distinct sameness) as again,
    coalesce(bit_or(week_before) filter (where figure is not null), 0) as weeks_before,
    sum(weight) filter (where figure is not null) as weight, avg(before) as before,
    max(moment) filter (where moment < $after + interval 366 day) as latest
  from placed group by unit, span, week
)
select summed.* replace (cast(unit as varchar) as unit), ratio
from summed cross join (select ratio from {rows}) as kinds
"""
"""Sums per unit, look, and week or period. `again`: telling rows that say what another of the unit and moment says;
`weeks_before`: a bit for each of the last weeks before the start that has an outcome."""

REACHED = """
select cast({by_then} as varchar) as latest, cast({waited} as varchar) as waited
from (
  select case when max(latest) > $after then $after else max(latest) end as latest
  from {cells} join pilot_arms using (unit)
  where span >= 1 and n > 0 group by {side}
) as sides
"""
"""Up to when each has outcomes; whoever has some after the end has them up to it."""

COUNTS = """
select {rows}.*, outcomes.*, reached.*
from {rows}, ({reached}) as reached, (
  select coalesce(sum(n), 0) as usable, coalesce(sum(again), 0) as n_again,
    count(distinct unit) filter (where late is null and coalesce(span, 0) >= {counting}) as strangers,
    count(*) filter (where late is not null and n_given > 1) as n_often,
    coalesce(sum(n) filter (where late is not null), 0) as known,
    coalesce(sum(n) filter (where late is not null and span = 0), 0) as known_before,
    coalesce(sum(n) filter (where late is not null and span = {beyond}), 0) as known_after,
    coalesce(sum(n) filter (where late is not null and span between 1 and {n_looks}), 0) as known_within,
    coalesce(sum(n) filter (where span between 1 and {n_looks} and weighs and late is not null), 0) as weighing,
    coalesce(sum(n) filter (where span between 1 and {n_looks} and weighs and not late), 0) as on_time
  from (select *, not ratio or weight > 0 as weighs from {cells}) as cells
    left join (select unit, late from pilot_arms) as known using (unit)
) as outcomes
"""
"""Of those that were assigned: `known` outcomes before, after and within the pilot; of these, with a weight
(`weighing`), and of units that were there from the start (`on_time`). `n_often`: where there are no days, units with
several rows."""

UNITS = """
with looks as (select unnest(range(1, {n_looks} + 1)) as look),
earlier as (
  select unit, coalesce(
    case when bool_or(ratio) then sum(total) filter (where span = 0) / nullif(sum(weight) filter (where span = 0), 0)
      else sum(total) filter (where span = 0) / nullif(sum(n) filter (where span = 0), 0) end,
    avg(before)) as x
  from {cells} where (n > 0 and span = 0) or before is not null group by unit
), so_far as (
  select unit, look, bool_or(ratio) as ratio, sum(total) as total, sum(n) as n, sum(weight) as weight,
    sum(zeros) as zeros
  from {cells} join looks on span between 1 and look where n > 0 group by unit, look
)
select block, arm, look, case when ratio then total else total / n end as y,
  case when ratio then weight else 1 end as d, x, zeros, n as n_rows
from so_far join pilot_arms using (unit) left join earlier using (unit)
where ($arriving or not late) and arm = other_arm and (not ratio or weight > 0)
"""
"""One row per unit and look."""

MOMENTS = """
with shift as (
  select coalesce(sum(y) / nullif(sum(d), 0), 0) as c, coalesce(avg(x), 0) as x0 from {units} where look = {n_looks}
), moved as (
  select block, arm, look, c, y - c * d as y, d, x - x0 as x, zeros, n_rows from {units}, shift
), summed as (
  select block, min(arm) as arm, look, min(c) as shift, count(*) as n, count(x) as n_known, sum(y) as y, sum(d) as d,
    sum(y * y) as yy, sum(y * d) as yd, sum(d * d) as dd, coalesce(sum(x), 0) as x, coalesce(sum(x * x), 0) as xx,
    sum(zeros) as zeros, sum(n_rows) as n_rows, coalesce(sum(x * y), 0) as xy, coalesce(sum(x * d), 0) as xd,
    coalesce(sum(y) filter (where x is null), 0) as y_unknown,
    coalesce(sum(d) filter (where x is null), 0) as d_unknown
  from moved group by block, look
), filled as (
  select *, n - n_known as n_unknown,
    coalesce(x / nullif(n_known, 0), sum(x) over each / nullif(sum(n_known) over each, 0), 0) as fill
  from summed window each as (partition by look)
)
select block, arm, look, shift, n, n_known, y, d, x + n_unknown * fill as x, yy, yd, dd,
  xx + n_unknown * fill * fill as xx, xy + fill * y_unknown as xy, xd + fill * d_unknown as xd,
  zeros, n_rows
from filled order by block, look
"""
"""Where a unit has no value from before, the mean of its team, or of all, stands in."""

WEEKS = """
select block, min(arm) as arm, week, sum(y) as y, sum(d) as d, count(distinct unit) as n from (
  select block, arm, unit, week, case when c.ratio then total else total / n end as y,
    case when c.ratio then weight else 1 end as d
  from {cells} as c join pilot_arms using (unit)
  where week is not null and span between 1 and {n_looks} and n > 0 and not late and arm = other_arm
) as cohort group by block, week order by block, week
"""


PARTS = ("rows", "cells", "counts", "first", "teams", "given", "units", "moments", "weeks", "periods")


def names(index: int) -> dict[str, str]:
    """Names of the questions about the outcome at that place."""
    return {part: f"outcome_{index}_{part}" for part in PARTS}


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Who is in which arm, who used the system, and each KPI's outcomes."""
    pilot = initiative.pilot
    if pilot is None:
        return ()
    late = {
        "late": pilot.start.isoformat() + " 23:59:59",
        "by_team": pilot.randomise == "teams",
        "most": MOST_UNITS,
        "buckets": BUCKETS,
    }
    start = {"start": pilot.start.isoformat(), "in_time": pilot.in_time is not None}
    exposed = (
        Preparation(
            name="pilot_exposed",
            sql=_timed(EXPOSED),
            reads={"exposures": pilot.exposures.read},
            parameters={**start, "after": _after(pilot)},
        )
        if pilot.exposures
        else Preparation(name="pilot_exposed", sql=NOBODY)
    )
    return (
        Preparation(name="pilot_arms", sql=_timed(ARMS), reads={"assignment": pilot.assignment.read}, parameters=late),
        exposed,
        Query(name="blocks", sql=BLOCKS),
        Query(name="uses", sql=_timed(USES), parameters=start),
        Query(name="strangers", sql=STRANGERS),
        unseen.examples(),
        *periods.used(pilot),
        *(question for index, kpi in enumerate(pilot.outcomes) for question in _outcome(index, kpi, pilot)),
    )


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query, ...]:
    """Of arms that were drawn elsewhere, the digest of each row."""
    known, pilot = answers.registration, initiative.pilot
    return (adopted.rows_as_read(pilot),) if pilot and known and known.adopted else ()


def _outcome(index: int, kpi: str, pilot: Pilot) -> tuple[Question, ...]:
    name, n_looks = names(index), len(pilot.calendar)
    filled = {part: name[part] for part in ("rows", "cells", "units")} | {"n_looks": n_looks, "beyond": n_looks + 1}
    filled["counting"] = int(pilot.arriving)  # of units that arrive, those of before the start have no arm
    shared = {"typed": TYPED, "largest": LARGEST, "baseline": given.BASELINE_DAYS, **filled}
    outcome = {"outcome": pilot.outcomes[kpi].read}
    span = {"start": pilot.start.isoformat(), "after": _after(pilot)}
    by_then, waited, side = UP_TO["teams" if pilot.randomise == "teams" else "in time" if pilot.in_time else "units"]
    reached = REACHED.format(by_then=by_then, waited=waited, side=side, **filled)
    counts = _timed(COUNTS.format(reached=reached, **filled))
    read = (
        Preparation(
            name=name["rows"],
            sql=_timed(ROWS.format(zoned=names_offset("day"), last_day=periods.day_within(pilot), **shared)),
            reads=outcome,
            parameters=span,
            passing=True,
        ),
        Preparation(
            name=name["cells"],
            sql=_timed(CELLS.format(spans=_spans(pilot), week=periods.number(pilot), **shared)),
            reads=outcome,
            parameters=span,
            passing=True,
        ),
        Query(name=name["counts"], sql=counts, parameters=span),
        undated.first(name["first"], pilot.outcomes[kpi]),
        Query(name=name["teams"], sql=PER_TEAM.format(**filled)),
        Query(name=name["given"], sql=given.sql(pilot, filled), parameters={"arriving": pilot.arriving}),
    )
    if pilot.in_time:
        return (*read, Query(name=name["periods"], sql=periods.PERIODS.format(**filled)))
    return (
        *read,
        Preparation(
            name=name["units"], sql=UNITS.format(**filled), parameters={"arriving": pilot.arriving}, passing=True
        ),
        Query(name=name["moments"], sql=MOMENTS.format(**filled)),
        Query(name=name["weeks"], sql=WEEKS.format(**filled)),
    )


def _spans(pilot: Pilot) -> str:
    """SQL: the look that a moment comes into, 0 before the start."""
    spans = f"when moment < {_day(pilot.start.isoformat())} then 0"
    for look, day in enumerate(pilot.calendar, start=1):
        spans += f" when moment < {_day(day.isoformat())} + interval 1 day then {look}"
    return spans


def _after(pilot: Pilot) -> str:
    return (pilot.end + timedelta(days=1)).isoformat()


def _timed(sql: str) -> str:
    """Days come as text; the SQL reads them as moments."""
    return (
        sql.replace("$start", "cast($start as timestamp)")
        .replace("$late", "cast($late as timestamp)")
        .replace("$after", "cast($after as timestamp)")
    )


def _day(text: str) -> str:
    return f"cast('{text}' as timestamp)"


def faults(settings: Settings, initiative: Initiative) -> tuple[Fault, ...]:
    """Outcomes of KPIs that are not declared."""
    pilot = initiative.pilot
    return unknown_kpis("pilot", pilot.outcomes, initiative.kpis) if pilot else ()
