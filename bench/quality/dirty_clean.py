"""How many of the wrong cells of dirty tables are found, and how many of those found are wrong.

    python bench/quality/dirty_clean.py FOLDER [NAME ...]

FOLDER holds NAME_dirty.csv and NAME_clean.csv, the same table before and after somebody put it right; a cell is wrong
where the two differ as text. Without names, all pairs in the folder. Beside the rules that the dirty table suggests by
itself stand the constraints that people declared, where there is a NAME_constraints.txt (denial constraints of two
rows, `EQ` on the determining fields and `IQ` on the determined one): a cell is suspect that differs from the most
frequent value of its group. The clean twin is searched too: whatever is found there is a false alarm.
"""

import csv
import re
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from proveout import data
from proveout.core.initiative import Source
from proveout.core.question import Query, Read, SourceName
from proveout.instruments.quality import discovery

Cells = set[tuple[int, int]]
TABLE = Read(source=SourceName("table"))
GIVEN = {"given": TABLE}
COLUMNS = Query(name="columns", sql="select column_name, column_type from (describe select * from given)", reads=GIVEN)


def main() -> None:
    """Print a line for each pair and way of checking."""
    folder = Path(sys.argv[1])
    names = sys.argv[2:] or sorted(path.name.removesuffix("_dirty.csv") for path in folder.glob("*_dirty.csv"))
    print("| table | wrong cells | rules | suspects | precision | recall | F1 | false alarms in twin | seconds |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in names:
        header, dirty = read(folder / f"{name}_dirty.csv")
        known_as, clean = read(folder / f"{name}_clean.csv")
        cells = ((i, j) for i in range(len(dirty)) for j in range(len(header)))
        wrong = {(i, j) for i, j in cells if dirty[i][j] != clean[i][j]}
        constraints = folder / f"{name}_constraints.txt"
        if constraints.is_file():
            rules = list(declared(constraints.read_text(encoding="utf-8"), header, known_as))
            start = time.perf_counter()
            found = violations(dirty, rules)
            line(name, "declared", wrong, found, violations(clean, rules), time.perf_counter() - start)
        start = time.perf_counter()
        found = suspects(folder / f"{name}_dirty.csv")
        seconds = time.perf_counter() - start
        line(name, "discovered", wrong, found, suspects(folder / f"{name}_clean.csv"), seconds)


def line(name: str, rules: str, wrong: Cells, found: Cells, alarms: Cells, seconds: float) -> None:
    """One row of the table."""
    precision, recall = len(found & wrong) / max(len(found), 1), len(found & wrong) / max(len(wrong), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(
        f"| {name} | {len(wrong):,} | {rules} | {len(found):,} | {precision:.3f} | {recall:.3f} | {f1:.3f} "
        f"| {len(alarms):,} | {seconds:.1f} |"
    )


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def declared(text: str, *headers: list[str]) -> list[tuple[tuple[int, ...], int]]:
    """Determining fields and the determined one, of each constraint of that form."""
    places = {name: place for header in headers for place, name in enumerate(header)}
    rules = []
    for constraint in text.split():
        left = re.findall(r"EQ\(t1\.(\w+)", constraint)
        right = re.findall(r"IQ\(t1\.(\w+)", constraint)
        if left and len(right) == 1:
            rules.append((tuple(places[name] for name in left), places[right[0]]))
    return rules


def violations(rows: list[list[str]], rules: list[tuple[tuple[int, ...], int]]) -> Cells:
    """Cells that differ from the most frequent value of their group."""
    found: Cells = set()
    for left, right in rules:
        groups: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for row in rows:
            groups[tuple(row[j] for j in left)][row[right]] += 1
        for i, row in enumerate(rows):
            ((usual, _),) = groups[tuple(row[j] for j in left)].most_common(1)
            if row[right] != usual:
                found.add((i, right))
    return found


def suspects(path: Path) -> Cells:
    """Cells that break a rule of high confidence."""

    def more(tables, failures):
        return discovery.questions("t", columns_of(tables), TABLE, tables)

    sources = {TABLE.source: Source(location=path.name, timeout_seconds=600)}
    tables, failures = data.ask([COLUMNS], sources, path.parent, follow_up=more)
    columns = columns_of(tables)
    rules = [rule for rule in discovery.rules("t", columns, tables) if rule.confidence == "high"]
    asked = [
        Query(name=str(i), sql=f"select place from ({rule.rows}) where suspect", reads=GIVEN)
        for i, rule in enumerate(rules)
    ]
    found, more_failures = data.ask(asked, sources, path.parent)
    for name, failure in {**failures, **more_failures}.items():
        print(f"{path.name}: {name}: {failure.message}", file=sys.stderr)
    places = {name: place for place, name in enumerate(columns)}
    return {
        (int(at) - 1, places[rule.field])
        for i, rule in enumerate(rules)
        for at in found.get(str(i), {"place": ()})["place"]
    }


def columns_of(tables) -> dict[str, str]:
    """Type by name of the column."""
    return dict(zip(tables["columns"]["column_name"], tables["columns"]["column_type"], strict=True))


if __name__ == "__main__":
    main()
