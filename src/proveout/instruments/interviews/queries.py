"""Settings to questions."""

from collections.abc import Mapping
from dataclasses import asdict

from proveout.core.initiative import Initiative
from proveout.core.question import Documents, Query, Question, Read, quoted
from proveout.instruments.interviews.settings import Settings

CODE_COLUMNS = ("interview", "code", "severity", "quote", "confirmed_by")


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """The interviews, and the codes that a person confirmed."""
    asked: list[Question] = []
    if settings.files:
        asked.append(Documents(name="files", pattern=settings.files))
    if settings.source is not None:
        read = Read(source=settings.source, table=settings.table, query=settings.query)
        columns = asdict(settings.columns)
        asked += [_rows("rows", columns, read), _names("columns", read)]
    if settings.codes is not None:
        read = Read(source=settings.codes)
        asked += [_rows("codes", {name: name for name in CODE_COLUMNS}, read), _names("code_columns", read)]
    return tuple(asked)


def _rows(name: str, columns: Mapping[str, str], read: Read) -> Query:
    """Every row, as text; NULL for a column that is not there."""
    absent = {column.casefold(): f"cast(null as varchar) as {quoted(column)}" for column in columns.values()}
    chosen = ", ".join(f"cast({quoted(column)} as varchar) as {quoted(role)}" for role, column in columns.items())
    sql = (
        f"with whole as (select {', '.join(absent.values())} where false union all by name select * from given) "
        f"select row_number() over () as position, {chosen} from whole"
    )
    return Query(name=name, sql=sql, reads={"given": read})


def _names(name: str, read: Read) -> Query:
    return Query(name=name, sql="select column_name from (describe select * from given)", reads={"given": read})
