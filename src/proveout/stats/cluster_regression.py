"""Least squares with clustered errors, from moments per cluster: no row has to leave the database."""

from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

SINGULAR = 1e-10
"""An eigenvalue of the adjustment below this is taken for zero: the cluster alone determines that direction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One linear combination of coefficients, with what a test of it needs.

    Args:
        estimate: With its interval, in the unit of the outcome per unit of the covariate.
        standard_error: In the same unit.
        degrees_of_freedom: Of Satterthwaite's approximation; below 4 the interval is not to be trusted.
        p_value: Two-sided, against zero.
    """

    estimate: Estimate
    standard_error: float
    degrees_of_freedom: float
    p_value: float


def cr2_coefficient(
    cross_products: np.ndarray, products: np.ndarray, contrast: np.ndarray, *, level: float = 0.95
) -> Coefficient:
    r"""A coefficient of least squares with the bias-reduced cluster-robust variance CR2.

    With :math:`M_g = X_g'X_g`, :math:`m_g = X_g'y_g`, :math:`B = (\sum_g M_g)^{-1}`, :math:`b = B\sum_g m_g` and
    :math:`s_g = m_g - M_g b`, for the contrast :math:`c = Ba`:

    .. math:: W_g = (I - B M_g)^{-1/2} c, \quad V = \sum_g (W_g's_g)^2, \quad P_g = M_g W_g,\;
        D_g = W_g'P_g,\; K = B\sum_g P_gP_g', \quad
        \nu = \frac{(\sum D_g - \mathrm{tr}K)^2}{\sum D_g^2 - 2\sum D_g P_g'BP_g + \mathrm{tr}K^2}

    Args:
        cross_products: Shape (G, p, p), G >= 2: the sums of products of the covariates within each cluster.
        products: Shape (G, p): the sums of covariate times outcome within each cluster.
        contrast: Shape (p,): which combination of the coefficients, such as (0, 1, 0) for the second.
        level: Coverage of the interval, in (0, 1).

    Returns:
        The coefficient; `estimate.n` is the number of clusters.

    Raises:
        TooLittle: Fewer than two clusters, covariates that depend on one another, or a contrast that one cluster
            alone determines.

    Assumes: independent clusters; a working model of independent errors of one variance (for CR2's adjustment and the
    degrees of freedom only). Shift outcome and covariates by constants near their means first: moments of large
    numbers lose their digits.
    Source: Bell and McCaffrey (2002), Survey Methodology 28, 169-181; Pustejovsky and Tipton (2018), JBES 36, 672-683;
    Imbens and Kolesar (2016), Review of Economics and Statistics 98, 701-712.
    Oracle: tests/oracles/test_cluster_regression.py (full matrices). Calibrated:
    tests/calibration/test_cluster_regression.py.
    """
    from scipy.special import stdtr, stdtrit

    m, v = np.asarray(cross_products, float), np.asarray(products, float)
    if len(m) < 2:
        raise TooLittle(f"{len(m)} cluster(s): an interval needs two", "collect data from more clusters")
    bread = _inverse(m.sum(axis=0))
    coefficients = bread @ v.sum(axis=0)
    value = float(contrast @ coefficients)
    scores = v - m @ coefficients
    weights = _adjusted(m, bread, bread @ contrast)
    error = float(np.sum(np.einsum("gp,gp->g", weights, scores) ** 2) ** 0.5)
    df = _degrees_of_freedom(m, bread, weights)
    if not df > 0:
        raise TooLittle("one cluster alone determines the difference", "collect data from more clusters")
    half = float(stdtrit(df, 0.5 + level / 2)) * error
    t = abs(value) / error if error else np.inf
    return Coefficient(
        estimate=Estimate(
            name="coefficient",
            value=value,
            lower=value - half,
            upper=value + half,
            n=len(m),
            level=level,
            method=f"least squares, CR2 over {len(m)} clusters, {df:.1f} degrees of freedom",
        ),
        standard_error=error,
        degrees_of_freedom=df,
        p_value=float(2 * stdtr(df, -t)) if value or error else 1.0,
    )


def _inverse(matrix: np.ndarray) -> np.ndarray:
    scale = np.sqrt(np.diag(matrix))
    if not np.all(scale > 0):
        raise TooLittle("a covariate is zero everywhere", "leave it out")
    scaled = matrix / np.outer(scale, scale)
    if np.linalg.eigvalsh(scaled)[0] < SINGULAR:
        raise TooLittle("covariates depend on one another", "leave one out; each arm needs a cluster of its own")
    return np.linalg.inv(scaled) / np.outer(scale, scale)


def _adjusted(m: np.ndarray, bread: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """The weights W, shape (G, p): the inverse root through the symmetric root of the bread."""
    values, vectors = np.linalg.eigh(bread)
    root = (vectors * np.sqrt(values)) @ vectors.T
    inverse_root = (vectors / np.sqrt(values)) @ vectors.T
    shares, axes = np.linalg.eigh(root @ m @ root)
    rest = 1 - shares
    factors = np.where(rest > SINGULAR, 1 / np.sqrt(np.where(rest > SINGULAR, rest, 1)), 0.0)
    turned = np.einsum("gpk,p->gk", axes, inverse_root @ direction)
    return np.einsum("gpk,gk->gp", axes, factors * turned) @ root


def _degrees_of_freedom(m: np.ndarray, bread: np.ndarray, weights: np.ndarray) -> float:
    p = np.einsum("gpk,gk->gp", m, weights)
    d = np.einsum("gp,gp->g", weights, p)
    k = bread @ (p.T @ p)
    spread = np.sum(d**2) - 2 * np.sum(d * np.einsum("gp,pk,gk->g", p, bread, p)) + np.trace(k @ k)
    return float((d.sum() - np.trace(k)) ** 2 / spread) if spread > 0 else 0.0
