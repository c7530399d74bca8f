"""Settings to questions, and to the calls that `proveout probe` makes."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import quote

from proveout.core.diagnostic import Fault
from proveout.core.digest import plain
from proveout.core.initiative import Initiative
from proveout.core.probe import Call, CommandCall, HttpCall, Probe, Probing, SqlCall, TablesCall
from proveout.core.question import Documents, Question
from proveout.instruments.integration.settings import PLACE, Operation, Settings, Step, System

VARIABLE = re.compile(r"(\$\{[A-Za-z_][A-Za-z0-9_]*\})")


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """The record of the probes, and every contract, schema and file of samples."""
    paths = [settings.record]
    for system in settings.systems:
        paths += [system.contract, system.schema, *(operation.samples for operation in system.operations)]
    return tuple(Documents(name=path, pattern=_literally(path)) for path in dict.fromkeys(paths) if path)


def recording(settings: Settings, initiative: Initiative) -> Probing | None:
    """One probe per operation, and one per SQL system that asks for the columns of its tables."""
    probes = tuple(probe for system in settings.systems for probe in probes_of(system, settings.repeats))
    return Probing(file=settings.record, probes=probes) if probes else None


def faults(settings: Settings, initiative: Initiative) -> tuple[Fault, ...]:
    """A record that nobody could read again."""
    if not any(part.startswith(".") for part in PurePosixPath(settings.record.replace("\\", "/")).parts):
        return ()
    fault = Fault(
        path=("record",),
        slug="contradiction",
        message=f"{settings.record} is hidden, and hidden files are not read",
        hint="name a file such as records/integration.jsonl",
    )
    return (fault,)


def probes_of(system: System, repeats: int = 1) -> Iterator[Probe]:
    """The probes of one system; events have none."""
    if system.kind == "events":
        return
    if system.source and system.tables:
        yield Probe(id=f"{system.id}: tables", call=TablesCall(source=system.source, tables=tuple(system.tables)))
    for operation in system.operations:
        yield probe_of(system, operation, repeats)


def probe_of(system: System, operation: Operation, repeats: int = 1) -> Probe:
    """The probe of one operation."""
    seconds = operation.max_seconds
    return Probe(
        id=f"{system.id}/{operation.id}",
        call=_call(system, operation, seconds, writes=operation.writes),
        read_back=_call(system, operation.read_back, seconds) if operation.read_back else None,
        clean_up=_call(system, operation.clean_up, seconds, writes=True) if operation.clean_up else None,
        repeats=repeats,
        writes=operation.writes,
        status=operation.expect.status,
    )


def _call(system: System, step: Step, seconds: float, *, writes: bool = False) -> Call:
    if system.kind == "command":
        return CommandCall(command=step.command, input=plain(step.with_.body), timeout_seconds=seconds)
    if system.source:
        return SqlCall(source=system.source, sql=step.sql, writes=writes, timeout_seconds=seconds)
    method, _, path = step.operation.partition(" ")
    given = step.with_
    placed = PLACE.sub(lambda m: _quoted(str(given.path[m[1]])) if m[1] in given.path else m[0], path)
    query = "&".join(f"{quote(name, safe='')}={_quoted(_spelt(value))}" for name, value in given.query.items())
    url = system.base_url.rstrip("/") + placed + (f"?{query}" if query else "")
    return HttpCall(url=url, method=method, headers=system.headers, body=plain(given.body), timeout_seconds=seconds)


def _spelt(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(text: str) -> str:
    """As it stands in an address; ``${NAME}`` stays, and is filled in and quoted when the call is made."""
    return "".join(part if VARIABLE.fullmatch(part) else quote(part, safe="") for part in VARIABLE.split(text))


def _literally(path: str) -> str:
    """A pattern that matches this path and no other."""
    return re.sub(r"([*?[])", r"[\1]", path)
