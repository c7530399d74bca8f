"""How well a score ranks: the area under the ROC curve."""

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

PRIOR = 0.5
"""Cases (or clusters) of either kind that are added at chance level, so that few that rank alike are not certain."""


def auc(scores: np.ndarray, truth: np.ndarray, *, clusters: np.ndarray | None = None, level: float = 0.95) -> Estimate:
    r"""The probability that a positive case gets the higher score of two.

    With placements :math:`V_i = \frac1n\sum_j \psi(x_i, y_j)` of the m positive cases and :math:`W_j` of the n negative
    ones, ties counting half,

    .. math:: \hat A = \bar V, \quad var = \frac{S_V^2}{m} + \frac{S_W^2}{n}, \quad
        var_{clustered} = \frac{G}{G-1}\sum_g \Bigl(\sum_{i \in g}\frac{V_i - \hat A}{m} +
        \sum_{j \in g}\frac{W_j - \hat A}{n}\Bigr)^2

    The interval is Wilson's of as many cases as that variance is worth. So that few cases which are separated entirely
    are not certain, half a case (or cluster) of either kind that ranks at chance is counted with them:

    .. math:: n_e = \frac{\tilde A(1-\tilde A)}{var(\tilde A)}, \quad
        \frac{\hat A + t^2/2n_e \pm t\sqrt{\hat A(1-\hat A)/n_e + t^2/4n_e^2}}{1 + t^2/n_e}

    with t of Welch's degrees of freedom, or of one less than the clusters. DeLong's interval on the logit scale falls
    well below its level where one kind is few and the other many; the calibration test measures both.

    Args:
        scores: Shape (n,), any scale, higher for positive; finite.
        truth: Shape (n,), 0 or 1.
        clusters: Shape (n,), codes of what cases belong to, such as a customer; None where they are independent.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``; 0.5 is no better than chance.

    Raises:
        TooLittle: Fewer than two cases of a kind, or fewer than two clusters.

    Assumes: independent cases, or clusters of like size (where a few hold most of the cases it covers less).
    Source: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837-845; Sun and Xu (2014), IEEE SPL 21,
    1389-1393, for placements from midranks; Obuchowski (1997), Biometrics 53, 567-578, for clusters; Wilson (1927),
    JASA 22, 209-212; Korn and Graubard (1998), Survey Methodology 24, 193-201, for effective cases.
    Oracle: tests/oracles/test_roc.py. Calibrated: tests/calibration/test_roc.py.
    """
    positive, groups = _checked(truth, clusters)
    placement = _placements(np.asarray(scores, float), positive)
    value = float(placement[positive].mean())
    lower, upper = _ends(placement, positive, groups, level)
    return Estimate(
        name="auc",
        value=value,
        lower=min(lower, value),
        upper=max(upper, value),
        unit="share",
        n=_units(positive, groups),
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

    .. math:: \hat A_a - \hat A_b \pm t\sqrt{var_a + var_b - 2\,cov_{ab}}

    with t of Welch's degrees of freedom, or of one less than the clusters. Where one score separates the cases entirely
    its variance is no guide: there the ends come from those of both areas (`auc`) as of independent ones,
    :math:`\hat A_a - \hat A_b - \sqrt{(\hat A_a - l_a)^2 + (u_b - \hat A_b)^2}` and likewise above.

    Args:
        scores_a: Shape (n,), of one model.
        scores_b: Shape (n,), of the other, for the same cases.
        truth: Shape (n,), 0 or 1.
        clusters: Shape (n,), as for `auc`.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``, -1 to 1; an exact 0 where both rank alike.

    Raises:
        TooLittle: Fewer than two cases of a kind, or fewer than two clusters.

    Assumes: independent cases, or clusters; 25 of either kind where one area is near 1, for with fewer the interval
    covers less than it says, on the side of too small a difference.
    Source: `auc`; Welch (1947), Biometrika 34, 28-35; Zou and Donner (2008), Statistics in Medicine 27, 1693-1702,
    for ends from ends. Oracle: tests/oracles/test_roc.py. Calibrated: tests/calibration/test_roc.py.
    """
    positive, groups = _checked(truth, clusters)
    both = [_placements(np.asarray(row, float), positive) for row in (scores_a, scores_b)]
    a, b = (float(row[positive].mean()) for row in both)
    parts = _parts(both[0] - both[1], positive, groups)
    below = above = _quantile(parts, positive, groups, level) * sum(parts) ** 0.5
    alike = np.array_equal(_midranks(np.asarray(scores_a)), _midranks(np.asarray(scores_b)))
    if not alike and (below == 0 or {a, b} & {0.0, 1.0}):
        (low_a, high_a), (low_b, high_b) = (_ends(row, positive, groups, level) for row in both)
        below, above = ((a - low_a) ** 2 + (high_b - b) ** 2) ** 0.5, ((high_a - a) ** 2 + (b - low_b) ** 2) ** 0.5
    return Estimate(
        name="auc_difference",
        value=a - b,
        lower=max(-1.0, a - b - below),
        upper=min(1.0, a - b + above),
        unit="share",
        n=_units(positive, groups),
        level=level,
        method="difference of areas under the ROC curve, DeLong" + ("" if clusters is None else ", clustered"),
    )


def _checked(truth: np.ndarray, clusters: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
    """Which cases are positive, and codes of their clusters from 0."""
    positive = np.asarray(truth).astype(bool)
    fewest = min(int(positive.sum()), int((~positive).sum()))
    if fewest == 0:
        raise TooLittle("all cases have the same truth", "test on cases of both kinds")
    if fewest == 1:
        raise TooLittle(
            "there is one case of a kind, which tells nothing of chance", "test on more cases of both kinds"
        )
    if clusters is None:
        return positive, None
    groups = np.unique(clusters, return_inverse=True)[1]
    if groups.max() < 1:
        raise TooLittle("all cases belong to one cluster", "test on cases of more clusters")
    return positive, groups


def _placements(scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """For each case, the share of the other kind that it ranks rightly against."""
    ranks, placement = _midranks(scores), np.empty(len(scores))
    m, n = int(positive.sum()), int((~positive).sum())
    placement[positive] = (ranks[positive] - _midranks(scores[positive])) / n
    placement[~positive] = 1 - (ranks[~positive] - _midranks(scores[~positive])) / m
    return placement


def _parts(placement: np.ndarray, positive: np.ndarray, groups: np.ndarray | None, prior: float = 0.0) -> list[float]:
    """Variance of an area, or of a difference of two: of positives and of negatives, or of clusters in one."""
    influence, added, corrections = np.empty(len(placement)), [], []
    for side, lots in zip((positive, ~positive), _counts(positive, groups), strict=True):
        size = int(side.sum())
        weight = prior * size / lots
        mean = (float(placement[side].sum()) + weight / 2) / (size + weight)
        influence[side] = (placement[side] - mean) / (size + weight)
        added.append(prior * ((0.5 - mean) / (lots + prior)) ** 2)
        corrections.append((size + weight) / (size + weight - 1))
    if groups is not None:
        n = _units(positive, groups)
        return [float((np.bincount(groups, influence) ** 2).sum() + sum(added)) * n / (n - 1)]
    squares = [float((influence[side] ** 2).sum()) for side in (positive, ~positive)]
    return [c * (square + more) for c, square, more in zip(corrections, squares, added, strict=True)]


def _quantile(parts: list[float], positive: np.ndarray, groups: np.ndarray | None, level: float) -> float:
    """Student's, of Welch's degrees of freedom, or of one less than the clusters."""
    from scipy.special import stdtrit

    if groups is not None:
        df = float(groups.max())
    elif sum(parts) == 0:
        df = 1.0
    else:
        df = sum(parts) ** 2 / sum(part**2 / (n - 1) for part, n in zip(parts, _counts(positive, groups), strict=True))
    return float(stdtrit(df, 0.5 + level / 2))


def _ends(placement: np.ndarray, positive: np.ndarray, groups: np.ndarray | None, level: float) -> tuple[float, float]:
    """Wilson's, of the effective number of cases; nothing varies where all scores are alike."""
    parts = _parts(placement, positive, groups, PRIOR)
    value = float(placement[positive].mean())
    smoothed = sum((value * n + PRIOR / 2) / (n + PRIOR) for n in _counts(positive, groups)) / 2
    z2 = _quantile(parts, positive, groups, level) ** 2 * sum(parts) / (smoothed * (1 - smoothed))
    centre, half = value + z2 / 2, (z2 * value * (1 - value) + z2 * z2 / 4) ** 0.5
    return max(0.0, (centre - half) / (1 + z2)), min(1.0, (centre + half) / (1 + z2))


def _counts(positive: np.ndarray, groups: np.ndarray | None) -> tuple[int, int]:
    """Cases of each kind, or clusters that hold it."""
    yes, no = (int(side.sum()) if groups is None else len(np.unique(groups[side])) for side in (positive, ~positive))
    return yes, no


def _units(positive: np.ndarray, groups: np.ndarray | None) -> int:
    return len(positive) if groups is None else int(groups.max()) + 1


def _arms(area: Estimate) -> tuple[float, float]:
    """From the value down and up to the ends."""
    lower, upper = area.lower, area.upper
    return area.value - (0.0 if lower is None else lower), (1.0 if upper is None else upper) - area.value


def _midranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties sharing theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]
