"""Small logs written as CSV and asked through the real data room."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from proveout.core.estimate import Estimate
from proveout.core.evidence import Finding
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, SourceName
from proveout.data import ask
from proveout.instruments.process.measure import measure
from proveout.instruments.process.queries import questions
from proveout.instruments.process.settings import Settings

SOURCE = SourceName("log")
HEADER = ("case", "activity", "start", "end", "who")
COLUMNS: dict[str, Any] = {"case": "case", "activity": "activity", "start": "start", "end": "end", "resource": "who"}


def find(folder: Path, rows: list[tuple], *, header: tuple[str, ...] = HEADER, **options: Any) -> Finding:
    """What the instrument finds in these rows."""
    with (folder / "log.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    settings = Settings(source=SOURCE, **(COLUMNS | options))
    initiative = Initiative(sources={SOURCE: Source(location="log.csv")})
    tables, failures = ask(questions(settings, initiative), initiative.sources, folder)
    assert failures == {}
    return measure(settings, Answers(tables=tables, as_of=date(2026, 1, 16)), initiative)


def values(finding: Finding, name: str) -> dict[str, float]:
    """Values of the estimates of a name, by subject."""
    return {estimate.subject: estimate.value for estimate in finding.estimates if estimate.name == name}


def one(finding: Finding, name: str) -> Estimate:
    """The only estimate of a name."""
    (estimate,) = (estimate for estimate in finding.estimates if estimate.name == name)
    return estimate


def note(finding: Finding, name: str) -> tuple[bool | None, str]:
    """Whether a check passed, and what it says."""
    (check,) = (check for check in finding.checks if check.name == name)
    return check.passed, check.note
