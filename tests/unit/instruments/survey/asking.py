"""Answers in a CSV file, from SQL to a finding."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.asking import measured

from proveout.core.evidence import Check, Finding
from proveout.core.initiative import Initiative, Source
from proveout.instruments.survey.library import LIBRARY
from proveout.instruments.survey.settings import Answered, Settings

AIM = tuple(LIBRARY["aim-iam-fim"].items)
TODAY = date(2026, 3, 1)
See = Callable[..., Finding]


def sheet(person: str, team: str, *values, items=AIM, **more) -> dict:
    """One person's answers; the last value stands for all items that are left."""
    filled = [*values, *[values[-1]] * (len(items) - len(values))]
    return {"person": person, "team": team, **dict(zip(items, filled, strict=True)), **more}


def figures(finding: Finding, name: str) -> dict:
    """Estimates of a name, by subject."""
    return {e.subject: e for e in finding.estimates if e.name == name}


def note(finding: Finding, word: str) -> Check:
    """The one check with these words in its name."""
    (found,) = [check for check in finding.checks if word in check.name]
    return found


def see(folder: Path, rows: list[dict], groups=(), **declared) -> Finding:
    """Write the rows, ask, measure."""
    columns = list(dict.fromkeys(name for row in rows for name in row)) or ["person"]
    with (folder / "answers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    told = declared.pop("answers", {"person": "person", "group": "team"})
    declared = {"questionnaire": "aim-iam-fim"} | declared
    settings = Settings(answers=Answered(source="answers", **told), **declared)
    initiative = Initiative(sources={"answers": Source(location="answers.csv")}, groups=groups)
    return measured("survey", settings, initiative, folder, TODAY)
