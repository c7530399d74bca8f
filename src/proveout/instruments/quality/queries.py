"""Settings to questions: what there is, then one pass over each table, then a closer look at what it found."""

from collections.abc import Iterable

from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Documents, Preparation, Query, Question
from proveout.instruments.quality import closer, discovery
from proveout.instruments.quality.passes import limit, missing_by_period, read_of, scan
from proveout.instruments.quality.plan import CLEAN, Plan, plans
from proveout.instruments.quality.rules import counts
from proveout.instruments.quality.seen import first_row
from proveout.instruments.quality.settings import Effect, Settings, Table
from proveout.instruments.quality.values import distinct, quantiles


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
    """The pass over each table; what is cheaper once it is known; examples, effects and entries of what it found."""
    return tuple(question for known in plans(settings, answers) for question in _next(known, settings, answers))


def _next(known: Plan, settings: Settings, answers: Answers) -> Iterable[Query | Preparation]:
    table, read = known.table, read_of(known.table)
    yield Query(name=known.scan, sql=scan(known, answers.as_of), reads={"given": read})
    if {f"{table.id}: scan", known.scan} & {*answers.tables, *answers.failures}:
        yield from _grouped(known, answers)
    if known.scan in answers.tables:
        yield from _described(known, answers)
        yield from closer.look(known, settings.effect_on, answers)
    if table.discover:
        yield from discovery.questions(f"{table.id} rules", known.columns, read, answers.tables)


def _described(known: Plan, answers: Answers) -> Iterable[Query]:
    """The part of the profile that the pass could not tell."""
    read = {"given": read_of(known.table)}
    if sql := quantiles(known, int(first_row(answers, known.scan)["n_rows"])):
        yield Query(name=f"{known.table.id}: quantiles", sql=sql, reads=read)
    for name, sql in distinct(known):
        yield Query(name=name, sql=sql, reads=read)


def _grouped(known: Plan, answers: Answers) -> Iterable[Query]:
    """What needs rows in groups; columns that the pass has found whole are not looked at again for empty text."""
    table, read = known.table, read_of(known.table)
    for index, rule in enumerate(known.groups):
        sql = f"{known.with_clean} {counts(rule, CLEAN)}"
        yield Query(name=f"{table.id}: group {index}", sql=sql, reads=closer.reads(known, rule))
    for index, bounded in enumerate(known.limits):
        yield Query(name=f"{table.id}: limit {index}", sql=limit(known, bounded), reads={"given": read})
    if known.time:
        yield Query(name=f"{table.id}: periods", sql=missing_by_period(known, answers.as_of), reads={"given": read})
