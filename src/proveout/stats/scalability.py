"""How throughput grows with load, and where it stops."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

FEWEST_RUNS, FEWEST_LOADS = 4, 3
STEP = 1e-5
"""Of numerical derivatives, relative to each parameter's scale."""
EXACT = 1e-6
"""Of a value: within this the optimiser finds the same again."""
TINY = 1e-300
"""Throughput of a law that is tried and gives none; it has a logarithm."""
FLAT = 1e-9
"""A coherency below this is none: the peak would be beyond thirty thousand times the unit of load."""

Errors = Literal["proportional", "alike"]
Link = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """The Universal Scalability Law as fitted.

    Args:
        rate: Throughput of one unit of load by itself, per unit of time.
        contention: Share of the work that waits for others, 0 to 1.
        coherency: What each pair of units costs to be kept in step, 0 or more.
        largest: The largest throughput within the loads that were tested.
        best_load: The load at which it is reached.
        peak_seen: Whether throughput stops growing within the loads that were tested.
        residual: Standard deviation of a run around the curve, per throughput.
    """

    rate: Estimate
    contention: Estimate
    coherency: Estimate
    largest: Estimate
    best_load: float
    peak_seen: bool
    residual: float

    def at(self, load: float) -> float:
        """Throughput at a load."""
        return float(law(np.array([self.rate.value, self.contention.value, self.coherency.value]), np.array(load)))


def law(parameters: np.ndarray, loads: np.ndarray) -> np.ndarray:
    r"""Throughput at loads.

    .. math:: X(N) = \frac{\lambda N}{1 + \sigma(N - 1) + \kappa N(N - 1)}

    Args:
        parameters: lambda, sigma, kappa.
        loads: Any shape, 1 or more: users, connections, processes.

    Returns:
        Of the loads' shape, in the unit of lambda.

    Source: Gunther (2007), Guerrilla Capacity Planning, equation 4.31. Oracle: tests/oracles/test_scalability.py.
    """
    rate, contention, coherency = parameters
    return rate * loads / (1 + contention * (loads - 1) + coherency * loads * (loads - 1))


def fit_scaling(
    loads: np.ndarray, throughput: np.ndarray, *, level: float = 0.95, errors: Errors = "proportional"
) -> Scaling:
    r"""Fit the law by least squares with :math:`\sigma, \kappa \ge 0`.

    Intervals are those of the linearised law with Student's t, n - 3 degrees of freedom; contention and coherency end
    at 0. Nothing is said of loads beyond those that were tested.

    With errors in proportion to throughput, the usual kind, its logarithm is fitted, and the largest throughput has an
    interval on that scale. Where they are alike at all loads, throughput itself is.

    Args:
        loads: Shape (n,), 1 or more; several runs of one load are welcome.
        throughput: Shape (n,), positive, per unit of time.
        level: Coverage of the intervals, in (0, 1).
        errors: How errors grow with throughput.

    Returns:
        Parameters, and the largest throughput within the loads tested.

    Raises:
        TooLittle: Fewer than four runs or three different loads.
        ValueError: A load below 1, or a throughput that is not positive.

    Assumes: runs whose errors are independent, and in proportion to throughput or alike.
    Source: Gunther (2007), chapter 5. Published fits of the SPEC SDM91 and raytracer measurements:
    tests/oracles/test_scalability.py. Calibrated: tests/calibration/test_scalability.py.
    """
    from scipy.special import stdtrit

    n, x = np.asarray(loads, float), np.asarray(throughput, float)
    _refuse(n, x)
    link: Link = np.log if errors == "proportional" else np.asarray
    unit = float(x.max())
    parameters, cost, scale = _fitted(n, x / unit, link)
    df = len(n) - 3
    spread = (2 * cost / df) ** 0.5
    slopes = _slopes(lambda p: link(law(p, n)), parameters, scale)
    covariance = spread**2 * np.linalg.pinv(slopes.T @ slopes)
    half = partial(_half, covariance, float(stdtrit(df, 0.5 + level / 2)))
    most = float(n.max())
    best_load, seen = _best(parameters, most)
    largest = float(law(parameters, np.array(best_load)))
    top = half(_slopes(lambda p: link(np.array([_largest(p, most)])), parameters, scale)[0])
    low, high = largest * np.exp([-top, top]) if errors == "proportional" else (largest - top, largest + top)
    figures = [
        _figure(name, (value, value - half(axis), value + half(axis)), size, len(n), level)
        for name, value, axis, size in zip(
            ("rate", "contention", "coherency"), parameters, np.eye(3), (unit, 1.0, 1.0), strict=True
        )
    ]
    return Scaling(
        rate=figures[0],
        contention=figures[1],
        coherency=figures[2],
        largest=_figure("largest", (largest, low, high), unit, len(n), level),
        best_load=best_load,
        peak_seen=seen,
        residual=float(spread if errors == "proportional" else spread / (x / unit).mean()),
    )


