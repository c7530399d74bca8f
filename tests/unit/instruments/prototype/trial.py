"""Predictions in a CSV file, from SQL to a finding."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from tests.asking import measured

from proveout.core.evidence import Finding
from proveout.core.initiative import Initiative, Source
from proveout.instruments.prototype.settings import Columns, Settings, Where

TODAY = date(2026, 2, 20)


def write(path: Path, **columns: Any) -> None:
    """A CSV file; None is an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def see(folder: Path, settings: Settings) -> Finding:
    """Ask and measure, as `flow` does."""
    files = [path for path in folder.iterdir() if path.suffix in (".csv", ".jsonl")]
    sources = {path.stem: Source(location=path.name) for path in files}
    sources["gone"] = Source(location="gone.csv")
    initiative = Initiative(sources=sources)  # pyright: ignore[reportArgumentType]
    return measured("prototype", settings, initiative, folder, TODAY)


def declared(**more: Any) -> Settings:
    """Settings over predictions.csv."""
    columns = {"truth": "truth", **more.pop("columns", {})}
    return Settings(predictions=Where(source="predictions"), columns=Columns(**columns), **more)  # pyright: ignore


def figure(finding: Finding, name: str, subject: str | None = None):
    """The figure of that name, None where there is none."""
    found = [e for e in finding.estimates if e.name == name and subject in (None, e.subject)]
    assert len(found) <= 1, found
    return found[0] if found else None


def note(finding: Finding, word: str) -> tuple[bool | None, str]:
    """What became of the check whose name holds the word."""
    (found,) = [check for check in finding.checks if word in check.name]
    return found.passed, found.note


def leads(rng: np.random.Generator, n: int = 400, share: float = 0.5, signal: float = 2.0):
    """Scores that are the true probabilities of the truth."""
    strength = rng.normal(np.log(share / (1 - share)), signal, n)
    score = 1 / (1 + np.exp(-strength))
    return score, (rng.random(n) < score).astype(int)
