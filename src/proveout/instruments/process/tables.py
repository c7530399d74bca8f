"""Answers as plain Python values, under the names of activities, people and teams."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from proveout.core.question import Answers, Columns

Row = dict[str, Any]


def rows(table: Columns) -> list[Row]:
    """One dictionary per row; None where there was NULL."""
    columns = {name: np.ma.asarray(column).tolist() for name, column in table.items()}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The event log, summed up.

    Args:
        answers: Tables by question name.
        activities: Name by number.
        people: Name by number, of software too.
        teams: Name by number.
        n_cases: Cases with a usable row.
        days: From the first to the last moment.
        paired: Whether starts and completions were paired.
    """

    answers: Answers
    activities: Mapping[int, str]
    people: Mapping[int, str]
    teams: Mapping[int, str]
    n_cases: int
    days: float
    paired: bool

    def rows(self, question: str) -> list[Row]:
        """The answer to a question."""
        return rows(self.answers.tables[question])

    def only(self, question: str) -> Row:
        """The single row that answers a question."""
        return self.rows(question)[0]

    def by_activity(self, question: str) -> dict[int, Row]:
        """The answer by number of the activity."""
        return {row["a"]: row for row in self.rows(question)}


def read(answers: Answers) -> Log:
    """Put names to numbers."""
    tables = answers.tables
    extent, quality = rows(tables["extent"])[0], rows(tables["quality"])[0]
    return Log(
        answers=answers,
        activities={row["a"]: row["activity"] for row in rows(tables["activity_names"])},
        people={row["r"]: row["resource"] for row in rows(tables["resource_names"])},
        teams={row["tm"]: row["team"] for row in rows(tables["team_names"])},
        n_cases=extent["n_cases"],
        days=(extent["t1"] - extent["t0"]) / 86400 if extent["n_cases"] else 0.0,
        paired="spelled" in tables and bool(quality["starts"]),
    )
