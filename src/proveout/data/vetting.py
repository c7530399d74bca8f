"""People's own SQL: exactly one SELECT over tables that are theirs to read."""

import logging
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from proveout.core.errors import SourceBroken

if TYPE_CHECKING:
    from sqlglot import exp

REMEDY = "write exactly one SELECT; it may start with WITH"


def tables_of(sql: str, dialect: str, shown: str) -> frozenset[tuple[str, str]]:
    """The tables that a SELECT reads, as pairs of schema (or nothing) and name.

    Args:
        sql: What people wrote.
        dialect: duckdb, postgres or sqlite.
        shown: How messages name the source.

    Raises:
        SourceBroken: It is not exactly one SELECT, or it calls a function in the place of a table.
    """
    from sqlglot import exp

    tree = _single_select(sql, dialect, shown)
    others = (
        exp.Insert,
        exp.Update,
        exp.Delete,
        exp.Merge,
        exp.Create,
        exp.Command,
        exp.Into,
        exp.Lock,
        exp.Describe,
        exp.Summarize,
        exp.Set,
        exp.Pragma,
    )
    if tree.find(*others):
        raise SourceBroken(f"query-not-select: the query on {shown} does more than read", REMEDY)
    functions = [table.this for table in tree.find_all(exp.Table) if not isinstance(table.this, exp.Identifier)]
    functions += [lateral.this for lateral in tree.find_all(exp.Lateral)]
    if any(not isinstance(function, exp.GenerateSeries | exp.Unnest | exp.Subquery) for function in functions):
        raise SourceBroken(
            f"query-not-select: the query on {shown} calls a function in the place of a table",
            "read from tables only; declare a file as a source of its own",
        )
    tables = [table for table in _real_tables(tree, shown) if isinstance(table.this, exp.Identifier)]
    if any(table.catalog for table in tables):
        raise SourceBroken(f"the query on {shown} names another database", "name tables as table or schema.table")
    return frozenset((table.db, table.name) for table in tables)


def bare(sql: str) -> str:
    """The query without a semicolon at its end, so that it may stand in parentheses."""
    return sql.strip().rstrip("; \n\t")


def check_tables(tables: Iterable[tuple[str, str]], known: Iterable[tuple[str, str]], shown: str) -> None:
    """Refuse tables that the source does not have.

    Args:
        tables: Schema and name, as `tables_of` gives them.
        known: The same, of all tables that may be read.
        shown: How messages name the source.

    Raises:
        SourceBroken: With the names that would do.
    """
    known = sorted(known)
    permitted = {(schema.casefold(), name.casefold()) for schema, name in known}
    for schema, name in sorted(tables):
        if (schema.casefold(), name.casefold()) not in permitted:
            names = ", ".join(dict.fromkeys(name for _, name in known)) or "none"
            raise SourceBroken(f"{shown} has no table {name!r}", f"tables of this source: {names}")


def _real_tables(tree: "exp.Query", shown: str) -> "list[exp.Table]":
    """Tables of the database, as opposed to names that the query itself gives."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    try:
        selected = [pair for scope in traverse_scope(tree) for pair in scope.selected_sources.values()]
    except Exception as error:
        raise SourceBroken(f"the query on {shown} cannot be understood: {_first_line(error)}", REMEDY) from None
    resolved = {id(node) for node, _ in selected}
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and id(table) not in resolved:
            raise SourceBroken(f"the query on {shown} uses {table.name!r} in a way that cannot be vetted", REMEDY)
    return [source for _, source in selected if isinstance(source, exp.Table)]


def _single_select(sql: str, dialect: str, shown: str) -> "exp.Query":
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        statements = [statement for statement in sqlglot.parse(sql, read=dialect) if statement is not None]
    except (SqlglotError, RecursionError) as error:
        raise SourceBroken(f"the query on {shown} cannot be understood: {_first_line(error)}", REMEDY) from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Select | exp.SetOperation | exp.Subquery):
        raise SourceBroken(f"query-not-select: the query on {shown} is not one SELECT", REMEDY)
    return statements[0]


def _first_line(error: Exception) -> str:
    text = re.sub(r"\x1b\[\d*m", "", str(error)).strip()
    return text.splitlines()[0] if text else type(error).__name__
