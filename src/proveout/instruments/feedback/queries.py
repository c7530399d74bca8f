"""What is asked: counts and waiting times of items, scores without their persons."""

from collections.abc import Iterable
from datetime import date

from proveout.core.initiative import Initiative
from proveout.core.pilot import Pilot, with_arms
from proveout.core.question import CALENDAR, Answers, Preparation, Query, Question, moment_of, quoted
from proveout.instruments.feedback.settings import Items, Ratings, Settings

SHOWN = 12
MOST_ALONE, BUCKETS = 2_000, 400
"""More people than this who were assigned one by one are dealt out in so many buckets of one arm."""

RAW = f"""
select id, case when r {CALENDAR} then r end as reported, case when c {CALENDAR} then c end as closed,
  trim(written) <> '' and (c is null or not (c {CALENDAR})) as unread, done, severe, no_severity, kind, release, theme,
  closed_in
from (
  select {{id}}, {{at}}, {{closed_at}}, {{written}}, {{done}}, {{severe}}, {{no_severity}}, {{kind}}, {{release}},
    {{theme}}, {{closed_in}}
  from items
) as told (id, r, c, written, done, severe, no_severity, kind, release, theme,
  closed_in)
"""
JUDGED = """
with numbered as (
  select *, id is not null and row_number() over last_first > 1 as copy, first_value(reported) over last_first as since
  from raw window last_first as (partition by id order by closed desc nulls last, reported)
),
ended as (
  select *, case when closed = date_trunc('day', reported) then reported else closed end as ended from numbered
)
select *, case when copy and reported = since then 'earlier' when copy then 'copy' when reported is null then 'undated'
    when reported >= cast($tomorrow as timestamp) then 'future' when ended < reported then 'backwards' else 'fine'
  end as state,
  coalesce(done, closed is not null) and (closed is null or closed < cast($tomorrow as timestamp)) as over
from ended
"""
"""An item closed on the day on which it was reported, at no time that is known, is closed at once.

Rows of one item with one reporting time are its earlier states; others with its id are odd."""
FINE = "select * from judged where state = 'fine'"
STATES = """
select count(*) as n_rows, count(*) filter (where state = 'copy') as copies,
  count(*) filter (where state = 'earlier') as earlier,
  count(*) filter (where state = 'undated') as undated, count(*) filter (where state = 'future') as future,
  count(*) filter (where state = 'backwards') as backwards, count(*) filter (where state = 'fine' and unread) as unread,
  count(*) filter (where state = 'fine') as n, count(*) filter (where state = 'fine' and over) as n_closed,
  count(*) filter (where state = 'fine' and over and closed is null) as untimed,
  count(*) filter (where state = 'fine' and not over and closed < cast($tomorrow as timestamp)) as reopened,
  count(*) filter (where state = 'fine' and severe) as n_severe,
  count(*) filter (where state = 'fine' and severe and not over) as severe_open,
  count(*) filter (where state = 'fine' and no_severity and not over) as unjudged
from judged
"""
WAITS = """
select greatest(0, epoch(case when over then ended else cast($today as timestamp) end - reported)) / 86400.0 as days,
  over
from fine where not over or ended is not null
"""
WEEKS = """
select cast(cast(date_trunc('week', reported) as date) as varchar) as week, count(*) as n from fine
group by 1 order by 1
"""
WORDS = f"""
select coalesce({{word}}, 'not said') as word, count(*) as n, count(*) filter (where not over) as n_open
from fine group by 1 order by n desc, word limit {SHOWN}
"""
RELEASES = f"""
with themes as (
  select coalesce(release, 'not said') as release, theme,
    row_number() over (partition by coalesce(release, 'not said') order by count(*) desc, theme) as place
  from fine where theme is not null group by 1, 2
),
each as (
  select coalesce(release, 'not said') as release, cast(cast(min(reported) as date) as varchar) as first,
    count(*) as n, count(*) filter (where not over) as n_open
  from fine group by 1
)
select each.release, first, n, n_open, theme from each
left join (select release, theme from themes where place = 1) as most on each.release = most.release
order by first desc, each.release desc limit {SHOWN}
"""

