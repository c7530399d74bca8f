"""One series that switched at once: what it would have been, from its own past or from series that did not switch."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.randomisation import TIE, farthest_kept

Model = Literal["trend", "parallel", "synthetic"]
HEAVY = 1e4
"""Weight of the equation that makes weights add up to 1, per largest value."""


def counterfactual_effect(
    series: np.ndarray,
    controls: np.ndarray,
    start: int,
    *,
    model: Model,
    level: float = 0.95,
    times: np.ndarray | None = None,
) -> Estimate:
    r"""The mean effect of a switch on one series, with the interval that shifting its residuals in time allows.

    For a supposed effect, what is left of the series is explained in all periods: by a straight line ("trend",
    interrupted time series), by the mean of the controls and a constant ("parallel", difference in differences), or by
    controls weighted by nothing below 0 that adds up to 1 ("synthetic"). The effect is ruled out when the mean residual
    after the switch is among the largest over all cyclic shifts of the residuals.

    .. math:: p(\theta) = \frac1T \#\{s: |\bar u_{s+post}(\theta)| \ge |\bar u_{post}(\theta)|\}

    Args:
        series: Shape (T,), in any unit.
        controls: Shape (T, J), series that did not switch; J may be 0 for "trend".
        start: Index of the first period with the system, 1 to T - 1.
        model: Of what the series would have been.
        level: Coverage of the interval, in (0, 1).
        times: Shape (T,), increasing: when the periods are, where some were left out; one after the other by default.

    Returns:
        Estimate in the unit of the series: the value is the mean gap after the switch to the model fitted before it.
        Ends are open where T shifts cannot rule anything out: fewer than 20 periods for 95%.

    Raises:
        TooLittle: No period before the switch (two for a trend), none after it, or no controls where they are needed.

    Assumes: residuals that are stationary, and nothing else that happened to this series alone. Weaker evidence than
    any comparison of units that were assigned.
    Source: Chernozhukov, Wuthrich and Zhu (2021), JASA 116, 1849-1864, moving-block permutations; Abadie, Diamond and
    Hainmueller (2010), JASA 105, 493-505, for the weights; Angrist and Pischke (2014), Mastering 'Metrics, chapter 5:
    banks +19. Oracle: tests/oracles/test_counterfactual.py. Calibrated: tests/calibration/test_counterfactual.py.
    """
    y, x = np.asarray(series, float), np.asarray(controls, float)
    n = len(y)
    if not (2 if model == "trend" else 1) <= start < n:
        raise TooLittle(f"{start} period(s) before the switch and {n - start} after it", "add earlier periods")
    if model != "trend" and not x.shape[1]:
        raise TooLittle("there is no series to compare with", "add units that did not switch, or use a trend")
    predict = _MODELS.get(model) or partial(_trend, times=np.arange(n) if times is None else np.asarray(times, float))
    value = float((y - predict(y, x, np.arange(start)))[start:].mean())
    after = (np.arange(n) >= start).astype(float)
    begins = (start - np.arange(n)) % n

    def kept(effect: float) -> bool:
        left = y - effect * after
        residuals = left - predict(left, x, np.arange(n))
        sums = np.cumsum(np.concatenate([[0.0], residuals, residuals]))
        size = np.abs(sums[begins + n - start] - sums[begins])
        return bool(np.mean(size >= size[0] * (1 - TIE)) > 1 - level)

    known = kept(value)
    spread = float(np.std(y - predict(y, x, np.arange(start)))) or abs(value) or 1.0
    return Estimate(
        name="effect",
        value=value,
        lower=farthest_kept(kept, value, -spread) if known else None,
        upper=farthest_kept(kept, value, spread) if known else None,
        n=n,
        level=level,
        method=f"{_NAMES[model]}, residuals shifted in time over {n} periods",
    )


def _trend(y: np.ndarray, x: np.ndarray, fitted: np.ndarray, *, times: np.ndarray) -> np.ndarray:
    return np.polynomial.Polynomial.fit(times[fitted], y[fitted], 1)(times)


def _parallel(y: np.ndarray, x: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    other = x.mean(axis=1)
    return other + (y - other)[fitted].mean()


def _synthetic(y: np.ndarray, x: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    return x @ simplex_weights(y[fitted], x[fitted])


def simplex_weights(target: np.ndarray, controls: np.ndarray) -> np.ndarray:
    """The weights, none below 0 and adding up to 1, whose mean of the controls comes nearest to the target.

    Args:
        target: Shape (T,).
        controls: Shape (T, J), in the same unit.

    Returns:
        Shape (J,).

    Source: Abadie, Diamond and Hainmueller (2010), without other predictors; Lawson and Hanson (1974), chapter 23, for
    non-negative least squares with a heavy equation. Oracle: tests/oracles/test_counterfactual.py.
    """
    from scipy.optimize import nnls

    scale = max(float(np.abs(controls).max()), float(np.abs(target).max()), np.finfo(float).tiny)
    heavy = np.full((1, controls.shape[1]), HEAVY)
    weights, _ = nnls(np.vstack([controls / scale, heavy]), np.append(target / scale, HEAVY))
    return weights / weights.sum()


_MODELS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {
    "parallel": _parallel,
    "synthetic": _synthetic,
}
_NAMES = {"trend": "interrupted series", "parallel": "difference in differences", "synthetic": "synthetic control"}
