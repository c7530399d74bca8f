"""Asks the questions of one block, and goes on when one fails."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from proveout.core.errors import ProveoutError, SourceBroken
from proveout.core.evidence import Outcome
from proveout.core.initiative import Source
from proveout.core.question import (
    Columns,
    Documents,
    Failure,
    FollowUp,
    Note,
    Preparation,
    Query,
    Question,
    Read,
    SourceName,
    quoted,
)
from proveout.core.wording import legible
from proveout.data import documents
from proveout.data.location import Location
from proveout.data.relations import Relations, catalog_of, locate_all
from proveout.data.sandbox import Sandbox, sandbox
from proveout.data.text_columns import endless, explain

SECONDS = 60.0
"""For a question without any source."""
ENDLESS = "Could not convert DATE"
"""What DuckDB says of a day at the end of all time, without a word on where it stands."""
ROUNDS = 3
"""How often more may be asked in the light of the answers."""


def answers_to(
    questions: Sequence[Question],
    sources: Mapping[SourceName, Source],
    folder: Path,
    note: Note,
    follow_up: FollowUp,
) -> tuple[dict[str, Columns], dict[str, Failure]]:
    """See `proveout.data.ask`."""
    tables: dict[str, Columns] = {}
    failures: dict[str, Failure] = {}
    _read_documents(questions, folder, tables, failures)
    asked = [question for question in questions if not isinstance(question, Documents)]
    located = locate_all([read for question in asked for read in question.reads.values()], sources, folder)
    found = [location for location in located.values() if isinstance(location, Location)]
    databases = {catalog_of(location.path): location.path for location in found if location.kind == "duckdb"}
    files = [location.path for location in found if location.kind in ("csv", "parquet", "json")]
    if asked:
        with sandbox(files, databases) as box:
            relations = Relations(located, box, note)
            for i, question in enumerate(asked):
                _ask(question, asked, relations, tables, failures)
                _give_back(asked[: i + 1], asked[i + 1 :], box)
            for _ in range(ROUNDS):
                known = {question.name for question in asked}
                more = [question for question in follow_up(tables, failures) if question.name not in known]
                asked += more
                for question in more:
                    _ask(question, asked, relations, tables, failures)
                if not more:
                    break
    return tables, failures


def _read_documents(
    questions: Sequence[Question], folder: Path, tables: dict[str, Columns], failures: dict[str, Failure]
) -> None:
    for question in questions:
        if isinstance(question, Documents):
            try:
                tables[question.name] = documents.read(question.pattern, folder)
            except ProveoutError as error:
                failures[question.name] = _failure(error)


def _ask(
    question: Query | Preparation,
    questions: Sequence[Query | Preparation],
    relations: Relations,
    tables: dict[str, Columns],
    failures: dict[str, Failure],
) -> None:
    """One question; the others tell which preparation its failure is due to."""
    located = [location for location in relations.located.values() if isinstance(location, Location)]
    longest = max((location.source.timeout_seconds for location in located), default=SECONDS)
    try:
        columns = _answer(question, relations, relations.box, longest)
        if isinstance(question, Query):
            tables[question.name] = columns
    except ProveoutError as error:
        failures[question.name] = _cause(question, questions, failures) or _failure(error)


def _give_back(done: Sequence[Query | Preparation], coming: Sequence[Query | Preparation], box: Sandbox) -> None:
    """Drop what the question that was just asked was the last to name."""
    for earlier in done[:-1]:
        passing = isinstance(earlier, Preparation) and earlier.passing and _names(done[-1], earlier)
        if passing and not any(_names(question, earlier) for question in coming):
            box.run(f"drop table if exists temp.main.{quoted(earlier.name)}", seconds=SECONDS)


def _names(question: Query | Preparation, earlier: Query | Preparation) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(earlier.name)}(?!\w)", question.sql, re.IGNORECASE))


def _answer(question: Query | Preparation, relations: Relations, box: Sandbox, longest: float) -> Columns:
    """Show the question its relations under its own names, and run it."""
    selects = {name: relations.select(read) for name, read in question.reads.items()}
    seconds = max((_seconds(relations, read) for read in question.reads.values()), default=longest)
    box.check_select(question.sql)
    for name, select in selects.items():
        box.run(f"create or replace temp view {quoted(name)} as {select}", seconds=seconds)
    start = f"create temp table {quoted(question.name)} as " if isinstance(question, Preparation) else ""
    try:
        return _plain(box.run(start + question.sql, seconds=seconds, parameters=question.parameters))
    except SourceBroken as error:
        hint = _hint(error.message, question.sql, selects, box, seconds)
        where = ", ".join(dict.fromkeys(_shown(relations, read) for read in question.reads.values())) or question.name
        raise SourceBroken(f"{where}: {error.message}", hint or error.remedy) from None
    finally:
        for name in selects:
            box.run(f"drop view if exists temp.main.{quoted(name)}", seconds=seconds)


def _hint(message: str, sql: str, selects: Mapping[str, str], box: Sandbox, seconds: float) -> str:
    """What in the data a query failed over, as far as can be told."""
    if "not found" in message:
        there = dict.fromkeys(name for select in selects.values() for name in box.types(select, seconds=seconds))
        return f"the columns that there are: {', '.join(there)}" if there else ""
    return endless(selects, box, seconds) if ENDLESS in message else explain(sql, selects, box, seconds)


def _plain(columns: Columns) -> Columns:
    """Times all in microseconds, texts without characters that steer a terminal."""
    import numpy as np

    for column in columns.values():
        if column.dtype.kind == "O":
            cells = np.ma.getdata(column)
            cells[:] = [legible(cell) if isinstance(cell, str) else cell for cell in cells]
    return {
        name: column.astype("datetime64[us]") if column.dtype.kind == "M" else column
        for name, column in columns.items()
    }


def _cause(
    question: Query | Preparation, questions: Sequence[Query | Preparation], failures: Mapping[str, Failure]
) -> Failure | None:
    """The failure of a preparation that this question names."""
    for earlier in questions[: questions.index(question)]:
        if isinstance(earlier, Preparation) and earlier.name in failures and _names(question, earlier):
            return failures[earlier.name]
    return None


def _seconds(relations: Relations, read: Read) -> float:
    location = relations.located[read.source]
    return location.source.timeout_seconds if isinstance(location, Location) else SECONDS


def _shown(relations: Relations, read: Read) -> str:
    location = relations.located[read.source]
    return location.shown if isinstance(location, Location) else read.source


def _failure(error: ProveoutError) -> Failure:
    outcome = Outcome.BROKEN if isinstance(error, SourceBroken) else Outcome.UNREACHABLE
    return Failure(outcome=outcome, message=legible(error.message), remedy=legible(error.remedy))
