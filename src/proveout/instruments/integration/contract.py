"""What a system promises: OpenAPI documents and JSON Schemas, read whole, references inside the document followed."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from proveout.instruments.integration.keywords import KEYWORDS, Unusable, unevaluated
from proveout.instruments.integration.settings import PLACE

Schema = Mapping[str, Any] | bool
HERE = "urn:proveout:contract"
DEEPEST = 500
"""Levels of a document; contracts in use have a few dozen."""


class NotReadable(Exception):
    """A contract that cannot be read or applied, with the reason."""


def parsed(text: str) -> Any:
    """JSON or YAML; in YAML only `true` and `false` are truth values, and dates stay text, as in version 1.2.

    Raises:
        NotReadable: It is neither.
    """
    import yaml

    if text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text)
        except RecursionError:
            raise NotReadable("it is neither JSON nor YAML: nested too deeply") from None
        except ValueError:
            pass  # YAML may begin like this, too

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":bool", ":timestamp"))]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
    try:
        _check_depth(yaml.parse(text, Loader=Loader))
        return yaml.load(text, Loader=Loader)  # noqa: S506 (a safe loader)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise NotReadable(f"it is neither JSON nor YAML: {error.problem}{line}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotReadable(f"it is neither JSON nor YAML: {type(error).__name__}") from None


def _check_depth(events: Iterable[Any]) -> None:
    """The loader of libyaml is recursive, and takes the whole program down with it."""
    depth = 0
    for event in events:
        depth += type(event).__name__.endswith("StartEvent") - type(event).__name__.endswith("EndEvent")
        if depth > DEEPEST:
            raise NotReadable("it is neither JSON nor YAML: nested too deeply")


def openapi(text: str) -> Mapping[str, Any]:
    """An OpenAPI document of version 3.

    Raises:
        NotReadable: It is none.
    """
    document = parsed(text)
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise NotReadable("it is no OpenAPI document: it has no `paths`")
    if not str(document.get("openapi", "")).startswith(("3.0", "3.1")):
        version = document.get("openapi") or document.get("swagger")
        raise NotReadable(f"it is OpenAPI {version}; versions 3.0 and 3.1 are read")
    return document


def promised(document: Mapping[str, Any], operation: str) -> Mapping[str, Any] | None:
    """The operation as the document has it, or None; names of `{places}` do not count.

    Raises:
        NotReadable: A reference leads nowhere.
    """
    method, _, path = operation.partition(" ")
    for candidate, item in document["paths"].items():
        if PLACE.sub("{}", str(candidate)) == PLACE.sub("{}", path):
            found = _followed(document, item).get(method.lower())
            return found if isinstance(found, dict) else None
    return None


def response(document: Mapping[str, Any], operation: Mapping[str, Any], status: int) -> Mapping[str, Any] | None:
    """What the operation promises to answer with that status, or None.

    Raises:
        NotReadable: A reference leads nowhere.
    """
    given = operation.get("responses")
    answers = {str(key).upper(): value for key, value in given.items()} if isinstance(given, dict) else {}
    for key in (str(status), f"{status // 100}XX", "DEFAULT"):
        if key in answers:
            return _followed(document, answers[key])
    return None


def schema_of(answer: Mapping[str, Any]) -> Schema | None:
    """The schema of a promised JSON body, or None."""
    contents = answer.get("content")
    for kind, content in contents.items() if isinstance(contents, dict) else ():
        if "json" in str(kind).lower() or str(kind) == "*/*":
            return content.get("schema") if isinstance(content, dict) else None
    return None


def _followed(document: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    """The object that a chain of references leads to."""
    for _ in range(20):
        if not isinstance(value, dict):
            break
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return value
        value = _at(document, reference)
    raise NotReadable("a reference leads to no object")


def _at(document: Mapping[str, Any], reference: str) -> Any:
    if not reference.startswith("#/"):
        raise NotReadable(f"it refers to {reference}, which is outside of the document; put it inside")
    value: Any = document
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(value, dict) or key not in value:
            raise NotReadable(f"it refers to {reference}, which is not there")
        value = value[key]
    return value


def faults(schema: Schema, document: Any, bodies: Iterable[Any]) -> Iterator[Any]:
    """Errors of `jsonschema` for values; references are looked up in the document and nowhere else.

    Raises:
        NotReadable: The schema cannot be applied.
    """
    from jsonschema.exceptions import SchemaError, UnknownType
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    whole = {**document, "x-proveout": schema} if isinstance(document, dict) else {"x-proveout": schema}
    registry = Registry().with_resource(HERE, DRAFT202012.create_resource(whole))
    kind = _validator(document)
    try:
        validator = kind({"$ref": f"{HERE}#/x-proveout"}, registry=registry, format_checker=_formats())
        for body in bodies:
            yield from validator.iter_errors(body)
    except Unresolvable as error:
        raise NotReadable(f"it refers to {error.ref}, which is not in the document") from None
    except Unusable as unusable:
        raise NotReadable(f"it has a pattern that cannot be used: {unusable}") from None
    except (SchemaError, UnknownType, RecursionError, TypeError, AttributeError, ValueError) as error:
        raise NotReadable(f"one of its schemas cannot be applied: {type(error).__name__}") from None


def _validator(document: Any) -> Any:
    """The dialect of the document."""
    from jsonschema import Draft6Validator, Draft202012Validator
    from jsonschema.validators import Draft4Validator, extend, validator_for

    version = str(document.get("openapi", "")) if isinstance(document, dict) else ""
    if version.startswith("3.0"):
        rules = {name: _nullable(Draft4Validator.VALIDATORS[name]) for name in ("type", "enum", *_COMBINED)}
        kind = extend(Draft4Validator, rules, type_checker=Draft6Validator.TYPE_CHECKER)
    elif version or not isinstance(document, dict):
        kind = Draft202012Validator
    else:
        kind = validator_for(document, default=Draft202012Validator)
    return extend(kind, {**KEYWORDS, **unevaluated(kind.VALIDATORS, document)})


_COMBINED = ("allOf", "anyOf", "oneOf")


def _nullable(rule: Any) -> Any:
    """OpenAPI 3.0: nothing fits whatever is nullable."""

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if not (instance is None and schema.get("nullable") is True):
            yield from rule(validator, value, instance, schema) or ()

    return check


def _formats() -> Any:
    """The formats that make a difference when systems are joined."""
    from datetime import date, datetime
    from uuid import UUID

    from jsonschema import FormatChecker

    def zoned(text: str) -> bool:
        return "T" in text.upper() and datetime.fromisoformat(text).tzinfo is not None

    checker = FormatChecker(formats=())
    for name, fits in (("date", date.fromisoformat), ("date-time", zoned), ("uuid", UUID)):
        checker.checks(name, raises=ValueError)(
            lambda value, fits=fits: not isinstance(value, str) or bool(fits(value))
        )
    return checker
