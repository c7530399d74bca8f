"""Which cells of a file break the rules that the file itself suggests."""

import csv
from pathlib import Path

from proveout import data
from proveout.core.initiative import Source
from proveout.core.question import Columns, Query, Read, SourceName
from proveout.instruments.quality import discovery
from proveout.instruments.quality.discovery.suggestion import Suggestion

HERE = Read(source=SourceName("table"))
GIVEN = {"given": HERE}
COLUMNS = Query(name="columns", sql="select column_name, column_type from (describe select * from given)", reads=GIVEN)
Cells = set[tuple[int, str]]


def columns_of(tables) -> dict[str, str]:
    return dict(zip(tables["columns"]["column_name"], tables["columns"]["column_type"], strict=True))


def discovered(path: Path) -> tuple[tuple[Suggestion, ...], dict[str, Columns]]:
    """The rules with their counts, and all answers."""

    def more(tables, failures):
        assert not failures
        return discovery.questions("t", columns_of(tables), HERE, tables)

    source = Source(location=path.name, timeout_seconds=300)
    tables, failures = data.ask([COLUMNS], {HERE.source: source}, path.parent, follow_up=more)
    assert not failures
    return discovery.suggestions("t", columns_of(tables), tables), tables


def suspects(path: Path, confidence: str = "high") -> Cells:
    """Rows count from 0."""
    _, tables = discovered(path)
    rules = [rule for rule in discovery.rules("t", columns_of(tables), tables) if rule.confidence == confidence]
    asked = [
        Query(name=str(i), sql=f"select place from ({rule.rows}) where suspect", reads=GIVEN)
        for i, rule in enumerate(rules)
    ]
    found, failures = data.ask(asked, {HERE.source: Source(location=path.name)}, path.parent)
    assert not failures
    return {(int(at) - 1, rule.field) for i, rule in enumerate(rules) for at in found[str(i)]["place"]}


def write(path: Path, table: dict[str, list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))
    return path


def precision_and_recall(found: Cells, wrong: Cells) -> tuple[float, float]:
    return len(found & wrong) / max(len(found), 1), len(found & wrong) / max(len(wrong), 1)
