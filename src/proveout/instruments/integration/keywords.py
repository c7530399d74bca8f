"""Keywords of JSON Schema that are read otherwise here than in `jsonschema`."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any


class Unusable(ValueError):
    """A pattern that cannot be applied, with the reason."""


def _matches(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text.encode(errors="replace").decode()) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    """In time that grows with the text and no faster: Python's own engine can take for ever on `(a+)+$`."""
    import re2

    silent = re2.Options()
    silent.log_errors = False
    try:
        return re2.compile(pattern, silent)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        reason = said.decode(errors="replace") if isinstance(said, bytes) else said
        raise Unusable(f"{pattern} ({reason})") from None


def _required(validator: Any, names: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """What may only be written is not required of an answer; the message is the name of what is missing."""
    from jsonschema.exceptions import ValidationError

    if not isinstance(instance, dict) or not isinstance(names, list):
        return
    properties = schema.get("properties") or {}
    for name in names:
        own = properties.get(name)
        if name not in instance and not (isinstance(own, dict) and own.get("writeOnly") is True):
            yield ValidationError(str(name))


def _pattern(validator: Any, pattern: Any, instance: Any, schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not _matches(pattern, instance):
        yield ValidationError(f"does not match {pattern}")


def _pattern_properties(validator: Any, patterns: Any, instance: Any, schema: Any) -> Iterator[Any]:
    for pattern, own in patterns.items() if isinstance(instance, dict) else ():
        for name, value in instance.items():
            if _matches(pattern, name):
                yield from validator.descend(value, own, path=name, schema_path=pattern)


def _additional_properties(validator: Any, allowed: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """The instance of the error is the part that is not allowed."""
    from jsonschema.exceptions import ValidationError

    if not isinstance(instance, dict):
        return
    named, patterns = schema.get("properties") or {}, schema.get("patternProperties") or {}
    more = {
        name: value
        for name, value in instance.items()
        if name not in named and not any(_matches(pattern, name) for pattern in patterns)
    }
    if isinstance(allowed, dict):
        for name, value in more.items():
            yield from validator.descend(value, allowed, path=name)
    elif not allowed and more:
        yield ValidationError("not promised", instance=more)


KEYWORDS: Mapping[str, Any] = {
    "required": _required,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
}
UNEVALUATED = "unevaluatedProperties"


def unevaluated(rules: Mapping[str, Any], document: Any) -> Mapping[str, Any]:
    """The dialect's own rule, which tries patterns of names by `re`, for documents without any."""

    def check(validator: Any, allowed: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if _has_patterns(document):
            raise Unusable(f"`patternProperties` beside `{UNEVALUATED}`")
        yield from rules[UNEVALUATED](validator, allowed, instance, schema) or ()

    return {UNEVALUATED: check} if UNEVALUATED in rules else {}


def _has_patterns(value: Any) -> bool:
    if isinstance(value, dict):
        return "patternProperties" in value or any(map(_has_patterns, value.values()))
    return isinstance(value, list) and any(map(_has_patterns, value))
