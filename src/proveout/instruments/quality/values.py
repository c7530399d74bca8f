"""What the fields hold: ends, mean, spread, quantiles, different values."""

from collections.abc import Iterable, Mapping
from typing import Any

from proveout.core.exhibit import Cell, Table
from proveout.core.question import Answers, quoted
from proveout.instruments.quality.discovery.profile import PLACE
from proveout.instruments.quality.expectations import NUMBERS
from proveout.instruments.quality.plan import CLEAN, Plan
from proveout.instruments.quality.seen import first_row, rows

SAMPLED = 100_000
"""Rows above which quantiles come from about so many, spread evenly, unless exact ones are asked for."""
SHARES = (0.05, 0.5, 0.95)
HUGE = 1e150
"""Beyond it, squares are no numbers any more."""


def summed(known: Plan, index: int) -> Iterable[str]:
    """What the pass over the table counts of a field, apart from what is filled; nothing that can overflow."""
    name = known.names[index]
    if known.table.distinct == "approximate":
        yield f"approx_count_distinct({quoted(name)}) as distinct_{index}"
    if known.columns[name] in NUMBERS:
        number = f"{quoted(name)}::double"
        kept = f" filter (where abs({number}) < {HUGE})" if known.columns[name] in ("DOUBLE", "FLOAT") else ""
        yield f"avg({number}){kept} as mean_{index}"
        yield f"stddev_samp({number}){kept} as sd_{index}"


def quantiles(known: Plan, n_rows: int) -> Iterable[tuple[str, str]]:
    """Name and SQL of the questions for quantiles; one column at a time where all rows of a large table are sorted."""
    question = f"{known.table.id}: quantiles"
    asked = [
        f"quantile_cont({quoted(name)}::double, {list(SHARES)}) as quantiles_{i}"
        for i, name in enumerate(known.columns)
        if known.columns[name] in NUMBERS
    ]
    if not asked:
        return
    if n_rows <= SAMPLED:
        yield question, f"{known.with_clean} select {', '.join(asked)} from {CLEAN}"
        return
    if known.table.quantiles == "exact":
        for i, one in enumerate(asked):
            yield f"{question} {i}", f"{known.with_clean} select {one} from {CLEAN}"
        return
    chosen = f"({PLACE} * 2654435761) % 4294967296 < 4294967296.0 * {SAMPLED} / {n_rows}"
    placed = f"(select *, row_number() over () as {PLACE} from {CLEAN})"
    yield question, f"{known.with_clean} select {', '.join(asked)} from {placed} where {chosen}"


def distinct(known: Plan) -> Iterable[tuple[str, str]]:
    """Per field the name and the SQL of the question how many different values it holds; one field at a time."""
    if known.table.distinct == "exact":
        for i, name in enumerate(known.columns):
            column = quoted(name)
            counted = f"select {column} from {CLEAN} where {column} is not null group by {column}"
            yield f"{known.table.id}: distinct {i}", f"{known.with_clean} select count(*) as n from ({counted})"


def held_by(known: Plan, answers: Answers) -> Table:
    """One line a field."""
    row = first_row(answers, known.scan)
    of_quantiles = [name for name in answers.tables if name.startswith(f"{known.table.id}: quantiles")]
    parts = {key: value for name in of_quantiles for found in rows(answers, name) for key, value in found.items()}
    about = "about " if known.table.distinct == "approximate" else ""
    lines = []
    for i, name in enumerate(known.columns):
        values = [None] * 7 if name in known.secret else _values(i, row, parts)
        n = next(iter(rows(answers, f"{known.table.id}: distinct {i}")), {}).get("n", row.get(f"distinct_{i}"))
        lines.append((name, known.columns[name].lower(), None if n is None else f"{about}{n:,}", *values))
    sampled = int(row["n_rows"]) > SAMPLED and known.table.quantiles == "sampled"
    note = f"quantiles of about {SAMPLED:,} rows, spread evenly" if sampled else "quantiles of all rows"
    return Table(
        title=f"What the fields of {known.table.id} hold",
        columns=("field", "type", "different values", "least", "5%", "median", "95%", "most", "mean", "sd"),
        units=("",) * 10,
        rows=tuple(lines),
        note=note,
    )


def _values(index: int, row: Mapping[str, Any], parts: Mapping[str, Any]) -> list[Cell]:
    found = parts.get(f"quantiles_{index}")
    low, middle, high = (None, None, None) if found is None else (float(value) for value in found)
    ends = [_cell(row.get(f"{end}_{index}")) for end in ("min", "max")]
    spread = [_cell(row.get(f"{name}_{index}")) for name in ("mean", "sd")]
    return [ends[0], _cell(low), _cell(middle), _cell(high), ends[1], *spread]


def _cell(value: Any) -> Cell:
    """A figure that is finite, or text."""
    return value if not isinstance(value, float) or abs(value) < float("inf") else None
