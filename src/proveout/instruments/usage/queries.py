"""What is asked: uses by person and week, put together with access and training; no person comes home by name."""

from datetime import date, timedelta

from proveout.core.initiative import Initiative
from proveout.core.question import CALENDAR, Answers, Preparation, Query, Question, moment_of, quoted
from proveout.instruments.usage.settings import People, Settings

EVENTS = f"""
select person, case when t {CALENDAR} then t end as moment
from (select cast({{person}} as varchar), {{when}} from events) as told (person, t)
"""
COUNTS = """
select count(*) as n_rows, count(*) filter (where person is null) as without_person,
  count(*) filter (where moment is null) as undated,
  count(*) filter (where person is not null and moment is not null) as n_read,
  cast(max(moment) as varchar) as latest
from used
"""
WEEKS = """
select person, date_trunc('week', moment) as week, count(*) as n
from used where person is not null and moment < cast($until as timestamp) group by person, week
"""
NOBODY = """
select cast(null as varchar) as person, cast(null as timestamp) as moment, cast(null as varchar) as kind,
  cast(null as varchar) as team
where false
"""
SINCE = f"""
select person, min(t) filter (where t {CALENDAR}) as moment, min(kind) as kind, min(team) as team
from (select cast({{person}} as varchar), {{when}}, {{kind}}, {{team}} from given) as told (person, t, kind, team)
where person is not null group by person
"""
MEMBERS = """
with uses as (
  select person, min(week) as first_week, sum(n) as n_uses,
    count(*) filter (where n >= $active and week >= cast($since as timestamp)) as recent
  from weekly group by person
), firsts as (
  select person, min(moment) as first_use from used where moment < cast($until as timestamp) group by person
), later as (
  select weekly.person,
    bool_or(date_diff('week', first_week, week) between $after and $after + 3) as stayed
  from weekly join uses using (person) group by weekly.person
)
select p.person is not null as eligible, a.person is not null as has_access, t.person is not null as trained,
  coalesce(p.kind, a.kind) as kind, coalesce(p.team, a.team) as team,
  cast(a.moment as varchar) as access_at, cast(t.moment as varchar) as trained_at,
  cast(f.first_use as varchar) as first_use, cast(u.first_week as varchar) as first_week,
  coalesce(u.n_uses, 0) as n_uses, coalesce(u.recent, 0) as recent, coalesce(l.stayed, false) as stayed
from (select distinct person from (
    select person from meant union all select person from let_in union all select person from taught
    union all select person from uses)) as everybody
left join meant p using (person) left join let_in a using (person) left join taught t using (person)
left join uses u using (person) left join firsts f using (person) left join later l using (person)
where a.moment is null or a.moment < cast($until as timestamp) or u.person is not null or p.person is not null
order by everybody.person
"""
LAST_WEEK = "select cast(max(week) as varchar) as week from weekly"
ACTIVE = """
with started as (select coalesce((select min(week) from weekly), (select min(moment) from let_in)) as first),
every as (
  select unnest(generate_series(
    greatest(date_trunc('week', first), cast($until as timestamp) - interval 728 day),
    cast($until as timestamp) - interval 7 day, interval 7 day)) as week
  from started
),
used_in as (
  select week, count(*) as n from weekly join let_in using (person) where weekly.n >= $active group by week
),
came as (select date_trunc('week', moment) as week, count(*) as n from let_in group by 1)
select cast(week as varchar) as week, coalesce(used_in.n, 0) as n_active,
  coalesce((select sum(n) from came where came.week is null or came.week <= every.week), 0) as n_access
from every left join used_in using (week) order by week
"""
RETENTION = """
with firsts as (select person, min(week) as first_week from weekly group by person),
ages as (
  select date_diff('week', first_week, cast($until as timestamp)) as age, count(*) as n from firsts group by age
),
active as (
  select date_diff('week', first_week, week) as age, count(*) as n from weekly join firsts using (person)
  where weekly.n >= $active group by 1
)
select a.age, a.n as n_active, (select sum(n) from ages where ages.age > a.age) as n_seen
from active a where a.age <= 26 order by a.age
"""


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """The uses, and who may use; what depends on the day is asked afterwards."""
    events = EVENTS.format(person=quoted(settings.events.person), when=moment_of(settings.events.at))
    told_apart = (settings.group, settings.team)
    return (
        Preparation(name="used", sql=events, reads={"events": settings.events.read}),
        _since("let_in", settings.let_in, *(("", "") if settings.eligible else told_apart)),
        _since("meant", settings.eligible, *told_apart, dated=False),
        _since("taught", settings.trained),
        Query(name="counts", sql=COUNTS),
    )


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query | Preparation, ...]:
    """Everything up to the last complete week."""
    until = this_week(answers.as_of)
    active = {"active": settings.active_uses}
    since = {"since": (until - timedelta(weeks=settings.last_weeks)).isoformat()}
    cut = {"until": until.isoformat()}
    return (
        Preparation(name="weekly", sql=WEEKS, parameters=cut),
        Query(
            name="members", sql=MEMBERS, parameters={**active, **since, **cut, "after": settings.retained_after_weeks}
        ),
        Query(name="last_week", sql=LAST_WEEK),
        Query(name="active", sql=ACTIVE, parameters={**active, **cut}),
        Query(name="retention", sql=RETENTION, parameters={**active, **cut}),
    )


def this_week(today: date) -> date:
    """The Monday with which the week that is not complete yet began."""
    return today - timedelta(days=today.weekday())


def _since(name: str, people: People | None, group: str = "", team: str = "", *, dated: bool = True) -> Preparation:
    if people is None:
        return Preparation(name=name, sql=NOBODY)
    when = moment_of(people.at) if dated and people.at else "cast(null as timestamp)"
    kind, of = (f"cast({quoted(word)} as varchar)" if word else "cast(null as varchar)" for word in (group, team))
    sql = SINCE.format(person=quoted(people.person), when=when, kind=kind, team=of)
    return Preparation(name=name, sql=sql, reads={"given": people.read})
