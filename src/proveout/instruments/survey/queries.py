"""What is asked: which columns there are, then the answers, as text."""

from collections.abc import Mapping

from proveout.core.answers import group_by_word
from proveout.core.diagnostic import Fault
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Query, Question, columns_of, columns_there, moment_of, quoted
from proveout.instruments.survey.settings import Answered, Settings

MOST_ROWS = 500_000
"""Of the table of answers; surveys are small, and what is larger is refused."""
ROLES = ("person", "group", "wave", "at", "seconds", "comment", "item", "value")


def questions(settings: Settings, initiative: Initiative) -> tuple[Question, ...]:
    """Which columns there are."""
    return (columns_of("columns", settings.answers.read),)


def follow_up(settings: Settings, answers: Answers, initiative: Initiative) -> tuple[Query, ...]:
    """The answers, of the columns that are there."""
    there = columns_there(answers, "columns")
    names = [one for one in wanted(settings).items() if one[1].casefold() in there]
    if not names:
        return ()
    texts = {role: f"nullif(trim(cast({quoted(there[column.casefold()])} as varchar)), '')" for role, column in names}
    if "comment" in texts and not settings.show_comments:
        texts["comment"] = f"case when {texts['comment']} is not null then '*' end"
    if "at" in texts:
        texts["at"] = f"cast({moment_of(there[settings.answers.at.casefold()])} as varchar)"
    chosen = ", ".join(f"{text} as {quoted(role)}" for role, text in texts.items())
    sql = f"select {chosen} from given limit {MOST_ROWS + 1}"
    return (Query(name="answers", sql=sql, reads={"given": settings.answers.read}),)


def wanted(settings: Settings) -> Mapping[str, str]:
    """By what it holds, the column; items by ``item`` and their place."""
    told = settings.answers
    roles = {role: column for role in ROLES if (column := getattr(told, role))}
    return roles if told.item else roles | item_columns(settings, told)


def item_columns(settings: Settings, told: Answered) -> dict[str, str]:
    """By ``item`` and its place, the column of each item (or what a row says of it)."""
    return {f"item {i}": told.columns.get(item, item) for i, item in enumerate(settings.asked.items)}


def faults(settings: Settings, initiative: Initiative) -> tuple[Fault, ...]:
    """Groups that were asked and are not declared."""
    known = group_by_word(initiative.groups)
    return tuple(
        Fault(
            path=("invited", name),
            slug="unknown-reference",
            message=f'there is no group "{name}"',
            hint=f"one of {', '.join(group.id for group in initiative.groups)}",
        )
        for name in settings.invited
        if known and name.strip().casefold() not in known
    )
