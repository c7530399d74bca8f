"""What is asked once columns and contract are known: one pass over each table, then a closer look at what it found."""

from collections.abc import Iterable

from proveout.core.question import Answers, Preparation, Query
from proveout.instruments.quality import closer, discovery
from proveout.instruments.quality.passes import limit, missing_by_period, scan
from proveout.instruments.quality.plan import CLEAN, Plan, plans
from proveout.instruments.quality.rules import counts
from proveout.instruments.quality.seen import first_row
from proveout.instruments.quality.settings import Settings, read_of
from proveout.instruments.quality.values import distinct, quantiles


def rounds(settings: Settings, answers: Answers) -> tuple[Query | Preparation, ...]:
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
    for name, sql in (*quantiles(known, int(first_row(answers, known.scan)["n_rows"])), *distinct(known)):
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
