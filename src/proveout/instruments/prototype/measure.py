"""Answers to figures."""

from collections.abc import Callable
from datetime import date

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Check, Finding, Part, found_in
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Failure
from proveout.instruments.prototype import calibrating, deciding, judging, leakage, reality, running, slicing
from proveout.instruments.prototype.cases import Cases, read
from proveout.instruments.prototype.fields import seen
from proveout.instruments.prototype.performance import decided, judged, performance
from proveout.instruments.prototype.queries import joined, missing, there
from proveout.instruments.prototype.rivals import rivals
from proveout.instruments.prototype.settings import Settings


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """How good the prototype is, and whether what it was tested on is like what it will meet.

    Raises:
        TooLittle: There are too few cases to say anything.
        ProveoutError: A column is missing, or its values are not what the settings say.
    """
    needed = ["rubric"] if settings.kind == "text" else ["predictions", *(["cases"] if settings.lookup else [])]
    for table in needed:
        for question in (f"{table} columns", *(["prepared", "cases"] if table == "predictions" else [table])):
            if failure := answers.failures.get(question):
                return _unread(settings, table, failure)
    parts, changes_on = _of_texts(settings, answers) if settings.kind == "text" else _of_answers(settings, answers)
    return found_in(parts, changes_on=changes_on)


def _unread(settings: Settings, table: str, failure: Failure) -> Finding:
    """What cannot be read; answers that are recorded can be had."""
    remedy = failure.remedy
    if settings.run and table == "predictions":
        remedy = "run `proveout probe`, which asks the prototype and records its answers"
    return Finding(outcome=failure.outcome, reason=failure.message, remedy=remedy)


def _of_texts(settings: Settings, answers: Answers) -> tuple[list[Part], None]:
    found = [judging.judged(settings, answers)]
    if "cases" in answers.tables:
        found.append(running.running(settings, answers))
    return found, None


def _of_answers(settings: Settings, answers: Answers) -> tuple[list[Part], date | None]:
    """What the answers come to, and the first day on which the same ones come to something else."""
    checks = _columns(settings, answers)
    cases, said = read(settings, answers)
    one, unanswered = judged(settings, cases)
    fields = seen(settings, answers, one.cases)
    against, no_rivals = rivals(settings, one, fields)
    answer = decided(settings, cases) if settings.kind == "classification" else None
    to_come, changes_on = reality.to_come(cases, answers.as_of)
    return [
        Part(checks=(*checks, *said, *unanswered, *no_rivals)),
        performance(settings, one, against),
        _tried("Slices can be judged", lambda: slicing.slices(one)),
        _tried("Scores can be held against the truth", lambda: calibrating.calibration(settings, cases)),
        _tried("Savings can be measured", lambda: deciding.saving(settings, cases, answer)),
        _tried("Cases can be left to people", lambda: deciding.selective(settings, cases, answer)),
        *_reality(settings, answers, cases),
        _tried("Fields can be looked at", lambda: leakage.leakage(settings, answers, fields, cases)),
        _tried("Groups can be compared", lambda: slicing.fairness(cases, answer)),
        running.running(settings, answers),
        deciding.confusion(cases, answer),
        to_come,
    ], changes_on


def _reality(settings: Settings, answers: Answers, cases: Cases) -> list[Part]:
    return [
        _tried("The test can be compared with the population", lambda: reality.likeness(settings, answers)),
        reality.lateness(settings, answers, cases),
    ]


def _columns(settings: Settings, answers: Answers) -> list[Check]:
    """Columns that are declared and not there: without some nothing can be measured, others only cost their figure."""
    if settings.lookup and not joined(settings, answers):
        lacking = [name for name in ("predictions", "cases") if settings.key.casefold() not in there(answers, name)]
        where = " and ".join("the predictions" if name == "predictions" else "the cases" for name in lacking)
        raise ProveoutError(f"{where} have no column {settings.key} to be joined by", "correct `key`")
    absent = missing(settings, answers)
    needed = [settings.columns.truth, settings.columns.score, settings.columns.answer, settings.columns.query]
    vital = [name for name in absent if name in needed]
    if vital:
        known = ", ".join(one.name for table in ("predictions", "cases") for one in there(answers, table).values())
        raise ProveoutError(f"there is no column {', '.join(vital)}", f"the columns are {known}")
    if not absent:
        return []
    note = f"there is no column {', '.join(absent)} in the predictions; what it is for is not measured"
    return [Check(name="Every declared column is there", passed=False, note=note)]


def _tried(name: str, part: Callable[[], Part]) -> Part:
    """A part, or why it could not be measured."""
    try:
        return part()
    except TooLittle as little:
        note = "; ".join(filter(None, (little.message, little.remedy)))
        return Part(checks=(Check(name=name, passed=None, note=note),))
