"""Means of answers on a scale with two ends."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.mean import t_mean

NODES = 400
"""Of the integral; with as many, the ends of shares agree with Clopper and Pearson's to nine digits."""
NEAR = 1e-12


def scale_mean(values: Sequence[float] | np.ndarray, *, low: float, high: float, level: float = 0.95) -> Estimate:
    """Mean of answers on a bounded scale: Student's interval, kept within the scale.

    Where all answers are the same, Student's interval has no width, which is no certainty: `bounded_mean` takes its
    place.

    Args:
        values: Shape (n,), n >= 1, from low to high.
        low: The scale's lowest answer.
        high: The scale's highest answer, above low.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of the mean in the scale's unit, within low to high.

    Raises:
        TooLittle: No values.
        ValueError: A value outside the scale.

    Assumes: independent answers; where they differ, a mean that is roughly normal. Of few skewed answers it covers
    less than it says; where a decision hangs on them, take `bounded_mean`.
    Source: Student (1908), Biometrika 6, 1-25.
    Oracle: tests/oracles/test_bounded.py. Calibrated: tests/calibration/test_bounded.py.
    """
    x = _on_scale(values, low, high)
    if x.min() == x.max():
        return bounded_mean(x, low=low, high=high, level=level)
    estimate = t_mean(x, level=level)
    lower = estimate.lower if estimate.lower is not None else low
    upper = estimate.upper if estimate.upper is not None else high
    return replace(estimate, lower=max(low, lower), upper=min(high, upper))


def bounded_mean(
    values: Sequence[float] | np.ndarray, *, low: float, high: float, level: float = 0.95, population: int | None = None
) -> Estimate:
    r"""Mean of answers on a bounded scale, whatever their distribution: no certainty from few, or from like answers.

    With one more answer at the low end, and weights from a flat Dirichlet distribution over all n + 1 of them, the
    lower end is the quantile of the weighted mean; the upper one the same from the high end:

    .. math:: P\Bigl(\sum_{i=0}^{n} w_i x_i \le L\Bigr) = \frac{1 - level}{2}, \quad x_0 = low

    For answers at the two ends only, these are Clopper and Pearson's. A higher answer never lowers an end. Of a
    population of N the ends move towards the mean by :math:`\sqrt{(N-n)/(N-1)}`, and stay within what the answers that
    are missing can still change.

    Args:
        values: Shape (n,), n >= 1, from low to high.
        low: The scale's lowest answer.
        high: The scale's highest answer, above low.
        level: Coverage of the interval, in (0, 1).
        population: N, how many could have answered, at least n; None for very many.

    Returns:
        Estimate of the mean in the scale's unit; exact when everybody answered.

    Raises:
        TooLittle: No values.
        ValueError: A value outside the scale, or more values than people.

    Assumes: independent answers, of a finite population drawn without replacement. That the bounds hold for every
    distribution is Gaffke's conjecture; no case is known in which they fail (Learned-Miller and Thomas 2019, arXiv
    1905.06208).
    Source: Gaffke (2005), Mathematical Methods of Statistics 14, 451-467; the distribution by Imhof (1961), Biometrika
    48, 419-426. Oracle: tests/oracles/test_bounded.py (Clopper and Pearson, draws). Calibrated:
    tests/calibration/test_bounded.py.
    """
    x, share = _on_scale(values, low, high), (1 - level) / 2
    n, value = len(x), float(x.mean())
    if population is not None and n > population:
        raise ValueError(f"{n} answers of {population} people")
    lower, upper = _lower(x - low, share) + low, high - _lower(high - x, share)
    method = "Gaffke's interval"
    if population is not None:
        shrink = ((population - n) / (population - 1)) ** 0.5 if population > 1 else 0.0
        rest, total = population - n, float(x.sum())
        lower = max(value - (value - lower) * shrink, (total + rest * low) / population)
        upper = min(value + (upper - value) * shrink, (total + rest * high) / population)
        method += f", of {population} people"
    ends = (max(low, min(lower, value)), min(high, max(upper, value)))
    return Estimate(name="mean", value=value, lower=ends[0], upper=ends[1], n=n, level=level, method=method)


def _on_scale(values: Sequence[float] | np.ndarray, low: float, high: float) -> np.ndarray:
    x = np.asarray(values, dtype=float)
    if len(x) == 0:
        raise TooLittle("a mean of nothing", "collect at least one answer")
    if x.min() < low or x.max() > high:
        raise ValueError(f"answers from {x.min():g} to {x.max():g} on a scale from {low:g} to {high:g}")
    return x


def _lower(x: np.ndarray, share: float) -> float:
    """The quantile of the weighted mean of values from 0 on, shape (n,), and one more at 0."""
    from scipy.optimize import brentq

    places, counts = np.unique(np.append(x, 0.0), return_counts=True)
    if len(places) == 1:
        return 0.0
    top = float(places[-1])
    ends = (NEAR * top, (1 - NEAR) * top)
    found: Any = brentq(lambda end: _below(places - end, counts) - share, *ends, xtol=NEAR * top)
    return float(found)


@cache
def _nodes() -> tuple[np.ndarray, np.ndarray]:
    """Places from 0 to infinity and their weights, shape (NODES,) each."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    at = (nodes + 1) / 2
    return at / (1 - at) ** 2, weights / 2 * (1 + at) / (1 - at) ** 3


def _below(distances: np.ndarray, counts: np.ndarray) -> float:
    """P(sum of gamma variables of shapes `counts`, each times its distance, is below 0), by Imhof's integral."""
    places, steps = _nodes()
    reached = np.outer(places, distances / np.sqrt(counts @ distances**2))
    angle, size = np.arctan(reached) @ counts, np.log1p(reached**2) @ counts / 2
    return float(0.5 - (np.sin(angle) * np.exp(-size) / places * steps).sum() / np.pi)
