"""Where to cut a score when mistakes cost different amounts."""

import numpy as np

from proveout.core.errors import TooLittle
from proveout.stats.two_sample import fold_of


def cheapest_threshold(scores: np.ndarray, truth: np.ndarray, *, false_positive: float, false_negative: float) -> float:
    r"""The threshold with the least cost on these cases; answer 1 at or above it.

    .. math:: \min_c\; k_{FP}\,\#\{s_i \ge c, y_i = 0\} + k_{FN}\,\#\{s_i < c, y_i = 1\}

    Args:
        scores: Shape (n,), any scale.
        truth: Shape (n,), 0 or 1.
        false_positive: Cost of calling a 0 a 1, at least 0.
        false_negative: Cost of missing a 1, at least 0.

    Returns:
        Halfway between two scores, or infinite: below all or above all. Of equal costs, the highest threshold.

    Raises:
        TooLittle: No cases.

    Source: Elkan (2001), IJCAI, 973-978. Oracle: tests/oracles/test_threshold.py.
    """
    if not len(scores):
        raise TooLittle("no scores", "test on at least one case")
    order = np.argsort(scores, kind="stable")
    s, y = np.asarray(scores, float)[order], np.asarray(truth).astype(int)[order]
    missed = np.concatenate([[0], np.cumsum(y)])
    false = np.concatenate([np.cumsum((1 - y)[::-1])[::-1], [0]])
    cost = false_positive * false + false_negative * missed
    between = np.concatenate([[True], s[1:] > s[:-1], [True]])
    cost = np.where(between, cost, np.inf)
    cut = len(s) - int(np.argmin(cost[::-1]))
    if cut in (0, len(s)):
        return float("-inf") if cut == 0 else float("inf")
    return float((s[cut - 1] + s[cut]) / 2)


def cross_fitted_costs(
    scores: np.ndarray,
    truth: np.ndarray,
    *,
    false_positive: float,
    false_negative: float,
    folds: int = 5,
    seed: int = 0,
) -> np.ndarray:
    """What each case costs at the threshold that is cheapest on the cases of the other folds.

    Args:
        scores: Shape (n,), any scale.
        truth: Shape (n,), 0 or 1.
        false_positive: Cost of calling a 0 a 1.
        false_negative: Cost of missing a 1.
        folds: How many; a threshold is never judged on the cases that chose it.
        seed: Of the division.

    Returns:
        Shape (n,), in the unit of the costs.

    Raises:
        TooLittle: Fewer cases than folds.

    Source: Varma and Simon (2006), BMC Bioinformatics 7, 91, for why not on the same cases.
    Oracle: tests/oracles/test_threshold.py.
    """
    y = np.asarray(truth).astype(int)
    if len(y) < folds:
        raise TooLittle(f"{len(y)} cases for {folds} folds", "test on more cases")
    fold, costs = fold_of(y, folds=folds, seed=seed), np.empty(len(y))
    for k in range(folds):
        out = fold == k
        cut = cheapest_threshold(scores[~out], y[~out], false_positive=false_positive, false_negative=false_negative)
        answer = scores[out] >= cut
        costs[out] = np.where(answer & (y[out] == 0), false_positive, 0.0)
        costs[out] += np.where(~answer & (y[out] == 1), false_negative, 0.0)
    return costs
