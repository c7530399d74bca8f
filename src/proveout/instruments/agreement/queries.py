"""Settings to questions: one row per decision, and one per case where there is more to know of it."""

from proveout.core.initiative import Initiative
from proveout.core.question import Query, Question, Read
from proveout.instruments.agreement.settings import Settings

DECISIONS, CASES = "decisions", "cases"


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """The decisions, and what is known of each case."""
    where = settings.ratings
    reads = {"given": Read(source=where.source, table=where.table, query=where.query)}
    case = _text(settings.case)
    if settings.people:
        parts = [
            f"select {case} as c, {_literal(name)} as p, {_text(name)} as d from given" for name in settings.people
        ]
        sql = " union all ".join(parts)
    else:
        sql = f"select {case} as c, {_text(settings.person)} as p, {_text(settings.decision)} as d from given"
    asked = [Query(name=DECISIONS, sql=sql, reads=reads)]
    known = [(name, column) for name, column in (("t", settings.truth), ("m", settings.model)) if column]
    known += [("l", settings.label)] if settings.label else []
    values = [
        f"any_value({_text(column)}) as {name}, count(distinct {_text(column)}) as n_{name}" for name, column in known
    ]
    for index, column in enumerate((settings.probabilities or {}).values()):
        values.append(f"any_value(try_cast({_text(column)} as double)) as p{index}")
    if values:
        sql = f"select {case} as c, {', '.join(values)} from given where {case} <> '' group by {case} order by {case}"
        asked.append(Query(name=CASES, sql=sql, reads=reads))
    return tuple(asked)


def _text(column: str) -> str:
    return f"trim(cast({_quoted(column)} as varchar))"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
