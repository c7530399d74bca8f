"""Whether two sets of cases could be one: a classifier tries to tell them apart.

Fields are cut into bins, so that one additive model serves numbers, categories and gaps, and no unit matters.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.roc import auc

MOST_LEVELS = 30
"""The commonest categories of a field that are told apart; all others are one."""
RARE = 5
"""A category with fewer cases says nothing by itself."""
KEY_SHARE = 0.5
"""A text field with more distinct values than this share of its cases names them, and cannot compare them."""
PENALTY = 1.0
MOST_ROWS = 10_000


def codes(column: np.ndarray, *, bins: int = 10) -> np.ndarray:
    """A field as small whole numbers: numbers and dates in bins of about equal size, texts by category.

    Args:
        column: Shape (n,), of any type; masked, None and NaN are missing.
        bins: For numbers and dates.

    Returns:
        Shape (n,): 0 for missing, 1 upwards for the bins or categories; all 0 and 1 where the field only names cases.

    Source: our own. Oracle: tests/oracles/test_two_sample.py.
    """
    missing, values = _split(column)
    found = np.zeros(len(missing), dtype=int)
    there = ~missing
    if not there.any():
        return found
    if values.dtype.kind in "OUS":
        found[there] = _categories(values[there])
    else:
        numbers = values[there].astype(float)
        edges = np.unique(np.quantile(numbers, np.arange(1, bins) / bins))
        found[there] = 1 + np.searchsorted(edges, numbers, side="right")
    return found


def _split(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    missing = np.ma.getmaskarray(column).copy()
    values = np.asarray(np.ma.getdata(column))
    if values.dtype.kind == "O":
        missing |= np.array([value is None or value != value for value in values], dtype=bool)
    elif values.dtype.kind in "fmM":
        missing |= ~np.isfinite(values) if values.dtype.kind == "f" else np.isnat(values)
    if values.dtype.kind in "mM":
        values = values.astype("int64")
    return missing, values


def _categories(values: np.ndarray) -> np.ndarray:
    names, inverse, counts = np.unique(values.astype(str), return_inverse=True, return_counts=True)
    if len(names) > max(KEY_SHARE * len(values), MOST_LEVELS):
        return np.ones(len(values), dtype=int)
    rank = np.empty(len(names), dtype=int)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(names))
    own = (rank < MOST_LEVELS) & (counts >= RARE)
    return np.where(own, rank + 2, 1)[inverse]


def encode(columns: Sequence[np.ndarray], *, bins: int = 10) -> Any:
    """Fields as a sparse matrix of zeros and ones, a column per bin or category.

    Args:
        columns: Fields, shape (n,) each, of any type.
        bins: For numbers and dates.

    Returns:
        A sparse matrix of SciPy, shape (n, p).

    Source: our own. Oracle: tests/oracles/test_two_sample.py.
    """
    from scipy.sparse import csr_matrix, hstack

    parts = []
    for column in columns:
        found = codes(column, bins=bins)
        rows = np.arange(len(found))
        parts.append(csr_matrix((np.ones(len(found)), (rows, found)), shape=(len(found), int(found.max()) + 1)))
    return csr_matrix(hstack(parts))


def cross_validated_scores(
    design: Any, truth: np.ndarray, *, folds: int = 5, seed: int = 0, groups: np.ndarray | None = None
) -> np.ndarray:
    """What a logistic model says of each case that was fitted to the other folds.

    Args:
        design: Shape (n, p), sparse or not, such as from `encode`.
        truth: Shape (n,), 0 or 1, both there.
        folds: How many; each holds as many of both classes as the others.
        seed: Of the division.
        groups: Shape (n,), codes; cases of one group stay in one fold.

    Returns:
        Log odds, shape (n,).

    Raises:
        TooLittle: Fewer cases of a class than folds, or one group only.

    Source: le Cessie and van Houwelingen (1992), Applied Statistics 41, 191-201, for the penalty.
    Oracle: tests/oracles/test_two_sample.py (scikit-learn).
    """
    truth = np.asarray(truth).astype(float)
    if min(truth.sum(), len(truth) - truth.sum()) < folds:
        raise TooLittle(f"fewer than {folds} cases of one kind", "collect more cases of both kinds")
    if groups is not None and len(np.unique(groups)) < 2:
        raise TooLittle("all cases are of one group", "collect cases of more groups")
    fold = fold_of(truth, folds=folds, seed=seed, groups=groups)
    scores, start = np.empty(len(truth)), np.zeros(design.shape[1] + 1)
    for k in range(folds):
        out = fold == k
        start = _fit(design[~out], truth[~out], start)
        scores[out] = design[out] @ start[1:] + start[0]
    return scores


def fold_of(truth: np.ndarray, *, folds: int, seed: int, groups: np.ndarray | None = None) -> np.ndarray:
    """The fold of each case, drawn within each class, or for whole groups.

    Source: Kohavi (1995), IJCAI, 1137-1143, for stratifying. Oracle: tests/oracles/test_two_sample.py.
    """
    random = np.random.default_rng(seed)
    if groups is not None:
        inverse = np.unique(groups, return_inverse=True)[1]
        return (random.permutation(int(inverse.max()) + 1) % folds)[inverse]
    fold = np.empty(len(truth), dtype=int)
    for value in np.unique(truth):
        members = random.permutation(np.flatnonzero(truth == value))
        fold[members] = np.arange(len(members)) % folds
    return fold


def _fit(design: Any, truth: np.ndarray, start: np.ndarray) -> np.ndarray:
    from scipy.optimize import minimize
    from scipy.special import expit

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        odds = design @ b[1:] + b[0]
        apart = expit(odds) - truth
        value = np.logaddexp(0, odds).sum() - truth @ odds + 0.5 * PENALTY * b[1:] @ b[1:]
        return float(value), np.concatenate([[apart.sum()], design.T @ apart + PENALTY * b[1:]])

    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x


def classifier_two_sample(
    a: Sequence[np.ndarray], b: Sequence[np.ndarray], *, folds: int = 5, seed: int = 0, level: float = 0.95
) -> Estimate:
    r"""How well a model that never saw a case can tell from which of two sets it comes.

    The models of J folds share most of their cases, so that the area varies more than that of one score: DeLong's
    interval is widened about the value by

    .. math:: \sqrt{1 + J/(J - 1)}

    Args:
        a: Fields of one set, shape (n_a,) each.
        b: The same fields of the other, shape (n_b,) each.
        folds: Of the cross-validation.
        seed: Of folds, and of the sample where a set has more than `MOST_ROWS` cases.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of the area under the ROC curve, unit ``share``: 0.5 when the sets are alike, 1 when every case can
        be told.

    Raises:
        TooLittle: No fields, or fewer cases in a set than folds.

    Assumes: independent cases. Differences that only show in two fields together are not found, and with few cases the
    model learns less of them than with many: the area is that of models fitted to so many cases.
    Source: Lopez-Paz and Oquab (2017), ICLR; Kim et al. (2021), Ann. Statist. 49, 411-434; Nadeau and Bengio (2003),
    Machine Learning 52, 239-281, section 3.2, for the factor (their n2/n1 is 1/(J - 1)).
    Oracle: tests/oracles/test_two_sample.py. Calibrated: tests/calibration/test_two_sample.py.
    """
    if not a or len(a) != len(b):
        raise TooLittle("there is no field to compare", "name fields that both sets have")
    random = np.random.default_rng(seed)
    a, b = (_sampled(side, random) for side in (a, b))
    design = encode([_joined(x, y) for x, y in zip(a, b, strict=True)])
    truth = np.repeat([0, 1], [len(a[0]), len(b[0])])
    scores = cross_validated_scores(design, truth, folds=folds, seed=seed)
    estimate = auc(scores, truth, level=level)
    lower, upper = (1.0 if end is None else end for end in (estimate.lower, estimate.upper))
    wider = (1 + folds / (folds - 1)) ** 0.5
    return Estimate(
        name="two_sample_auc",
        value=estimate.value,
        lower=max(0.0, estimate.value - wider * (estimate.value - lower)),
        upper=min(1.0, estimate.value + wider * (upper - estimate.value)),
        unit="share",
        n=len(truth),
        level=level,
        method=f"classifier two-sample test on {len(a)} field(s), cross-validated, DeLong and Nadeau-Bengio",
    )


def _sampled(columns: Sequence[np.ndarray], random: np.random.Generator) -> Sequence[np.ndarray]:
    n = len(columns[0])
    if n <= MOST_ROWS:
        return columns
    kept = np.sort(random.choice(n, MOST_ROWS, replace=False))
    return [column[kept] for column in columns]


def _joined(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Both sides as one field; where the types differ, as text."""
    if any((x.dtype.kind in kinds) != (y.dtype.kind in kinds) for kinds in ("OUS", "M", "m")):
        x, y = (np.ma.masked_array(np.ma.getdata(v).astype(str).astype(object), np.ma.getmaskarray(v)) for v in (x, y))
    return np.ma.concatenate([x, y])
