"""Effects of a rollout whose order nobody drew: differences in differences, and what was there before."""

from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.waves import Panel

POWER = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Averages of effects of waves, and what each unit contributes to their error.

    Args:
        values: Shape (K,), in the unit of the outcome.
        influence: Shape (N, K): of each unit; the covariance of the values is its cross product over N squared.
        n_waves: Waves that are compared.
    """

    values: np.ndarray
    influence: np.ndarray
    n_waves: int

    @property
    def covariance(self) -> np.ndarray:
        """Shape (K, K), in the square of the outcome's unit."""
        return self.influence.T @ self.influence / len(self.influence) ** 2


def callaway_santanna(panel: Panel, weights: np.ndarray, *, never_only: bool = False) -> Effects:
    r"""Averages of the effects of waves in periods, each a difference of two differences.

    .. math:: ATT(g, t) = E[Y_t - Y_{b} \mid G = g] - E[Y_t - Y_{b} \mid G > \max(t, g)], \quad
        b = g - 1 \text{ from } g \text{ on, } t - 1 \text{ before}

    Args:
        panel: N units in C waves, over T periods.
        weights: Shape (K, C, T), from the functions `*_weights` of `stats.waves`.
        never_only: Compare with those alone who have the system in no period.

    Returns:
        K averages. Their error counts that waves of other sizes could have been drawn.

    Raises:
        TooLittle: A wave that counts has no period before it, or nobody waits.

    Assumes: without the system the outcomes would have moved alike; nobody acts on a wave to come; independent units.
    Source: Callaway and Sant'Anna (2021), J. Econometrics 225, 200-230, sections 2 and 4, without covariates.
    Oracle: tests/oracles/test_difference_in_differences.py.
    Calibrated: tests/calibration/test_difference_in_differences.py.
    """
    n, n_periods = panel.values.shape
    wave = np.searchsorted(panel.cohorts, panel.starts)
    share = panel.sizes / n
    att, influence = np.zeros(weights.shape[1:]), {}
    for c, t in np.argwhere(np.any(weights != 0, axis=0)):
        start = panel.cohorts[c]
        base = start - 1 if t >= start else t - 1
        if base < 0:
            raise TooLittle("a wave has no period before it to compare with", "add earlier periods to the outcomes")
        waiting = panel.starts >= n_periods if never_only else panel.starts > max(t, start)
        if not waiting.any():
            raise TooLittle("nobody waits for the system to be compared with", "keep a holdback, or look earlier")
        rise = panel.values[:, t] - panel.values[:, base]
        mine = wave == c
        att[c, t] = rise[mine].mean() - rise[waiting].mean()
        influence[c, t] = (mine * (rise - rise[mine].mean())) * n / mine.sum() - (
            waiting * (rise - rise[waiting].mean())
        ) * n / waiting.sum()
    values = np.einsum("kct,ct->k", weights, att)
    own = [sum(w[c, t] * one for (c, t), one in influence.items()) for w in weights]
    of_sizes = np.einsum("kct,ct->ck", weights, att) / share[:, None] - (
        weights.sum(axis=2).T / share[:, None] * values
    )
    return Effects(values=values, influence=np.column_stack(own) + of_sizes[wave], n_waves=len(panel.cohorts))


def combined_effect(effects: Effects, combination: np.ndarray, *, level: float = 0.95) -> Estimate:
    r"""A linear combination of effects with Student's interval, units less waves being its degrees of freedom.

    Args:
        effects: K of them.
        combination: Shape (K,).
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate in the unit of the outcome.

    Raises:
        TooLittle: No more units than waves.

    Assumes: as `callaway_santanna`; effects that are roughly normal.
    Source: Callaway and Sant'Anna (2021), theorem 2; degrees of freedom after Donald and Lang (2007), Review of
    Economics and Statistics 89, 221-233. Oracle: tests/oracles/test_difference_in_differences.py.
    Calibrated: tests/calibration/test_difference_in_differences.py.
    """
    from scipy.special import stdtrit

    n = len(effects.influence)
    df = n - effects.n_waves
    if df < 1:
        raise TooLittle(f"{n} teams in {effects.n_waves} waves: an interval needs more teams than waves")
    value = float(combination @ effects.values)
    error = float(combination @ effects.covariance @ combination) ** 0.5 * (n / df) ** 0.5
    half = float(stdtrit(df, 0.5 + level / 2)) * error
    method = f"differences in differences, Callaway and Sant'Anna, {df} degrees of freedom"
    return Estimate(name="effect", value=value, lower=value - half, upper=value + half, n=n, level=level, method=method)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretrend:
    """How waves drifted apart before they began.

    Args:
        drift: In the unit of the outcome per period.
        p_value: How likely a drift as large is if all moved alike.
        detectable: The drift that would have been seen with a chance of `POWER`.
    """

    drift: Estimate
    p_value: float
    detectable: float


def pretrend(panel: Panel, *, level: float = 0.95) -> Pretrend:
    r"""Whether waves moved alike before they began, and how large a drift this could have missed.

    The gap of each wave to those who wait longer, over the periods before its start, by least squares on time; which is
    a weighted mean of its steps:

    .. math:: \hat\gamma_g = \sum_{t=1}^{g-1} w_{gt} ATT(g, t), \quad w_{gt} \propto t(g - t)

    Args:
        panel: N units in C waves, over T periods.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Mean drift over waves, counting by their units; its p-value, and the drift that is found with a chance of
        `POWER`.

    Raises:
        TooLittle: Fewer than two periods before every wave that others wait for, or too few units.

    Assumes: as `combined_effect`. What is no drift, such as a dip just before the start, is not looked for.
    Source: Roth (2022), AER: Insights 4, 305-322, for what a test of pre-trends can miss.
    Oracle: tests/oracles/test_difference_in_differences.py. Calibrated:
    tests/calibration/test_difference_in_differences.py.
    """
    from scipy.special import stdtr, stdtrit

    periods = np.arange(panel.values.shape[1])
    starts = panel.cohorts[:, None]
    before = (periods >= 1) & (periods < starts) & (starts < min(panel.cohorts[-1], len(periods)))
    weights = np.where(before, periods * (starts - periods), 0).astype(float)
    if not weights.any():
        raise TooLittle("fewer than two periods before the waves", "add earlier periods to the outcomes")
    weights *= panel.sizes[:, None] / np.maximum(weights.sum(axis=1, keepdims=True), 1)
    drift = combined_effect(callaway_santanna(panel, weights[None] / weights.sum()), np.ones(1), level=level)
    df = len(panel.values) - len(panel.cohorts)
    error = ((drift.upper or 0.0) - (drift.lower or 0.0)) / 2 / float(stdtrit(df, 0.5 + level / 2))
    return Pretrend(
        drift=drift,
        p_value=float(2 * stdtr(df, -abs(drift.value) / error)) if error else float(drift.value == 0),
        detectable=error * float(stdtrit(df, 0.5 + level / 2) + stdtrit(df, POWER)),
    )
