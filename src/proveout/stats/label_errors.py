"""Labels that a model, asked about cases it was not trained on, is confident are wrong."""

from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle

ROUNDING = 1e-6
"""By which probabilities may miss 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelErrors:
    """Candidates, not errors: people have to look.

    Args:
        suspects: Positions of cases whose label is doubted, the most doubtful first.
        suggested: Shape as suspects, codes of the labels that the model is confident of.
        joint: Shape (k, k), confident cases by the label given and the label suggested.
        thresholds: Shape (k,), the mean probability of a label among cases that have it; NaN where none has.
    """

    suspects: np.ndarray
    suggested: np.ndarray
    joint: np.ndarray
    thresholds: np.ndarray


def label_errors(labels: np.ndarray, probabilities: np.ndarray) -> LabelErrors:
    r"""Confident learning: cases that are confidently counted under another label than the one given.

    .. math:: C_{ij} = \#\{u : y_u = i,\; j = \arg\max_{l:\,p_{ul} \ge t_l} p_{ul}\}, \quad
        t_l = \text{mean of } p_{ul} \text{ over } y_u = l

    Suspects are the cases off the diagonal, by the probability of the label given (self-confidence), lowest first.

    Args:
        labels: Shape (n,), codes of the labels given, 0 to k - 1.
        probabilities: Shape (n, k), 0 to 1, of a model that did not see the case (cross-validated).

    Returns:
        Suspects and the confident joint.

    Raises:
        TooLittle: No cases, or all with the same label.
        ValueError: Probabilities outside 0 to 1, or a label outside 0 to k - 1.

    Assumes: probabilities out of sample; labels that are wrong depend on the right one, not on the case.
    Source: Northcutt, Jiang and Chuang (2021), JAIR 70, 1373-1411, equation 1.
    Oracle: tests/oracles/test_label_errors.py.
    """
    y, p = np.asarray(labels, int), np.asarray(probabilities, float)
    n, k = p.shape
    if n and not (p.min() >= -ROUNDING and p.max() <= 1 + ROUNDING):
        raise ValueError(f"from {p.min():g} to {p.max():g} are no probabilities")
    if n and (y.min() < 0 or y.max() >= k):
        raise ValueError(f"labels {y.min()} to {y.max()} for {k} columns of probabilities")
    if len(np.unique(y)) < 2:
        raise TooLittle("all cases have the same label", "collect cases of other labels too")
    given = np.bincount(y, minlength=k)
    own = np.bincount(y, weights=p[np.arange(n), y], minlength=k)
    thresholds = np.divide(own, given, out=np.full(k, np.nan), where=given > 0)
    confident = p >= np.where(given > 0, thresholds, np.inf) - ROUNDING
    best = np.where(confident, p, -1).argmax(axis=1)
    counted = confident.any(axis=1)
    joint = np.bincount(y[counted] * k + best[counted], minlength=k * k).reshape(k, k)
    doubted = np.flatnonzero(counted & (best != y))
    order = doubted[np.argsort(p[doubted, y[doubted]], kind="stable")]
    return LabelErrors(suspects=order, suggested=best[order], joint=joint, thresholds=thresholds)
