"""Differences between what is promised and what came, in plain words."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from proveout.core.wording import legible
from proveout.instruments.integration.contract import Schema, faults

VARIABLE = re.compile(r"\$\{\w+\}")
KINDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
LONGEST = 60
"""Characters of a value that are quoted."""


def differences(schema: Schema, document: Any, *bodies: Any) -> tuple[str, ...]:
    """Every difference once, whatever number of bodies and items show it.

    Raises:
        NotReadable: The schema cannot be applied.
    """
    return tuple(dict.fromkeys(legible(words) for fault in faults(schema, document, bodies) for words in _words(fault)))


def _words(fault: Any) -> Iterable[str]:
    if isinstance(fault.instance, str) and VARIABLE.fullmatch(fault.instance):
        return ()  # a value that was taken out; nobody knows its type any more
    place = "/" + "/".join("*" if isinstance(part, int) else str(part) for part in fault.absolute_path)
    value, wanted, found = fault.validator_value, fault.validator, fault.instance
    if wanted == "required":
        return (f"{place.rstrip('/')}/{fault.message}: missing",)
    if wanted == "type":
        kinds = value if isinstance(value, list) else [value]
        promised = " or ".join(KINDS.get(str(kind), str(kind)) for kind in kinds)
        return (f"{place}: {_kind(found)} where {promised} is promised",)
    if wanted == "enum" and isinstance(value, list):
        return (f"{place}: {_short(found)}, which is none of {', '.join(map(_short, value[:6]))}",)
    if wanted == "const":
        return (f"{place}: {_short(found)} where {_short(value)} is promised",)
    if wanted in ("additionalProperties", "unevaluatedProperties"):
        known = fault.schema.get("properties") or {}
        return tuple(f"{place.rstrip('/')}/{name}: not promised" for name in found if name not in known)
    if wanted == "format":
        return (f"{place}: not of the promised format {value}",)
    if wanted in ("anyOf", "oneOf", "not", "if"):
        return (f"{place}: {_kind(found)} that fits none of the promised forms",)
    if wanted is None:
        return (f"{place}: nothing is allowed here",)
    return (f"{place}: {_kind(found)} that breaks {wanted}: {_short(value)}",)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array"}
    return KINDS[kinds.get(type(value), "object")]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
