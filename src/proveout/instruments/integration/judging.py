"""From the record and the contracts to the state of each operation."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from proveout.core.probe import Probed
from proveout.core.question import Answers
from proveout.instruments.integration import contract
from proveout.instruments.integration.contract import NotReadable
from proveout.instruments.integration.differences import differences
from proveout.instruments.integration.queries import probe_of, probes_of
from proveout.instruments.integration.settings import Operation, Settings, System
from proveout.instruments.integration.tables import table_differences
from proveout.instruments.integration.tried import (
    ELSEWHERE,
    Record,
    Tried,
    day_of,
    faults_of,
    not_read_back,
    record_of,
    text_of,
)

Compare = Callable[[Operation, Probed], tuple[tuple[str, ...], bool]]
"""Differences of an operation's answers from the contract, and whether they could be compared."""

MOST_EVENTS = 10_000
"""Of each file of samples; each is held against the whole schema, which takes a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One system with its operations.

    Args:
        fault: Why its contract cannot be read or applied.
        promises: Whether there is a contract at all.
        tables: Differences of its tables; None where they could not be compared.
    """

    system: System
    tried: tuple[Tried, ...]
    fault: str = ""
    promises: bool = False
    tables: tuple[str, ...] | None = ()


def judge(settings: Settings, answers: Answers) -> tuple[tuple[Judged, ...], date | None]:
    """All systems, and the first day on which the same record proves less."""
    record = record_of(settings, answers)
    judged = tuple(_system(system, settings, record, answers) for system in settings.systems)
    days = [day_of(line) for line in record.lines.values()]
    fresh = timedelta(days=settings.probed_within_days)
    turns = [turn for day in days for turn in (day - ELSEWHERE, day + fresh) if turn > answers.as_of]
    return judged, min(turns, default=None)


def _system(system: System, settings: Settings, record: Record, answers: Answers) -> Judged:
    if system.kind == "events":
        return _events(system, answers)
    path = system.contract or system.schema
    fault, compare = "", _nothing
    if path:
        text, fault = text_of(path, answers)
        try:
            if text is not None:
                compare = _against_openapi(text) if system.contract else _against_schema(text)
        except NotReadable as unreadable:
            fault = str(unreadable)
        compare = _against_fault(fault) if fault else compare
    tried = tuple(
        _operation(system, operation, settings, record, answers.as_of, compare) for operation in system.operations
    )
    tables = _tables(system, settings, record, answers.as_of) if system.tables else ()
    return Judged(
        system=system,
        tried=tried,
        fault=f"{path}: {fault}" if fault else "",
        promises=bool(path or system.tables),
        tables=tables,
    )


def _operation(
    system: System, operation: Operation, settings: Settings, record: Record, as_of: date, compare: Compare
) -> Tried:
    known: dict[str, Any] = {"system": system, "operation": operation.id}
    line, why = record.current(probe_of(system, operation), settings, as_of)
    if line is None:
        return Tried(**known, state="unproved", why=why, written_back=False if operation.writes else None)
    found: tuple[str, ...] = ()
    compared, wrong = False, list(faults_of(operation, line))
    try:
        found, compared = compare(operation, line)
    except NotReadable as unreadable:
        why = f"its contract cannot be applied: {unreadable}"
    lost = not_read_back(operation, line) if operation.writes else ""
    wrong += [lost] if lost and operation.read_back else []
    wrong += (
        [f"differs from its contract: {found[0]}" + (f" and {len(found) - 1} more" if found[1:] else "")]
        if found
        else []
    )
    known |= {
        "differences": found,
        "compared": compared,
        "seconds": tuple(reply.seconds for reply in line.replies if reply.reached),
        "on": day_of(line),
        "written_back": not lost if operation.writes else None,
    }
    if wrong:
        return Tried(**known, state="failing", why="; ".join(wrong))
    if why or lost:
        return Tried(**known, state="unproved", why=why or lost)
    return Tried(**known, state="proved")


def _nothing(operation: Operation, line: Probed) -> tuple[tuple[str, ...], bool]:
    """There is no contract."""
    return (), False