def _refuse(n: np.ndarray, x: np.ndarray) -> None:
    if len(n) < FEWEST_RUNS or len(np.unique(n)) < FEWEST_LOADS:
        raise TooLittle(
            f"{len(n)} run(s) at {len(np.unique(n))} different load(s)",
            f"test at least {FEWEST_LOADS} different loads in {FEWEST_RUNS} runs, better six",
        )
    if n.min() < 1 or x.min() <= 0:
        raise ValueError(f"loads from {n.min():g}, throughput from {x.min():g}: 1 or more, and above 0, are needed")


def _fitted(n: np.ndarray, x: np.ndarray, link: Link) -> tuple[np.ndarray, float, np.ndarray]:
    """Parameters, half the sum of squares, and the size of each parameter."""
    from scipy.optimize import least_squares

    scale = np.array([float((x / n).max()), 1.0, 1.0 / n.max()])

    def residuals(scaled: np.ndarray) -> np.ndarray:
        return link(np.maximum(law(scaled * scale, n), TINY)) - link(x)

    starts = ([1.0, 0.0, 0.0], [1.0, 0.1, 0.01], [1.0, 0.5, 0.5])
    fits = [
        least_squares(residuals, start, bounds=([0, 0, 0], np.inf), x_scale="jac", xtol=1e-14, ftol=1e-14)
        for start in starts
    ]
    best = min(fits, key=lambda fit: fit.cost)
    return best.x * scale, float(best.cost), scale


def _best(parameters: np.ndarray, most: float) -> tuple[float, bool]:
    """The best load among those tested, and whether throughput falls beyond it."""
    _, contention, coherency = parameters
    if coherency <= FLAT or contention >= 1:
        return (1.0, True) if contention >= 1 else (most, False)
    peak = float(((1 - contention) / coherency) ** 0.5)
    return (peak, True) if 1 <= peak < most else (min(max(peak, 1.0), most), False)


def _largest(parameters: np.ndarray, most: float) -> float:
    return float(law(parameters, np.array(_best(parameters, most)[0])))


def _slopes(function: Callable[[np.ndarray], np.ndarray], parameters: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Derivatives, shape (m, 3); one-sided where a parameter is at its bound."""
    columns = []
    for i, size in enumerate(scale):
        step = np.zeros(3)
        step[i] = STEP * size
        low = parameters - step if parameters[i] >= step[i] else parameters
        columns.append((function(parameters + step) - function(low)) / (parameters + step - low)[i])
    return np.column_stack(columns)


def _half(covariance: np.ndarray, quantile: float, gradient: np.ndarray) -> float:
    return quantile * float(max(0.0, gradient @ covariance @ gradient)) ** 0.5


def _figure(name: str, ends: tuple[float, float, float], unit: float, n: int, level: float) -> Estimate:
    """Value, lower and upper end, times the unit; ends that differ by less than the fit is exact are the value."""
    value, lower, upper = ends
    if upper - lower <= EXACT * abs(value):
        lower = upper = value
    return Estimate(
        name=name,
        value=float(value) * unit,
        lower=max(0.0, float(lower) * unit),
        upper=float(upper) * unit,
        n=n,
        level=level,
        method=f"Universal Scalability Law by least squares over {n} runs",
    )
