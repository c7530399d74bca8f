"""What there is to see: each person against the others, what is confused, where people differ most."""

from collections.abc import Mapping, Sequence

import numpy as np

from proveout.core.estimate import Estimate
from proveout.core.exhibit import Bar, Intervals, Table
from proveout.instruments.agreement.panel import Panel
from proveout.stats.proportion import wilson

__all__ = ["Table", "confusion", "disagreement", "people", "suspects"]

MOST_PEOPLE, MOST_ROWS = 20, 5


def people(data: Panel, credit: np.ndarray, model: Sequence[Estimate]) -> Intervals:
    """How often each is of the majority of the others; the model beside them."""
    bars = []
    for index, name in enumerate(data.people.tolist()):
        own = credit[data.person == index]
        found = wilson(round(float(own.sum())), len(own))
        bars.append(Bar(label=name, value=found.value, lower=found.lower, upper=found.upper, note=f"{len(own)} cases"))
    bars.sort(key=lambda bar: -bar.value)
    note = f"The {MOST_PEOPLE} of {len(bars)} people who agree most and least." if len(bars) > MOST_PEOPLE else ""
    if note:
        bars = [*bars[: MOST_PEOPLE // 2], *bars[-MOST_PEOPLE // 2 :]]
    bars += [Bar(label="the model", value=m.value, lower=m.lower, upper=m.upper, note=f"{m.n} cases") for m in model]
    return Intervals(title="Each person against the majority of the others", unit="share", bars=tuple(bars), note=note)


def confusion(data: Panel) -> Table:
    """The pairs of decisions that people most often give to the same case."""
    counts = data.counts.astype(float)
    together = counts.T @ counts
    k = len(data.labels)
    pairs = sorted(((together[i, j], i, j) for i in range(k) for j in range(i + 1, k)), reverse=True)
    rows = tuple((data.labels[i], data.labels[j], int(often)) for often, i, j in pairs[:MOST_ROWS] if often) or (
        ("none", "", 0),
    )
    return Table(title="Decisions that are confused", columns=("one says", "another says", "pairs"), rows=rows)


def disagreement(data: Panel) -> Table:
    """The cases on which people differ most; worth talking about."""
    slots = data.slots
    if data.labels:
        counts = data.counts
        size = 1 - counts.max(axis=1) / counts.sum(axis=1)
    else:
        size = np.nanstd(slots, axis=1)
    worst = [int(i) for i in np.argsort(-size, kind="stable")[:MOST_ROWS] if size[i] > 0]
    rows = tuple((str(data.cases[i]), _said(data, slots[i])) for i in worst) or (("none", "all agree"),)
    return Table(title="Cases on which people differ most", columns=("case", "decisions"), rows=rows)


def suspects(
    names: Sequence[str], label: np.ndarray, p: np.ndarray, cases: Mapping[int, str], ranked: np.ndarray
) -> Table:
    """The labels that are most probably wrong."""
    rows = tuple(
        (cases[int(i)], names[int(label[i])], names[int(p[i].argmax())], float(p[i, label[i]]))
        for i in ranked[:MOST_ROWS]
    ) or (("none", "", "", None),)
    return Table(
        title="Labels that are probably wrong",
        columns=("case", "given", "the model says", "probability of the given"),
        rows=rows,
        units=("", "", "", "share"),
        note="Candidates by confident learning; a person decides.",
    )


def _said(data: Panel, values: np.ndarray) -> str:
    there = values[~np.isnan(values)]
    if not data.labels:
        return ", ".join(f"{value:g}" for value in there)
    codes, counts = np.unique(there.astype(int), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return ", ".join(f"{counts[i]} {data.labels[codes[i]]}" for i in order)