def _against_fault(fault: str) -> Compare:
    """There is one that cannot be read."""

    def compare(operation: Operation, line: Probed) -> tuple[tuple[str, ...], bool]:
        raise NotReadable(fault)

    return compare


def _against_openapi(text: str) -> Compare:
    document = contract.openapi(text)

    def compare(operation: Operation, line: Probed) -> tuple[tuple[str, ...], bool]:
        words = contract.promised(document, operation.operation)
        if words is None:
            return (f"{operation.operation}: the contract has no such operation",), True
        found: list[str] = []
        compared = False
        for reply in line.replies:
            if reply.status is None or reply.as_first or reply.cut:
                continue
            answer = contract.response(document, words, reply.status)
            if answer is None:
                found.append(f"status {reply.status}: not promised")
                continue
            schema, compared = contract.schema_of(answer), True
            if schema is not None and not operation.operation.startswith("HEAD "):
                found += ["/: missing"] if reply.body is None else differences(schema, document, reply.body)
        return tuple(dict.fromkeys(found)), compared

    return compare


def _against_schema(text: str) -> Compare:
    document = contract.parsed(text)

    def compare(operation: Operation, line: Probed) -> tuple[tuple[str, ...], bool]:
        bodies = [reply.body for reply in line.replies if not (reply.error or reply.as_first or reply.cut)]
        found = [words for body in bodies for words in differences(document, document, body)]
        return tuple(dict.fromkeys(found)), bool(bodies)

    return compare


def _tables(system: System, settings: Settings, record: Record, as_of: date) -> tuple[str, ...] | None:
    probe = next(probe for probe in probes_of(system) if probe.id == f"{system.id}: tables")
    line, _ = record.current(probe, settings, as_of)
    body = line.replies[0].body if line and line.replies and not line.replies[0].error else None
    if not isinstance(body, list):
        return None
    return table_differences(system.tables, [row for row in body if isinstance(row, Mapping)])


def _events(system: System, answers: Answers) -> Judged:
    """Samples of events against their schema."""
    text, fault = text_of(system.schema, answers)
    document: Any = None
    try:
        document = contract.parsed(text) if text is not None else None
    except NotReadable as unreadable:
        fault = str(unreadable)
    tried = tuple(_samples(system, operation, document, fault, answers) for operation in system.operations)
    return Judged(system=system, tried=tried, fault=f"{system.schema}: {fault}" if fault else "", promises=True)


def _samples(system: System, operation: Operation, document: Any, fault: str, answers: Answers) -> Tried:
    known: dict[str, Any] = {"system": system, "operation": operation.id}
    text, missing = text_of(operation.samples, answers)
    if missing or fault:
        return Tried(**known, state="unproved", why=missing or f"its schema cannot be read: {fault}")
    lines = [(number, line) for number, line in enumerate((text or "").splitlines(), start=1) if line.strip()]
    if not lines:
        return Tried(**known, state="unproved", why=f"{operation.samples} holds no events")
    chosen = _evenly(lines)
    known.update(events=(len(chosen), len(lines)), compared=len(chosen) == len(lines))
    try:
        found = tuple(dict.fromkeys(_sampled(chosen, document)))
    except NotReadable as unreadable:
        return Tried(
            **{**known, "compared": False}, state="unproved", why=f"its schema cannot be applied: {unreadable}"
        )
    if not found:
        return Tried(**known, state="proved")
    more = f" and {len(found) - 1} more" if found[1:] else ""
    return Tried(**known, state="failing", differences=found, why=f"differs from its schema: {found[0]}{more}")


def _evenly(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The first, the last and as many as may be looked at between them."""
    n = min(len(lines), MOST_EVENTS)
    return [lines[rank * (len(lines) - 1) // max(n - 1, 1)] for rank in range(n)]


def _sampled(lines: list[tuple[int, str]], document: Any) -> Iterator[str]:
    events: list[Any] = []
    for number, line in lines:
        try:
            events.append(json.loads(line))
        except (ValueError, RecursionError):
            yield f"line {number}: not JSON"
    yield from differences(document, document, *events)
