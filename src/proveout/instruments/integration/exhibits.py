"""What there is to see."""

from collections.abc import Sequence
from statistics import median

from proveout.core.exhibit import Bar, Exhibit, Intervals, Table
from proveout.instruments.integration.judging import Judged

MOST = 50
"""Differences that are listed."""


def show(judged: Sequence[Judged]) -> tuple[Exhibit, ...]:
    """All operations, all differences, and how long the round trips took."""
    shown: list[Exhibit] = [_operations(judged)]
    differences = [(one.system.id, "tables", words) for one in judged for words in one.tables or ()]
    differences += [(t.system.id, t.operation, words) for one in judged for t in one.tried for words in t.differences]
    if differences:
        note = f"the first {MOST} of {len(differences)}" if len(differences) > MOST else ""
        columns = ("system", "operation", "difference")
        rows = tuple(differences[:MOST])
        shown.append(Table(title="Differences from what was promised", columns=columns, rows=rows, note=note))
    bars = tuple(
        Bar(
            label=tried.name,
            value=median(tried.seconds),
            lower=min(tried.seconds),
            upper=max(tried.seconds),
            note=f"{len(tried.seconds)} round trips",
        )
        for one in judged
        for tried in one.tried
        if tried.seconds
    )
    if bars:
        note = "median, with the fastest and the slowest; opening the connection is part of it"
        shown.append(Intervals(title="Round trips", unit="second", bars=bars, note=note))
    return tuple(shown)


def _operations(judged: Sequence[Judged]) -> Table:
    return Table(
        title="Operations, and whether they are proved",
        columns=("system", "owner", "operation", "state", "probed", "median round trip", "why"),
        units=("", "", "", "", "", "second", ""),
        rows=tuple(
            (
                one.system.title or one.system.id,
                one.system.owner,
                tried.operation,
                tried.state,
                tried.on.isoformat() if tried.on else "",
                median(tried.seconds) if tried.seconds else None,
                tried.why,
            )
            for one in judged
            for tried in one.tried
        ),
    )
