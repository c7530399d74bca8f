"""One statement on a declared database, PostgreSQL or SQLite; only what is said to write may write."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proveout.core.errors import SourceUnreachable
from proveout.core.initiative import Source
from proveout.core.paths import inside
from proveout.core.probe import Reply, SqlCall, TablesCall
from proveout.probes.body import sentence
from proveout.probes.rows import PART, Refused
from proveout.probes.secrets import environment, filled, hidden, redacted

SQLITE = ("sqlite:", ".sqlite", ".sqlite3")


def execute(call: SqlCall | TablesCall, source: Source | None, folder: Path, earlier: Mapping[str, Any]) -> Reply:
    """Run it in a transaction of its own; of the rows that come back, the first 64 KB.

    Raises:
        ProveoutError: The source is none that can be asked, or a variable of the environment is not set.
    """
    if source is None:
        raise SourceUnreachable(f"there is no source {call.source}", "declare it under `sources`")
    values = environment(source.location)
    address = filled(source.location, values)
    if address.startswith(("postgresql://", "postgres://")):
        from proveout.probes import postgresql as database

        secrets = hidden(values) | database.passwords(address)
        place: Any = address
    elif address.startswith(SQLITE[0]) or address.endswith(SQLITE[1:]):
        from proveout.probes import sqlite as database

        secrets = hidden(values)
        place = inside(folder, address.removeprefix("sqlite:"))
    else:
        raise SourceUnreachable(f"source {call.source} is no database to talk to", "name PostgreSQL or SQLite")
    start = time.perf_counter()
    try:
        if isinstance(call, TablesCall):
            rows, cut = database.columns(place, call.tables, call.timeout_seconds), False
        else:
            parameters = _parameters(call.sql, earlier)
            rows, cut = database.rows(place, call.sql, parameters, call.timeout_seconds, writes=call.writes)
    except Refused as refused:
        seconds = time.perf_counter() - start
        return Reply(error=sentence(str(refused), secrets), seconds=seconds, reached=refused.reached)
    return Reply(body=redacted(rows, secrets), seconds=time.perf_counter() - start, cut=cut)


def _parameters(sql: str, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Values for the statement's ``$name`` places."""
    names = dict.fromkeys(match["name"] for match in PART.finditer(sql) if match["name"])
    for name in names:
        if name not in earlier:
            raise SourceUnreachable(f"the reply to the first call holds no {name!r}")
    return {name: earlier[name] for name in names}
