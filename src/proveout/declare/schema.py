"""JSON Schema of `initiative.yml`, so that editors complete, explain and underline."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from inspect import getdoc
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from proveout.core.digest import plain
from proveout.core.initiative import Initiative
from proveout.declare import types
from proveout.declare.references import NAME

DIALECT = "https://json-schema.org/draft/2020-12/schema"
GOOD_FOR_DAYS = {"type": "integer", "minimum": 1, "description": "After how many days the evidence is stale."}
_NAME = {"type": "string", "pattern": f"^{NAME.pattern}$"}

_BOUNDS = {
    "gt": "exclusiveMinimum",
    "ge": "minimum",
    "lt": "exclusiveMaximum",
    "le": "maximum",
    "multiple_of": "multipleOf",
}
_SCALARS: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string"},
    type(None): {"type": "null"},
    Any: {},
}


def schema(settings_types: Mapping[str, type]) -> dict[str, Any]:
    """JSON Schema (2020-12) of a declaration, whole or one of its files.

    Args:
        settings_types: The dataclass of a block's settings, by instrument.
    """
    definitions: dict[str, Any] = {}
    writer = _Writer(definitions)
    whole = writer.mapping(Initiative)
    blocks = [_block(writer, name, settings_types[name]) for name in sorted(settings_types)]
    whole["properties"]["initiative"] = {**_NAME, "description": whole["properties"]["initiative"]["description"]}
    whole["properties"]["evidence"] = {
        "description": "Blocks to measure, by id; each names its instrument.",
        "type": ["object", "null"],
        "additionalProperties": {"oneOf": blocks},
    }
    return {
        "$schema": DIALECT,
        "title": "Proveout initiative",
        **whole,
        "$defs": dict(sorted(definitions.items())),
    }


def _block(writer: "_Writer", name: str, settings: type) -> dict[str, Any]:
    block = writer.mapping(settings, prefix=f"{name}.")
    own = {"instrument": {"const": name, "description": "What measures it."}, "good_for_days": dict(GOOD_FOR_DAYS)}
    block["properties"] = {**own, **block["properties"]}
    block["required"] = ["instrument", *block.get("required", ())]
    return {"title": name, **block}


class _Writer:
    """Type hints to schemas; dataclasses below the top become definitions."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self.definitions = definitions

    def mapping(self, cls: type, *, prefix: str = "") -> dict[str, Any]:
        """The schema of a dataclass."""
        docs = types.key_docs(cls)
        needed = types.required(cls)
        properties = {}
        for key, hint in types.keys(cls).items():
            written = self.hint(hint, prefix)
            properties[key] = {"description": docs[key], **(written if key in needed else _or_null(written))}
            if not docs[key]:
                del properties[key]["description"]
        for f, key in zip(fields(cls), properties, strict=True):
            if isinstance(f.default, str | int | float) and f.default != "" and "default" not in properties[key]:
                properties[key]["default"] = plain(f.default)
        found = {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}
        if text := (getdoc(cls) or "").split("\n\n")[0].replace("\n", " "):
            found = {"description": text, **found}
        return found if needed else {key: value for key, value in found.items() if key != "required"}

    def hint(self, hint: Any, prefix: str) -> dict[str, Any]:
        """The schema of a type hint."""
        if get_origin(hint) is Annotated:
            inner, *limits = get_args(hint)
            return _limited(self.hint(inner, prefix), limits)
        if get_origin(hint) in (Union, UnionType):
            return _or([self.hint(member, prefix) for member in get_args(hint)])
        return self._one(hint, prefix)

    def _one(self, hint: Any, prefix: str) -> dict[str, Any]:
        if words := types.choices(hint):
            return {"enum": [*words, *_empty_word(hint)]}
        kind = types.plain_type(hint)
        if get_origin(kind) is Annotated:
            return self.hint(kind, prefix)
        if is_dataclass(kind):
            return self._reference(kind, prefix)  # pyright: ignore[reportArgumentType]
        if kind in _SCALARS:
            return dict(_SCALARS[kind])
        if types.chosen(kind, []) is not None:
            items = get_args(kind)
            if get_origin(kind) is tuple and items[-1] is not Ellipsis:
                prefix_items = [self.hint(item, prefix) for item in items]
                return {"type": "array", "prefixItems": prefix_items, "minItems": len(items), "maxItems": len(items)}
            return {"type": "array", "items": self.hint(items[0], prefix)}
        return {"type": "object", "additionalProperties": self.hint(get_args(kind)[1], prefix)}

    def _reference(self, cls: type, prefix: str) -> dict[str, Any]:
        """A definition; dataclasses of an instrument carry its name, so that two may have the same."""
        name = cls.__name__ if cls.__module__.startswith("proveout.core.") else prefix + cls.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            written = self.mapping(cls, prefix=prefix)
            if cls in types.SHORT_FORMS:
                short = self.hint(types.keys(cls)[types.SHORT_FORMS[cls]], prefix)
                written = _or([_without_null(short), written])
            self.definitions[name] = written
        return {"$ref": f"#/$defs/{name}"}


def _without_null(written: dict[str, Any]) -> dict[str, Any]:
    kind = written.get("type")
    return {**written, "type": [name for name in kind if name != "null"]} if isinstance(kind, list) else written


def _or(written: list[dict[str, Any]]) -> dict[str, Any]:
    """Any of them, in the shortest form."""
    others = [member for member in written if member != {"type": "null"}]
    if len(others) == 1 < len(written):
        return _or_null(others[0])
    if all(list(member) == ["type"] and isinstance(member["type"], str) for member in written):
        return {"type": list(dict.fromkeys(member["type"] for member in written))}
    return {"anyOf": written}


def _or_null(written: dict[str, Any]) -> dict[str, Any]:
    """The same, and nothing after the colon."""
    if not written or {"type": "null"} in written.get("anyOf", ()):
        return written
    kind = written.get("type")
    if "enum" in written and kind is None:
        return {**written, "enum": [*written["enum"], None]}
    if kind is not None:
        kinds = [kind] if isinstance(kind, str) else kind
        return {**written, "type": list(dict.fromkeys([*kinds, "null"]))}
    return {"anyOf": [*written.get("anyOf", [written]), {"type": "null"}]}


def _limited(written: dict[str, Any], limits: list[Any]) -> dict[str, Any]:
    """Ranges and lengths, as `annotated_types` spells them."""
    found = dict(written)
    for limit in limits:
        for name, keyword in _BOUNDS.items():
            if getattr(limit, name, None) is not None:
                found[keyword] = getattr(limit, name)
        size = "Items" if found.get("type") == "array" else "Properties" if found.get("type") == "object" else "Length"
        for name in ("min", "max"):
            if getattr(limit, f"{name}_length", None) is not None:
                found[f"{name}{size}"] = getattr(limit, f"{name}_length")
    return found


def _empty_word(hint: Any) -> list[str]:
    return [""] if "" in get_args(hint) else []
