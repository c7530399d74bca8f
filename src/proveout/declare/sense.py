"""What can be read and still makes no sense: paths out of the folder, dates out of order, targets that go backwards."""

import os
import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

from proveout.core.diagnostic import Diagnostic
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Phase
from proveout.core.paths import inside
from proveout.declare.document import PASSWORD, Document
from proveout.declare.references import entries, mapping

VARIABLE = re.compile(r"\$\{([^}]*)\}")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
SCHEMES = ("postgresql", "postgres")


def check_sense(document: Document, folder: FilePath) -> Iterator[Diagnostic]:
    """Sources that cannot be meant, windows and dates out of order, targets against their direction."""
    for name in mapping(document, "sources"):
        location = document.at(("sources", name, "location"))
        if isinstance(location, str) and location:
            yield from _source(document, folder, name, location)
    yield from _windows(document)
    for i, kpi in entries(document, "kpis"):
        yield from _kpi(document, i, kpi)


def _source(document: Document, folder: FilePath, name: str, location: str) -> Iterator[Diagnostic]:
    place = document.locate(("sources", name, "location"))
    variables = VARIABLE.findall(location)
    for variable in variables:
        if variable not in os.environ:
            yield document.diagnostic("environment-missing", f"the environment variable {variable} is not set", place)
    password = PASSWORD.search(location)
    if password and not VARIABLE.search(password[2]):
        yield document.diagnostic("secret-in-file", f'the address of "{name}" holds a password', place)
    if variables:
        return
    if scheme := SCHEME.match(location):
        if scheme[1].lower() not in SCHEMES:
            yield document.diagnostic("unknown-scheme", f"{scheme[1]}:// is not a kind of source known here", place)
        return
    try:
        inside(folder, location.removeprefix("duckdb:"))
    except ProveoutError as error:
        yield document.diagnostic("path-leaves-folder", error.message, place, error.remedy)


def _windows(document: Document) -> Iterator[Diagnostic]:
    planned = [(phase, _window(document, phase)) for phase in Phase]
    for (before, earlier), (after, later) in pairwise((phase, window) for phase, window in planned if window):
        for key, verb, i in (("from", "starts", 0), ("until", "ends", 1)):
            if later[i] < earlier[i]:
                message = f"{after.value} {verb} on {later[i]}, before {before.value} {verb} on {earlier[i]}"
                yield document.diagnostic("windows-out-of-order", message, document.locate(("plan", after.value, key)))
                break


def _window(document: Document, phase: Phase) -> tuple[date, date] | None:
    window = mapping(document, "plan", phase.value)
    first, last = _date(window.get("from")), _date(window.get("until"))
    return (first, last) if first and last else None


def _kpi(document: Document, i: int, kpi: dict[str, Any]) -> Iterator[Diagnostic]:
    due, pilot = _date(kpi.get("due")), _date(mapping(document, "plan", Phase.PILOT.value).get("from"))
    if due and pilot and due < pilot:
        message = f"the target is due on {due}, before the pilot starts on {pilot}"
        yield document.diagnostic("due-before-pilot", message, document.locate(("kpis", i, "due")))
    wrong = {"up": -1, "down": 1}.get(str(kpi.get("direction")), 0)
    if not wrong or kpi.get("role", "goal") != "goal":
        return
    for field in ("target", "minimum_worthwhile"):
        for key, change in mapping(document, "kpis", i, field).items():
            if key in ("relative", "absolute") and isinstance(change, int | float) and change * wrong > 0:
                message = f"{field}: {change} is a change for the worse when {kpi['direction']} is better"
                place = document.locate(("kpis", i, field, key))
                yield document.diagnostic("target-against-direction", message, place)


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
