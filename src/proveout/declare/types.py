"""What the dataclasses say about each place of a declaration: keys, kinds of values, short forms."""

import types
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from proveout.core.initiative import Source
from proveout.core.value import Quantity
from proveout.declare.document import Path
from proveout.declare.fields import field_docs

SHORT_FORMS: Mapping[type, str] = {Source: "location", Quantity: "fixed"}
"""Dataclasses that may be written as one scalar, and the key it stands for."""


@cache
def keys(cls: type) -> dict[str, Any]:
    """Type hints of a dataclass by the keys that people write."""
    hints = get_type_hints(cls, include_extras=True)
    return {_spelling(cls)(f.name): hints[f.name] for f in fields(cls)}


def key_docs(cls: type) -> dict[str, str]:
    """The docstring of each field by the key that people write."""
    docs = field_docs(cls)
    return {_spelling(cls)(f.name): docs.get(f.name, "") for f in fields(cls)}


@cache
def required(cls: type) -> tuple[str, ...]:
    """Keys without which the entry cannot be read."""
    no_default = (f.default is MISSING and f.default_factory is MISSING for f in fields(cls))
    return tuple(key for key, needed in zip(keys(cls), no_default, strict=True) if needed)


@cache
def alternatives(hint: Any) -> tuple[Any, ...]:
    """The members of a union, annotations taken off; None is left out."""
    if get_origin(hint) is Annotated:
        return alternatives(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(member for part in get_args(hint) for member in alternatives(part))
    return () if hint is type(None) else (hint,)


def chosen(hint: Any, value: Any) -> Any:
    """The alternative that a value of this shape means, None when there is none."""
    for member in alternatives(hint):
        fits_mapping = is_dataclass(member) or _is(member, Mapping)
        if isinstance(value, dict) and fits_mapping:
            return member
        if isinstance(value, list) and _is(member, Sequence):
            return member
        if not isinstance(value, dict | list) and not fits_mapping and not _is(member, Sequence):
            return member
    return None


def keys_of(hint: Any) -> Any:
    """The type hint of the keys of a mapping, None when it is none."""
    return next((get_args(member)[0] for member in alternatives(hint) if _is(member, Mapping)), None)


def below(hint: Any, step: str | int) -> Any:
    """The type hint one step further down, None when nothing may stand there."""
    for member in alternatives(hint):
        if isinstance(step, str) and is_dataclass(member):
            return keys(_as_type(member)).get(step)
        if isinstance(step, str) and _is(member, Mapping):
            return get_args(member)[1]
        if isinstance(step, int) and _is(member, Sequence):
            return _item(member, step)
    return None


def at(hint: Any, path: Path) -> Any:
    """The type hint at a path."""
    for step in path:
        hint = below(hint, step) if hint is not None else None
    return hint


def expand(hint: Any, value: Any) -> Any:
    """Short forms written out, and keys with nothing after the colon left out."""
    if isinstance(value, dict):
        cls = chosen(hint, value)
        blank = set(keys(cls)) if is_dataclass(cls) else set()
        return {
            key: expand(below(hint, key), item) for key, item in value.items() if item is not None or key not in blank
        }
    if isinstance(value, list):
        return [expand(below(hint, i), item) for i, item in enumerate(value)]
    if value is not None and len(members := alternatives(hint)) == 1 and members[0] in SHORT_FORMS:
        return {SHORT_FORMS[members[0]]: value}
    return value


def references(hint: Any, value: Any, kinds: Collection[Any], path: Path = ()) -> Iterator[tuple[Path, Any, str]]:
    """Every text whose type hint is one of the kinds: path, kind, text. Keys of mappings count as well."""
    cls = chosen(hint, value)
    if isinstance(value, dict):
        for key, item in value.items():
            if _is(cls, Mapping) and get_args(cls)[0] in kinds:
                yield (*path, key), get_args(cls)[0], key
            yield from references(below(hint, key), item, kinds, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from references(below(hint, i), item, kinds, (*path, i))
    elif cls in kinds and isinstance(value, str) and value:
        yield path, cls, value


def choices(hint: Any) -> tuple[str, ...]:
    """The words that may stand here, if only certain words may."""
    found: list[str] = []
    for member in alternatives(hint):
        if get_origin(member) is Literal:
            found += (str(word) for word in get_args(member) if word != "")
        elif isinstance(member, type) and issubclass(member, Enum):
            found += (str(word.value) for word in member)
    return tuple(found)


def plain_type(hint: Any) -> Any:
    """The type behind a NewType."""
    while isinstance(hint, NewType):
        hint = hint.__supertype__
    return hint


def _spelling(cls: type) -> Callable[[str], str]:
    return getattr(cls, "__pydantic_config__", {}).get("alias_generator", str)


def _is(hint: Any, kind: type) -> bool:
    """Whether the hint is a mapping, or a sequence other than text."""
    origin = get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, kind) and bool(get_args(hint))


def _item(hint: Any, index: int) -> Any:
    args = get_args(hint)
    if get_origin(hint) is not tuple or args[-1] is Ellipsis:
        return args[0]
    return args[index] if index < len(args) else None


def _as_type(hint: Any) -> type:
    return hint
