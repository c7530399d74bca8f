"""Plain data to dataclasses, through pydantic; its errors become diagnostics in plain words."""

import difflib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from proveout.core.diagnostic import Diagnostic
from proveout.declare import types
from proveout.declare.document import Document, Path

LONGEST_QUOTE = 60

_BOUNDS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most", "multiple_of": "a multiple of"}
_LENGTHS = {"min_length": "at least", "max_length": "at most"}


@cache
def adapter(cls: Any) -> TypeAdapter[Any]:
    """Pydantic's reader of a type, built once."""
    return TypeAdapter(cls)


def build(cls: type, plain: Any, document: Document, prefix: Path = (), *, also: Collection[str] = ()) -> Any:
    """A dataclass from plain data, or all that keeps it from being one.

    Args:
        cls: The dataclass.
        plain: Its plain data, short forms written out.
        document: Where the data come from.
        prefix: Path of the data in the document.
        also: Keys that are known at the top besides the dataclass's own.

    Returns:
        The instance, or a list of diagnostics.
    """
    try:
        return adapter(cls).validate_json(json.dumps(plain), strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False)
        return [_diagnose(cls, fault, document, prefix, also) for fault in _faults(plain, found)]


def suggest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest of the known words, or all of them."""
    known = [*known]
    near = difflib.get_close_matches(word.lower(), [name.lower() for name in known], n=1, cutoff=0.6)
    for name in known:
        if near and name.lower() == near[0]:
            return f'did you mean "{name}"?'
    return f"known here: {', '.join(known)}" if known else ""


def found(value: Any) -> str:
    """A value as people would name it."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value}"
    text = str(value)
    return f'"{text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"}"'


def expected(hint: Any) -> str:
    """The kind of value that a type hint asks for."""
    words = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    words |= {date: "a date such as 2026-01-31", datetime: "a day and a time such as 2026-01-31T14:00"}
    kinds: list[str] = []
    for member in types.alternatives(hint):
        kind = types.plain_type(member)
        if types.choices(member):
            kinds.append("one of " + ", ".join(types.choices(member)))
        elif kind in words:
            kinds.append(words[kind])
        elif types.chosen(member, []) is not None:
            kinds.append("a list")
        else:
            kinds.append("keys and values")
    return " or ".join(dict.fromkeys(kinds)) or "nothing"


Fault = tuple[Path, Any, dict[str, Any]]
"""Path in the plain data, the value there, and pydantic's error."""


def _faults(plain: Any, errors: list[Any]) -> Iterator[Fault]:
    """One fault a mistake: of a union's branches only the one that was meant speaks."""
    placed = [(*_place(plain, error["loc"], error["type"] == "missing"), error) for error in errors]
    seen: set[Path] = set()
    for path, tagged, error in placed:
        mismatch = tagged and error["type"].endswith("_type")
        if mismatch and any(_outranks(path, other, tag, fault) for other, tag, fault in placed):
            continue
        if mismatch and path in seen:
            continue
        if _uncounted(error):
            continue
        seen.add(path)
        yield path, Document(plain).at(path), error


def _uncounted(error: dict[str, Any]) -> bool:
    """Whether a list seems too short only because entries with mistakes of their own do not count."""
    context = error.get("ctx", {})
    return error["type"] == "too_short" and len(error["input"]) >= context.get("min_length", 0)


def _place(plain: Any, loc: tuple[str | int, ...], missing: bool) -> tuple[Path, bool]:
    """The steps of pydantic's location that exist in the data; whether it ends in the name of a branch."""
    path: list[str | int] = []
    value: Any = plain
    tagged = False
    for step in loc[:-1] if missing else loc:
        inside = step in value if isinstance(value, dict) else isinstance(value, list) and isinstance(step, int)
        tagged = not inside
        if inside:
            path.append(step)
            value = value[step]  # pyright: ignore[reportCallIssue, reportArgumentType]
    return tuple(path), tagged


def _outranks(path: Path, other: Path, tagged: bool, fault: dict[str, Any]) -> bool:
    """Whether another error shows that this branch of a union was not the one meant."""
    deeper = len(other) > len(path) and other[: len(path)] == path
    return deeper or (other == path and not (tagged and fault["type"].endswith("_type")))


def _diagnose(cls: type, fault: Fault, document: Document, prefix: Path, also: Collection[str]) -> Diagnostic:
    path, value, error = fault
    kind, context = error["type"], error.get("ctx", {})
    where = (*prefix, *path)
    if kind == "missing":
        return _missing(cls, path, str(error["loc"][-1]), document, prefix)
    if kind == "unexpected_keyword_argument":
        return _unknown(cls, path, document, prefix, also)
    if kind in ("literal_error", "enum") and error["loc"][-1] == "[key]":
        message = f'"{path[-1]}" is not a key that is known here'
        hint = suggest(str(path[-1]), types.choices(types.keys_of(types.at(cls, path[:-1]))))
        return document.diagnostic("unknown-key", message, document.key(where), hint)
    name = next((f'"{step}": ' for step in reversed(where) if isinstance(step, str)), "")
    slug, message, hint = _in_plain_words(types.at(cls, path), value, kind, context, error["msg"])
    hint = hint or (_meaning(cls, path) if slug == "wrong-type" else "")
    return document.diagnostic(slug, name + message, document.locate(where), hint)


