"""Outcomes that name no day: whether it can do without, and which column it may be."""

from collections.abc import Sequence

from proveout.core.errors import TooLittle
from proveout.core.pilot import Pilot
from proveout.core.question import Columns, Query, Rows, quoted, texts

HAS_DATES = 0.5
"""Share of a column's first values that must be dates."""
OURS = ("unit", "day", "value", "weight", "before")
"""Columns that say what they are."""

FIRST = r"""
select name, count(*) as n, count(*) filter (where try_cast(cell as timestamp) is not null
  or regexp_matches(cell, '^\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})\b')) as n_dates
from (unpivot (select columns(*)::varchar from (select * from outcome limit 1000)) on columns(*)
  into name name value cell)
group by name
"""
"""Of each column, how many of its first values are dates."""

ROWS = """
with given as (
  select x.unit, x.day from (select null as day) as absent, lateral (select unit, day from outcome) as x
), told as (select count(*) as n_rows, count(day) > 0 as dated from given)
select n_rows, dated, (
  select count(*) from (select unit from given where not (select dated from told) group by unit having count(*) > 1)
) as n_often
from told
"""
"""Where nobody is assigned yet; of those that are, the sums per unit tell it."""


def first(name: str, outcome: Rows) -> Query:
    """Asks which columns hold dates."""
    return Query(name=name, sql=FIRST, reads={"outcome": outcome.read})


def rows(name: str, outcome: Rows) -> Query:
    """Asks whether there are days, and how many units have several rows without."""
    return Query(name=name, sql=ROWS, reads={"outcome": outcome.read})


def why_not(n_often: int, columns: Columns, outcome: Rows, pilot: Pilot) -> TooLittle | None:
    """Why outcomes without a day cannot be compared; None where each unit has one, and nothing else is a date.

    Args:
        n_often: Units with several rows.
        columns: The answer to `first`.
        outcome: Where they are.
        pilot: The design.
    """
    close = _dates(columns)
    if n_often:
        so = f"{n_often:,} unit(s) have several rows: what was before the start cannot be told from what came since"
    elif pilot.in_time:
        so = "who has the system changes over time"
    elif close:
        hold = "holds" if len(close) == 1 else "hold"
        so = f"{_listed(close)} {hold} dates: nobody can say which rows are of the pilot"
    else:
        return None
    return TooLittle(f"the outcomes have no `day`, and {so}", _remedy(close, columns, outcome, once=not n_often))


def _dates(columns: Columns) -> list[str]:
    found = zip(texts(columns["name"]), columns["n"], columns["n_dates"], strict=True)
    return sorted(name for name, n, dates in found if name and _other(name) and dates >= HAS_DATES * n)


def _other(name: str) -> bool:
    return name.casefold() not in OURS


def _remedy(close: Sequence[str], columns: Columns, outcome: Rows, *, once: bool) -> str:
    if not close:
        others = sorted(name for name in texts(columns["name"]) if name and _other(name))
        there = f" (beside `unit` and `value` there is {_listed(others)})" if others else ""
        return f"give each row the `day` that it is of, as 2026-01-31{there}"
    column, source = _named(close[0]), _named(outcome.table or outcome.source)
    here = "in the query of the outcomes" if outcome.query else "in a query"
    more = f" (or {_listed(close[1:])})" if close[1:] else ""
    select = f"`select unit, {column} as day, value from {source}`{more}"
    said = f"call the column `day`, or say {here} which it is: {select}"
    leave = f"; if it has nothing to do with it, leave it out: `select unit, value from {source}`"
    return said + (leave if once else "")


def _named(name: str) -> str:
    return name if name.isidentifier() else quoted(name)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
