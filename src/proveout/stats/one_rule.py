"""The simplest thing that might do: one field, one question."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.stats.two_sample import codes, fold_of

THRESHOLDS = 20
"""How many places a number may be cut at."""
FEWEST = 6
"""Cases that a category needs to be judged by itself (Holte's minimum bucket)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRule:
    """A rule, and what it answers.

    Args:
        field: The field it asks.
        words: The rule as fitted to all cases.
        answers: Shape (n,), 0 or 1: of rules fitted to the other folds.
    """

    field: str
    words: str
    answers: np.ndarray


def one_rule(
    columns: Mapping[str, np.ndarray], truth: np.ndarray, *, folds: int = 5, seed: int = 0, positive: str = "positive"
) -> OneRule:
    """The rule on a single field that is right most often: a threshold for numbers, the majority of each category.

    Args:
        columns: Fields by name, shape (n,) each, of any type.
        truth: Shape (n,), 0 or 1.
        folds: Field and rule are chosen on the others of so many folds, and judged on the one left out.
        seed: Of the division.
        positive: What 1 is called in the words.

    Returns:
        The rule and its answers to cases that it was not fitted to.

    Raises:
        TooLittle: No field, or fewer cases of a kind than folds.

    Source: Holte (1993), Machine Learning 11, 63-91. Oracle: tests/oracles/test_one_rule.py.
    """
    truth = np.asarray(truth).astype(int)
    if not columns:
        raise TooLittle("there is no field for a rule", "name the fields that are known when it is decided")
    if min(truth.sum(), len(truth) - truth.sum()) < folds:
        raise TooLittle(f"fewer than {folds} cases of one kind", "collect more cases of both kinds")
    coded = {name: codes(np.asanyarray(column), bins=THRESHOLDS) for name, column in columns.items()}
    ordered = {name: np.asanyarray(column).dtype.kind not in "OUS" for name, column in columns.items()}
    fold = fold_of(truth, folds=folds, seed=seed)
    answers = np.empty(len(truth), dtype=int)
    for k in range(folds):
        out = fold == k
        name, table, _ = _best(coded, ordered, truth, ~out)
        answers[out] = table[coded[name][out]]
    name, table, _ = _best(coded, ordered, truth, np.ones(len(truth), dtype=bool))
    words = _words(name, np.asanyarray(columns[name]), coded[name], table, ordered[name], positive)
    return OneRule(field=name, words=words, answers=answers)


def _best(
    coded: Mapping[str, np.ndarray], ordered: Mapping[str, bool], truth: np.ndarray, used: np.ndarray
) -> tuple[str, np.ndarray, int]:
    """Field, answer by code, and how many it gets right."""
    found: tuple[str, np.ndarray, int] | None = None
    for name, column in coded.items():
        levels = int(column.max()) + 1
        ones = np.bincount(column[used], truth[used], levels)
        zeros = np.bincount(column[used], minlength=levels) - ones
        table = _threshold(ones, zeros) if ordered[name] else _majority(ones, zeros)
        right = int(np.where(table == 1, ones, zeros).sum())
        if found is None or right > found[2]:
            found = name, table, right
    if found is None:
        raise TooLittle("there is no field for a rule", "name the fields that are known when it is decided")
    return found


def _majority(ones: np.ndarray, zeros: np.ndarray) -> np.ndarray:
    overall = int(ones.sum() > zeros.sum())
    return np.where(ones + zeros < FEWEST, overall, (ones > zeros).astype(int))


def _threshold(ones: np.ndarray, zeros: np.ndarray) -> np.ndarray:
    """Code 0 is missing and answered by its own majority; the others are cut once, either way."""
    levels = len(ones)
    up = np.concatenate([[0], np.cumsum(zeros[1:] - ones[1:])]) + ones[1:].sum()  # right when above the cut is 1
    down = np.concatenate([[0], np.cumsum(ones[1:] - zeros[1:])]) + zeros[1:].sum()
    cut = int(np.argmax(np.maximum(up, down)))
    table = (np.arange(levels) > cut).astype(int) if up[cut] >= down[cut] else (np.arange(levels) <= cut).astype(int)
    table[0] = _majority(ones, zeros)[0]
    return table


def _words(name: str, column: np.ndarray, coded: np.ndarray, table: np.ndarray, ordered: bool, positive: str) -> str:
    chosen = table[coded] == 1
    if chosen.all() or not chosen.any():
        return f"always {positive if chosen.all() else f'not {positive}'}"
    there = coded > 0
    if ordered:
        inside, outside = np.ma.getdata(column)[there & chosen], np.ma.getdata(column)[there & ~chosen]
        above = not len(outside) or (len(inside) and inside.min() > outside.min())
        return f"{positive} if {name} is {'at least' if above else 'at most'} {inside.min() if above else inside.max()}"
    values = np.ma.getdata(column).astype(str)
    names = sorted(set(values[there & chosen & (coded > 1)].tolist()))
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return f"{positive} if {name} is {shown or 'rare or missing'}"
