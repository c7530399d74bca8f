"""What the prototype sees of the cases, and what each field says of the outcome by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.question import Answers, Columns
from proveout.instruments.prototype import queries
from proveout.instruments.prototype.cases import Cases
from proveout.instruments.prototype.settings import Settings
from proveout.stats.roc import auc
from proveout.stats.two_sample import cross_validated_scores, encode


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fields:
    """Fields of the cases, or of those that were drawn.

    Args:
        at: Positions of the cases, shape (m,).
        columns: By name, shape (m,), masked where empty.
        outcome: Shape (m,), 1 or 0: yes, the commonest class, above the median, or relevant.
        clusters: Shape (m,), codes, or None.
        alone: By field, what a model says that was fitted to it alone on other cases, as log odds; empty where the
            outcomes are too few.
    """

    at: np.ndarray
    columns: Mapping[str, np.ndarray]
    outcome: np.ndarray
    clusters: np.ndarray | None
    alone: Mapping[str, np.ndarray]

    @property
    def best(self) -> str | None:
        """The field that tells most by itself."""
        areas = {name: auc(scores, self.outcome).value for name, scores in self.alone.items()}
        return max(areas, key=lambda name: areas[name]) if areas else None


def seen(settings: Settings, answers: Answers, cases: Cases) -> Fields | None:
    """What the prototype sees of the cases; None where no field is declared."""
    table = answers.tables.get("fields")
    if table is None or not settings.fields:
        return None
    names = queries.fields(settings, answers)
    rows = table["n"].astype(float)
    kept = np.isin(rows, cases.n)
    at = np.searchsorted(cases.n, rows[kept])
    columns = {name: table[f"f{i}"][kept] for i, name in enumerate(names)}
    outcome = _outcome(settings, cases)[at]
    clusters = None if cases.clusters is None else cases.clusters[at]
    alone = _alone(columns, outcome, clusters)
    return Fields(at=at, columns=columns, outcome=outcome, clusters=clusters, alone=alone)


def compared(answers: Answers, settings: Settings) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By field, the values of the cases and of the population; times are left out, as they differ anyway."""
    own, theirs = answers.tables.get("fields"), answers.tables.get("population")
    if own is None or theirs is None:
        return {}
    kinds = queries.kinds(settings, answers)
    both = {name: f"f{i}" for i, name in enumerate(kinds) if f"f{i}" in theirs and kinds[name] != "time"}
    return {name: (own[column], theirs[column]) for name, column in both.items()}


def scored(columns: Sequence[np.ndarray], outcome: np.ndarray, clusters: np.ndarray | None) -> np.ndarray:
    """Log odds by an additive model of the fields that was fitted to other cases, and other clusters.

    Raises:
        TooLittle: Too few cases of one outcome.
    """
    return cross_validated_scores(encode(columns), outcome, groups=clusters)


def empty(column: np.ndarray) -> np.ndarray:
    """Whether a cell holds nothing."""
    hidden = np.ma.getmaskarray(column)
    return hidden if column.dtype.kind == "O" else hidden | ~np.isfinite(np.ma.getdata(column).astype(float))


def _outcome(settings: Settings, cases: Cases) -> np.ndarray:
    truth = cases.truth
    if cases.binary:
        return truth
    if settings.kind == "classification":
        codes, counts = np.unique(truth, return_counts=True)
        return (truth == codes[np.argmax(counts)]).astype(float)
    return (truth > (0 if settings.kind == "ranking" else np.median(truth))).astype(float)


def _alone(columns: Columns, outcome: np.ndarray, clusters: np.ndarray | None) -> dict[str, np.ndarray]:
    try:
        return {name: scored([column], outcome, clusters) for name, column in columns.items()}
    except TooLittle:
        return {}
