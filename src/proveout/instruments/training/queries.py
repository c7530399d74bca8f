"""What is asked: people, what they finished, what they scored, since when they are in."""

from datetime import date, timedelta

from proveout.core.initiative import Initiative
from proveout.core.question import CALENDAR, Answers, Preparation, Query, Question, moment_of, quoted
from proveout.instruments.training.settings import Settings

MOST_ROWS = 200_000
"""Of each answer: persons, or persons and modules."""
WITHIN = f"t {CALENDAR}"
WHO = "nullif(lower(trim(cast({person} as varchar))), '')"
NUMBER = "try_cast(regexp_replace(trim(cast({column} as varchar)), '^([0-9]+),([0-9]{{1,2}})$', '\\1.\\2') as double)"
"""Of 7.5 and of 7,5."""

STAFF = f"""
select person, min(role) as role, max(role) as other_role
from (select {WHO} as person, nullif(trim(cast({{role}} as varchar)), '') as role from given) as told
where person is not null group by person order by person limit {MOST_ROWS + 1}
"""
FINISHED = f"""
select {WHO} as person, nullif(trim(cast({{module}} as varchar)), '') as module, {{when}} as t,
  cast({{at}} as varchar) as written
from given
"""
PART = """case when json_type(j, '$.{0}') = 'OBJECT' then j -> '$.{0}'
    when json_type(try_cast(j ->> '$.{0}' as json)) = 'OBJECT' then try_cast(j ->> '$.{0}' as json) end as {0}"""
"""A part of a statement that is an object; where one line has another kind, the reader hands over all as text."""
STATED = f"""
with line as (
  select to_json(s) as j from given as s
), told as (
  select coalesce(try_cast(j ->> '$.json' as json), j) as j from line
), parted as (
  select j ->> '$.id' as id, trim(j ->> '$.timestamp', '"') as told_at, {PART.format("actor")}, {PART.format("verb")},
    {PART.format("object")}, {PART.format("result")}
  from told
), said as (
  select id, told_at,
    coalesce(regexp_replace(actor ->> '$.mbox', '^mailto:', '', 'i'), actor ->> '$.account.name',
      actor ->> '$.mbox_sha1sum', actor ->> '$.openid') as who,
    regexp_extract(verb ->> '$.id', '[^/]+$') as verb, object ->> '$.id' as activity,
    lower(coalesce(result ->> '$.success', 'true')) as success,
    lower(coalesce(result ->> '$.completion', 'true')) as completion
  from parted
)
select {WHO.format(person="who")} as person, activity as module, {moment_of("told_at")} as t, told_at as written
from said
where verb in ('completed', 'passed') and success <> 'false' and completion <> 'false'
  and (id is null or id not in (select activity from said where verb = 'voided' and activity is not null))
"""
"""What was finished or passed, without what was voided, and without what failed or is not complete."""
MALFORMED = f"""
with line as (
  select to_json(s) as j from given as s
), told as (
  select coalesce(try_cast(j ->> '$.json' as json), j) as j from line
), parted as (
  select {PART.format("actor")}, {PART.format("verb")}, {PART.format("object")} from told
)
select count(*) as n_rows,
  count(*) filter (where actor is null or verb ->> '$.id' is null or object ->> '$.id' is null) as n from parted
"""
DONE = f"""
select person, module, cast(min(t) filter (where {WITHIN}) as varchar) as at,
  count(*) filter (where t is null or not ({WITHIN})) as undated,
  count(*) filter (where t >= cast($tomorrow as timestamp)) as future,
  min(written) filter (where t is null) as such_as
from (select * from {{name}}) as told where person is not null and module is not null group by person, module
order by person, module limit {MOST_ROWS + 1}
"""
LET_IN = f"""
select person, cast(min(t) filter (where {WITHIN}) as varchar) as at
from (select {WHO} as person, {{when}} as t from given) as told
where person is not null and (t is null or t < cast($tomorrow as timestamp)) group by person
order by person limit {MOST_ROWS + 1}
"""
TESTED = f"""
with told as (
  select {WHO} as person, lower(trim(cast({{test}} as varchar))) as test,
    {{number}} as score, nullif(trim(cast({{score}} as varchar)), '') as written, {{when}} as t
  from given
), placed as (
  select person, test, score, written, t,
    row_number() over (partition by person, test order by t desc nulls last, score) as place,
    count(*) over (partition by person, test) as n_rows
  from told where person is not null and test in ($before, $after)
    and (t is null or t < cast($tomorrow as timestamp))
)
select person, test, score, n_rows, written, cast(t as varchar) as at
from placed where place = 1 order by person, test limit {MOST_ROWS + 1}
"""
FIRST_PASSED = f"""
select person, cast(min(t) as varchar) as at
from (
  select {WHO} as person, lower(trim(cast({{test}} as varchar))) as test,
    {{number}} as score, {{when}} as t from given
) as told
where person is not null and test = $after and score between $bar and $full and t < cast($tomorrow as timestamp)
group by person order by person limit {MOST_ROWS + 1}
"""


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Who is to be trained, and what was finished; what depends on the day is asked afterwards."""
    people = settings.people
    staff = STAFF.format(person=quoted(people.person), role=quoted(people.role))
    asked: list[Question] = [Query(name="staff", sql=staff, reads={"given": people.read})]
    if done := settings.completions:
        sql = FINISHED.format(
            person=quoted(done.person), module=quoted(done.module), at=quoted(done.at), when=moment_of(done.at)
        )
        asked.append(Preparation(name="finished", sql=sql, reads={"given": done.read}))
    if stated := settings.statements:
        asked.append(Preparation(name="stated", sql=STATED, reads={"given": stated.read}))
        asked.append(Query(name="malformed", sql=MALFORMED, reads={"given": stated.read}))
    asked += [
        Query(name=f"{name} rows", sql="select count(*) as n from given", reads={"given": table.read})
        for name, table in (("tests", settings.tests), ("access", settings.access))
        if table
    ]
    return tuple(asked)


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query | Preparation, ...]:
    """Everything up to today."""
    tomorrow = {"tomorrow": (answers.as_of + timedelta(days=1) if answers.as_of < date.max else date.max).isoformat()}
    asked = [
        Query(name=f"done {name}", sql=DONE.format(name=name), parameters=tomorrow)
        for name, declared in (("finished", settings.completions), ("stated", settings.statements))
        if declared
    ]
    if access := settings.access:
        sql = LET_IN.format(person=quoted(access.person), when=moment_of(access.at))
        asked.append(Query(name="access", sql=sql, reads={"given": access.read}, parameters=tomorrow))
    if tests := settings.tests:
        when = moment_of(tests.at) if tests.at else "cast(null as timestamp)"
        columns = {name: quoted(getattr(tests, name)) for name in ("person", "test", "score")}
        columns["number"] = NUMBER.format(column=columns["score"])
        words = {"before": tests.before.strip().lower(), "after": tests.after.strip().lower()}
        read = {"given": tests.read}
        asked.append(
            Query(name="tests", sql=TESTED.format(when=when, **columns), reads=read, parameters=words | tomorrow)
        )
        if tests.at:
            bar = {
                "after": words["after"],
                "bar": tests.competent_from * tests.full_score,
                "full": tests.full_score,
            } | tomorrow
            passed = FIRST_PASSED.format(when=when, **columns)
            asked.append(Query(name="passed", sql=passed, reads=read, parameters=bar))
    return tuple(asked)
