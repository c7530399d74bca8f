"""Discovered rules as a data contract (ODCS 3) for a person to accept."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from proveout.core.question import Columns
from proveout.instruments.quality import discovery
from proveout.instruments.quality.discovery.suggestion import Suggestion
from proveout.instruments.quality.expectations import NUMBERS
from proveout.instruments.quality.plan import Plan

HEADER = """\
# What these tables usually look like, as a data contract (Open Data Contract Standard, https://bitol.io).
# A table knows what is usual, not what is true: read every rule, mend or delete those that are wrong, then name this
# file as `contract` (and its `object`) of the table in the block `quality`.
"""
LOGICAL = {
    **dict.fromkeys(NUMBERS - {"DOUBLE", "FLOAT"}, "integer"),
    **dict.fromkeys(("DOUBLE", "FLOAT"), "number"),
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}
DIMENSIONS = {"dependency": "consistency", "misplaced": "consistency"}
DECIDES_ENTRIES = ("type", "unit", "format", "spelling")
"""Kinds of rules beside which the usual entries are no list to keep to, since some of them are wrong."""
SHOWS_NO_VALUE = ("type", "filled", "key")
"""Kinds of rules that name no value of the table."""


def contract(name: str, known: Sequence[Plan], tables: Mapping[str, Columns]) -> str:
    """A draft contract, YAML; one object for each table.

    Args:
        name: What the contract is called.
        known: The tables.
        tables: Answers to the questions of `discovery`, asked with the table's id as prefix.
    """
    import yaml

    draft = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": name,
        "name": name,
        "version": "0.1.0",
        "status": "draft",
        "schema": [_object(plan, tables) for plan in known],
    }
    return HEADER + yaml.safe_dump(draft, sort_keys=False, allow_unicode=True, width=110)


def _object(known: Plan, tables: Mapping[str, Columns]) -> dict[str, Any]:
    found = discovery.suggestions(known.table.id, known.columns, tables)
    full = discovery.full(known.table.id, known.columns, tables)
    properties = [_property(known, name, [one for one in found if one.field == name], full) for name in known.columns]
    return {"name": known.table.id, "logicalType": "object", "physicalType": "table", "properties": properties}


def _property(known: Plan, name: str, found: Sequence[Suggestion], full: frozenset[str]) -> dict[str, Any]:
    secret = name in known.secret
    shown = [one for one in found if not secret or one.kind in SHOWS_NO_VALUE]
    kinds = {one.kind: one for one in shown}
    if any(one.kind in DECIDES_ENTRIES for one in shown):
        shown, kinds = [one for one in shown if one.kind != "set"], {k: v for k, v in kinds.items() if k != "set"}
    written: dict[str, Any] = {"name": name}
    if logical := _logical(known.columns[name], kinds.get("type")):
        written["logicalType"] = logical
    if described := [f"{one.words}: {_support(one, secret)}" for one in shown if _native(one)]:
        written["description"] = "; ".join(described)
    if secret:
        written["classification"] = "confidential"
    if name in full or "filled" in kinds:
        written["required"] = True
    if "key" in kinds:
        written["unique"] = True
    if options := dict(_options(kinds)):
        written["logicalTypeOptions"] = options
    if "set" in kinds:
        written["enum"] = [{"value": _value(entry, known.columns[name])} for entry in kinds["set"].allowed]
    if rules := [_rule(one) for one in shown if not _native(one)]:
        written["quality"] = rules
    return written


def _native(one: Suggestion) -> bool:
    """Whether the standard has words of its own for such a rule."""
    return one.kind in ("type", "filled", "key", "set", "range")


def _logical(kind: str, typed: Suggestion | None) -> str:
    return "number" if typed and not _email(typed) else LOGICAL.get(kind, "")


def _email(typed: Suggestion) -> bool:
    return typed.words.endswith("an e-mail address")


def _options(kinds: Mapping[str, Suggestion]) -> Iterable[tuple[str, Any]]:
    if "type" in kinds and _email(kinds["type"]):
        yield "format", "email"
    if "range" in kinds and (bounds := kinds["range"].bounds):
        yield from zip(("minimum", "maximum"), bounds, strict=True)


def _value(entry: str, kind: str) -> str | float | bool:
    """An entry as it is typed in the table; discovery knows its text."""
    if kind in NUMBERS:
        number = float(entry)
        return int(number) if number == int(number) else number
    return entry == "true" if kind == "BOOLEAN" else entry


def _rule(one: Suggestion) -> dict[str, Any]:
    where = f"({one.rows}) where suspect".replace(" from given)", " from ${object})")
    rows = where if one.kind == "dependency" else f"${{object}} where {one.faulty}"
    return {
        "name": one.words,
        "description": _support(one, secret=False),
        "dimension": DIMENSIONS.get(one.kind, "conformity"),
        "severity": "error" if one.confidence == "high" else "warning",
        "type": "sql",
        "query": f"select count(*) from {rows}",
        "mustBe": 0,
    }


def _support(one: Suggestion, secret: bool) -> str:
    """How many rows speak against the rule."""
    example = "" if secret or not one.example else f", such as {one.example!r}"
    where = " of a sample" if one.sampled else ""
    return f"{one.n_suspects:,} of {one.n:,} rows{where} break it{example}"
