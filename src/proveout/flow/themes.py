"""Propose themes for interview transcripts that nobody has coded yet."""

import csv
from datetime import date
from pathlib import Path

from proveout import data
from proveout.core.errors import ProveoutError, SourceBroken, SourceUnreachable
from proveout.core.evidence import Outcome
from proveout.core.initiative import Block, Initiative
from proveout.core.question import Answers
from proveout.flow.workspace import Workspace
from proveout.instruments import instrument
from proveout.instruments.interviews.themes import Theme, codes_table, propose_themes, transcripts


def propose(
    workspace: Workspace, block: str, *, number: int | None = None, output: Path | None = None
) -> tuple[tuple[Theme, ...], Path]:
    """Themes of a block's transcripts, written as a table for a person to confirm.

    Args:
        workspace: The initiative's folder.
        block: Id of an `interviews` block.
        number: How many themes; found out when None.
        output: Where to write the table; nothing that exists is overwritten.

    Raises:
        ProveoutError: There is no such block, nothing to read, too little text, or the table exists.
    """
    initiative = workspace.declared()
    answers = _answers(workspace, initiative, _block(initiative, block))
    path = output or workspace.folder / "themes.csv"
    if path.exists():
        raise ProveoutError(f"{path} exists; a person may have confirmed themes in it", "name another --output")
    texts, ids = transcripts(initiative.evidence[block].settings, answers)
    themes = propose_themes(texts, ids, themes=number)
    rows = codes_table(themes)
    with path.open("x", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    return themes, path


def _block(initiative: Initiative, id: str) -> Block:
    block = initiative.evidence.get(id)
    if block is None or block.instrument != "interviews":
        known = [b.id for b in initiative.evidence.values() if b.instrument == "interviews"]
        raise ProveoutError(
            f"there is no block {id!r} with the instrument interviews",
            f"one of: {', '.join(known)}" if known else "declare one under `evidence`",
        )
    return block


def _answers(workspace: Workspace, initiative: Initiative, block: Block) -> Answers:
    tool = instrument("interviews")
    questions = tool.questions(block.settings, initiative.only(tool.reads))
    tables, failures = data.ask(questions, initiative.sources, workspace.folder)
    for failure in failures.values():
        kind = SourceUnreachable if failure.outcome is Outcome.UNREACHABLE else SourceBroken
        raise kind(failure.message, failure.remedy)
    return Answers(tables=tables, as_of=date.today())
