"""Plain Python values from answers."""

from collections.abc import Mapping
from typing import Any

from proveout.core.question import Answers


def rows(answers: Answers, question: str) -> list[dict[str, Any]]:
    """One mapping by column for each row, None for NULL; nothing where the question failed or was not asked."""
    import numpy as np

    table = answers.tables.get(question, {})
    columns = {name: np.ma.asarray(column).tolist() for name, column in table.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def first_row(answers: Answers, question: str) -> Mapping[str, Any]:
    """The only row of an answer."""
    return rows(answers, question)[0]
