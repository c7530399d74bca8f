"""What the instrument asks: the log encoded and sorted once, then small questions about it."""

from proveout.core.diagnostic import Fault
from proveout.core.initiative import Initiative
from proveout.core.question import Preparation, Query, Question, Read
from proveout.instruments.process import change, encoding, workload
from proveout.instruments.process.settings import Mapped, Settings, hourly_cost, mapped

ALL_RANKS = 5000
"""Up to so many cases, every duration is brought back; beyond, a grid and the ranks about the ends of intervals."""
SHOWN_VARIANTS = 10
SHOWN_HANDOVERS = 15

QUALITY = """
    select cast(sum(n) as bigint) as n, cast(sum(usable) as bigint) as usable, cast(sum(starts) as bigint) as starts,
        cast(sum(completes) as bigint) as completes, cast(sum(started) as bigint) as started,
        cast(sum(zoned) as bigint) as zoned, {faults}
    from census"""
CASES = """
    select c, cast(count(*) as uinteger) as n, bit_xor(hash(cast(pos as ubigint) * 4294967296 + a)) as v,
        min(coalesce(s, e)) as first, max(e) as last, cast(sum(wait) as bigint) as wait,
        bool_and(s is not null) as started
    from events group by c"""
SPAN = "select min(first) as t0, max(last) as t1, count(*) as n_cases, cast(sum(n) as bigint) as n_steps from cases"
VARIANTS = "select v, n, count(*) as n_cases, min(first) as first, min(c) as c from cases group by v, n"
STEPS = "select v.c, v.n_cases, pos, a from events join variants v using (c)"
TOP_VARIANTS = f"""
    with top as (select c, n_cases, first from variants order by n_cases desc, first, c limit {SHOWN_VARIANTS})
    select cast(n_cases as bigint) as n_cases, string_agg(cast(a as varchar), ' ' order by pos) as activities
    from top join steps using (c, n_cases) group by c, n_cases, first order by n_cases desc, first, c"""
COVERAGE = """
    with ranked as (
        select n_cases, sum(n_cases) over (order by n_cases desc, c rows unbounded preceding) as so_far from variants)
    select count(*) as n_variants, count(*) filter (n_cases = 1) as unique_variants,
        count(*) filter (so_far - n_cases < 0.8 * (select sum(n_cases) from variants)) as variants_of_80
    from ranked"""
REPEATS = "with counted as (select c, n_cases, a, count(*) as k from steps group by c, n_cases, a having count(*) > 1)"
REWORK = f"""
    {REPEATS}
    select a, cast(sum(n_cases) as bigint) as n_cases, cast(sum(n_cases * (k - 1)) as bigint) as extra
    from counted group by a order by a"""
REWORKED = f"""
    {REPEATS}
    select cast(coalesce(sum(n_cases), 0) as bigint) as n_cases
    from (select distinct c, n_cases from counted)"""
EDGES = """
    select a, next_a, count(*) as n, count(*) filter (e < (t0 + t1) // 2) as n_early,
        cast(sum(wait) as double) / 1e6 as wait, quantile_cont(wait, 0.5) / 1e6 as median_wait
    from events, span where next_a is not null group by a, next_a order by a, next_a"""
STARTS = "select a, count(*) as n from events where pos = 1 group by a order by a"
ENDS = "select a, count(*) as n from events where next_a is null group by a order by a"
ACTIVITIES = """
    with each as (
        select a, count(*) as n, count(s) as n_started, cast(sum(e - s) as double) / 1e6 as service,
            quantile_cont(e - s, [0.25, 0.5, 0.75]) as quartiles
        from events group by a)
    select a, n, n_started, service, quartiles[1] / 1e6 as q1, quartiles[2] / 1e6 as median, quartiles[3] / 1e6 as q3
    from each order by a"""
IN_CASES = """
    select a, cast(sum(n_cases) as bigint) as n_cases
    from (select distinct c, n_cases, a from steps) group by a order by a"""
