"""Missing values in disguise: entries that are written where nothing is known."""

from collections.abc import Iterable
from dataclasses import dataclass

from proveout.core.question import Answers
from proveout.instruments.quality.closer import suspects
from proveout.instruments.quality.plan import Plan
from proveout.instruments.quality.seen import first_row, rows

LEAST_ROWS, LEAST_VALUES = 3, 10
"""Rows with a number, and different numbers beside it, below which it may well be one of them."""
TIMES_APART, TIMES_MORE = 3, 3
"""How many usual steps away from the next number, and how many times more often than the others on average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disguise:
    """An entry of a field that may stand for nothing."""

    field: str
    entry: str
    n: int
    why: str


def disguises(known: Plan, answers: Answers) -> tuple[Disguise, ...]:
    """All candidates, the most frequent first."""
    found = [
        Disguise(
            field=known.names[row["field"]], entry=row["entry"], n=int(row["n"]),
            why="a word for nothing; counted as empty",
        )
        for row in rows(answers, f"{known.table.id}: entries")
    ]  # fmt: skip
    return tuple(sorted([*found, *_numbers(known, answers)], key=lambda one: (-one.n, one.field, one.entry)))


def _numbers(known: Plan, answers: Answers) -> Iterable[Disguise]:
    if not rows(answers, f"{known.table.id}: numbers"):
        return
    row, whole = first_row(answers, f"{known.table.id}: numbers"), first_row(answers, known.scan)
    for k, (i, _, value) in enumerate(suspects(known, answers)):
        n = int(row[f"n_{k}"])
        if isinstance(value, str):
            yield Disguise(field=known.names[i], entry=value[:10], n=n, why="a day that stands for none")
            continue
        others = int(row[f"values_{k}"] if f"values_{k}" in row else whole[f"distinct_{i}"]) - 1
        following, far = row[f"next_{k}"], row[f"end_{k}"]
        if n < LEAST_ROWS or others < LEAST_VALUES or following is None or following == far:
            continue
        steps = abs(value - following) / (abs(far - following) / others)
        times = n / ((int(whole[f"filled_{i}"]) - n) / others)
        alone = value < 0 <= following
        if (alone or steps >= TIMES_APART) and times >= TIMES_MORE:
            apart = "no other is negative" if alone else f"the next is {following:,g}, {steps:,.0f} usual steps away"
            why = f"{apart}; {times:,.0f} times as frequent as the others"
            yield Disguise(field=known.names[i], entry=f"{value:g}", n=n, why=why)
