"""What is asked: dates and codes of items, scores without their persons."""

from proveout.core.initiative import Initiative
from proveout.core.question import Preparation, Query, Question
from proveout.instruments.feedback.settings import Items, Ratings, Settings

ITEMS = """
select cast(try_cast(cast({at} as varchar) as timestamp) as varchar) as reported,
  cast({closed} as varchar) as closed_text,
  cast(try_cast(cast({closed} as varchar) as timestamp) as varchar) as closed,
  {kind} as kind, {severity} as severity, {release} as release, {theme} as theme
from items order by reported
"""
GIVEN = """
select cast({person} as varchar) as person, try_cast(cast({at} as varchar) as timestamp) as moment,
  try_cast({score} as double) as score, cast({score} as varchar) as written
from ratings
"""
LAST = """
select person, arg_max(score, coalesce(moment, timestamp '1900-01-01')) as score
from given where person is not null and score between $low and $high group by person
"""
ARMS = """
select cast(unit as varchar) as person, min(cast(arm as varchar)) as arm, count(distinct arm) as n_arms
from assignment where unit is not null group by 1
"""
NO_ARMS = "select cast(null as varchar) as person, cast(null as varchar) as arm, 0 as n_arms where false"
SCORES = """
select arm, score from last left join arms using (person) order by md5(person)
"""
"""In an order that has to do with neither score nor time, as the confidence sequence wants it."""
ASKED = "select arm, count(*) as n from arms where n_arms = 1 group by arm order by arm"
COUNTS = """
select count(*) as n_rows, count(*) filter (where written is not null and score is null) as unreadable,
  count(*) filter (where score is not null and not (score between $low and $high)) as off_scale,
  count(distinct person) as n_people,
  count(*) filter (where person is null) as without_person,
  count(distinct person) filter (where person not in (select person from arms)) as strangers
from given
"""


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """The items, and the scores by arm."""
    asked: list[Question] = []
    if settings.items:
        asked.append(_items(settings.items))
    if settings.ratings:
        asked += _ratings(settings.ratings, initiative)
    return tuple(asked)


def _items(items: Items) -> Query:
    coded = {name: _column(getattr(items, name)) for name in ("kind", "severity", "release", "theme")}
    sql = ITEMS.format(at=_quoted(items.at), closed=_quoted(items.closed_at), **coded)
    return Query(name="items", sql=sql, reads={"items": items.read})


def _ratings(ratings: Ratings, initiative: Initiative) -> list[Question]:
    columns = {name: _quoted(getattr(ratings, name)) for name in ("person", "at", "score")}
    scale = {"low": ratings.scale[0], "high": ratings.scale[1]}
    pilot = initiative.pilot
    arms = (
        Preparation(name="arms", sql=ARMS, reads={"assignment": pilot.assignment.read})
        if pilot
        else Preparation(name="arms", sql=NO_ARMS)
    )
    return [
        arms,
        Preparation(name="given", sql=GIVEN.format(**columns), reads={"ratings": ratings.read}),
        Preparation(name="last", sql=LAST, parameters=scale),
        Query(name="scores", sql=SCORES),
        Query(name="asked", sql=ASKED),
        Query(name="rating_counts", sql=COUNTS, parameters=scale),
    ]


def _column(name: str) -> str:
    return f"cast({_quoted(name)} as varchar)" if name else "cast(null as varchar)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