WHO = """
    with each as (select a, r, count(*) as k from events where r is not null group by a, r),
    shares as (select a, k, k / sum(k) over (partition by a) as p, r in (select r from people) as human from each)
    select a, count(*) as n_resources, cast(sum(k) as bigint) as n,
        cast(coalesce(sum(k) filter (human), 0) as bigint) as n_human, round(-sum(p * ln(p)), 9) as entropy
    from shares group by a order by a"""
FLOW = """
    select count(*) as n, cast(sum(d) as double) as d, cast(sum(u) as double) as u, cast(sum(d * d) as double) as dd,
        cast(sum(d * u) as double) as du, cast(sum(u * u) as double) as uu
    from (select cast((last - first) // 1000000 as hugeint) as d,
        cast((last - first - coalesce(wait, 0)) // 1000000 as hugeint) as u from cases where started)"""
HANDOVERS = f"""
    with top as (
        select r, next_r, count(*) as n from events where r <> next_r
        group by r, next_r order by n desc, r, next_r limit {SHOWN_HANDOVERS})
    select r, next_r, any_value(n) as n, cast(sum(wait) as double) / 1e6 as wait,
        quantile_cont(wait, 0.5) / 1e6 as median_wait
    from events join top using (r, next_r) group by r, next_r order by n desc, r, next_r"""
TOTALS = """
    select count(*) filter (r <> next_r) as handovers, count(*) filter (r is not null and next_r is not null) as passes,
        count(*) filter (back) as ping_pong, count(*) filter (a = next_a) as self_loops,
        count(*) filter (s is null) as unstarted, count(s) as started,
        cast(coalesce(sum(e - s), 0) as double) / 3600e6 as hours,
        cast(coalesce(sum(e - s) filter (e - s > 12 * 3600000000), 0) as double) / 3600e6 as long_hours
    from events"""
DURATIONS = f"""
    with ranked as (select last - first as d, row_number() over (order by last - first) as rank, n_cases as n
        from cases, span)
    select rank, d / 86400e6 as days from ranked
    where n <= {ALL_RANKS} or rank = 1 or rank = n or rank % (n // 1000) = 0
        or abs(abs(rank - n * 0.5) - {{z}} * sqrt(n * 0.25)) <= 3 or abs(rank - n * 0.5) <= 2
        or abs(abs(rank - n * 0.9) - {{z}} * sqrt(n * 0.09)) <= 3 or abs(rank - n * 0.9) <= 2
    order by rank"""
OPEN_CASES = """
    select count(*) filter (last > t1 - (select quantile_disc(last - first, 0.5) from cases)) as n from cases, span"""
DUPLICATES = """
    select cast(coalesce(sum(k - 1), 0) as bigint) as n from (
        select count(*) as k from events
        where c in (select c from events where tied)
        group by c, a, r, s, e having count(*) > 1)"""
SPELLED = """
    select count(distinct v) as n_variants from (
        select c, bit_xor(hash(cast(pos as ubigint) * 4294967296 + a)) + count(*) as v
        from (select c, a, row_number() over (partition by c order by e, seq) as pos from encoded) group by c)"""
