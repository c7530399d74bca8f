"""Invents the data of the example initiative, always the same ones; the interviews are written by hand.

python tools/make_example [FOLDER]
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import gate_1
import gate_2
import gate_3
import probes

EXAMPLE = Path(__file__).parents[2] / "src" / "proveout" / "examples" / "lead_research"


def write(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """One CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def make(folder: Path) -> None:
    """Write all data files and records into the folder."""
    for name in ("data", "records"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, rows in (gate_1.tables() | gate_2.tables() | gate_3.tables()).items():
        write(folder / "data" / f"{name}.csv", rows)
    (folder / "records" / "integration.jsonl").write_text(probes.recorded(EXAMPLE), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE)
