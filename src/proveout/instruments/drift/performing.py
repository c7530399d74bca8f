"""How well the model does, with and without the truth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.question import Answers, Columns
from proveout.instruments.drift.settings import Settings
from proveout.stats.estimated_performance import (
    Scored,
    estimated_performance,
    performance_gap,
    realised_performance,
)

METRICS = ("accuracy", "auc")
FEW_DRAWS = 60
"""Of the bootstrap for each chunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Performance of a chunk by metric: estimated, and realised where the truth is known."""

    name: str
    n: int
    estimated: dict[str, Estimate]
    realised: dict[str, Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Performing:
    """Figures over the window, and by chunk."""

    estimates: tuple[Estimate, ...] = ()
    checks: tuple[Check, ...] = ()
    chunks: tuple[Chunk, ...] = ()


def performing(settings: Settings, answers: Answers) -> Performing:
    """Estimated, realised, and the gap between.

    Raises:
        ProveoutError: A score is no probability.
        TooLittle: The reference has no truth.
    """
    of = settings.performance
    if of is None:
        return Performing()
    tables = [answers.tables[f"{side} scores"] for side in ("reference", "current")]
    for table in tables:
        _probabilities(table, of.score)
    reference, current = (_scored(table) for table in tables)
    before, after = _with_truth(reference), _plain(current)
    if not before.n.sum():
        raise TooLittle(f"the reference has no case with a score and {of.label}", "declare a reference with the truth")
    known = _with_truth(current)
    estimates: list[Estimate] = []
    checks = list(_left_out(tables, current))
    for metric in METRICS:
        try:
            estimates.append(estimated_performance(before, after, metric))
            if known.n.sum():
                estimates.append(realised_performance(known, metric))
                gap = performance_gap(before, known, metric).named("performance_gap", subject=metric)
                estimates.append(gap)
                checks.append(_relation(gap, int(known.n.sum()), int(after.n.sum())))
        except TooLittle as error:
            checks.append(Check(name=f"The {metric} can be told", passed=None, note=f"{error.message}; {error.remedy}"))
    return Performing(estimates=tuple(estimates), checks=tuple(checks), chunks=tuple(_chunks(before, tables[1])))


def _relation(gap: Estimate, n_known: int, n: int) -> Check:
    """CBPE holds as long as the same score means the same chance."""
    name = f"The same score still means the same chance ({gap.subject})"
    ends = f"{gap.lower:+.4f} to {gap.upper:+.4f}"
    note = f"realised less estimated: {gap.value:+.4f} ({ends}), over {n_known:,} of {n:,} cases whose truth is known"
    return Check(name=name, passed=bool((gap.lower or 0.0) <= 0 <= (gap.upper or 0.0)), note=note)


def _probabilities(table: Columns, score: str) -> None:
    found = np.ma.asarray(table["score"]).compressed()
    if len(found) and (found.min() < 0 or found.max() > 1):
        ends = f"{found.min():g} to {found.max():g}"
        raise ProveoutError(f"{score} goes from {ends}: no probability", "give the model's probability of yes, 0 to 1")


def _left_out(tables: list[Columns], current: dict[str, np.ndarray]) -> Iterator[Check]:
    missing = [int(t["n"][np.ma.getmaskarray(t["score"])].sum()) for t in tables]
    if any(missing):
        note = f"{missing[0]:,} then and {missing[1]:,} now have none, and are left out"
        yield Check(name="Every case has a score", passed=False, note=note)
    if not current["known"].any():
        note = "no truth has come yet: what is estimated cannot be checked"
        yield Check(name="The same score still means the same chance", passed=None, note=note)


def _scored(table: Columns) -> dict[str, np.ndarray]:
    there = ~np.ma.getmaskarray(table["score"])
    columns = {name: np.ma.getdata(table[name])[there] for name in ("score", "answered", "positive", "n")}
    columns["known"] = ~np.ma.getmaskarray(table["positive"])[there]
    columns["chunk"] = np.array(["" if c is None else str(c) for c in np.ma.asarray(table["chunk"]).tolist()])[there]
    return columns


def _plain(found: dict[str, np.ndarray], which: np.ndarray | None = None) -> Scored:
    kept = slice(None) if which is None else which
    score, answered = found["score"][kept].astype(float), found["answered"][kept].astype(bool)
    return Scored(score, answered, found["n"][kept].astype(np.int64))


def _with_truth(found: dict[str, np.ndarray], which: np.ndarray | None = None) -> Scored:
    kept = found["known"] if which is None else found["known"] & which
    plain = _plain(found, kept)
    return Scored(plain.score, plain.answered, plain.n, plain.n * found["positive"][kept].astype(bool))


def _chunks(before: Scored, table: Columns) -> Iterator[Chunk]:
    current = _scored(table)
    names = list(dict.fromkeys("" if c is None else str(c) for c in np.ma.asarray(table["chunk"]).tolist()))
    for name in names if len(names) > 1 else ():
        inside = current["chunk"] == name
        after, known = _plain(current, inside), _with_truth(current, inside)
        estimated, realised = {}, {}
        for metric in METRICS:
            try:
                estimated[metric] = estimated_performance(before, after, metric, draws=FEW_DRAWS)
                if known.n.sum():
                    realised[metric] = realised_performance(known, metric, draws=FEW_DRAWS)
            except TooLittle:  # a chunk of one kind has no AUC
                continue
        yield Chunk(name=name, n=int(after.n.sum()), estimated=estimated, realised=realised)
