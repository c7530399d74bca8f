"""What was counted of each column, chunk by chunk."""

import json
from dataclasses import dataclass

import numpy as np

from proveout.core.question import Answers, Columns
from proveout.instruments.drift.plan import Bins
from proveout.instruments.drift.settings import Settings

MOST_NAMED = 30
"""Words that are compared one by one; rarer ones are one bin."""
DECILES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A window: per chunk the cases, and of one column the cases by bin, without the missing."""

    chunks: tuple[str, ...]
    n: np.ndarray
    counts: np.ndarray
    missing: np.ndarray
    impossible: int

    @property
    def total(self) -> np.ndarray:
        """Cases by bin over all chunks."""
        return self.counts.sum(axis=0)

    @property
    def share_missing(self) -> float:
        """Of all cases."""
        return float(self.missing.sum() / self.n.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One column in both windows."""

    bins: Bins
    before: Side
    after: Side

    @property
    def name(self) -> str:
        """Of the column."""
        return self.bins.column.name

    def coarse(self, side: Side) -> np.ndarray:
        """Shape (chunks, k): deciles of the reference or its frequent words, with new ones and the missing apart."""
        groups = self._groups()
        summed = np.zeros((len(side.counts), int(groups.max()) + 1))
        np.add.at(summed.T, groups, side.counts.T)
        return np.column_stack([summed, side.missing])

    def labels(self) -> tuple[str, ...]:
        """Of the coarse bins."""
        groups, found = self._groups(), self.bins
        if found.hashed:
            names = [f"bucket {i}" for i in range(groups.max() + 1)]
        elif found.words:
            kept = {int(group): word for word, group in zip(found.words, groups, strict=False)}
            rare = np.bincount(groups[:-1], minlength=groups.max() + 1) > 1
            names = ["rare" if rare[g] else kept.get(g, "new") for g in range(groups.max() + 1)]
        else:
            upper = {int(group): edge for group, edge in zip(groups, (*found.edges, np.inf), strict=True)}
            names = [f"to {upper[g]:g}" if np.isfinite(upper[g]) else "above" for g in range(groups.max() + 1)]
        return (*names, "missing")

    def _groups(self) -> np.ndarray:
        """Which coarse bin each fine one belongs to."""
        total = self.before.total
        if self.bins.hashed or self.bins.steps:
            return np.arange(len(total))
        if self.bins.words:
            rank = np.empty(len(total) - 1, int)
            rank[np.argsort(-total[:-1], kind="stable")] = np.arange(len(rank))
            known = np.minimum(rank, MOST_NAMED - 1)
            return np.append(known, known.max() + 1)
        middle = (np.cumsum(total) - total / 2) / max(1.0, total.sum())
        groups = np.minimum((middle * DECILES).astype(int), DECILES - 1)
        return np.unique(groups, return_inverse=True)[1]


def counted(found: tuple[Bins, ...], answers: Answers, settings: Settings) -> tuple[Counted, ...]:
    """Every column in both windows."""
    before, after = answers.tables["reference"], answers.tables["current"]
    return tuple(
        Counted(bins=one, before=_side(before, i, one, settings), after=_side(after, i, one, settings))
        for i, one in enumerate(found)
    )


def _side(table: Columns, index: int, bins: Bins, settings: Settings) -> Side:
    n = np.ma.getdata(table["n"]).astype(float)
    counts = np.zeros((len(n), bins.width))
    for row, text in enumerate(np.ma.asarray(table[f"bins_{index}"]).tolist()):
        found = json.loads(text) if text else []
        counts[row, : len(found)] = found
    there = np.ma.getdata(table[f"there_{index}"]).astype(float)
    chunks = np.ma.asarray(table["chunk"]).tolist()
    if settings.chunk_rows:
        chunks = [f"{int(c) * settings.chunk_rows + 1:,}" for c in chunks]
    return Side(
        chunks=tuple("no time" if chunk is None else str(chunk) for chunk in chunks),
        n=n,
        counts=counts,
        missing=n - there,
        impossible=int(np.sum(table[f"impossible_{index}"])),
    )
