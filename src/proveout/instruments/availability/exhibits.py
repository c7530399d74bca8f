"""What there is to see."""

from collections.abc import Sequence

from proveout.core.exhibit import Bar, Bars, Cell, Exhibit, Table
from proveout.instruments.availability.seen import Seen


def show(seen: Sequence[Seen]) -> tuple[Exhibit, ...]:
    """All needs in one table, how full the fields of each are, and which keys are found where."""
    shown: list[Exhibit] = [_table(seen)]
    shown += [_fields(one) for one in seen if one.fullness.fields]
    shares = [pair for one in seen for pair in (*one.coverage.shares, *one.links.shares)]
    if shares:
        bars = tuple(
            Bar(label=label, value=found.value, lower=found.lower, upper=found.upper, note=f"of {found.n:,} keys")
            for label, found in shares
        )
        shown.append(Bars(title="Keys that are found", unit="share", bars=bars))
    return tuple(shown)


def _table(seen: Sequence[Seen]) -> Table:
    columns = ("need", "source", "reachable", "rows", "from", "to", "age", "missing columns", "least filled", "share")
    return Table(
        title="What is there of each need",
        columns=columns,
        units=("", "", "", "", "", "", "day", "", "", "share"),
        rows=tuple(_row(one) for one in seen),
    )


def _row(one: Seen) -> tuple[Cell, ...]:
    if not one.reachable:
        return (one.need.id, one.need.source, "no", None, "", "", None, "", "", None)
    full, span = one.fullness, one.span
    least = min(full.fields, key=lambda field: field.filled, default=None)
    return (
        one.need.id,
        one.need.source,
        "yes",
        full.n_rows,
        span.first.isoformat() if span.first else "",
        span.last.isoformat() if span.last else "",
        span.age_days,
        ", ".join(one.presence.missing),
        least.name if least else "",
        least.filled / full.n_rows if least else None,
    )


def _fields(one: Seen) -> Bars:
    n_rows = one.fullness.n_rows
    bars = []
    for field in sorted(one.fullness.fields, key=lambda field: field.filled):
        notes = [f"{field.hidden:,} hold {field.entry!r} or the like"] if field.hidden else []
        notes += [f"{field.minimum:.0%} will do"] if field.minimum < 1 else []
        bars.append(Bar(label=field.name, value=field.filled / n_rows, note="; ".join(notes)))
    note = f"share of {n_rows:,} rows, emptiest first; placeholders count as empty"
    return Bars(title=f"How full the fields of {one.need.id} are", unit="share", bars=tuple(bars), note=note)
