"""SQL that reads the event log: dictionaries first, then every event as small integers, sorted once."""

from proveout.core.question import moment_of, names_offset, quoted
from proveout.instruments.process.settings import Mapped

SECOND = 1_000_000
"""Times are integers: microseconds since 1970, UTC."""


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def _text(column: str) -> str:
    return f"cast({quoted(column)} as varchar)" if column else "cast(null as varchar)"


def _time(column: str) -> str:
    """Microseconds since 1970; NULL where it is no time. A text with an offset becomes UTC, one without is UTC."""
    return f"epoch_us({moment_of(column)})" if column else "cast(null as bigint)"


def relation(columns: Mapped) -> str:
    """The log, with the columns that a XES file may lack."""
    if not columns.xes:
        return "log"
    names = (columns.start, columns.resource, columns.team, columns.lifecycle, columns.instance)
    absent = ", ".join(f"null as {quoted(name)}" for name in dict.fromkeys(names) if name)
    return f"(select * from log union all by name select {absent} where false)"


def position(columns: Mapped) -> str:
    """Position of the row in the file, from 1."""
    return '"seq"' if columns.xes else "row_number() over ()"


def rows(columns: Mapped) -> str:
    """The log under names of our own: everything after this is free of people's column names."""
    activity = quoted(columns.activity)
    lifecycle = f"lower({_text(columns.lifecycle)})" if columns.lifecycle else "cast(null as varchar)"
    instance = f"hash({quoted(columns.instance)})" if columns.instance else "0::ubigint"
    return f"""
    select cast({position(columns)} as uinteger) as seq,
        case when {quoted(columns.case)} is null then null else hash({quoted(columns.case)}) end as c,
        cast({activity} as varchar) as activity, {_text(columns.resource)} as resource, {_text(columns.team)} as team,
        {_time(columns.start)} as s, {_time(columns.end)} as e, {lifecycle} as lifecycle, {instance} as instance,
        {f"{quoted(columns.start)} is not null" if columns.start else "false"} as start_given,
        {quoted(columns.end)} is not null as end_given,
        {names_offset(columns.end)} as zoned
    from {relation(columns)}"""


def census(columns: Mapped) -> str:
    """One pass that finds every activity, resource and team, and every row that cannot be used."""
    faults = {
        name: f"count(*) filter ({test}) as {name}, min(seq) filter ({test}) as {name}_row"
        for name, test in FAULTS.items()
    }
    return f"""
    select activity, resource, team, count(*) as n, count(*) filter ({USABLE}) as usable,
        count(*) filter (lifecycle = 'start') as starts, count(*) filter (lifecycle = 'complete') as completes,
        count(*) filter (s is not null) as started, count(*) filter (zoned) as zoned,
        {", ".join(faults.values())}
    from ({rows(columns)}) group by activity, resource, team"""


USABLE = "c is not null and activity is not null and e is not null and (s <= e or (s is null and not start_given))"
FAULTS = {
    "no_case": "c is null",
    "no_activity": "activity is null",
    "no_time": "not end_given",
    "unreadable_time": "(end_given and e is null) or (start_given and s is null)",
    "ends_before_start": "s > e",
}
"""Why a row cannot be used. A row may have several faults."""

ACTIVITIES = """
    select activity, cast(row_number() over (order by activity) as uinteger) as a
    from (select distinct activity from census where activity is not null)"""
TEAMS = """
    select team, cast(row_number() over (order by team) as usmallint) as tm
    from (select distinct team from census where team is not null)"""


def resources(systems: tuple[str, ...]) -> str:
    """The dictionary of resources, people apart from software."""
    listed = ", ".join(literal(name) for name in systems)
    return f"""
    select resource, cast(row_number() over (order by resource) as uinteger) as r,
        {f"resource in ({listed})" if listed else "false"} as software
    from (select distinct resource from census where resource is not null)"""


def encoded(columns: Mapped, *, drop_duplicates: bool) -> str:
    """Usable rows as integers."""
    joins = ["join activities using (activity)"]
    joins += ["left join resources using (resource)"] if columns.resource else []
    joins += ["left join teams using (team)"] if columns.team else []
    once = "qualify row_number() over (partition by c, a, s, e, r, lifecycle, instance order by seq) = 1"
    return f"""
    select c, a, {"r" if columns.resource else "cast(null as uinteger) as r"},
        {"tm" if columns.team else "cast(null as usmallint) as tm"}, s, e, seq, lifecycle, instance
    from ({rows(columns)}) {" ".join(joins)}
    where {USABLE} {once if drop_duplicates else ""}"""


OPENED = """
    select *, case when s is not null or lifecycle is null or lifecycle not in ('start', 'complete') then 0
        when lifecycle = 'start' then 1 else -1 end as step
    from encoded"""
"""A row that opens an activity is 1, one that closes it -1, one that stands by itself 0."""

INSTANCES = f"""
    with opened as ({OPENED}),
    counted as (
        select *, sum(step) over past as open, count(*) filter (step = 1) over past as n_opened,
            count(*) filter (step = -1) over past as n_closed
        from opened where step <> 0
        window past as (partition by c, a, instance order by e, seq rows unbounded preceding)),
    lowest as (
        select *, least(0, coalesce(min(open) over (
            partition by c, a, instance order by e, seq rows between unbounded preceding and 1 preceding), 0)) as low
        from counted),
    paired as (
        select *, case when step = 1 then n_opened when open < low then -cast(seq as bigint)
            else n_closed + least(low, open) end as k
        from lowest)
    select c, a, coalesce(min(r) filter (step = -1), min(r)) as r, coalesce(min(tm) filter (step = -1), min(tm)) as tm,
        min(e) filter (step = 1) as s, max(e) as e, min(seq) as seq, count(*) as n_rows
    from paired group by c, a, instance, k
    union all
    select c, a, r, tm, s, e, seq, 0 from opened
    where step = 0 and (s is not null or not (select coalesce(sum(starts), 0) > 0 from census))"""
"""Starts and completions paired first in, first out. What has no partner stays, as a point in time. In a log with
starts, other transitions (such as `schedule`) are no work and are left out."""


def events(source: str) -> str:
    """Every activity of a case in order, with the one after it: the one sort that all questions share.

    The order is start (end where none was recorded), end, position in the file. ``wait`` is the time from the latest
    end so far to the next start; ``back`` marks work that goes from one person to another and back.
    """
    return f"""
    select c, cast(row_number() over trace as uinteger) as pos, a, r, tm, s, e,
        lead(a) over trace as next_a, lead(r) over trace as next_r,
        r = lead(r, 2) over trace and r <> lead(r) over trace as back,
        coalesce(e = lead(e) over trace and coalesce(s, e) = lead(coalesce(s, e)) over trace, false) as tied,
        greatest(0, lead(coalesce(s, e)) over trace
            - max(e) over (trace rows between unbounded preceding and current row)) as wait
    from ({source})
    window trace as (partition by c order by coalesce(s, e), e, seq)"""
