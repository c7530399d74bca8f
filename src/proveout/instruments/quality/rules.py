"""Rules as SQL: what holds within a row, and what holds between rows. A rule never decides on a cell that is empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from proveout.core.question import quoted
from proveout.instruments.quality.discovery.profile import PLACE
from proveout.instruments.quality.settings import Elsewhere

Dimension = Literal["completeness", "validity", "consistency", "uniqueness", "timeliness"]
Origin = Literal["contract", "inline", "discovered", "always"]
AT_FAULT = '"row at fault"'
"""A name that no column has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What must hold within each row.

    Args:
        id: Unique in its table.
        dimension: Which side of quality it belongs to.
        fields: The columns of which it speaks; their cells are at fault together.
        faulty: An SQL boolean over the columns, TRUE for a row that breaks the rule; NULL counts as FALSE.
        applies: An SQL boolean, TRUE for rows of which the rule says anything.
        words: The rule in plain words.
        origin: Who says so.
    """

    id: str
    dimension: Dimension
    fields: tuple[str, ...]
    faulty: str
    applies: str = "true"
    words: str
    origin: Origin = "inline"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """What must hold between rows.

    * ``key``: rows beyond the first of their key are at fault (surplus rows).
    * ``depends``: a value that is not the most frequent one among the rows with equal values `by`.
    * ``reference``: rows whose values stand in no row of the relation `other`.
    * ``alike``: surplus rows once case and blanks are set aside.

    Args:
        id: Unique in its table.
        kind: Which of the four.
        dimension: Which side of quality it belongs to.
        fields: The columns whose cells are at fault.
        by: For ``depends``, the columns that determine; for ``reference``, the columns of the other table.
        other: For ``reference``, where the other table is.
        words: The rule in plain words.
        origin: Who says so.
    """

    id: str
    kind: Literal["key", "depends", "reference", "alike"]
    dimension: Dimension
    fields: tuple[str, ...]
    by: tuple[str, ...] = ()
    other: Elsewhere | None = None
    words: str
    origin: Origin = "inline"


def verdicts(rule: Rule | GroupRule, relation: str = "given") -> str:
    """A SELECT of one row per row to which the rule applies: all columns, PLACE (from 1) and AT_FAULT.

    Args:
        rule: The rule.
        relation: What it is held against; a rule of kind ``reference`` also reads the relation ``other``.
    """
    placed = f"(select *, row_number() over () as {PLACE} from {relation})"
    if isinstance(rule, Rule):
        return f"select *, coalesce({rule.faulty}, false) as {AT_FAULT} from {placed} where {rule.applies}"
    here = _filled(rule.fields)
    if rule.kind in ("key", "alike"):
        same = ", ".join(_same(rule))
        return (
            f"select *, row_number() over (partition by {same} order by {PLACE}) > 1 as {AT_FAULT} from {placed} "
            f"where {here if rule.kind == 'key' else 'true'}"
        )
    if rule.kind == "reference":
        return f"select *, not {_found(rule)} as {AT_FAULT} from {placed} as ours where {here}"
    return (
        f"with {_usual(rule, relation)} select placed.*, placed.{_value(rule)} <> usual.usual as {AT_FAULT} "
        f"from {placed} as placed join usual on {_equal(rule.by, 'usual', 'placed')} "
        f"where placed.{_value(rule)} is not null"
    )


def cells(rule: Rule | GroupRule, relation: str = "given") -> str:
    """A SELECT of every faulty cell: `place` (the row's position, from 1) and `field`."""
    fields = ", ".join("'" + name.replace("'", "''") + "'" for name in rule.fields)
    return f"select {PLACE} as place, unnest([{fields}]) as field from ({verdicts(rule, relation)}) where {AT_FAULT}"


def counts(rule: GroupRule, relation: str = "given") -> str:
    """A SELECT of one row: `n` rows to which the rule applies and `n_faulty` among them; no row is numbered."""
    here = _filled(rule.fields)
    if rule.kind == "key":
        return counts_of_key(rule.fields, relation)
    if rule.kind == "alike":
        return _surplus(f"select count(*) as n from {relation} group by {', '.join(_same(rule))}")
    if rule.kind == "reference":
        keys = ", ".join(map(quoted, rule.fields))
        distinct = f"(select {keys}, count(*) as n from {relation} where {here} group by {keys}) as ours"
        orphans = f"coalesce(sum(n) filter (where not {_found(rule)}), 0)::bigint as n_faulty"
        return f"select coalesce(sum(n), 0)::bigint as n, {orphans} from {distinct}"
    by = ", ".join(map(quoted, rule.by))
    values = f"select {by}, {_value(rule)}, count(*) as n from {relation} where {_all_filled(rule)} group by all"
    groups = f"select sum(n) as size, max(n) as top from ({values}) group by {by}"
    return (
        f"select coalesce(sum(size), 0)::bigint as n, coalesce(sum(size - top), 0)::bigint as n_faulty from ({groups})"
    )


def counts_of_key(fields: Sequence[str], relation: str = "given") -> str:
    """As `counts`: the rows with a whole key, and those beyond the first of theirs."""
    by = ", ".join(map(quoted, fields))
    return _surplus(f"select count(*) as n from {relation} where {_filled(fields)} group by {by}")


def _surplus(groups: str) -> str:
    return f"select coalesce(sum(n), 0)::bigint as n, coalesce(sum(n - 1), 0)::bigint as n_faulty from ({groups})"


def _usual(rule: GroupRule, relation: str) -> str:
    """The most frequent value of each group; of equally frequent ones, the first in order."""
    by = ", ".join(map(quoted, rule.by))
    counted = (
        f"select {by}, {_value(rule)} as value, count(*) as n from {relation} where {_all_filled(rule)} group by all"
    )
    usual = f"select {by}, first(value order by n desc, value) as usual from ({counted}) group by {by}"
    return f"usual as not materialized ({usual})"


def _all_filled(rule: GroupRule) -> str:
    return _filled((*rule.by, *rule.fields))


def _value(rule: GroupRule) -> str:
    return quoted(rule.fields[0])


def _same(rule: GroupRule) -> list[str]:
    if rule.kind == "key":
        return [quoted(name) for name in rule.fields]
    return [rf"trim(regexp_replace(lower(cast({quoted(name)} as varchar)), '\s+', ' ', 'g'))" for name in rule.fields]


def _found(rule: GroupRule) -> str:
    pairs = zip(rule.fields, rule.by, strict=True)
    equal = " and ".join(
        f"cast(theirs.{quoted(other)} as varchar) = cast(ours.{quoted(own)} as varchar)" for own, other in pairs
    )
    return f"exists (select 1 from other as theirs where {equal})"


def _equal(columns: Sequence[str], left: str, right: str) -> str:
    return " and ".join(f"{left}.{quoted(name)} = {right}.{quoted(name)}" for name in columns)


def _filled(columns: Sequence[str]) -> str:
    return " and ".join(f"{quoted(name)} is not null" for name in columns) or "true"
