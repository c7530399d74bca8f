"""Talks to running systems: one call, one reply. Only `proveout probe` makes it do so, never a check.

Nothing of the environment that a call uses comes back: each value is replaced by its ``${NAME}``.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from proveout.core.digest import plain
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Source
from proveout.core.probe import Call, CommandCall, HttpCall, Reply, SqlCall, TablesCall
from proveout.core.question import SourceName

__all__ = ["check_environment", "make"]


def check_environment(calls: Iterable[Call | None], sources: Mapping[SourceName, Source]) -> None:
    """Whether every variable that the calls name is set, before any of them is made.

    Raises:
        SourceUnreachable: One is not set.
    """
    from proveout.probes.secrets import environment

    for call in filter(None, calls):
        environment(plain(call))
        if isinstance(call, SqlCall | TablesCall) and call.source in sources:
            environment(sources[call.source].location)


def make(
    call: Call,
    folder: Path,
    sources: Mapping[SourceName, Source],
    *,
    earlier: Mapping[str, Any] | None = None,
    case: Mapping[str, Any] | None = None,
) -> Reply:
    """Make one call, and wait for its reply no longer than it may take.

    Args:
        call: What to call.
        folder: The initiative's folder: where programs run, and below which database files lie.
        sources: Declared sources by name.
        earlier: Fields of an earlier reply, for the places of the call that name them.
        case: Sent in the place of body or input, just as it is: data must not name variables of the environment.

    Returns:
        What came back. That nothing did is a reply too, with the reason in a sentence.
    """
    try:
        if isinstance(call, HttpCall):
            from proveout.probes.http import request

            return request(call, earlier or {}, case)
        if isinstance(call, CommandCall):
            from proveout.probes.command import run

            return run(call, folder, case)
        from proveout.probes.sql import execute

        return execute(call, sources.get(call.source), folder, earlier or {})
    except ProveoutError as error:
        return Reply(error=f"{error.message}: {error.remedy}" if error.remedy else error.message, reached=False)
