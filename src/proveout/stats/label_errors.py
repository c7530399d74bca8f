"""Cases whose given label is probably wrong, found with a model that never saw them."""

from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelErrors:
    """Candidates, never a rate: people decide.

    Args:
        joint: Shape (k, k): cases by given label (row) and by the label that the model is confident of (column).
        ranked: Indices of the cases off the diagonal, most suspicious first.
    """

    joint: np.ndarray
    ranked: np.ndarray


def label_errors(labels: np.ndarray, probabilities: np.ndarray) -> LabelErrors:
    r"""Confident learning: a case counts as label j where its probability of j is at least the average of its kind.

    .. math:: C_{ij} = \#\{x: \tilde y = i,\; j = \arg\max_{l:\, p_l(x) \ge t_l} p_l(x)\}, \quad
        t_j = \mathrm{mean}\{p_j(x): \tilde y = j\}

    Candidates are ranked by the probability of the label that they were given, least first.

    Args:
        labels: Shape (n,), codes from 0 to k - 1: as given.
        probabilities: Shape (n, k), out of sample; rows add up to 1.

    Returns:
        The joint counts and the candidates.

    Raises:
        TooLittle: A label that nobody was given.

    Assumes: noise that depends on the class, not on the case; probabilities of a model that did not see the case.
    Source: Northcutt, Jiang and Chuang (2021), JAIR 70, 1373-1411. Oracle: tests/oracles/test_label_errors.py
    (cleanlab).
    """
    given, p = np.asarray(labels).astype(int), np.asarray(probabilities, float)
    k = p.shape[1]
    if not np.array_equal(np.unique(given), np.arange(k)):
        raise TooLittle("a label has no case", "leave its probability out, or add cases of it")
    thresholds = np.array([p[given == j, j].mean() for j in range(k)])
    confident = np.where(p >= thresholds - 1e-9, p, -1.0)
    sure = confident.max(axis=1) >= 0
    likely = confident.argmax(axis=1)
    joint = np.zeros((k, k), dtype=int)
    np.add.at(joint, (given[sure], likely[sure]), 1)
    suspects = np.flatnonzero(sure & (likely != given))
    doubt = p[suspects, given[suspects]]
    return LabelErrors(joint=joint, ranked=suspects[np.argsort(doubt, kind="stable")])
