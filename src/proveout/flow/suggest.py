"""Rules that tables suggest by themselves, as a data contract for a person to accept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from proveout import data
from proveout.core.errors import ProveoutError, SourceBroken, SourceUnreachable
from proveout.core.evidence import Outcome
from proveout.core.initiative import Block, Initiative
from proveout.core.question import Answers, Columns, Failure, Preparation, Query
from proveout.flow.workspace import Workspace
from proveout.instruments import instrument
from proveout.instruments.quality import discovery
from proveout.instruments.quality.plan import Plan, plans
from proveout.instruments.quality.settings import Settings, read_of
from proveout.instruments.quality.suggested import contract


def suggest(workspace: Workspace, block: str, *, table: str = "") -> str:
    """A draft contract of the tables of a block, YAML.

    Args:
        workspace: The initiative's folder.
        block: Id of a `quality` block.
        table: Id of the only table wanted; all of the block when empty.

    Raises:
        ProveoutError: There is no such block or table, or a table cannot be read.
    """
    initiative = workspace.declared()
    settings = _chosen(_block(initiative, block).settings, table)
    tool = instrument("quality")

    def known(tables: Mapping[str, Columns], failures: Mapping[str, Failure]) -> Sequence[Plan]:
        return plans(settings, Answers(tables=tables, failures=failures, as_of=date.today()))

    def more(tables: Mapping[str, Columns], failures: Mapping[str, Failure]) -> list[Query | Preparation]:
        asked = (discovery.questions(k.table.id, k.columns, read_of(k.table), tables) for k in known(tables, failures))
        return [question for questions in asked for question in questions]

    questions = tool.questions(settings, initiative.only(tool.reads))
    tables, failures = data.ask(questions, initiative.sources, workspace.folder, follow_up=more)
    _refuse(failures)
    return contract(f"{initiative.initiative}-{block}", known(tables, failures), tables)


def write(workspace: Workspace, text: str, path: Path) -> None:
    """Write the draft; nothing that exists is overwritten.

    Raises:
        ProveoutError: There is such a file, it would be read as part of the declaration, or it cannot be written.
    """
    if path.resolve().parent == workspace.folder.resolve() and path.suffix in (".yml", ".yaml"):
        raise ProveoutError(
            f"{path} would be part of the declaration, as every YAML file at the top of the folder is",
            f"write it below, such as {workspace.folder / 'contracts' / path.name}",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ProveoutError(f"{path} exists; a person may have accepted rules in it", "name another --output") from None
    except OSError as error:
        raise ProveoutError(f"{path} cannot be written: {error.strerror}", "name another --output") from None


def _block(initiative: Initiative, id: str) -> Block:
    block = initiative.evidence.get(id)
    if block is None or block.instrument != "quality":
        known = [b.id for b in initiative.evidence.values() if b.instrument == "quality"]
        raise ProveoutError(
            f"there is no block {id!r} with the instrument quality",
            f"one of: {', '.join(known)}" if known else "declare one under `evidence`, with a table's id and source",
        )
    return block


def _chosen(settings: Settings, table: str) -> Settings:
    """The settings with the wanted tables, and without what discovery does not need."""
    tables = tuple(replace(one, rules=(), references=()) for one in settings.tables if table in ("", one.id))
    if not tables:
        known = ", ".join(one.id for one in settings.tables)
        raise ProveoutError(f"the block has no table {table!r}", f"one of: {known}")
    return Settings(tables=tables)


def _refuse(failures: Mapping[str, Failure]) -> None:
    for failure in failures.values():
        kind = SourceUnreachable if failure.outcome is Outcome.UNREACHABLE else SourceBroken
        raise kind(failure.message, failure.remedy)