SPANS = """
select release, begun, lag(begun) over in_turn as prior,
  lead(begun, 1, cast($tomorrow as timestamp)) over in_turn as next
from (select release, min(reported) as begun from fine where release is not null group by 1) as firsts
window in_turn as (order by begun, release)
"""
"""A release is there from the first item against it to the first against the next."""
ITERATIONS = f"""
with mended as (
  select spans.release, theme from fine join spans
    on closed_in = spans.release or (closed_in is null and ended >= begun and ended < next)
  where over
), themes as (select distinct release, theme from mended where theme is not null),
about as (
  select themes.release, count(*) filter (where reported < begun) as n_before,
    count(*) filter (where reported >= begun) as n_after
  from themes join spans using (release) join fine using (theme)
  where reported >= prior and reported < next group by 1
)
select release, cast(cast(begun as date) as varchar) as begun,
  (select count(*) from mended where mended.release = spans.release) as n_closed,
  (select string_agg(theme, ', ' order by theme) from themes where themes.release = spans.release) as about,
  epoch(begun - prior) / 86400.0 as days_before, epoch(next - begun) / 86400.0 as days_after,
  coalesce(n_before, 0) as n_before, coalesce(n_after, 0) as n_after
from spans left join about using (release) order by spans.begun desc, release desc limit {SHOWN}
"""
OPINIONS = """
select release, before_it, after_it from (
  select release, person, avg(score) filter (where moment < begun) as before_it,
    avg(score) filter (where moment >= begun) as after_it
  from given join spans on moment >= prior and moment < next
  where person is not null and score between $low and $high group by 1, 2
) as each where before_it is not null and after_it is not null order by release, md5(person)
"""

GIVEN = f"""
select person, case when t {CALENDAR} then t end as moment, try_cast(written as double) as score, written
from (
  select cast({{person}} as varchar), {{at}}, cast({{score}} as varchar) from ratings
) as told (person, t, written)
"""
LAST = """
with ordered as (
  select person, score, row_number() over (partition by person order by moment desc nulls last, score) as place
  from given where person is not null and score between $low and $high
    and (moment is null or moment < cast($tomorrow as timestamp))
)
select person, score from ordered where place = 1
"""
"""Of two answers of one moment the lower."""
ARMS = """
with given as (
  select x.unit, x.arm, x.team, x.stratum, x.size, x.baseline, coalesce(try_cast(x.batch as bigint), 1) as batch
  from (select null as team, null as stratum, null as size, null as baseline, null as batch) as absent,
    lateral (select unit, arm, team, stratum, size, baseline, batch from assignment) as x
), units as (
  select cast(unit as varchar) as person, min(cast(arm as varchar)) as arm, count(distinct arm) as n_arms,
    coalesce(min(cast(team as varchar)), cast(unit as varchar)) as team, min(batch) as batch,
    concat_ws(' ', min(cast(stratum as varchar)), case when min(batch) > 1 then '+' || min(batch) end) as stratum,
    min(try_cast(size as double)) as size, min(try_cast(baseline as double)) as baseline
  from given where unit is not null group by unit
)
select units.*, case when $by_team then team when count(*) over () <= $most then person
  else concat_ws(' / ', arm, stratum, row_number() over (partition by arm, stratum order by md5(person))
    % cast(greatest(1, round(count(*) over (partition by arm, stratum) * $buckets / count(*) over ())) as bigint))
  end as block
from units
"""
"""Whoever has no team is one by themselves. A block got its arm as a whole: a team, or a person; of very many people so
many of one arm and stratum as make a number of blocks that can be dealt out again and again."""
NO_ARMS = """
select cast(null as varchar) as person, cast(null as varchar) as arm, 0 as n_arms, cast(null as varchar) as team,
  1 as batch, cast(null as varchar) as stratum, cast(null as double) as size, cast(null as double) as baseline,
  cast(null as varchar) as block where false
"""
TEAMS = """
select arm, count(*) as size, count(score) as answered, coalesce(sum(score), 0) as total
from arms left join last using (person) where n_arms = 1 group by arm, team order by md5(team), arm
"""
DRAWN = """
select block, min(arm) as arm, max(arm) as other_arm, min(stratum) as stratum, min(size) as size,
  min(baseline) as baseline, min(batch) as batch, count(*) as n, count(score) as n_answered
from arms left join last using (person) where n_arms = 1 group by block order by block
"""
PLACED = """
select block, score, count(*) as n from arms join last using (person) where n_arms = 1
group by block, score order by block, score
"""
SCORES = """
select arm, score from last left join (select person, arm from arms where n_arms = 1) as known using (person)
order by md5(person)
"""
"""In an order that has to do with neither score nor time, as the confidence sequence wants it."""
ASKED = "select arm, count(*) as n from arms where n_arms = 1 group by arm order by arm"
COUNTS = """
select count(*) as n_rows, count(*) filter (where written is not null and score is null) as unreadable,
  count(*) filter (where score is not null and not (score between $low and $high)) as off_scale,
  count(*) filter (where moment >= cast($tomorrow as timestamp)) as future,
  count(*) filter (where person is null) as without_person,
  count(distinct person) as n_people,
  count(distinct person) filter (where person not in (select person from arms)) as strangers,
  count(distinct person) filter (where person in (select person from arms where n_arms > 1)) as torn
from given
"""


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """The items and the scores as they stand; what depends on the day is asked afterwards."""
    asked: list[Question] = []
    if settings.items:
        asked += [
            Preparation(name="raw", sql=_raw(settings.items), reads={"items": settings.items.read}),
            Query(name="read", sql="select count(*) as n from raw"),
        ]
    if settings.ratings:
        asked += _given(settings.ratings, with_arms(initiative.pilot))
    return tuple(asked)


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query | Preparation, ...]:
    """Everything up to today."""
    tomorrow = {"tomorrow": date.fromordinal(answers.as_of.toordinal() + 1).isoformat()}
    asked: list[Query | Preparation] = []
    if settings.items:
        asked += _counted(settings.items, answers.as_of, tomorrow)
    if settings.ratings:
        scale = {"low": settings.ratings.scale[0], "high": settings.ratings.scale[1]}
        asked += [
            Preparation(name="last", sql=LAST, parameters=scale | tomorrow),
            Query(name="scores", sql=SCORES),
            Query(name="teams", sql=TEAMS),
            Query(name="drawn", sql=DRAWN),
            Query(name="placed", sql=PLACED),
            *([Query(name="opinions", sql=OPINIONS, parameters=scale)] if _by_release(settings) else []),
            Query(name="rating_counts", sql=COUNTS, parameters=scale | tomorrow),
        ]
    return tuple(asked)


