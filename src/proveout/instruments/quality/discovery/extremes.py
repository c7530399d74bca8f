"""What is worth a look and often right: empty cells, rare categories, far-off numbers, keys that stand twice."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from proveout.core.question import quoted
from proveout.instruments.quality.discovery.profile import listed, written
from proveout.instruments.quality.discovery.suggestion import Suggestion

Row = Mapping[str, Any]
FEWEST = 100
"""Filled cells below which nothing is rare."""
NEARLY_FULL, NEARLY_UNIQUE = 0.98, 0.99
MOST_CATEGORIES, RARE_CATEGORY, RARE_TOTAL = 20, 2, 0.01
FAR = 8.0
"""A fence stands this many times as far from the median as the 5% quantile on its side: 13 standard deviations of a
normal field, on a logarithmic scale for a field that is skewed."""
SKEWED = 2.0


def extremes(field: str, seen: Row, numbers: Row | None, entries: Sequence[Row]) -> Iterable[Suggestion]:
    """Rules of low confidence of one field.

    Args:
        field: Name of the column.
        seen: Its row of the profile's fields.
        numbers: Its quantiles, if it holds numbers.
        entries: Its values with their counts, if they are few.
    """
    if seen["n_filled"] < FEWEST:
        return
    cell = written(field)
    filled = f"{cell} is not null"
    if NEARLY_FULL * seen["n_rows"] <= seen["n_filled"] < seen["n_rows"]:
        yield Suggestion(
            field=field, kind="filled", words=f"{field} is filled", confidence="low", faulty=f"{cell} is null",
            applies="true",
        )  # fmt: skip
    if (
        NEARLY_UNIQUE * seen["n_filled"] <= seen["n_distinct"] < seen["n_filled"]
        and seen["n_like_keys"] == seen["n_filled"]
    ):
        yield Suggestion(field=field, kind="key", words=f"{field} stands once", confidence="low")
    usual = [row["value"] for row in entries if row["n"] > RARE_CATEGORY]
    rare = sum(row["n"] for row in entries if row["n"] <= RARE_CATEGORY)
    if 2 <= len(usual) <= MOST_CATEGORIES and 0 < rare <= RARE_TOTAL * seen["n_filled"]:
        yield Suggestion(
            field=field, kind="set", words=f"{field} is one of {len(usual)} usual entries", confidence="low",
            faulty=f"coalesce({cell} not in {listed(usual)}, false)", applies=filled, allowed=tuple(usual),
        )  # fmt: skip
    if numbers and (fences := _fences(numbers)):
        low, high = fences
        number = f"try_cast({quoted(field)} as double)"
        yield Suggestion(
            field=field, kind="range", words=f"{field} lies between {low:.4g} and {high:.4g}", confidence="low",
            faulty=f"coalesce({number} not between {low!r} and {high!r}, false)", applies=f"{number} is not null",
            bounds=fences,
        )  # fmt: skip


def _fences(row: Row) -> tuple[float, float] | None:
    """Fences beyond which some numbers lie, or nothing."""
    low, middle, high = row["low"], row["middle"], row["high"]
    if row["n"] < FEWEST or not low < middle < high:
        return None
    if row["least"] > 0 and high - middle > SKEWED * (middle - low):
        a, b, c = math.log(low), math.log(middle), math.log(high)
        fences = math.exp(b - FAR * (b - a)), math.exp(min(b + FAR * (c - b), 700.0))
    else:
        fences = middle - FAR * (middle - low), middle + FAR * (high - middle)
    return fences if row["least"] < fences[0] or row["most"] > fences[1] else None
