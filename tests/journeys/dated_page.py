"""Pages that are dated, lived through from next week on: nothing is drawn for days that are gone."""

import csv
import re
from datetime import date, timedelta
from pathlib import Path

PAGE = date(2026, 3, 2)
"""The start on the pages."""
START = date.today() + timedelta(days=14 - date.today().weekday())


def moved(text: str) -> str:
    """The page's days, as many days later."""
    return re.sub(r"2026-\d\d-\d\d", lambda day: str(date.fromisoformat(day[0]) + (START - PAGE)), text)


def on(days: int) -> tuple[str, str]:
    """That many days after the start, as an option."""
    return "--as-of", str(day(days))


def day(days: int) -> date:
    """That many days after the start."""
    return START + timedelta(days=days)


def write(path: Path, columns: list[str], rows: list[list[object]]) -> None:
    """A CSV file."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
