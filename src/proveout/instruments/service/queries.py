"""What is asked of the log: counts by day and hour, and quantiles; never requests."""

from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Documents, Preparation, Query, Question, Rows, quoted
from proveout.instruments.service.settings import Scrapes, Settings

LEVELS = tuple(round(0.5 + 0.0025 * i, 4) for i in range(201))
"""At which latencies come home: from the median to the longest."""

REQUESTS = """
select try_cast(trim(cast({at} as varchar)) as timestamptz) at time zone 'UTC' as moment,
  regexp_matches(trim(cast({at} as varchar)), '[0-9]:[0-9.:]+ *(Z|z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$') as zoned,
  {good} as good, {latency} as seconds,
  {operation} as operation
from log
"""
COUNTS = """
select count(*) as n_rows, count(*) filter (where moment is null or not isfinite(moment)) as undated,
  count(*) filter (where good is null) as unjudged,
  count(*) filter (where zoned) as zoned, count(*) filter (where seconds < 0) as negative,
  count(*) filter (where not isfinite(seconds)) as infinite
from requests where moment is null or not isfinite(moment) or cast(moment as date) <= cast($today as date)
"""
LATER = """
select count(*) as n, cast(min(least(cast(moment as date), date '9999-12-31')) as varchar) as first
from requests where isfinite(moment) and cast(moment as date) > cast($today as date)
"""
"""What lies after the day that counts as today; the first day of it, as far as a calendar goes."""
PAST = "isfinite(moment) and cast(moment as date) <= cast($today as date)"
KEPT = f"select * from requests where {PAST} and good is not null {{window}} {{hours}}"
WINDOW = f"and moment > (select max(moment) from requests where {PAST}) - interval {{days}} day"
HOURS = """
select cast(date_trunc('hour', moment) as varchar) as hour, count(*) as n, count(*) filter (where good) as n_good
from kept group by 1 order by 1
"""
MINUTES = """
select cast(date_trunc('minute', moment) as varchar) as minute, count(*) as n, count(*) filter (where good) as n_good
from kept group by 1 order by 1
"""
QUANTILES = """
select unnest({levels}) as level, unnest(quantile_cont(seconds, {levels})) as seconds
from kept where good and isfinite(seconds) and seconds >= 0
"""
DAYS = """
with limits as (
  select quantile_cont(seconds, 0.95) as p95 from kept where good and isfinite(seconds) and seconds >= 0
)
select cast(date_trunc('day', moment) as varchar) as day, count(*) as n,
  count(*) filter (where seconds <= p95) as n_within, quantile_cont(seconds, 0.95) as p95
from kept cross join limits where good and isfinite(seconds) and seconds >= 0
group by 1 order by 1
"""
OPERATIONS = """
select operation, count(*) as n, count(*) filter (where good) as n_good,
  quantile_cont(seconds, 0.95) filter (where isfinite(seconds) and good) as p95
from kept group by operation order by count(*) - count(*) filter (where good) desc, n desc limit 15
"""
SILENCE = """
with minutes as (select distinct date_trunc('minute', moment) as moment from kept),
gaps as (select moment, lead(moment) over (order by moment) as next from minutes)
select cast(moment as varchar) as since, date_diff('second', moment, next) / 3600.0 as hours
from gaps where next is not null order by hours desc limit 5
"""

SAMPLES = """
select name, cast(labels as varchar) as labels, try_cast(value as double) as value,
  coalesce(epoch(try_cast(cast(time as varchar) as timestamptz)), try_cast(cast(time as varchar) as double)) as stamp
from samples where name in ($requests, $buckets) order by stamp
"""
"""Times are ISO 8601, or seconds or milliseconds since 1970."""


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """One reading of the log; or the scraped files."""
    if settings.scrapes and settings.scrapes.samples:
        return (_samples(settings.scrapes, settings.scrapes.samples),)
    if settings.scrapes:
        return (Documents(name="scrapes", pattern=settings.scrapes.pattern),)
    reads = {} if settings.source is None else {"log": settings.read(settings.source)}
    return (Preparation(name="requests", sql=_requests(settings), reads=reads),)


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query | Preparation, ...]:
    """Small questions of the log up to today."""
    if settings.scrapes:
        return ()
    today = {"today": answers.as_of.isoformat()}
    levels = "[" + ", ".join(str(level) for level in LEVELS) + "]"
    kept = KEPT.format(window=_window(settings), hours=_hours(settings))
    return (
        Preparation(name="kept", sql=kept, parameters=today),
        Query(name="counts", sql=COUNTS, parameters=today),
        Query(name="later", sql=LATER, parameters=today),
        Query(name="hours", sql=HOURS),
        Query(name="minutes", sql=MINUTES),
        Query(name="silence", sql=SILENCE),
        *((Query(name="quantiles", sql=QUANTILES.format(levels=levels)),) if settings.latency else ()),
        *((Query(name="days", sql=DAYS),) if settings.latency else ()),
        *((Query(name="operations", sql=OPERATIONS),) if settings.operation else ()),
    )


def _samples(names: Scrapes, samples: Rows) -> Query:
    wanted = {"requests": names.requests, "buckets": f"{names.latency}_bucket"}
    return Query(name="samples", sql=SAMPLES, reads={"samples": samples.read}, parameters=wanted)


def _requests(settings: Settings) -> str:
    seconds = "cast(null as double)"
    if settings.latency:
        seconds = f"try_cast({quoted(settings.latency)} as double) * {settings.scale}"
    return REQUESTS.format(
        at=quoted(settings.at),
        good=_good(settings),
        latency=seconds,
        operation=f"cast({quoted(settings.operation)} as varchar)" if settings.operation else "cast(null as varchar)",
    )


def _good(settings: Settings) -> str:
    if settings.ok:
        return f"try_cast(cast({quoted(settings.ok)} as varchar) as boolean)"
    status = f"cast({quoted(settings.status)} as varchar)"
    if settings.good:
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in settings.good)
        return f"{status} in ({listed})"
    return f"try_cast({status} as integer) between 100 and 499"


def _window(settings: Settings) -> str:
    return WINDOW.format(days=settings.window_days) if settings.window_days else ""


def _hours(settings: Settings) -> str:
    if settings.hours is None:
        return ""
    days = ", ".join(map(str, settings.hours.days))
    zone = settings.hours.zone.replace("'", "''")
    local = f"(moment at time zone 'UTC' at time zone '{zone}')"
    hour = f"(extract(hour from {local}) + extract(minute from {local}) / 60.0)"
    within = f"{hour} >= {settings.hours.opens} and {hour} < {settings.hours.closes}"
    return f"and extract(isodow from {local}) in ({days}) and {within}"
