"""Which columns of a CSV file are left as they are written, since reading them would lose or guess something."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from proveout.core.question import quoted
from proveout.data.csv_files import listed, options, sample_of, select
from proveout.data.location import Location
from proveout.data.sandbox import Sandbox, text

FIRST_ROWS = 100
YES_OR_NO = re.compile(r"\b(yes|no|y|n|t|f)\b", re.IGNORECASE)
DAY_OR_MONTH_FIRST = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})\b")
ZONE = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
ZONED = re.compile(r"\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d)")
WHOLE = ("BIGINT", "HUGEINT")
CODE = r"^\s*(0[0-9xX][0-9A-Za-z]*|[0-9]+[eE][0-9]+)\s*$"
"""A name that looks like a number: 007, 0x1f, 1e5. Programs write 100000 or 1e+05 where they mean the number."""
LONG_CODE = rf"{CODE}|^\s*-?[0-9]{{17,}}\s*$"
"""Where DuckDB would make it a number with a point, also what has more digits than such a number keeps."""
MEASURED = r"[.+-]|^\s*inf"
"""What no name among numbers has."""


def columns(location: Location, path: Path, box: Sandbox) -> list[str]:
    """Names of the columns whose values stay text.

    Args:
        location: The source.
        path: Its file, or the copy in UTF-8.
        box: Where it is looked into.
    """
    sample = "" if location.path.suffix == ".zst" else sample_of(location)
    types, days = _sniffed(location, path, box, options(location))
    codes = {name: _names(CODE) for name, kind in types.items() if kind in WHOLE}
    codes |= {name: _names(LONG_CODE) for name, kind in types.items() if kind == "DOUBLE"}
    found = _in_text(codes, location, path, box)
    if not sample or DAY_OR_MONTH_FIRST.search(sample):
        found |= _unclear_dates(types, days, location, path, box)
    if not sample or YES_OR_NO.search(sample):
        found |= _words([name for name, kind in types.items() if kind == "BOOLEAN"], location, path, box)
    if not sample or ZONED.search(sample):
        zoned = [name for name, kind in types.items() if kind == "TIMESTAMP WITH TIME ZONE"]
        found |= _partly_zoned(zoned, location, path, box)
    return sorted(found)


def _sniffed(location: Location, path: Path, box: Sandbox, given: dict[str, str]) -> tuple[dict[str, str], str]:
    """Types by column, and how days are written."""
    sql = f'select "DateFormat", "Columns" from sniff_csv({text(str(path))}, {listed(given)})'
    found = box.run(sql, seconds=location.source.timeout_seconds)
    return {str(column["name"]): str(column["type"]) for column in found["Columns"][0]}, str(found["DateFormat"][0])


def _names(pattern: str) -> str:
    """A condition: some value looks like a name, and none can only be a number."""
    some, measured = (f"coalesce(bool_or(regexp_matches({{}}, {text(p)})), false)" for p in (pattern, MEASURED))
    return f"{some} and not {measured}"


def _in_text(conditions: Mapping[str, str], location: Location, path: Path, box: Sandbox) -> set[str]:
    """Columns for whose text the condition holds, in one pass over the file; {} stands for the column."""
    if not conditions:
        return set()
    asked = ", ".join(
        f"{condition.replace('{}', quoted(name))} as {quoted(name)}" for name, condition in conditions.items()
    )
    sql = f"select {asked} from ({select(location, path, as_text=conditions)}) as written"
    answer = box.run(sql, seconds=location.source.timeout_seconds)
    return {name for name in conditions if answer[name][0]}


def _unclear_dates(types: dict[str, str], written: str, location: Location, path: Path, box: Sandbox) -> set[str]:
    """Dates such as 02/01/2026 in which both day first and month first would fit every row.

    DuckDB takes the day first; a wrong guess would be silent. Between dots the day stands first wherever dates are
    written so.
    """
    if not written.startswith(("%d", "%m")) or written.startswith("%d."):
        return set()
    swapped = written.translate(str.maketrans("dm", "md"))
    other, _ = _sniffed(location, path, box, options(location) | {"dateformat": text(swapped)})
    return {name for name, kind in types.items() if kind == "DATE" == other.get(name)}


def _words(truths: Sequence[str], location: Location, path: Path, box: Sandbox) -> set[str]:
    """Words such as yes and no, which DuckDB takes for true and false."""
    if not truths:
        return set()
    first = box.run(
        f"{select(location, path, as_text=truths)} limit {FIRST_ROWS}", seconds=location.source.timeout_seconds
    )
    words = {name: {str(word).strip().lower() for word in first[name].tolist() if word} for name in truths}
    return {name for name in truths if not words[name] <= {"true", "false"}}


def _partly_zoned(zoned: Sequence[str], location: Location, path: Path, box: Sandbox) -> set[str]:
    """Times of which some name a zone and some do not: DuckDB would take the others for UTC, and say nothing."""
    partly = "count({}) <> count(*) filter (where regexp_matches({}, " + text(ZONE) + "))"
    return _in_text(dict.fromkeys(zoned, partly), location, path, box)
