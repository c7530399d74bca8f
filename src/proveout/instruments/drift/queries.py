"""Settings to questions: the columns of both windows; what is asked then, stands in `rounds`."""

from proveout.core.errors import ProveoutError
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Preparation, Query, Question
from proveout.instruments.drift.settings import Settings


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """The columns of both windows, and of the labels."""
    described = "select column_name, column_type from (describe select * from given)"
    asked = [
        Query(name=f"{side} columns", sql=described, reads={"given": window.read})
        for side, window in (("reference", settings.reference), ("current", settings.current))
    ]
    if settings.performance and settings.performance.labels:
        asked.append(Query(name="label columns", sql=described, reads={"given": settings.performance.labels.read}))
    return tuple(asked)


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query | Preparation, ...]:
    """Where to cut, once the columns are known; the counts, once the cuts are."""
    from proveout.instruments.drift.rounds import rounds

    if {"reference columns", "current columns"} - answers.tables.keys():
        return ()
    try:
        return tuple(rounds(settings, answers))
    except ProveoutError:
        return ()  # a column is missing: `measure` says which
