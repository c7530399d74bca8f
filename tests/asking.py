"""An instrument asked over files and measured, as `flow` does it."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from proveout import data
from proveout.core.evidence import Finding
from proveout.core.initiative import Initiative
from proveout.core.question import Answers, Columns, Failure
from proveout.instruments import instrument


def measured(
    name: str,
    settings: Any,
    initiative: Initiative,
    folder: Path,
    today: date,
    *,
    failing: Collection[str] | None = None,
    **more: Any,
) -> Finding:
    """What the instrument finds; `failing` says which questions have no answer, `more` goes into the answers."""
    tool = instrument(name)

    def answers(tables: Mapping[str, Columns], failures: Mapping[str, Failure]) -> Answers:
        return Answers(tables=tables, failures=failures, as_of=today, **more)

    tables, failures = data.ask(
        tool.questions(settings, initiative),
        initiative.sources,
        folder,
        follow_up=lambda tables, failures: tool.follow_up(settings, answers(tables, failures), initiative),
    )
    assert failing is None or set(failures) == set(failing)
    return tool.measure(settings, answers(tables, failures), initiative)
