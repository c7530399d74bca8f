"""Settings to questions: what there is; what is asked of it then, stands in `rounds`."""

from collections.abc import Iterable

from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Documents, Preparation, Query, Question
from proveout.instruments.quality.settings import Effect, Settings, Table, read_of


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Per table: its columns, its contract, and whether the SQL of its rules can be understood."""
    return tuple(question for table in settings.tables for question in _of_table(table, settings.effect_on))


def _of_table(table: Table, effect: Effect | None) -> Iterable[Question]:
    read = read_of(table)
    described = "select column_name, column_type from (describe select * from given)"
    yield Query(name=f"{table.id}: columns", sql=described, reads={"given": read})
    if table.contract:
        yield Documents(name=f"{table.id}: contract", pattern=table.contract)
    for rule in table.rules:
        understood = f"select cast(({rule.that}) as boolean) as holds from given limit 0"
        yield Query(name=f"{table.id}: rule {rule.name}", sql=understood, reads={"given": read})
    for index, reference in enumerate(table.references):
        names = f"other_{index}"
        sql = f"select column_name from (describe select * from {names})"
        yield Query(name=f"{table.id}: other {index}", sql=sql, reads={names: read_of(reference.to)})
    if effect:
        sql = "select column_name from (describe select * from errors)"
        yield Query(name=f"{table.id}: errors", sql=sql, reads={"errors": read_of(effect)})


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query | Preparation, ...]:
    """The pass over each table, and the closer look."""
    from proveout.instruments.quality.rounds import rounds

    return rounds(settings, answers)
