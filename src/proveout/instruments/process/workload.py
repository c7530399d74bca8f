"""SQL for people's hours: starts that were not recorded, and time split among tasks done at once."""

from proveout.instruments.process.encoding import SECOND, literal
from proveout.instruments.process.settings import DAYS, Calendar

HOUR = 3600 * SECOND
DAY = 24 * HOUR
WEEK = 7 * DAY


def working_time(calendar: Calendar | None, moment: str) -> str:
    """Working microseconds from a fixed Monday to a moment: piecewise linear, never falling. The clock without one."""
    if calendar is None:
        return moment
    local = moment
    if calendar.timezone != "UTC":
        local = f"epoch_us(timezone({literal(calendar.timezone)}, timezone('UTC', make_timestamp({moment}))))"
    working = [day in calendar.days for day in DAYS]
    before = [sum(working[:i]) for i in range(7)]
    opens, length = int(calendar.opens * HOUR), int((calendar.closes - calendar.opens) * HOUR)
    monday = 3 * DAY  # 1970 began on a Thursday
    day = f"((({local}) + {monday}) // {DAY})"
    into = f"least({length}, greatest(0, (({local}) + {monday}) % {DAY} - {opens}))"
    return (
        f"(({day} // 7) * {sum(working)} + {before}[{day} % 7 + 1]) * {length}"
        f" + {[int(w) for w in working]}[{day} % 7 + 1] * {into}"
    )


def invented(max_task_hours: float) -> str:
    """Starts where none was recorded: the latest end before, in the case or of the same person, at most so long ago."""
    return f"""
    with unstarted as (select c, pos, r, e from events where s is null and r in (select r from people)),
    in_case as (
        select c, pos, max(e) over (
            partition by c order by pos rows between unbounded preceding and 1 preceding) as last
        from events where c in (select c from unstarted)),
    of_person as (
        select c, pos, s is null as unknown, e, lag(e) over (partition by r order by e, c, pos) as last
        from events where r in (select r from unstarted))
    select p.c, p.pos, greatest(i.last, p.last, p.e - {int(max_task_hours * HOUR)}) as s
    from of_person p join in_case i using (c, pos)
    where p.unknown and coalesce(i.last, p.last) is not null"""


def work(calendar: Calendar | None, *, resources: bool) -> str:
    """What people did, with the start as recorded or invented, cut at the ends of weeks, in working time."""
    start, end = (
        working_time(calendar, f"t0 + {moment}")
        for moment in (f"greatest(s, week * {WEEK})", f"least(e, (week + 1) * {WEEK})")
    )
    return f"""
    select a, tm, r, week, guessed, {start} as s, {end} as e
    from (
        select * exclude (last_week) from done where week = last_week
        union all
        select * exclude (week, last_week), unnest(range(week, last_week + 1)) as week from done where week < last_week
    ), span
    where {start} < {end}""".replace("done", f"({_done(resources=resources)})")


def _done(*, resources: bool) -> str:
    """Tasks of people that took time, on the clock from the first event of the log."""
    return f"""
        select *, s // {WEEK} as week, (e - 1) // {WEEK} as last_week
        from (
            select a, tm, r, coalesce(v.s, i.s) - t0 as s, e - t0 as e, v.s is null as guessed
            from events v left join invented i using (c, pos), span
            {"where r is null or r in (select r from people)" if resources else ""})
        where s < e"""


def shared(work_sql: str) -> str:
    """Work during which the same person had something else open. What is alone in its time needs no splitting."""
    return f"""
    select * exclude (others)
    from (
        select *, coalesce(s < max(e) over (mine rows between unbounded preceding and 1 preceding), false)
            or coalesce(e > lead(s) over mine, false) as others
        from ({work_sql}) where r is not null
        window mine as (partition by r, week order by s))
    where others"""


def hours(work_sql: str) -> str:
    """Microseconds of people's time by activity, team and week; each instant is split equally over what is open.

    The clock of a person advances by 1/k of real time while k tasks are open. A task takes what the clock advances
    between its start and its end. Integers, so that the sum does not depend on the order.
    """
    return f"""
    with points as (
        select r, s as moment, 1 as step, a, tm, week, guessed from shared
        union all
        select r, e, -1, a, tm, week, guessed from shared),
    opened as (
        select *, row_number() over mine as i, sum(step) over mine as open, lead(moment) over mine - moment as gap
        from points window mine as (partition by r, week order by moment rows unbounded preceding)),
    advanced as (select *, case when open > 0 then coalesce(gap, 0) // open else 0 end as advance from opened),
    clocked as (
        select *, sum(advance) over (partition by r, week order by i rows unbounded preceding) - advance as clock
        from advanced),
    parts as (
        select a, tm, week, guessed, e - s as duration from ({work_sql})
        union all
        select a, tm, week, guessed, s - e from shared
        union all
        select a, tm, week, guessed, -step * clock from clocked)
    select a, tm, week, guessed, cast(sum(duration) as double) / {HOUR} as hours
    from parts group by a, tm, week, guessed order by a, tm, week, guessed"""
