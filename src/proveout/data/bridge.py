"""The one way by which rows from outside DuckDB come in: a CSV file in the private folder, with known types.

It takes any number of rows in little memory, and is as fast on every version of DuckDB.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from proveout.data.sandbox import text

BATCH = 10_000


def write(rows: Iterable[Sequence[str | None]], path: Path) -> None:
    """Write rows so that nothing and the empty text stay apart."""
    lines: list[str] = []
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in rows:
            lines.append(",".join("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row))
            if len(lines) == BATCH:
                file.write("\n".join(lines) + "\n")
                lines.clear()
        file.write("\n".join([*lines, ""]))


def select(path: Path, types: Mapping[str, str]) -> str:
    """A SELECT on such a file.

    Args:
        path: Written by `write`, or by PostgreSQL's ``COPY ... (format csv)``.
        types: Column name to DuckDB type, in order.
    """
    columns = ", ".join(f"{text(name)}: {text(kind)}" for name, kind in types.items())
    return (
        f"select * from read_csv({text(str(path))}, columns = {{{columns}}}, auto_detect = false, header = false, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, new_line = '\\n')"
    )


def unique(names: Iterable[str]) -> list[str]:
    """The names, told apart where SQL would not: upper and lower case are one."""
    found: dict[str, str] = {}
    for name in names:
        candidate, n = name, 0
        while candidate.casefold() in found:
            n += 1
            candidate = f"{name}_{n}"
        found[candidate.casefold()] = candidate
    return list(found.values())
