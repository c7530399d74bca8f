"""What a data contract in the Open Data Contract Standard (version 3) promises of a table."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from proveout.core.errors import ProveoutError
from proveout.instruments.quality.rules import Dimension
from proveout.instruments.quality.settings import Expected, flaw_of

if TYPE_CHECKING:
    from open_data_contract_standard.model import (
        DataQuality,
        OpenDataContractStandard,
        SchemaObject,
        SchemaProperty,
        ServiceLevelAgreementProperty,
    )

OPERATORS = {
    "mustBe": "exactly",
    "mustNotBe": "anything but",
    "mustBeGreaterThan": "more than",
    "mustBeGreaterOrEqualTo": "at least",
    "mustBeLessThan": "less than",
    "mustBeLessOrEqualTo": "at most",
    "mustBeBetween": "between",
    "mustNotBeBetween": "outside",
}
BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"}
TYPES = {"string", "integer", "number", "boolean", "date", "timestamp"}
FORMATS = {"email": "email", "uuid": "uuid", "uri": "url", "url": "url", "iban": "iban"}
DAYS = {"d": 1.0, "day": 1.0, "h": 1 / 24, "hour": 1 / 24, "min": 1 / 1440, "minute": 1 / 1440, "week": 7.0, "w": 7.0}
DIMENSIONS: Mapping[str, Dimension] = {
    "completeness": "completeness",
    "coverage": "completeness",
    "consistency": "consistency",
    "uniqueness": "uniqueness",
    "timeliness": "timeliness",
    "conformity": "validity",
    "accuracy": "validity",
    "nullValues": "completeness",
    "missingValues": "completeness",
    "duplicateValues": "uniqueness",
}
SECRET = {"confidential", "restricted", "secret", "sensitive", "pii", "personal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A figure of the table that the contract bounds.

    Args:
        words: The promise.
        metric: ``nullValues``, ``missingValues``, ``invalidValues``, ``duplicateValues``, ``rowCount`` or ``sql``.
        fields: Of which columns.
        arguments: What counts as missing or as valid.
        query: The SQL of metric ``sql``; it yields one figure.
        operator: One of OPERATORS.
        bounds: One figure, or two.
        dimension: Which side of quality it belongs to, where it counts faults that must not be.
        percent: Whether the figure is a share of the rows in per cent rather than a count.
    """

    words: str
    metric: str
    fields: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    operator: str
    bounds: tuple[float, ...]
    dimension: Dimension = "validity"
    percent: bool = False

    @property
    def counts_faults(self) -> bool:
        """Whether it counts rows, and there must be none."""
        none = self.bounds == (0.0,) and self.operator in ("mustBe", "mustBeLessOrEqualTo")
        counted = self.metric != "sql" or re.match(r"\s*select\s+count\s*\(", self.query, re.IGNORECASE)
        return none and self.metric != "rowCount" and bool(counted)

    def kept(self, figure: float) -> bool:
        """Whether the figure keeps to the bounds."""
        low, high = self.bounds[0], self.bounds[-1]
        return {
            "mustBe": figure == low,
            "mustNotBe": figure != low,
            "mustBeGreaterThan": figure > low,
            "mustBeGreaterOrEqualTo": figure >= low,
            "mustBeLessThan": figure < low,
            "mustBeLessOrEqualTo": figure <= low,
            "mustBeBetween": low <= figure <= high,
            "mustNotBeBetween": not low <= figure <= high,
        }[self.operator]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What a contract says of one table.

    Args:
        fields: By name, in the order of the contract.
        key: The columns of the primary key.
        limits: Figures that it bounds.
        max_age_days: How old the newest row may be.
        time: The column by which age counts, where it names one.
        secret: Columns whose values are not to be shown.
        unread: What it says and is not understood, one sentence each.
    """

    fields: Mapping[str, Expected] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    max_age_days: float | None = None
    time: str = ""
    secret: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def promised(text: str, path: str, wanted: str, table: str) -> Promised:
    """What the contract says of a table.

    Args:
        text: The contract, YAML.
        path: Where it stands, for messages.
        wanted: The name of the schema's object; the only one, or the one called `table`, when empty.
        table: The id or name of the table.

    Raises:
        ProveoutError: It is no contract, or has no such object.
    """
    contract = _parsed(text, path)
    chosen = _object(contract, path, wanted, table)
    properties = [each for each in chosen.properties or () if each.name]
    if endless := next(_endless(contract, chosen, properties), ""):
        raise ProveoutError(f"{path}: {endless}, which is no limit", "write a number, or leave the limit out")
    age, time, unread_age = _freshness(contract.slaProperties or (), chosen.name or "")
    unread = [*_unread(chosen, properties), *unread_age]
    read = {_column(each): _expected(each, unread) for each in properties}
    limits = [limit for each in properties for limit in _limits(each.quality or (), (_column(each),), unread)]
    limits += _limits(chosen.quality or (), (), unread)
    in_key = sorted((each for each in properties if each.primaryKey), key=lambda each: each.primaryKeyPosition or 0)
    return Promised(
        fields=_with_limits(read, limits),
        key=tuple(_column(each) for each in in_key),
        limits=tuple(limits),
        max_age_days=age,
        time=time,
        secret=tuple(_column(each) for each in properties if (each.classification or "").casefold() in SECRET),
        unread=tuple(dict.fromkeys(unread)),
    )


def _parsed(text: str, path: str) -> "OpenDataContractStandard":
    import yaml
    from open_data_contract_standard.model import OpenDataContractStandard

    remedy = "write it to the Open Data Contract Standard, version 3 (https://bitol.io)"
    try:
        contract = OpenDataContractStandard.from_string(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else path
        raise ProveoutError(f"{place} is not YAML: {getattr(error, 'problem', error)}", "mend it") from None
    except RecursionError:
        raise ProveoutError(f"{path} is no data contract: it is nested too deeply", remedy) from None
    except (ValueError, TypeError, AttributeError) as error:
        first = next((e for e in error.errors()), None) if hasattr(error, "errors") else None  # pyright: ignore
        said = f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first else "it holds no mapping"
        raise ProveoutError(f"{path} is no data contract: {said}", remedy) from None
    if not (contract.apiVersion or "").startswith("v3"):
        raise ProveoutError(f"{path} is of version {contract.apiVersion or 'none'}; only version 3 is read", remedy)
    return contract


def _object(contract: "OpenDataContractStandard", path: str, wanted: str, table: str) -> "SchemaObject":
    known = {each.name or "": each for each in contract.schema_ or ()}
    name = wanted or (next(iter(known)) if len(known) == 1 else table)
    if name not in known:
        there = f"it has {', '.join(known)}" if known else "its schema is empty"
        raise ProveoutError(f"{path} has no object {name!r} in its schema; {there}", "set `object` to the right one")
    return known[name]


def _column(each: "SchemaProperty") -> str:
    return each.physicalName or each.name or ""


def _expected(each: "SchemaProperty", unread: list[str]) -> Expected:
    options = dict(each.logicalTypeOptions or {})
    name, kind = _column(each), each.logicalType or ""
    low, high = options.pop("minimum", None), options.pop("maximum", None)
    above, below = options.pop("exclusiveMinimum", None), options.pop("exclusiveMaximum", None)
    if isinstance(above, bool):  # version 3.0: a flag beside the bound
        low, above = (None, low) if above else (low, None)
    if isinstance(below, bool):
        high, below = (None, high) if below else (high, None)
    if flaw := flaw_of(str(options.get("pattern") or "")):
        unread.append(f"the pattern {options.pop('pattern')} of {name}, which {flaw}")
    pattern, form = str(options.pop("pattern", "") or ""), str(options.pop("format", "") or "")
    lengths = options.pop("minLength", None), options.pop("maxLength", None)
    if form and form not in FORMATS and not (kind in ("date", "timestamp") and form in ("yyyy-MM-dd", "ISO 8601")):
        unread.append(f"the format {form!r} of {name}")
    if kind and kind not in TYPES:
        unread.append(f"the type {kind} of {name}")
    unread += [f"the option {option} of {name}" for option in options]
    allowed = tuple(value.value for value in each.enum or () if value.value is not None)
    return Expected(
        required=bool(each.required or each.primaryKey),
        unique=bool(each.unique),
        type=kind if kind in TYPES else "",  # pyright: ignore[reportArgumentType]
        minimum=low,
        maximum=high,
        above=above,
        below=below,
        allowed=allowed,
        pattern=pattern,
        format=FORMATS.get(form, ""),  # pyright: ignore[reportArgumentType]
        min_length=lengths[0],
        max_length=lengths[1],
    )


def _limits(found: "Sequence[DataQuality]", fields: tuple[str, ...], unread: list[str]) -> list[Limit]:
    read = [_limit(quality, fields) for quality in found]
    unread += [each for each in read if isinstance(each, str)]
    return [each for each in read if isinstance(each, Limit)]


def _limit(quality: "DataQuality", fields: tuple[str, ...]) -> Limit | str:
    """The limit, or what is not understood."""
    metric = "sql" if quality.type == "sql" else quality.metric or quality.rule or ""
    arguments = quality.arguments or {}
    on = fields or tuple(arguments.get("properties", ()))
    what = (quality.name or metric or quality.description or "a rule") + (f" of {', '.join(on)}" if on else "")
    bounded = [(name, getattr(quality, name)) for name in OPERATORS if getattr(quality, name) is not None]
    if metric not in METRICS or len(bounded) != 1 or (metric == "sql" and not quality.query):
        return f"the quality rule {what!r}"
    if metric not in ("sql", "rowCount") and not on:
        return f"the quality rule {what!r}, which names no properties"
    operator, bound = bounded[0]
    bounds = [_number(each) for each in (bound if isinstance(bound, list) else [bound])]
    known = tuple(each for each in bounds if each is not None)
    if len(known) != len(bounds) or len(known) != (2 if "Between" in operator else 1):
        return f"the bound {bound!r} of the quality rule {what!r}"
    percent = quality.unit == "percent"
    said = " and ".join(f"{each:,g}" for each in known) + (" per cent" if percent else "")
    read = Limit(
        words=f"{what} is {OPERATORS[operator]} {said}",
        metric=metric,
        fields=on,
        arguments=arguments,
        query=quality.query or "",
        operator=operator,
        bounds=known,
        dimension=DIMENSIONS.get(quality.dimension or metric, "validity"),
        percent=percent,
    )
    return replace(read, words=quality.name) if quality.name and read.counts_faults else read


METRICS = {"nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount", "sql"}


def _with_limits(fields: Mapping[str, Expected], limits: Iterable[Limit]) -> Mapping[str, Expected]:
    """What a limit of no fault at all says of the field itself."""
    read = dict(fields)
    for limit in limits:
        none = limit.counts_faults
        if len(limit.fields) != 1 or limit.fields[0] not in read:
            continue
        name = limit.fields[0]
        if limit.metric in ("nullValues", "missingValues") and none:
            read[name] = replace(read[name], required=True)
        if limit.metric == "duplicateValues" and none:
            read[name] = replace(read[name], unique=True)
        if limit.metric == "invalidValues":
            allowed = tuple(limit.arguments.get("validValues", ())) or read[name].allowed
            asked = str(limit.arguments.get("pattern") or "")
            pattern = asked if asked and not flaw_of(asked) else read[name].pattern
            read[name] = replace(read[name], allowed=allowed, pattern=pattern)
    return read


def _freshness(properties: "Sequence[ServiceLevelAgreementProperty]", name: str) -> tuple[float | None, str, list[str]]:
    age, time, unread = None, "", []
    for each in properties:
        element = (each.element or "").removeprefix(f"{name}.")
        if each.element and "." in each.element and element == each.element:
            continue  # of another object
        unit = (each.unit or "d").casefold().removesuffix("s") or "d"
        known = unit in DAYS and isinstance(each.value, int | float | str) and _number(each.value) is not None
        if (each.property or "") in ("freshness", "fr", "latency", "ly") and known:
            age, time = (_number(each.value) or 0.0) * DAYS[unit], element
        else:
            unread.append(f"the service level {each.property}")
    return age, time, unread


def _endless(
    contract: "OpenDataContractStandard", chosen: "SchemaObject", properties: "Sequence[SchemaProperty]"
) -> Iterator[str]:
    """The limits that are infinite or no number at all, with their place."""
    for each in properties:
        for name, value in (each.logicalTypeOptions or {}).items():
            if name in BOUNDS and not _finite(value):
                yield f"{name} of {_column(each)} is {value}"
    for of, found in [(chosen.name, chosen.quality), *((_column(each), each.quality) for each in properties)]:
        for quality in found or ():
            for name in OPERATORS:
                value = getattr(quality, name)
                if not all(map(_finite, value if isinstance(value, list) else [value])):
                    yield f"{name} in the quality rules of {of} is {value}"
    for service in contract.slaProperties or ():
        if not _finite(service.value):
            yield f"the service level {service.property} is {service.value}"


def _finite(value: Any) -> bool:
    number = _number(value)
    return number is None or isfinite(number)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _unread(chosen: "SchemaObject", properties: "Iterable[SchemaProperty]") -> Iterable[str]:
    if chosen.relationships or any(each.relationships for each in properties):
        yield "its relationships, since it does not say where the other table is; declare `references`"
    for each in properties:
        if each.properties or each.items:
            yield f"what is inside {_column(each)}"
