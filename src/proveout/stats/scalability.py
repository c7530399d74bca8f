"""How throughput grows with load, and where it stops."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

FEWEST_RUNS, FEWEST_LOADS = 4, 3
STEP = 1e-5
"""Of numerical derivatives, relative to each parameter's scale."""
FLAT = 1e-9
"""A coherency below this is none: the peak would be beyond thirty thousand times the unit of load."""


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


def fit_scaling(loads: np.ndarray, throughput: np.ndarray, *, level: float = 0.95) -> Scaling:
    r"""Fit the law by least squares with :math:`\sigma, \kappa \ge 0`.

    Intervals are those of the linearised law with Student's t, n - 3 degrees of freedom; contention and coherency end
    at 0. Nothing is said of loads beyond those that were tested.

    Args:
        loads: Shape (n,), 1 or more; several runs of one load are welcome.
        throughput: Shape (n,), positive, per unit of time.
        level: Coverage of the intervals, in (0, 1).

    Returns:
        Parameters, and the largest throughput within the loads tested.

    Raises:
        TooLittle: Fewer than four runs or three different loads.
        ValueError: A load below 1, or a throughput that is not positive.

    Assumes: runs whose errors are independent and alike.
    Source: Gunther (2007), chapter 5. Published fits of the SPEC SDM91 and raytracer measurements:
    tests/oracles/test_scalability.py. Calibrated: tests/calibration/test_scalability.py.
    """
    from scipy.special import stdtrit

    n, x = np.asarray(loads, float), np.asarray(throughput, float)
    if len(n) < FEWEST_RUNS or len(np.unique(n)) < FEWEST_LOADS:
        raise TooLittle(
            f"{len(n)} run(s) at {len(np.unique(n))} different load(s)",
            f"test at least {FEWEST_LOADS} different loads in {FEWEST_RUNS} runs, better six",
        )
    if n.min() < 1 or x.min() <= 0:
        raise ValueError(f"loads from {n.min():g}, throughput from {x.min():g}: 1 or more, and above 0, are needed")
    parameters, cost, scale = _fitted(n, x)
    df = len(n) - 3
    variance = 2 * cost * x.max() ** 2 / df
    slopes = _slopes(lambda p: law(p, n), parameters, scale)
    covariance = variance * np.linalg.pinv(slopes.T @ slopes)
    half = partial(_half, covariance, float(stdtrit(df, 0.5 + level / 2)))
    most = float(n.max())
    best_load, seen = _best(parameters, most)
    largest = float(law(parameters, np.array(best_load)))
    top = half(_slopes(lambda p: np.atleast_1d(_largest(p, most)), parameters, scale)[0])
    figures = [
        _figure(name, value, half(unit), len(n), level)
        for name, value, unit in zip(("rate", "contention", "coherency"), parameters, np.eye(3), strict=True)
    ]
    return Scaling(
        rate=figures[0],
        contention=figures[1],
        coherency=figures[2],
        largest=_figure("largest", largest, top, len(n), level),
        best_load=best_load,
        peak_seen=seen,
        residual=float(variance**0.5 / x.mean()),
    )


def _fitted(n: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Parameters, half the sum of squares per largest throughput squared, and the size of each parameter."""
    from scipy.optimize import least_squares

    scale = np.array([float((x / n).max()), 1.0, 1.0 / n.max()])

    def residuals(scaled: np.ndarray) -> np.ndarray:
        return (law(scaled * scale, n) - x) / x.max()

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


def _figure(name: str, value: float, half: float, n: int, level: float) -> Estimate:
    return Estimate(
        name=name,
        value=float(value),
        lower=max(0.0, float(value) - half),
        upper=float(value) + half,
        n=n,
        level=level,
        method=f"Universal Scalability Law by least squares over {n} runs",
    )
