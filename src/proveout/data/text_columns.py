"""Why a column is text: one stray value among numbers or times makes it so, and most failing queries come of it."""

import re
from collections.abc import Mapping

from proveout.core.errors import ProveoutError
from proveout.core.question import quoted
from proveout.data.sandbox import Sandbox

DAY_OR_MONTH = r"^\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})\b"
STRPTIME = "write dates as 2026-01-31, or say in a query how to read them, as in strptime(day, '%d/%m/%Y')"
LEFT_OUT = (
    "write all of them as 2026-01-31, or say in the query how to read them: try_cast({0} as date) leaves those out"
)
READ_TOO = ", coalesce(try_cast({0} as date), try_strptime({0}, '{1}')::date) reads them, if the day stands first"
ENOUGH = 0.5
"""Share of values that must be numbers (or times) for the others to be called strays."""


def explain(sql: str, selects: Mapping[str, str], box: Sandbox, seconds: float) -> str:
    """Name the strays in the text columns that a failed query uses; empty when there are none.

    Args:
        sql: The query that failed.
        selects: Its relations as SELECTs, by name.
        box: Where they are.
        seconds: How long each look may take.
    """
    found = []
    for select in selects.values():
        try:
            types = box.types(select, seconds=seconds)
            names = [name for name, kind in types.items() if kind == "VARCHAR" and name.casefold() in sql.casefold()]
            found += [stray for name in names for stray in _strays(select, name, box, seconds)]
        except ProveoutError:
            continue
    return "; ".join(found)


def endless(selects: Mapping[str, str], box: Sandbox, seconds: float) -> str:
    """Name the columns with days such as `inf`, which DuckDB reads and nobody can hold; empty when there are none.

    Args:
        selects: The relations as SELECTs, by name.
        box: Where they are.
        seconds: How long each look may take.
    """
    found = []
    for select in selects.values():
        days = [name for name, kind in box.types(select, seconds=seconds).items() if kind == "DATE"]
        for name in days:
            row = box.run(
                f"select count(*) as n, min(position) as first, arg_min({quoted(name)}::varchar, position) as day "
                f"from (select *, row_number() over () as position from ({select})) where not isfinite({quoted(name)})",
                seconds=seconds,
            )
            if n := int(row["n"][0]):
                rows = f"{n:,} rows, the first of which is" if n > 1 else "row"
                found.append(f"column {name} says {row['day'][0]}, which is no day, in {rows} {int(row['first'][0]):,}")
    return "; ".join(found)


def _strays(select: str, name: str, box: Sandbox, seconds: float) -> list[str]:
    column = quoted(name)
    two_ways = f"regexp_matches({column}, '{DAY_OR_MONTH}')"
    seen = box.run(
        f"select count(*) filter (where {two_ways}) as n, min({column}) filter (where {two_ways}) as first, "
        f"count({column}) as n_all from ({select})",
        seconds=seconds,
    )
    if seen["n"][0] and seen["n"][0] > seen["n_all"][0] * (1 - ENOUGH):
        return [f"column {name} is text because {seen['first'][0]} can be read in two ways: " + STRPTIME]
    for kind, said in (("double", "number"), ("timestamp", "time")):
        stray = f"{column} is not null and try_cast({column} as {kind}) is null"
        row = box.run(
            f"select count({column}) as n, count(*) filter (where {stray}) as n_strays, "
            f"arg_min({column}, position) filter (where {stray}) as stray, "
            f"min(position) filter (where {stray}) as position "
            f"from (select *, row_number() over () as position from ({select}))",
            seconds=seconds,
        )
        n, n_strays = int(row["n"][0]), int(row["n_strays"][0])
        if n and not n_strays and kind == "double":
            return [
                f"column {name} is text, as names such as 007 or 1e5 are; "
                f"where they are numbers, say so in a query: cast({name} as double)"
            ]
        if n and not n_strays:
            return [
                f"column {name} is text: its dates are written in several ways; say in a query: cast({name} as date)"
            ]
        if 0 < n_strays <= n * (1 - ENOUGH):
            return [
                f"column {name} is text because {n_strays:,} of {n:,} values "
                f"{'is' if n_strays == 1 else 'are'} no {said}, "
                f"the first {row['stray'][0]!r} in row {int(row['position'][0]):,}"
                + (f": {_as_date(name, row['stray'][0])}" if kind == "timestamp" else "")
            ]
    return []


def _as_date(name: str, stray: str) -> str:
    """How to read dates of which some are written in another way."""
    form = re.match(r"\d{1,2}([/.-])\d{1,2}\1\d{4}", stray)
    return LEFT_OUT.format(name) + (READ_TOO.format(name, "%d{0}%m{0}%Y".format(form[1])) if form else "")