def _raw(items: Items) -> str:
    coded = {name: _column(getattr(items, name)) for name in ("id", "kind", "release", "theme", "closed_in")}
    severity = _column(items.severity)
    return RAW.format(
        at=moment_of(items.at),
        closed_at=moment_of(items.closed_at) if items.closed_at else "cast(null as timestamp)",
        written=_column(items.closed_at),
        done=f"coalesce({_among(_column(items.status), items.done)}, false)"
        if items.status
        else "cast(null as boolean)",
        severe=f"coalesce({_among(severity, items.severe)}, false)" if items.severe else "false",
        no_severity=f"coalesce(trim({severity}), '') = ''" if items.severe else "false",
        **coded,
    )


def _counted(items: Items, today: date, tomorrow: dict[str, str]) -> list[Query | Preparation]:
    asked: list[Query | Preparation] = [
        Preparation(name="judged", sql=JUDGED, parameters=tomorrow),
        Preparation(name="fine", sql=FINE),
        Query(name="states", sql=STATES, parameters=tomorrow),
        Query(name="waits", sql=WAITS, parameters={"today": today.isoformat()}),
        Query(name="weeks", sql=WEEKS),
    ]
    asked += [Query(name=word, sql=WORDS.format(word=word)) for word in ("kind", "theme") if getattr(items, word)]
    if items.release:
        asked += [
            Query(name="releases", sql=RELEASES),
            Preparation(name="spans", sql=SPANS, parameters=tomorrow),
            Query(name="iterations", sql=ITERATIONS),
        ]
    return asked


def _by_release(settings: Settings) -> bool:
    return bool(settings.items and settings.items.release)


def _given(ratings: Ratings, pilot: Pilot | None) -> list[Question]:
    person, score = quoted(ratings.person), quoted(ratings.score)
    sql = GIVEN.format(person=person, score=score, at=moment_of(ratings.at))
    arms = (
        Preparation(name="arms", sql=ARMS, reads={"assignment": pilot.assignment.read}, parameters=_blocks(pilot))
        if pilot
        else Preparation(name="arms", sql=NO_ARMS)
    )
    return [
        arms,
        Preparation(name="given", sql=sql, reads={"ratings": ratings.read}),
        Query(name="asked", sql=ASKED),
    ]


def _blocks(pilot: Pilot) -> dict[str, object]:
    return {"by_team": pilot.randomise == "teams", "most": MOST_ALONE, "buckets": BUCKETS}


def _column(name: str) -> str:
    return f"nullif(trim(cast({quoted(name)} as varchar)), '')" if name else "cast(null as varchar)"


def _among(column: str, words: Iterable[str]) -> str:
    """Whether a column holds one of the words, in any case."""
    literals = ("'" + word.replace("'", "''") + "'" for word in words)
    return f"lower({column}) in ({', '.join(f'lower(trim({one}))' for one in literals)})"
