"""Sources that are not there because the arms are still to be drawn."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from proveout.core.errors import ProveoutError
from proveout.core.evidence import Finding, Outcome
from proveout.core.initiative import Initiative
from proveout.core.question import Documents, Question
from proveout.flow.plan import Task
from proveout.flow.registration import registered
from proveout.ledger import Ledger


def without_arms(task: Task, source: str) -> Task | None:
    """The task as it can be done before the draw: without what the pilot adds; None where its own block reads the arms.

    Args:
        task: Any.
        source: Of the assignment, where it is still to be drawn; else empty.
    """
    if source not in _read(task.questions) or task.instrument.name == "pilot":
        return task
    alone = replace(task.initiative, pilot=None)
    questions = task.instrument.questions(task.block.settings, alone)
    return None if source in _read(questions) else replace(task, initiative=alone, questions=questions)


def waits_for_draw(source: str) -> Finding:
    """What stands for evidence that reads the arms."""
    from proveout.instruments.pilot.measure import ASSIGN

    return Finding(outcome=Outcome.TOO_LITTLE, reason=f"it reads `{source}`, which is not drawn yet", remedy=ASSIGN)


def _read(questions: Sequence[Question]) -> set[str]:
    return {read.source for one in questions if not isinstance(one, Documents) for read in one.reads.values()}


def not_drawn(initiative: Initiative, folder: Path, ledger: Ledger) -> str:
    """The source of the assignment, where `proveout pilot assign` is still to write its file; else empty."""
    if initiative.pilot is None or registered(ledger, initiative.initiative):
        return ""
    from proveout.flow.assign import assignment_path

    assignment = initiative.pilot.assignment
    try:
        return "" if assignment_path(folder, initiative, assignment).exists() else assignment.source
    except ProveoutError:
        return ""
