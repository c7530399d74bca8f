"""Rules discovered on real dirty tables, against their clean twins cell by cell."""

import csv
from pathlib import Path

import pytest
from tests.unit.instruments.quality.suspects import precision_and_recall, suspects

pytestmark = pytest.mark.real_data

KNOWN = {"beers": (4_362, 0.99, 0.99), "hospital": (509, 0.94, 0.93)}
"""Wrong cells as published, and what discovery reached when it was written, less a little."""


def table(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


@pytest.mark.parametrize("name", KNOWN)
def test_discovered_rules_find_most_wrong_cells_and_few_others(name: str, real_data: Path):
    folder = real_data / "dirty_clean"
    header, dirty = table(folder / f"{name}_dirty.csv")
    _, clean = table(folder / f"{name}_clean.csv")
    wrong = {
        (i, header[j])
        for i, (was, true) in enumerate(zip(dirty, clean, strict=True))
        for j in range(len(header))
        if was[j] != true[j]
    }
    n_wrong, least_precision, least_recall = KNOWN[name]
    assert len(wrong) == n_wrong
    precision, recall = precision_and_recall(suspects(folder / f"{name}_dirty.csv"), wrong)
    assert precision >= least_precision
    assert recall >= least_recall


@pytest.mark.parametrize("name", KNOWN)
def test_the_clean_twins_have_next_to_no_suspects(name: str, real_data: Path):
    path = real_data / "dirty_clean" / f"{name}_clean.csv"
    header, rows = table(path)
    assert len(suspects(path)) <= 0.002 * len(header) * len(rows)