def _unknown(cls: type, path: Path, document: Document, prefix: Path, also: Collection[str]) -> Diagnostic:
    owner = types.chosen(types.at(cls, path[:-1]), {})
    hint = getattr(owner, "ELSEWHERE", {}).get(path[-1])
    hint = hint or suggest(str(path[-1]), [*types.keys(owner), *(also if len(path) == 1 else ())])
    place = document.key((*prefix, *path))
    if len(path) == 1 and not prefix and place and place.file != document.file and not hint.startswith("did"):
        hint = (
            f"every .yml file at the top is part of the declaration; if {place.file} is not, move it to a folder below"
        )
    return document.diagnostic("unknown-key", f'"{path[-1]}" is not a key that is known here', place, hint)


def _meaning(cls: type, path: Path) -> str:
    """What the key is for, in the words of its docstring."""
    owner = types.chosen(types.at(cls, path[:-1]), {}) if path else None
    said = types.key_docs(owner) if isinstance(owner, type) and is_dataclass(owner) else {}
    return f"{path[-1]}: {said[str(path[-1])]}" if path and said.get(str(path[-1])) else ""


def _missing(cls: type, path: Path, key: str, document: Document, prefix: Path) -> Diagnostic:
    owner = types.chosen(types.at(cls, path), {})
    said = types.key_docs(owner)
    where = (*prefix, *path)
    inside = next((f' in "{step}"' for step in reversed(where) if isinstance(step, str)), "")
    return document.diagnostic(
        "missing-key",
        f'"{key}" is missing{inside}',
        document.parent(where),
        f"add {key}: {said.get(key, '')}".rstrip(": "),
    )


def _in_plain_words(hint: Any, value: Any, kind: str, context: dict[str, Any], said: str) -> tuple[str, str, str]:
    """Slug, message and hint."""
    if kind in ("literal_error", "enum") and isinstance(value, str):
        words = types.choices(hint)
        return "unknown-value", f"expected {expected(hint)}, found {found(value)}", suggest(value, words)
    if kind in ("value_error", "assertion_error"):
        return "contradiction", str(context.get("error", said)), ""
    if kind.startswith("date") and isinstance(value, str):
        return "bad-date", f"expected {expected(hint)}, found {found(value)}", ""
    for bound, words in _BOUNDS.items():
        if bound in context:
            percent = context.get("le") == 1 and isinstance(value, int | float) and value > 1
            hint = f"{value:g} means {value:.0%}; write {value / 100:g}" if percent else ""
            return "out-of-range", f"expected {words} {context[bound]}, found {found(value)}", hint
    if kind.endswith(("too_short", "too_long")):
        if value in ("", []):
            return "empty-text", "must not be empty", ""
        limit = next((f"{words} {context[key]}" for key, words in _LENGTHS.items() if key in context), "fewer")
        what = "characters" if isinstance(value, str) else "entries"
        return "out-of-range", f"expected {limit} {what}, found {len(value)}", ""
    if kind.startswith("string_pattern"):
        return "bad-name", f"{found(value)} does not have the form {context.get('pattern', '')}", ""
    return "wrong-type", f"expected {expected(hint)}, found {found(value)}", _remedy(hint, value)


def _remedy(hint: Any, value: Any) -> str:
    kinds = {types.plain_type(member) for member in types.alternatives(hint)}
    if value is None:
        return "write a value, or remove the key"
    if str in kinds and isinstance(value, bool | int | float):
        return f'put it in quotes: "{str(value).lower()}"'
    if kinds & {int, float} and isinstance(value, str):
        if share := re.fullmatch(r"([-+]?[0-9.]+) *%", value):
            return f"write a share between {-1 if share[1].startswith('-') else 0} and 1: {_share(share[1])}"
        if re.fullmatch(r"[-+]?[0-9][0-9,_' ]*(\.[0-9]+)?", value):
            return f"write it without separators: {re.sub(r'[^-+0-9.]', '', value)}"
    if bool in kinds and isinstance(value, str) and value.lower() in ("yes", "no", "on", "off"):
        return f"write {'true' if value.lower() in ('yes', 'on') else 'false'}"
    if types.chosen(hint, []) is not None and not isinstance(value, list | dict):
        return f"write a list: [{value}]"
    return ""


def _share(percent: str) -> str:
    try:
        return f"{float(percent) / 100:g}"
    except ValueError:
        return "0.5 for 50%"
