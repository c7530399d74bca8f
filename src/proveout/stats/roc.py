"""How well a score ranks: the area under the ROC curve."""

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.proportion import wilson


def auc(scores: np.ndarray, truth: np.ndarray, *, clusters: np.ndarray | None = None, level: float = 0.95) -> Estimate:
    r"""The probability that a positive case gets the higher score of two, with DeLong's variance.

    With placements :math:`V_i = \frac1n\sum_j \psi(x_i, y_j)` of positives and :math:`W_j` of negatives, ties counting
    half,

    .. math:: \hat A = \bar V, \quad var = \frac{S_V^2}{m} + \frac{S_W^2}{n}, \quad
        \mathrm{logit}\,\hat A \pm z\,\frac{\sqrt{var}}{\hat A(1-\hat A)}

    With clusters, the variance is that of the clusters' sums (Obuchowski), and t of one less than the clusters stands
    for z. Where the scores separate the cases entirely, Wilson's interval of as many cases as the smaller class has, or
    as many clusters as hold it.

    Args:
        scores: Shape (n,), any scale, higher for positive; finite.
        truth: Shape (n,), 0 or 1.
        clusters: Shape (n,), codes of what cases belong to, such as a customer; None where they are independent.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``; 0.5 is no better than chance.

    Raises:
        TooLittle: Fewer than two cases of a class, or fewer than two clusters.

    Assumes: independent cases, or clusters.
    Source: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837-845; Sun and Xu (2014), IEEE SPL 21,
    1389-1393, for the speed; Obuchowski (1997), Biometrics 53, 567-578, for clusters; Pepe (2003), The Statistical
    Evaluation of Medical Tests, p. 107, for the logit.
    Oracle: tests/oracles/test_roc.py. Calibrated: tests/calibration/test_roc.py.
    """
    from scipy.special import expit, logit

    values, influence, groups = _placed(np.asarray(scores, float)[None, :], truth, clusters)
    value = float(values[0])
    variance = _variance(influence, groups)[0, 0]
    if value in (0, 1):
        few = _fewest(np.asarray(truth).astype(bool), groups)
        bound = wilson(int(value) * few, few, level=level)
        lower, upper = bound.lower or 0.0, bound.upper or 1.0
    else:
        half = _quantile(level, clusters, groups) * variance**0.5 / (value * (1 - value))
        lower, upper = float(expit(logit(value) - half)), float(expit(logit(value) + half))
    return Estimate(
        name="auc",
        value=value,
        lower=lower,
        upper=upper,
        unit="share",
        n=len(truth) if clusters is None else len(np.unique(clusters)),
        level=level,
        method="area under the ROC curve, DeLong" + ("" if clusters is None else ", clustered"),
    )


def auc_difference(
    scores_a: np.ndarray,
    scores_b: np.ndarray,
    truth: np.ndarray,
    *,
    clusters: np.ndarray | None = None,
    level: float = 0.95,
) -> Estimate:
    r"""Difference of two areas under the ROC curve on the same cases, a less b.

    .. math:: \hat A_a - \hat A_b \pm z\sqrt{var_a + var_b - 2\,cov_{ab}}

    Where one separates the cases entirely its variance is no guide: there the ends come from those of both areas, as of
    independent ones (Newcombe's square-and-add).

    Args:
        scores_a: Shape (n,), of one model.
        scores_b: Shape (n,), of the other, for the same cases.
        truth: Shape (n,), 0 or 1.
        clusters: Shape (n,), as for `auc`.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``, -1 to 1; an exact 0 where both rank alike.

    Raises:
        TooLittle: Fewer than two cases of a class, or fewer than two clusters.

    Assumes: independent cases, or clusters; enough of both classes for a normal difference.
    Source: DeLong, DeLong and Clarke-Pearson (1988); Zou and Donner (2008), Statistics in Medicine 27, 1693-1702, for
    square-and-add. Oracle: tests/oracles/test_roc.py. Calibrated: tests/calibration/test_roc.py.
    """
    both = np.array([scores_a, scores_b], dtype=float)
    values, influence, groups = _placed(both, truth, clusters)
    covariance = _variance(influence, groups)
    value = float(values[0] - values[1])
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    below = above = float(_quantile(level, clusters, groups) * max(variance, 0.0) ** 0.5)
    if np.isin(values, (0, 1)).any() and not np.array_equal(_midranks(both[0]), _midranks(both[1])):
        (down_a, up_a), (down_b, up_b) = (_arms(auc(one, truth, clusters=clusters, level=level)) for one in both)
        below, above = (down_a**2 + up_b**2) ** 0.5, (up_a**2 + down_b**2) ** 0.5
    return Estimate(
        name="auc_difference",
        value=value,
        lower=max(-1.0, value - below),
        upper=min(1.0, value + above),
        unit="share",
        n=len(truth) if clusters is None else len(np.unique(clusters)),
        level=level,
        method="difference of areas under the ROC curve, DeLong" + ("" if clusters is None else ", clustered"),
    )


def _placed(
    scores: np.ndarray, truth: np.ndarray, clusters: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Areas (k,), each case's influence on them (k, n), and codes of the clusters (n,), shape (0,) for none."""
    positive = np.asarray(truth).astype(bool)
    m, n = int(positive.sum()), int((~positive).sum())
    if not m or not n:
        raise TooLittle("all cases have the same truth", "test on cases of both kinds")
    if min(m, n) < 2:
        raise TooLittle(
            "there is one case of a kind, which tells nothing of chance", "test on more cases of both kinds"
        )
    values, influence = np.empty(len(scores)), np.empty(scores.shape)
    for k, row in enumerate(scores):
        placement = np.empty(len(row))
        ranks = _midranks(row)
        placement[positive] = (ranks[positive] - _midranks(row[positive])) / n
        placement[~positive] = 1 - (ranks[~positive] - _midranks(row[~positive])) / m
        values[k] = placement[positive].mean()
        influence[k] = np.where(positive, (placement - values[k]) / m, (placement - values[k]) / n)
    groups = np.empty(0, dtype=int) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    if clusters is None:
        correction = np.where(positive, (m / (m - 1)) ** 0.5, (n / (n - 1)) ** 0.5)
        return values, influence * correction, groups
    if groups.max() < 1:
        raise TooLittle("all cases belong to one cluster", "test on cases of more clusters")
    return values, influence, groups


def _variance(influence: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Covariance of the areas, shape (k, k): of cases, or of the sums over clusters."""
    if not len(groups):
        return influence @ influence.T
    n = int(groups.max()) + 1
    sums = np.array([np.bincount(groups, row, n) for row in influence])
    return sums @ sums.T * n / (n - 1)


def _fewest(positive: np.ndarray, groups: np.ndarray) -> int:
    """Cases of the rarer class, or clusters that hold it."""
    sides = (positive, ~positive)
    return min(len(np.unique(groups[side])) if len(groups) else int(side.sum()) for side in sides)


def _arms(area: Estimate) -> tuple[float, float]:
    """From the value down and up to the ends."""
    lower, upper = area.lower, area.upper
    return area.value - (0.0 if lower is None else lower), (1.0 if upper is None else upper) - area.value


def _quantile(level: float, clusters: np.ndarray | None, groups: np.ndarray) -> float:
    from scipy.special import ndtri, stdtrit

    q = 0.5 + level / 2
    return float(ndtri(q) if clusters is None else stdtrit(int(groups.max()), q))


def _midranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties sharing theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]
