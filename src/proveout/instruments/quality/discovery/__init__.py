"""Rules that a table suggests by itself, where no contract says what is right.

Three rounds of questions: a profile of a sample; how fields of the sample follow from one another; then every row is
held against the rules. What comes back never grows with the rows. Rules of high confidence name cells that are nearly
always faults; rules of low confidence name cells worth a look. All are suggestions until a person accepts them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from proveout.core.question import Columns, Preparation, Query, Read
from proveout.instruments.quality.discovery.suggestion import Suggestion

MOST_GROUPED = 1_000_000
"""Rows up to which rules between rows are held against the whole table; beyond, against the sample."""
CODE, MOSTLY = 4, 0.9
"""Digits of a number that may be a code, and share of the cells that must have as many."""


def questions(
    prefix: str, columns: Mapping[str, str], read: Read, tables: Mapping[str, Columns]
) -> tuple[Query | Preparation, ...]:
    """What to ask next, given the answers so far; nothing when all is known.

    Args:
        prefix: Starts the names of the questions; one for each table.
        columns: Type by name of the column, as DESCRIBE tells them.
        read: The table.
        tables: All answers so far, by name of the question.
    """
    from proveout.instruments.quality.discovery.dependencies import pairs
    from proveout.instruments.quality.discovery.profile import profile

    if not columns:
        return ()
    if f"{prefix} fields" not in tables:
        return profile(prefix, list(columns), read)
    if not _pairs(prefix, tables):
        return pairs(prefix, _rows(tables, f"{prefix} fields"))
    found = rules(prefix, columns, tables)
    return tuple(
        _counts(f"{prefix} rule {i}", rule, _relation(prefix, rule, columns, tables), read)
        for i, rule in enumerate(found)
    )


def suggestions(prefix: str, columns: Mapping[str, str], tables: Mapping[str, Columns]) -> tuple[Suggestion, ...]:
    """The rules that some rows break, with counts, the most certain and most broken first.

    Args:
        prefix: As given to `questions`.
        columns: As given to `questions`.
        tables: Answers to all questions that were asked.
    """
    if not _pairs(prefix, tables):
        return ()
    kept = []
    for i, rule in enumerate(rules(prefix, columns, tables)):
        sampled = _relation(prefix, rule, columns, tables) != "given"
        for counts in _rows(tables, f"{prefix} rule {i}"):
            if counts["n_suspects"]:
                counted = {"n": counts["n"], "n_suspects": counts["n_suspects"], "example": counts["example"] or ""}
                kept.append(replace(rule, sampled=sampled, **counted))
    return tuple(sorted(kept, key=lambda rule: (rule.confidence != "high", -rule.n_suspects, rule.field, rule.kind)))


def full(prefix: str, columns: Mapping[str, str], tables: Mapping[str, Columns]) -> frozenset[str]:
    """The fields that every row of the sample fills with more than a placeholder, where it has enough rows to say so.

    Args:
        prefix: As given to `questions`.
        columns: As given to `questions`.
        tables: Answers from the first round on.
    """
    from proveout.instruments.quality.discovery.extremes import FEWEST

    seen = _rows(tables, f"{prefix} fields")
    names = list(columns)
    return frozenset(
        names[row["field"]] for row in seen if FEWEST <= row["n_rows"] == row["n_filled"] - row["n_tokens"]
    )


def rules(prefix: str, columns: Mapping[str, str], tables: Mapping[str, Columns]) -> tuple[Suggestion, ...]:
    """All rules that the sample suggests, in the order of their questions; `rows` of each tells the cells.

    Args:
        prefix: As given to `questions`.
        columns: As given to `questions`.
        tables: Answers up to the second round.
    """
    from proveout.instruments.quality.discovery.dependencies import dependencies, misplaced

    names = list(columns)
    fields = _rows(tables, f"{prefix} fields")
    parts = {
        part: _by_field(_rows(tables, f"{prefix} {part}"))
        for part in ("patterns", "units", "spellings", "numbers", "sets")
    }
    single = [rule for seen in fields for rule in _of_field(names[seen["field"]], columns, seen, parts)]
    moved = misplaced(names, _rows(tables, f"{prefix} moved"))
    return (
        *single,
        *dependencies(names, fields, [row for name in _pairs(prefix, tables) for row in _rows(tables, name)]),
        *moved,
    )


def _of_field(
    name: str,
    columns: Mapping[str, str],
    seen: Mapping[str, Any],
    parts: Mapping[str, Mapping[int, list[dict[str, Any]]]],
) -> Iterable[Suggestion]:
    from proveout.instruments.quality.discovery.extremes import extremes
    from proveout.instruments.quality.discovery.formats import formats
    from proveout.instruments.quality.discovery.spellings import spellings

    def of(part: str) -> list[dict[str, Any]]:
        return parts[part].get(seen["field"], [])

    if columns[name] == "VARCHAR":
        yield from formats(name, seen, of("patterns"), of("units"))
        yield from spellings(name, seen, of("spellings"))
    numbers = () if _coded(seen, of("patterns")) else of("numbers")
    yield from extremes(name, seen, next(iter(numbers), None), of("sets"))


def _coded(seen: Mapping[str, Any], patterns: list[dict[str, Any]]) -> bool:
    """Whether numbers are codes, all of one length, whose size says nothing."""
    shapes = [row for row in patterns if row["level"] == "shape" and set(row["pattern"]) == {"9"}]
    return any(len(row["pattern"]) >= CODE and row["n"] >= MOSTLY * seen["n_filled"] for row in shapes)


def _counts(name: str, rule: Suggestion, relation: str, read: Read) -> Query:
    sql = (
        "select count(*)::bigint as n, count(*) filter (where suspect)::bigint as n_suspects, "
        f"min(cell) filter (where suspect) as example from ({rule.rows})"
    )
    if relation == "given":
        return Query(name=name, sql=sql, reads={"given": read})
    return Query(name=name, sql=f"with given as ({relation}) {sql}")


def _relation(prefix: str, rule: Suggestion, columns: Mapping[str, str], tables: Mapping[str, Columns]) -> str:
    """The whole table, or the sample where grouping all rows would be dear."""
    from proveout.core.question import quoted

    n_rows = _rows(tables, f"{prefix} fields")[0]["n_all"]
    if rule.kind not in ("dependency", "key") or n_rows <= MOST_GROUPED:
        return "given"
    named = ", ".join(f"c{i} as {quoted(name)}" for i, name in enumerate(columns))
    return f"select {named} from {quoted(f'{prefix} sample')}"


def _pairs(prefix: str, tables: Mapping[str, Columns]) -> list[str]:
    """The answers on pairs of fields that are there."""
    return [name for name in tables if f"{name} ".startswith(f"{prefix} pairs ")]


def _by_field(rows: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    grouped: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["field"], []).append(row)
    return grouped


def _rows(tables: Mapping[str, Columns], question: str) -> list[dict[str, Any]]:
    """Plain Python values by column, None for NULL; nothing where the question was not asked or failed."""
    import numpy as np

    columns = {name: np.ma.asarray(column).tolist() for name, column in tables.get(question, {}).items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
