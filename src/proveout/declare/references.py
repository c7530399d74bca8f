"""What refers to something must refer to something that is there."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from proveout.core.diagnostic import Diagnostic
from proveout.core.errors import ProveoutError
from proveout.core.initiative import GroupId, Initiative, ObjectiveId
from proveout.core.paths import inside
from proveout.core.question import SourceName
from proveout.declare import types
from proveout.declare.document import Document, Path
from proveout.declare.validating import suggest

UNIQUE = ("groups", "objectives", "kpis")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
BLOCK_ID = re.compile(r"[^\W][\w-]*")
ESTIMATE = re.compile(r"([^.\[\]]+)\.[^.\[\]]+(\[[^\[\]]+\])?")


def check_references(
    document: Document, folder: FilePath, settings_types: Mapping[str, type], criteria: Collection[str]
) -> Iterator[Diagnostic]:
    """Ids that stand twice, names that cannot be used, and references to what is not declared.

    Works on plain data, so that one mistake elsewhere does not hide these.
    """
    yield from _names(document)
    yield from _ids(document)
    yield from _typed(document, settings_types)
    yield from _quantities(document, settings_types)
    if criteria:
        yield from check_criteria(document, criteria)
    policy = document.plain.get("policy")
    if isinstance(policy, str) and policy:
        yield from _policy(document, folder, policy)


def mapping(document: Document, *path: str | int) -> dict[str, Any]:
    """The mapping at a path, empty when something else stands there."""
    value = document.at(path)
    return value if isinstance(value, dict) else {}


def entries(document: Document, key: str) -> list[tuple[int, dict[str, Any]]]:
    """The mappings in the list at a key, with their indices."""
    value = document.at((key,))
    return [(i, item) for i, item in enumerate(value) if isinstance(item, dict)] if isinstance(value, list) else []


def _names(document: Document) -> Iterator[Diagnostic]:
    name = document.at(("initiative",))
    if isinstance(name, str) and name and not NAME.fullmatch(name):
        hint = f"use letters, digits and hyphens, such as {_usable(name, '-').lower() or 'my-initiative'}"
        yield document.diagnostic("bad-name", f'"{name}" is not a short name', document.locate(("initiative",)), hint)
    for quantity in mapping(document, "value", "quantities"):
        if not quantity.isidentifier():
            message = f'"{quantity}" cannot stand in a formula'
            hint = f"use letters, digits and underscores, such as {_usable(quantity, '_') or 'amount'}"
            yield document.diagnostic("bad-name", message, document.key(("value", "quantities", quantity)), hint)
    for block in mapping(document, "evidence"):
        if not BLOCK_ID.fullmatch(block):
            message = f'"{block}" cannot be referred to'
            hint = "use letters, digits, hyphens and underscores"
            yield document.diagnostic("bad-name", message, document.key(("evidence", block)), hint)


def _usable(name: str, filler: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", filler, name).strip(filler)


def _ids(document: Document) -> Iterator[Diagnostic]:
    for key in UNIQUE:
        first: dict[str, int] = {}
        for i, item in entries(document, key):
            name = item.get("id")
            if isinstance(name, str) and first.setdefault(name, i) != i:
                before = document.locate((key, first[name]))
                where = f"; the first is in {before.file}:{before.line}" if before else ""
                message = f'the id "{name}" stands here a second time{where}'
                yield document.diagnostic("duplicate-id", message, document.locate((key, i, "id")))


def _typed(document: Document, settings_types: Mapping[str, type]) -> Iterator[Diagnostic]:
    """References that the dataclasses mark by their types."""
    known = {
        SourceName: ("source", "sources", [*mapping(document, "sources")]),
        GroupId: ("group", "groups", [item.get("id") for _, item in entries(document, "groups")]),
        ObjectiveId: ("objective", "objectives", [item.get("id") for _, item in entries(document, "objectives")]),
    }
    own = {"sources", "groups", "objectives"}
    plain = {key: value for key, value in document.plain.items() if key not in own}
    places: list[tuple[Any, Any, Path]] = [(Initiative, plain, ())]
    for name, block in mapping(document, "evidence").items():
        if isinstance(block, dict) and (settings := settings_types.get(str(block.get("instrument")))):
            places.append((settings, block, ("evidence", name)))
    for hint, value, prefix in places:
        for path, kind, word in types.references(hint, value, known, prefix):
            noun, section, names = known[kind]
            unreadable = document.at((section,)) is not None and not names
            if word not in names and not unreadable:
                hint_text = suggest(word, [n for n in names if isinstance(n, str)]) if names else ""
                yield document.diagnostic(
                    f"unknown-{noun}", f'there is no {noun} "{word}" under {section}', document.locate(path), hint_text
                )


def _quantities(document: Document, settings_types: Mapping[str, type]) -> Iterator[Diagnostic]:
    kpis = [str(item["id"]) for _, item in entries(document, "kpis") if "id" in item]
    # An instrument named like the section it measures needs no block: `kpis` is there when there are KPIs.
    implied = [name for name in settings_types if document.at((name,))]
    blocks = [*mapping(document, "evidence"), *implied]
    places = [("value", "quantities", name) for name in mapping(document, "value", "quantities")]
    for path in (*places, ("value", "yearly_cost"), ("value", "one_off_cost")):
        quantity = mapping(document, *path)
        kpi, estimate = quantity.get("kpi"), quantity.get("estimate")
        if isinstance(kpi, str) and kpi and kpi not in kpis:
            hint = suggest(kpi, kpis)
            yield document.diagnostic("unknown-kpi", f'there is no KPI "{kpi}"', document.locate((*path, "kpi")), hint)
        if isinstance(estimate, str) and estimate:
            match = ESTIMATE.fullmatch(estimate)
            place = document.locate((*path, "estimate"))
            if match is None:
                message = f'"{estimate}" does not name a figure'
                yield document.diagnostic("unknown-block", message, place)
            elif match[1] not in blocks:
                message = f'there is no block "{match[1]}" under evidence'
                yield document.diagnostic("unknown-block", message, place, suggest(match[1], blocks))


def _policy(document: Document, folder: FilePath, policy: str) -> Iterator[Diagnostic]:
    place = document.locate(("policy",))
    try:
        if not inside(folder, policy).is_file():
            yield document.diagnostic("policy-missing", f"there is no file {policy}", place)
    except ProveoutError as error:
        yield document.diagnostic("path-leaves-folder", error.message, place, error.remedy)


def check_thresholds(document: Document, shares: Collection[str]) -> Iterator[Diagnostic]:
    """Thresholds of shares that were written in percent."""
    for name in mapping(document, "gates"):
        value = mapping(document, "gates", name).get("threshold")
        if name in shares and isinstance(value, int | float) and value > 1:
            message = f"{name} is a share, and {value:g} of it is {value:.0%}"
            hint = f"for {value:g}% write {value / 100:g}"
            yield document.diagnostic("out-of-range", message, document.locate(("gates", name, "threshold")), hint)


def check_criteria(document: Document, criteria: Collection[str]) -> Iterator[Diagnostic]:
    """Overrides and waivers of criteria that the policy does not have."""
    named: list[tuple[str, Any]] = [(name, document.key(("gates", name))) for name in mapping(document, "gates")]
    for i, waiver in entries(document, "waivers"):
        if isinstance(waiver.get("criterion"), str):
            named.append((waiver["criterion"], document.locate(("waivers", i, "criterion"))))
    for name, position in named:
        if name not in criteria:
            hint = suggest(name, criteria)
            hint = hint if hint.startswith("did") else ""
            yield document.diagnostic("unknown-criterion", f'the policy has no criterion "{name}"', position, hint)
