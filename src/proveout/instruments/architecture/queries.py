"""Settings to questions: the times of each component that is measured, as moments."""

from difflib import get_close_matches

from proveout.core.diagnostic import Fault
from proveout.core.initiative import Initiative
from proveout.core.question import Query, Question, Read, SourceName
from proveout.instruments.architecture.network import circular, reached, visits
from proveout.instruments.architecture.settings import ENTRY, Service, Settings

LONGEST = 1e9
"""Seconds above which a time is none."""


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """One per component whose times are measured, named as the component."""
    return tuple(
        _moments(component.id, component.service, component.service.source)
        for component in settings.components
        if component.service.source is not None
    )


def _moments(name: str, service: Service, source: SourceName) -> Query:
    column = '"' + service.column.replace('"', '""') + '"'
    sql = (
        f"with texts as (select trim(cast({column} as varchar)) as t from given), "
        "read as (select t, try_cast(t as double) as x from texts), "
        f"known as (select t, case when x between 0 and {LONGEST:.0f} then x end as x from read) "
        "select count(*) as n_rows, count(*) filter (where t <> '') as n_filled, count(x) as n, avg(x) as mean, "
        "var_samp(x) as variance, quantile_cont(x, 0.95) as p95, "
        "min(t) filter (where t <> '' and x is null) as bad from known"
    )
    read = Read(source=source, table=service.table, query=service.query)
    return Query(name=name, sql=sql, reads={"given": read})


def faults(settings: Settings, initiative: Initiative) -> tuple[Fault, ...]:
    """Calls of nobody knows whom, components that nothing gets to, circles that never end."""
    ids = [component.id for component in settings.components]
    found = [fault for index, call in enumerate(settings.calls) for fault in _unknown(index, call.from_, call.to, ids)]
    if found:
        return tuple(found)
    there = reached(settings.calls)
    for index, name in enumerate(ids):
        if name not in there:
            message = f"no decision ever gets to {name}"
            hint = f"say under `calls` who calls it, or leave it out; decisions come in at `{ENTRY}`"
            found.append(Fault(path=("components", index), slug="unreachable-component", message=message, hint=hint))
    if circular(settings.calls):
        try:
            visits(settings)
        except ValueError as error:
            hint = "let each round make less than one new call on average: `per_call: 0.1` for 10% retries"
            found.append(Fault(path=("calls",), slug="endless-calls", message=str(error), hint=hint))
    return tuple(found)


def _unknown(index: int, caller: str, callee: str, ids: list[str]) -> list[Fault]:
    found = []
    for key, name, known in (("from", caller, [ENTRY, *ids]), ("to", callee, ids)):
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"one of {', '.join(known)}"
            message = f"there is no component {name!r}"
            found.append(Fault(path=("calls", index, key), slug="unknown-component", message=message, hint=hint))
    return found
