"""Uncertain quantities as quantile functions: shares in (0, 1) in, values out, vectorised.

A quantile function gives draws (from uniform numbers), ranges and medians alike.
"""

from collections.abc import Callable

import numpy as np

from proveout.core.estimate import Estimate

Quantiles = Callable[[np.ndarray], np.ndarray]
PERT_WEIGHT = 4.0
"""Weight of the likely value; 4 is the weight of the original PERT."""
PERT_GRID = 4097
"""Points at which the beta distribution function is computed; between them it is interpolated."""


def fixed(value: float) -> Quantiles:
    """A figure without uncertainty.

    Args:
        value: In any unit.

    Source: by definition. Oracle: tests/oracles/test_distributions.py.
    """
    return lambda u: np.full(np.shape(u), float(value))


def normal_range(low: float, high: float, *, level: float = 0.9) -> Quantiles:
    r"""Normal distribution with a central range: :math:`\mu = (l+h)/2,\; \sigma = (h-l)/(2 z_{(1+level)/2})`.

    Args:
        low: Lower end, in any unit.
        high: Upper end, at least `low`.
        level: Probability of the range, in (0, 1).

    Raises:
        ValueError: The ends are in the wrong order.

    Source: by definition. Oracle: tests/oracles/test_distributions.py.
    """
    from scipy.special import ndtri

    if low > high:
        raise ValueError(f"the range starts at {low} and ends at {high}")
    middle, deviation = (low + high) / 2, (high - low) / (2 * ndtri(0.5 + level / 2))
    return lambda u: middle + deviation * ndtri(u)


def lognormal_range(low: float, high: float, *, level: float = 0.9) -> Quantiles:
    r"""Lognormal distribution with a central range: the normal one of :math:`\log l, \log h`, exponentiated.

    Args:
        low: Lower end, positive.
        high: Upper end, at least `low`.
        level: Probability of the range, in (0, 1).

    Raises:
        ValueError: The ends are not positive, or in the wrong order.

    Source: Galton (1879), Proc. R. Soc. 29, 365-367. Oracle: tests/oracles/test_distributions.py (moments, products).
    """
    if low <= 0:
        raise ValueError(f"a lognormal range cannot start at {low}")
    logs = normal_range(float(np.log(low)), float(np.log(high)) if high > 0 else -np.inf, level=level)
    return lambda u: np.exp(logs(u))


def pert(low: float, likely: float, high: float) -> Quantiles:
    r"""PERT: a beta distribution between minimum and maximum with the likely value as its mode.

    .. math:: \alpha = 1 + 4\,\frac{m-a}{b-a}, \quad \beta = 1 + 4\,\frac{b-m}{b-a}, \quad
        E = \frac{a + 4m + b}{6}, \quad Var = \frac{(E-a)(b-E)}{7}

    Args:
        low: Minimum a.
        likely: Mode m, between the ends.
        high: Maximum b.

    Raises:
        ValueError: The three are not in order.

    Source: Malcolm et al. (1959), Operations Research 7, 646-669; Vose (2008), Risk Analysis, 3rd ed.
    Oracle: tests/oracles/test_distributions.py (moments, scipy.stats.beta).
    """
    from scipy.special import betainc

    if not low <= likely <= high:
        raise ValueError(f"{low}, {likely}, {high} are not in order")
    if low == high:
        return fixed(low)
    width = high - low
    grid = np.linspace(0, 1, PERT_GRID)
    reached = betainc(1 + PERT_WEIGHT * (likely - low) / width, 1 + PERT_WEIGHT * (high - likely) / width, grid)
    return lambda u: low + width * np.interp(u, reached, grid)


def two_piece(value: float, lower: float, upper: float, *, level: float = 0.95, log: bool = False) -> Quantiles:
    r"""A measured figure as a distribution: half a normal on each side of the value.

    .. math:: q(u) = v + \begin{cases}(v - l)\, z_u/z_{(1+level)/2} & u < 1/2\\
        (h - v)\, z_u/z_{(1+level)/2} & u \ge 1/2\end{cases}

    Its median is the value and its central range the interval, exactly; a symmetric interval gives the normal
    distribution. With `log` all is done on logarithms, and no draw is negative.

    Args:
        value: Point estimate; positive with `log`.
        lower: Lower end, at most `value`; positive with `log`.
        upper: Upper end, at least `value`.
        level: Coverage of the interval, in (0, 1).
        log: Whether to work on the logarithmic scale.

    Raises:
        ValueError: The interval does not hold the value, or is not positive with `log`.

    Source: two-piece normal anchored at the median, after Wallis (2014), Statistical Science 29, 106-112.
    Oracle: tests/oracles/test_distributions.py.
    """
    from scipy.special import ndtri

    if not lower <= value <= upper:
        raise ValueError(f"{lower}, {value}, {upper} are not in order")
    if log:
        if lower <= 0:
            raise ValueError(f"{lower} has no logarithm")
        logs = two_piece(*(float(np.log(figure)) for figure in (value, lower, upper)), level=level)
        return lambda u: np.exp(logs(u))
    end = float(ndtri(0.5 + level / 2))

    def quantiles(u: np.ndarray) -> np.ndarray:
        z = ndtri(u) / end
        return value + z * np.where(z < 0, value - lower, upper - value)

    return quantiles


def central(draws: np.ndarray, *, level: float = 0.9) -> Estimate:
    """Median and central range of draws; draws may be infinite (``never``), and such an end is open.

    Args:
        draws: Shape (n,), n >= 1, in any unit.
        level: Probability of the range, in (0, 1).

    Returns:
        Estimate whose value is the median; `n` stays empty, for draws are no observations.

    Raises:
        ValueError: The median itself is not finite.

    Source: order statistics, the nearest draw. Oracle: tests/oracles/test_distributions.py.
    Calibrated: tests/calibration/test_distributions.py (share of new draws inside).
    """
    shares = np.array([0.5 - level / 2, 0.5, 0.5 + level / 2])
    lower, value, upper = (float(q) for q in np.quantile(draws, shares, method="nearest"))
    if not np.isfinite(value):
        raise ValueError("half of the draws are infinite")
    return Estimate(
        name="median",
        value=value,
        lower=lower if np.isfinite(lower) else None,
        upper=upper if np.isfinite(upper) else None,
        level=level,
        method=f"Monte Carlo, {len(draws):,} draws",
    )
