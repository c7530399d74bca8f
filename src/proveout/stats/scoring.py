"""How good answers are: one figure from truth and answer, for many weightings of the cases at once.

All take truth and answer, shape (n,), and weights, shape (b, n), and give shape (b,); NaN where a figure is undefined,
such as recall without a positive case. So a bootstrap needs no loop. Classes are codes 0, 1, ...; 1 is positive.
"""

from collections.abc import Sequence

import numpy as np


def accuracy(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Share of right answers.

    Source: scikit-learn's accuracy_score. Oracle: tests/oracles/test_scoring.py.
    """
    return _share(weights @ (truth == answer), weights.sum(axis=1))


def balanced_accuracy(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean over the classes of the share of their cases that is answered right.

    Source: Brodersen et al. (2010), ICPR, 3121-3124. Oracle: tests/oracles/test_scoring.py.
    """
    recalls = [_share(weights @ ((truth == c) & (answer == c)), weights @ (truth == c)) for c in np.unique(truth)]
    return np.mean(recalls, axis=0)


def precision(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Share of the cases called positive that are.

    Source: van Rijsbergen (1979), Information Retrieval. Oracle: tests/oracles/test_scoring.py.
    """
    return _share(weights @ ((truth == 1) & (answer == 1)), weights @ (answer == 1))


def recall(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Share of the positive cases that are called so.

    Source: van Rijsbergen (1979), Information Retrieval. Oracle: tests/oracles/test_scoring.py.
    """
    return _share(weights @ ((truth == 1) & (answer == 1)), weights @ (truth == 1))


def f1(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Harmonic mean of precision and recall; with more than two classes the mean over them.

    Source: van Rijsbergen (1979), Information Retrieval. Oracle: tests/oracles/test_scoring.py.
    """
    classes = np.unique(np.concatenate([truth, answer]))
    counted = [1] if set(classes.tolist()) <= {0, 1} else classes
    scores = [
        _share(2 * (weights @ ((truth == c) & (answer == c))), weights @ (truth == c) + weights @ (answer == c))
        for c in counted
    ]
    return np.mean(scores, axis=0)


def matthews(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    r"""Correlation of two-class truth and answer.

    Source: Matthews (1975), BBA Protein Structure 405, 442-451. Oracle: tests/oracles/test_scoring.py.
    """
    total = weights.sum(axis=1)
    t, a, both = weights @ (truth == 1), weights @ (answer == 1), weights @ ((truth == 1) & (answer == 1))
    return _share(total * both - t * a, np.sqrt(np.maximum(t * (total - t) * a * (total - a), 0)))


def brier_score(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean squared distance of a probability from what happened.

    Source: Brier (1950), Monthly Weather Review 78, 1-3. Oracle: tests/oracles/test_scoring.py.
    """
    return _share(weights @ (answer - truth) ** 2, weights.sum(axis=1))


def log_loss(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean negative logarithm of the probability given to what happened.

    Source: Good (1952), JRSS B 14, 107-114. Oracle: tests/oracles/test_scoring.py.
    """
    tiny = np.finfo(float).eps
    p = np.clip(answer.astype(float), tiny, 1 - tiny)
    return _share(weights @ -np.log(np.where(truth == 1, p, 1 - p)), weights.sum(axis=1))


def mae(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean absolute error, in the unit of the truth.

    Source: Willmott and Matsuura (2005), Climate Research 30, 79-82. Oracle: tests/oracles/test_scoring.py.
    """
    return _share(weights @ np.abs(answer - truth), weights.sum(axis=1))


def rmse(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Root of the mean squared error, in the unit of the truth.

    Source: Willmott and Matsuura (2005), Climate Research 30, 79-82. Oracle: tests/oracles/test_scoring.py.
    """
    return np.sqrt(_share(weights @ (answer - truth) ** 2, weights.sum(axis=1)))


def r_squared(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Share of the variance of the truth that the answers explain; below 0 they are worse than its mean.

    Source: Kvalseth (1985), The American Statistician 39, 279-285, equation 1. Oracle: tests/oracles/test_scoring.py.
    """
    total = weights.sum(axis=1)
    shifted = truth - truth.mean()
    spread = weights @ shifted**2 - (weights @ shifted) ** 2 / total
    return 1 - _share(weights @ (answer - truth) ** 2, spread)


def ndcg(gains: Sequence[float] | np.ndarray, k: int | None = None) -> float:
    r"""How good the order of one query's answers is, against the best order.

    .. math:: \frac{\sum_{i\le k} g_i/\log_2(i+1)}{\sum_{i\le k} g_{(i)}/\log_2(i+1)}

    Args:
        gains: Shape (m,), how relevant each answer is, at least 0, in the order given by the scores.
        k: How many count; all when None.

    Returns:
        0 to 1; NaN where nothing is relevant.

    Source: Jarvelin and Kekalainen (2002), ACM TOIS 20, 422-446. Oracle: tests/oracles/test_scoring.py.
    """
    g = np.asarray(gains, float)
    discount = 1 / np.log2(np.arange(2, len(g) + 2))
    best = float((np.sort(g)[::-1] * discount)[:k].sum())
    return float((g * discount)[:k].sum()) / best if best > 0 else float("nan")


def precision_at(gains: Sequence[float] | np.ndarray, k: int) -> float:
    """Share of the first k answers of one query that are relevant; fewer answers count as not relevant.

    Source: Manning, Raghavan and Schutze (2008), section 8.4. Oracle: tests/oracles/test_scoring.py.
    """
    return float((np.asarray(gains, float)[:k] > 0).sum()) / k


def average_precision(gains: Sequence[float] | np.ndarray) -> float:
    """Mean of the precision at each relevant answer of one query; NaN where nothing is relevant.

    Source: Manning, Raghavan and Schutze (2008), section 8.4. Oracle: tests/oracles/test_scoring.py.
    """
    relevant = np.asarray(gains, float) > 0
    if not relevant.any():
        return float("nan")
    return float((np.cumsum(relevant) / np.arange(1, len(relevant) + 1))[relevant].mean())


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
