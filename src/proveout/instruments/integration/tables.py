"""Tables of a database against what is promised of them."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

FAMILIES = {
    "text": ("text", "string", "varchar", "character", "char", "citext", "name", "clob", "nvarchar", "enum"),
    "a whole number": (
        "integer",
        "int",
        "bigint",
        "smallint",
        "tinyint",
        "int2",
        "int4",
        "int8",
        "serial",
        "bigserial",
    ),
    "a number": ("number", "numeric", "decimal", "real", "double", "float", "float4", "float8", "money"),
    "true or false": ("boolean", "bool"),
    "a date": ("date",),
    "a time": ("timestamp", "datetime", "timestamptz"),
    "JSON": ("json", "jsonb"),
    "a UUID": ("uuid",),
    "bytes": ("bytea", "blob", "bytes", "binary"),
}
KNOWN = {word: family for family, words in FAMILIES.items() for word in words}


def table_differences(promised: Mapping[str, Mapping[str, str]], found: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What differs, in words; columns that nobody promised do not count.

    Args:
        promised: Type by column by table.
        found: Rows of ``table``, ``column`` and ``type``.
    """
    there: dict[str, dict[str, str]] = {}
    for row in found:
        columns = there.setdefault(str(row.get("table")).casefold(), {})
        columns[str(row.get("column")).casefold()] = str(row.get("type"))
    words: list[str] = []
    for table, columns in promised.items():
        if table.casefold() not in there:
            words.append(f"{table}: no such table")
            continue
        own = there[table.casefold()]
        for column, kind in columns.items():
            if column.casefold() not in own:
                close = get_close_matches(column.casefold(), own, n=1)
                words.append(f"{table}.{column}: missing" + (f" (there is {close[0]})" if close else ""))
            elif not _fits(own[column.casefold()], kind):
                words.append(f"{table}.{column}: {_family(own[column.casefold()])} where {_family(kind)} is promised")
    return tuple(words)


def _fits(found: str, promised: str) -> bool:
    """Whole numbers are numbers; the length of a text and the precision of a number do not count."""
    pair = (_family(found), _family(promised))
    return pair[0] == pair[1] or pair == ("a whole number", "a number")


def _family(kind: str) -> str:
    word = kind.strip().casefold().partition("(")[0].split()
    return KNOWN.get(word[0], kind) if word else "no type"
