"""What the studentised randomisation test can see, of few blocks and of any draw."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from proveout.core.errors import TooLittle
from proveout.stats.randomisation import TIE, centred, linear_statistics

DRAWS, SAMPLES = 8, 150
"""Assignments that might be made, and samples of outcomes for each: power is known to 1.2 points."""
MOST_WAYS = 1_000
SMALLEST, LARGEST = 2.0, 64.0
"""Standard errors; fewer are never enough, and an effect that takes more is never found."""
NEAR = 0.01


def errors_to_see(
    ways_of: Callable[[int], np.ndarray],
    strata: np.ndarray,
    *,
    treated_share: float = 0.5,
    covariate: bool = False,
    alpha: float = 0.05,
    power: float = 0.8,
) -> float:
    r"""How many standard errors an effect must be for the randomisation test to find it.

    The standard error is that of known variance, :math:`\sigma/\sqrt{p(1-p)G}`. Normal outcomes are simulated, always
    the same ones, and tested as a pilot is: centred within strata, a covariate taken off, studentised.

    Args:
        ways_of: From a number, which stands for a draw, to the assignments that were possible, shape (M, G), bool;
            row 0 is the one that was made.
        strata: Shape (G,), codes within which was drawn.
        treated_share: p, to which the standard error refers.
        covariate: Whether one is taken off; what it explains is left to the standard error.
        alpha: Two-sided error of the first kind.
        power: Wanted power.

    Returns:
        A pure number, in place of the t quantiles in `minimal_detectable_effect`.

    Raises:
        TooLittle: No effect however large is found as often as that.

    Source: simulation; the test is that of Wu and Ding (2021), JASA 116, 1898-1913.
    Oracle: tests/oracles/test_power.py (t quantiles, for many blocks). Calibrated: tests/calibration/test_planned.py.
    """
    from scipy.optimize import brentq

    tests = [_simulated(ways_of(seed), strata, covariate, seed) for seed in range(DRAWS)]
    error = (treated_share * (1 - treated_share) * len(strata)) ** -0.5

    @cache
    def lacking(errors: float) -> float:
        return power - float(np.mean([_significant(test(errors * error), alpha).mean() for test in tests]))

    low, high = SMALLEST, 2 * SMALLEST
    while lacking(high) > 0:
        low, high = high, high * 2
        if high > LARGEST:
            raise TooLittle("no effect however large is told from chance", "take more, or fewer strata")
    found: Any = brentq(lacking, low, high, xtol=NEAR) if lacking(low) > 0 else low
    return float(found)


def _simulated(ways: np.ndarray, strata: np.ndarray, covariate: bool, seed: int) -> Callable[[float], np.ndarray]:
    """From an effect to the statistics of all samples, shape (M, SAMPLES)."""
    random = np.random.default_rng(seed)
    if len(ways) > MOST_WAYS:
        others = random.choice(np.arange(1, len(ways)), MOST_WAYS - 1, replace=False)
        ways = ways[np.concatenate([[0], others])]
    treated = np.repeat(ways[0].astype(float)[:, None], SAMPLES, axis=1)
    noise, x = (centred(random.normal(size=treated.shape), strata) for _ in range(2))

    def rest(values: np.ndarray) -> np.ndarray:
        return values - x * (x * values).sum(axis=0) / (x**2).sum(axis=0) if covariate else values

    return linear_statistics(ways, rest(noise), rest(centred(treated, strata)))


def _significant(statistics: np.ndarray, alpha: float) -> np.ndarray:
    size = np.abs(statistics)
    return (size >= size[0] * (1 - TIE)).mean(axis=0) <= alpha + TIE