"""Variants when each event of a life cycle counts by itself, as public logs are described."""


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Preparations, then queries. Every query after the preparations is a GROUP BY on small integers."""
    columns = mapped(settings, xes=is_xes(settings, initiative))
    return (*_preparations(settings, columns), *_queries(settings, columns))


def is_xes(settings: Settings, initiative: Initiative) -> bool:
    """Whether the source is a XES file, by its declared format or its name."""
    source = initiative.sources.get(settings.source)
    if source is None or settings.table or settings.query:
        return False
    return source.format == "xes" or (not source.format and source.location.lower().endswith((".xes", ".xes.gz")))


def faults(settings: Settings, initiative: Initiative) -> tuple[Fault, ...]:
    """Columns that nobody named, and costs that are none."""
    found = []
    columns = mapped(settings, xes=is_xes(settings, initiative))
    for key, hint in (
        ("case", "name the column that says to which case an event belongs"),
        ("activity", "name the column that says what was done"),
        ("end", "name the column with the time, as `end` or `timestamp`"),
    ):
        if not getattr(columns, key):
            found.append(Fault(path=(key,), slug="missing-key", message=f"{key} is needed", hint=hint))
    if settings.change and not columns.team:
        hint = "name the column that says to which team whoever did it belongs"
        found.append(Fault(path=("team",), slug="missing-key", message="a change is measured team by team", hint=hint))
    try:
        hourly_cost(settings)
    except ValueError as error:
        hint = "write it as `55 USD/hour`, or as a range with low and high"
        found.append(Fault(path=("hourly_cost",), slug="unit-mismatch", message=str(error), hint=hint))
    return tuple(found)


def _preparations(settings: Settings, columns: Mapped) -> tuple[Preparation, ...]:
    log = {"log": Read(source=settings.source, table=settings.table, query=settings.query)}
    encoded = encoding.encoded(columns, drop_duplicates=settings.drop_duplicates)
    paired = (
        Preparation(name="encoded", sql=encoded, reads=log),
        Preparation(name="instances", sql=encoding.INSTANCES),
    )
    events = (
        (*paired, Preparation(name="events", sql=encoding.events("instances")))
        if columns.lifecycle
        else (Preparation(name="events", sql=encoding.events(encoded), reads=log),)
    )
    work = workload.work(settings.calendar, resources=bool(columns.resource))
    return (
        Preparation(name="census", sql=encoding.census(columns), reads=log),
        Preparation(name="activities", sql=encoding.ACTIVITIES),
        Preparation(name="resources", sql=encoding.resources(settings.system_resources)),
        Preparation(name="people", sql="select r from resources where not software"),
        Preparation(name="teams", sql=encoding.TEAMS),
        *events,
        Preparation(name="cases", sql=CASES),
        Preparation(name="span", sql=SPAN),
        Preparation(name="variants", sql=VARIANTS),
        Preparation(name="steps", sql=STEPS),
        Preparation(name="invented", sql=workload.invented(settings.max_task_hours)),
        Preparation(name="shared", sql=workload.shared(work)),
    )


def _queries(settings: Settings, columns: Mapped) -> tuple[Query, ...]:
    from statistics import NormalDist

    z = NormalDist().inv_cdf(0.5 + settings.level / 2)
    fault_sums = ", ".join(
        f"cast(sum({name}) as bigint) as {name}, min({name}_row) as {name}_row" for name in encoding.FAULTS
    )
    work = workload.work(settings.calendar, resources=bool(columns.resource))
    sql = {
        "quality": QUALITY.format(faults=fault_sums),
        "activity_names": "select a, activity from activities order by a",
        "resource_names": "select r, resource, software from resources order by r",
        "team_names": "select tm, team from teams order by tm",
        "extent": "select cast(t0 as double) / 1e6 as t0, cast(t1 as double) / 1e6 as t1, n_cases, n_steps from span",
        "top_variants": TOP_VARIANTS,
        "coverage": COVERAGE,
        "rework": REWORK,
        "reworked": REWORKED,
        "edges": EDGES,
        "starts": STARTS,
        "ends": ENDS,
        "activities_done": ACTIVITIES,
        "in_cases": IN_CASES,
        "who": WHO,
        "flow": FLOW,
        "handovers": HANDOVERS,
        "totals": TOTALS,
        "durations": DURATIONS.format(z=z),
        "open_cases": OPEN_CASES,
        "duplicates": DUPLICATES,
        "hours": workload.hours(work),
    }
    if columns.lifecycle:
        sql["spelled"] = SPELLED
        sql["pairs"] = "select count(*) filter (n_rows = 2) as n, count(*) filter (n_rows = 1) as alone from instances"
    asked = tuple(Query(name=name, sql=text) for name, text in sql.items())
    return (*asked, change.question(settings.change)) if settings.change else asked
