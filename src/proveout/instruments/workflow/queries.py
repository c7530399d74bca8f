"""What is asked: the variants of the log with their cases, one pass per rule that needs people or times, the BPMN."""

from collections.abc import Iterable
from datetime import date
from glob import escape
from unicodedata import normalize

from proveout.core.initiative import Initiative
from proveout.core.question import (
    CALENDAR,
    Answers,
    Documents,
    Preparation,
    Query,
    Question,
    moment_of,
    names_offset,
    quoted,
)
from proveout.instruments.workflow.settings import Rule, Settings, alike, seconds_of, spelt

DAY = 86_400_000_000
"""In microseconds, as times are counted."""
MOST_VARIANTS = 50_000
"""The most frequent ones; what is left out is said."""
NOBODY = ("none", "nobody", "n/a", "n.a.", "na", "null", "nan", "nil", "unknown", "-", "--", "?", "#n/a", "unassigned")
"""Written where a person should stand."""
TEXT = "nullif(trim(cast({column} as varchar)), '')"
PLAIN = "trim(nfc_normalize(cast({column} as varchar)))"
NAME = f"""nullif(case when contains({PLAIN}, '  ') or contains({PLAIN}, chr(10))
  then regexp_replace({PLAIN}, '\\s+', ' ', 'g') else {PLAIN} end, '')"""
"""Only where it has to, since it is slow."""
EVENTS = f"""
select case when {{case}} is not null then hash({{case}}) end as c, {{activity}} as activity,
  case when not list_contains($nobody, lower({{resource}})) then lower({{resource}}) end as r,
  epoch_us(case when {{moment}} {CALENDAR} then {{moment}} end) as t, cast({{at}} as varchar) as told,
  {{offset}} as zoned, row_number() over () as seq
from log
"""
COUNTED = """
c is not null and activity is not null and t < $tomorrow and not list_contains($ignored, lower(activity))
"""
USED = f"""
select c, activity, r, t, row_number() over (partition by c order by t, min(seq)) as pos
from read where {COUNTED}
group by c, activity, r, t, case when (select bool_and(t % 86400000000 = 0) from read) then seq end
"""
"""The same at the same moment counts once; not in a log of days alone, on each of which it may well be done twice."""
COUNTS = f"""
select count(*) as n_rows, count(*) filter (where {COUNTED}) as n_counted, count(*) filter (where c is null) as no_case,
  count(*) filter (where activity is null) as no_activity, count(*) filter (where t is null) as no_time,
  coalesce(arg_min(told, seq) filter (where t is null), max(told) filter (where t >= $tomorrow)) as such_as,
  count(*) filter (where t >= $tomorrow) as to_come,
  count(*) filter (where list_contains($ignored, lower(activity))) as n_ignored,
  count(*) filter (where t is not null) as n_timed, count(*) filter (where t is not null and zoned) as n_zoned
from read
"""
NUMBERED = """
select c, pos, a, t from used join (
  select activity, cast(row_number() over (order by activity) as bigint) as a from (select distinct activity from used)
) as named using (activity)
"""
TRACES = """
select c, bit_xor(hash(cast(pos as ubigint) * 4294967296 + a)) as v, count(*) as n,
  (max(t) - min(t)) / 86400e6 as days
from numbered group by c
"""
VARIANTS = f"""
select min(c) as c, count(*) as n_cases, n, avg(days) as days from traces group by v, n
order by n_cases desc, c limit {MOST_VARIANTS}
"""
STEPS = "select c, n_cases, days, pos, a from variants join numbered using (c) order by n_cases desc, c, pos"
NAMES = "select distinct activity, a from numbered join used using (c, pos) order by a"
EXTENT = """
select count(*) as n_cases, count(distinct (v, n)) as n_variants, sum(n) as n_events,
  (select count(*) from (select distinct c, t from used)) as n_moments
from traces
"""
FOUR_EYES = """
select count(*) as n, count(*) filter (where same) as n_broken, count(*) filter (where same is null) as n_unknown from (
  select f.c, case when bool_or(f.r = s.r) then true when bool_or(f.r is null or s.r is null) then null else false
    end as same
  from used as f join used as s using (c)
  where list_contains($first, lower(f.activity)) and list_contains($then, lower(s.activity)) and f.pos <> s.pos
  group by f.c
) as each
"""
"""Where it is not known by whom, it is not known whether by one person; nobody is one."""
WITHIN = """
select count(*) as n, count(*) filter (where late) as n_broken, 0 as n_unknown from (
  select c, bool_or(coalesce(next - t, $longest + 1) > $longest) as late from (
    select f.c, f.t, (select min(s.t) from used as s where s.c = f.c and list_contains($then, lower(s.activity))
      and s.t >= f.t and s.pos > f.pos) as next
    from used as f where list_contains($first, lower(f.activity))
  ) as pairs group by c
) as each
"""


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """The log, read once; what depends on the day is asked afterwards."""
    log = settings.log
    columns = {
        "case": TEXT.format(column=quoted(log.case)),
        "activity": NAME.format(column=quoted(log.activity)),
        "resource": NAME.format(column=quoted(log.resource)) if log.resource else "cast(null as varchar)",
        "at": quoted(log.at),
        "moment": moment_of(log.at),
        "offset": names_offset(log.at),
    }
    nobody = {"nobody": list(NOBODY)}
    return (
        *([Documents(name="bpmn", pattern=escape(settings.bpmn))] if settings.bpmn else []),
        Preparation(name="read", sql=EVENTS.format(**columns), reads={"log": log.read}, parameters=nobody),
    )


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query | Preparation, ...]:
    """Everything up to today."""
    counted = {"ignored": _lower(settings.ignored), "tomorrow": (answers.as_of - date(1969, 12, 31)).days * DAY}
    return (
        Preparation(name="used", sql=USED, parameters=counted),
        Preparation(name="numbered", sql=NUMBERED),
        Preparation(name="traces", sql=TRACES),
        Preparation(name="variants", sql=VARIANTS),
        Query(name="counts", sql=COUNTS, parameters=counted),
        Query(name="extent", sql=EXTENT),
        Query(name="names", sql=NAMES),
        Query(name="steps", sql=STEPS),
        *(question for index, rule in enumerate(settings.rules) for question in _of_events(index, rule, settings)),
    )


def _lower(names: Iterable[str]) -> list[str]:
    """As SQL has them, where `lower` leaves a sharp s alone."""
    return sorted(
        {alike(name) for name in names} | {" ".join(normalize("NFC", name).split()).lower() for name in names}
    )


def _of_events(index: int, rule: Rule, settings: Settings) -> list[Query]:
    """Rules about people and times are counted where the events are."""
    pair = {"first": _lower(spelt(rule.first, settings.names)), "then": _lower(spelt(rule.then, settings.names))}
    if rule.kind == "four-eyes":
        return [Query(name=f"rule {index}", sql=FOUR_EYES, parameters=pair)]
    if rule.kind == "within":
        longest = {"longest": int(seconds_of(rule.within) * 1e6)}
        return [Query(name=f"rule {index}", sql=WITHIN, parameters=pair | longest)]
    return []
