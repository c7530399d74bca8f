"""What is asked: how far people have come, if anybody asked them. The plan itself is declared."""

from collections.abc import Iterator

from proveout.core.diagnostic import Fault
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Query, Question, columns_of, columns_there, quoted
from proveout.instruments.change.settings import STEPS, Readiness, Settings

MOST_ROWS = 100_000


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Which columns the answers have."""
    return (columns_of("columns", settings.readiness.read),) if settings.readiness else ()


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query, ...]:
    """The answers, where all columns are there."""
    readiness, there = settings.readiness, columns_there(answers, "columns")
    if readiness is None or not all(column.casefold() in there for column in wanted(readiness).values()):
        return ()
    chosen = ", ".join(
        f"nullif(trim(cast({quoted(there[column.casefold()])} as varchar)), '') as {role}"
        for role, column in (wanted(readiness) | {"group_": readiness.group}).items()
        if role != "group"
    )
    sql = f"select {chosen} from given limit {MOST_ROWS + 1}"
    return (Query(name="readiness", sql=sql, reads={"given": readiness.read}),)


def wanted(readiness: Readiness) -> dict[str, str]:
    """By what it holds, the column."""
    roles = ("group", *STEPS, *(("person",) if readiness.person else ()))
    return {role: getattr(readiness, role) for role in roles}


def faults(settings: Settings, initiative: Initiative) -> tuple[Fault, ...]:
    """Groups that are not declared."""
    return tuple(_faults(settings, initiative))


def _faults(settings: Settings, initiative: Initiative) -> Iterator[Fault]:
    known = [group.id for group in initiative.groups]
    for index, one in enumerate(settings.groups):
        if one.group not in known:
            yield Fault(
                path=("groups", index, "group"),
                slug="unknown-reference",
                message=f'there is no group "{one.group}"',
                hint=f"one of {', '.join(known)}" if known else "declare it under `groups`",
            )
