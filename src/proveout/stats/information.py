"""What it is worth to know more before a decision, and what moves the result."""

import numpy as np

from proveout.core.estimate import Estimate

KNOTS = (-1.5, -0.75, 0.0, 0.75, 1.5)
"""Knots of the regression spline, in standard deviations of the normal score."""


def perfect_information(benefit: np.ndarray, *, level: float = 0.95) -> Estimate:
    r"""Expected value of perfect information for a choice between doing it and not.

    .. math:: EVPI = E[\max(B, 0)] - \max(E[B], 0)

    Args:
        benefit: Shape (n,), n >= 2, draws of the net benefit B of doing it; not doing it is worth 0.
        level: Coverage of the Monte Carlo interval, in (0, 1).

    Returns:
        Estimate in the unit of the benefit; never negative.

    Source: Raiffa and Schlaifer (1961), Applied Statistical Decision Theory. Oracle: tests/oracles/test_information.py
    (unit normal loss integral). Calibrated: tests/calibration/test_information.py.
    """
    return _expected_gain(benefit, benefit, level)


def partial_perfect_information(benefit: np.ndarray, score: np.ndarray, *, level: float = 0.95) -> Estimate:
    r"""Expected value of knowing one input exactly before a choice between doing it and not.

    .. math:: EVPPI = E_X[\max(E[B \mid X], 0)] - \max(E[B], 0)

    The inner expectation is a regression of the draws of B on X: a cubic spline of the normal score of X.
    The Monte Carlo error is that of the influence function
    :math:`\max(g, 0) + 1_{g>0}(B - g) - 1_{E[B]>0} B`.

    Args:
        benefit: Shape (n,), draws of the net benefit B; n well above 100.
        score: Shape (n,), the standard normal score of the input in the same draws.
        level: Coverage of the Monte Carlo interval, in (0, 1).

    Returns:
        Estimate in the unit of the benefit; never negative.

    Assumes: inputs drawn independently; E[B | X] smooth in X.
    Source: Strong and Oakley (2013), Med. Decis. Making 33, 755-766; Strong, Oakley and Brennan (2014), Med. Decis.
    Making 34, 311-326. Oracle: tests/oracles/test_information.py (linear and normal: unit normal loss integral).
    Calibrated: tests/calibration/test_information.py.
    """
    columns = [np.ones_like(score), score, score**2, score**3, *(np.maximum(score - knot, 0) ** 3 for knot in KNOTS)]
    x = np.stack([column / max(1.0, float(np.abs(column).max())) for column in columns], axis=1)
    centre = benefit.mean()
    weights = np.linalg.lstsq(x.T @ x, x.T @ (benefit - centre), rcond=None)[0]
    return _expected_gain(benefit, x @ weights + centre, level)


def _expected_gain(benefit: np.ndarray, expected: np.ndarray, level: float) -> Estimate:
    from scipy.special import ndtri

    n, go = len(benefit), float(benefit.mean()) > 0
    value = float(np.maximum(-expected if go else expected, 0).mean())
    influence = np.maximum(expected, 0) + (expected > 0) * (benefit - expected) - go * benefit
    half = float(ndtri(0.5 + level / 2) * influence.std(ddof=1) / n**0.5)
    return Estimate(
        name="expected_value_of_information",
        value=value,
        lower=max(0.0, value - half),
        upper=value + half,
        level=level,
        method=f"Monte Carlo, {n:,} draws; the interval is its error",
    )


def rank_contributions(result: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    r"""Each input's part of the variation of the result, by squared rank correlation, adding up to 1.

    .. math:: c_k = \rho_{S,k}^2 \,/\, \textstyle\sum_j \rho_{S,j}^2

    Args:
        result: Shape (n,), draws of the result.
        inputs: Shape (k, n), the inputs in the same draws, drawn independently of one another.

    Returns:
        Shape (k,), each 0 to 1; all 0 if nothing moves the result.

    Assumes: monotone influence.
    Source: Spearman (1904), Am. J. Psychology 15, 72-101. Oracle: tests/oracles/test_information.py
    (scipy.stats.spearmanr).
    """
    ranked = _centred_ranks(result)
    squares = np.array([float(ranked @ _centred_ranks(row)) ** 2 for row in inputs])
    return squares / squares.sum() if squares.sum() > 0 else squares


def _centred_ranks(values: np.ndarray) -> np.ndarray:
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks - (len(values) - 1) / 2 if np.ptp(values) > 0 else np.zeros(len(values))
