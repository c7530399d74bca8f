"""From what must hold for a field to SQL."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from proveout.core.question import quoted
from proveout.instruments.quality.discovery.profile import NUMBER, listed, literal, matches
from proveout.instruments.quality.rules import Origin, Rule
from proveout.instruments.quality.settings import Expected

NUMBERS = {
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "DOUBLE", "FLOAT",
}  # fmt: skip
TIMES = {"DATE", "TIMESTAMP"}
INTEGER = r"[-+]?[0-9]+(\.0*)?"
SPELT = {"date": " as 2026-01-31; 02/01/2026 could be two days", "number": " as 1234.5"}
"""What is said of text that should be read as something else."""
READ_AS = {"number": "double", "boolean": "boolean", "date": "date", "timestamp": "timestamp"}
NATIVE = {
    "string": {"VARCHAR"},
    "number": NUMBERS,
    "integer": NUMBERS - {"DOUBLE", "FLOAT"},
    "boolean": {"BOOLEAN"},
    "date": {"DATE"},
    "timestamp": TIMES,
}
FORMS = {
    "email": r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+",
    "date": r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
    "iban": r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}",
    "url": r"(?i)[a-z][a-z0-9+.-]*://[^\s/?#]+[^\s]*",
    "uuid": r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}
CALLED = {
    "email": "an e-mail address",
    "date": "a date as 2026-01-31",
    "iban": "an IBAN",
    "url": "a URL",
    "uuid": "a UUID",
}


def rules_of(name: str, expected: Expected, kind: str, origin: Origin) -> Iterable[Rule]:
    """The rules of one field, but for being filled and for being unique.

    Args:
        name: The column.
        expected: What must hold.
        kind: The column's type in SQL.
        origin: Who says so.
    """
    wanted = {
        "type": _type(name, expected, kind),
        "range": _range(name, expected, kind),
        "allowed": _allowed(name, expected, kind),
        "pattern": _pattern(name, expected),
        "format": _format(name, expected, kind),
        "unit": _unit(name, expected, kind),
        "length": _length(name, expected),
    }
    for part, rule in wanted.items():
        if rule:
            faulty, words = rule
            yield Rule(
                id=f"{name} {part}", dimension="validity", fields=(name,), faulty=faulty,
                applies=f"{quoted(name)} is not null", words=words, origin=origin,
            )  # fmt: skip


def unfit(name: str, expected: Expected, kind: str) -> Iterable[str]:
    """What cannot be asked of a column of that type, in words."""
    for bound in (expected.minimum, expected.maximum, expected.above, expected.below):
        if bound is not None and _bound(bound, kind) is None:
            yield f"the bound {bound!r} of {name}, whose values are {kind.lower()}"
    if expected.unit and kind != "VARCHAR":
        yield f"the unit {expected.unit!r} of {name}, whose values are {kind.lower()} and carry none"


def _text(name: str) -> str:
    return f"cast({quoted(name)} as varchar)"


def _type(name: str, expected: Expected, kind: str) -> tuple[str, str] | None:
    if expected.type in ("", "string") or kind in NATIVE[expected.type]:
        return None
    words = f"{name} is {'an' if expected.type == 'integer' else 'a'} {expected.type}"
    if expected.type == "integer" and kind in NUMBERS:
        return f"{quoted(name)} <> floor({quoted(name)})", words
    if expected.type == "date" and kind == "TIMESTAMP":
        return f"{quoted(name)} <> date_trunc('day', {quoted(name)})", words
    if expected.type == "integer":
        return f"not {matches(f'trim({_text(name)})', INTEGER)}", words
    return f"try_cast({_text(name)} as {READ_AS[expected.type]}) is null", words + SPELT.get(expected.type, "")


def _range(name: str, expected: Expected, kind: str) -> tuple[str, str] | None:
    asked = (("<", "at least", expected.minimum), (">", "at most", expected.maximum))
    asked += (("<=", "more than", expected.above), (">=", "less than", expected.below))
    parts = [
        (f"{_compared(name, bound, kind)} {sign} {limit}", f"{words} {bound}")
        for sign, words, bound in asked
        if bound is not None and (limit := _bound(bound, kind)) is not None
    ]
    if not parts:
        return None
    return " or ".join(sql for sql, _ in parts), f"{name} is {' and '.join(words for _, words in parts)}"


def _compared(name: str, bound: Any, kind: str) -> str:
    if kind in NUMBERS or kind in TIMES:
        return quoted(name)
    return f"try_cast({_text(name)} as {'double' if _number(bound) is not None else 'timestamp'})"


def _bound(bound: Any, kind: str) -> str | None:
    """The bound as SQL; None where values of that type cannot be held against it."""
    number = _number(bound)
    if number is not None:
        return None if kind in TIMES else repr(number)
    if kind in NUMBERS:
        return None
    try:
        return f"timestamp {literal(datetime.fromisoformat(str(bound)).replace(tzinfo=None).isoformat(' '))}"
    except ValueError:
        return None


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _allowed(name: str, expected: Expected, kind: str) -> tuple[str, str] | None:
    if not expected.allowed:
        return None
    shown = ", ".join(str(value) for value in expected.allowed[:8]) + (" ..." if len(expected.allowed) > 8 else "")
    return f"not {among(name, expected.allowed, kind)}", f"{name} is one of: {shown}"


def among(name: str, entries: Iterable[Any], kind: str) -> str:
    """An SQL boolean: whether the cell holds one of the entries; text is compared as it stands."""
    if kind in NUMBERS:
        numbers = [repr(number) for entry in entries if (number := _number(entry)) is not None]
        return f"{quoted(name)} in ({', '.join(numbers)})" if numbers else "false"
    texts = [str(entry).lower() if isinstance(entry, bool) else str(entry) for entry in entries]
    return f"{_text(name) if kind != 'VARCHAR' else quoted(name)} in {listed(texts)}" if texts else "false"


def _pattern(name: str, expected: Expected) -> tuple[str, str] | None:
    if not expected.pattern:
        return None
    return f"not regexp_matches({_text(name)}, {literal(expected.pattern)})", f"{name} matches {expected.pattern}"


def _format(name: str, expected: Expected, kind: str) -> tuple[str, str] | None:
    if not expected.format or (expected.format == "date" and kind == "DATE"):
        return None
    text = _text(name)
    faulty = f"not {matches(text, FORMS[expected.format])}"
    if expected.format == "date":
        faulty += f" or try_cast({text} as date) is null"
    if expected.format == "iban":
        text = f"replace({text}, ' ', '')"
        faulty = f"not {matches(text, FORMS['iban'])} or {_remainder(text)} <> 1"
    return faulty, f"{name} is {CALLED[expected.format]}"


def _remainder(iban: str) -> str:
    """The number that an IBAN stands for, modulo 97 (ISO 13616); A is 10, Z is 35."""
    turned = f"upper(substr({iban}, 5) || substr({iban}, 1, 4))"
    digit = "case when c between '0' and '9' then ascii(c) - 48 else ascii(c) - 55 end"
    digits = f"list_prepend(0, list_transform(string_split({turned}, ''), lambda c: {digit}))"
    return f"list_reduce({digits}, lambda r, d: (r * (case when d > 9 then 100 else 10 end) + d) % 97)"


def _unit(name: str, expected: Expected, kind: str) -> tuple[str, str] | None:
    if not expected.unit or kind != "VARCHAR":
        return None
    amount = rf"\s*{NUMBER}\s*{re.escape(expected.unit)}\s*"
    return f"not {matches(quoted(name), amount)}", f"{name} is a number of {expected.unit}"


def _length(name: str, expected: Expected) -> tuple[str, str] | None:
    signs = f"length({_text(name)})"
    least, most = expected.min_length, expected.max_length
    parts = [f"{signs} < {least:d}"] if least is not None else []
    parts += [f"{signs} > {most:d}"] if most is not None else []
    if not parts:
        return None
    said = [f"at least {least:,}"] if least is not None else []
    said += [f"at most {most:,}"] if most is not None else []
    return " or ".join(parts), f"{name} has {' and '.join(said)} signs"
