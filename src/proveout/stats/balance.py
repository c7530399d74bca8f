"""How unlike two groups are: standardised differences, which do not depend on the unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Count, mean and variance (divided by n - 1) of one group; the mean in unit u, the variance in u squared."""

    n: int
    mean: float
    variance: float

    @classmethod
    def of(cls, values: "np.ndarray") -> "Moments":
        """Of values, shape (n,), n >= 2."""
        return cls(n=len(values), mean=float(values.mean()), variance=float(values.var(ddof=1)))


def standardised_difference(a: Moments, b: Moments, *, level: float = 0.95) -> Estimate:
    r"""Difference of two means in standard deviations.

    .. math:: d = \frac{\bar x_a - \bar x_b}{\sqrt{(s_a^2 + s_b^2)/2}}, \quad
              se^2 = \frac{n_a+n_b}{n_a n_b} + \frac{d^2}{2(n_a+n_b)}

    Args:
        a: Moments of one group, n >= 2.
        b: Moments of the other, n >= 2, in the same unit.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of d, a pure number; positive when a is larger. Beyond 0.1 is commonly called unlike.

    Raises:
        TooLittle: Fewer than two observations in a group, or means that differ while nothing varies.

    Assumes: independent observations, groups of like spread; the interval is for large samples.
    Source: Austin (2009), Communications in Statistics - Simulation and Computation 38, 1228-1234, for d; Hedges &
    Olkin (1985), Statistical Methods for Meta-Analysis, p. 86, and Yang & Dalton (2012), SAS Global Forum 335, for
    the interval. Oracle: tests/oracles/test_balance.py. Calibrated: tests/calibration/test_balance.py.
    """
    if min(a.n, b.n) < 2:
        raise TooLittle(f"groups of {a.n} and {b.n}: each needs two", "compare larger groups")
    spread = ((a.variance + b.variance) / 2) ** 0.5
    if spread == 0 and a.mean != b.mean:
        raise TooLittle("the means differ, but nothing varies within the groups", "compare it as a category")
    d = (a.mean - b.mean) / spread if spread else 0.0
    error = ((a.n + b.n) / (a.n * b.n) + d * d / (2 * (a.n + b.n))) ** 0.5
    half = NormalDist().inv_cdf(0.5 + level / 2) * error
    return Estimate(
        name="standardised_difference",
        value=d,
        lower=d - half,
        upper=d + half,
        n=a.n + b.n,
        level=level,
        method="standardised mean difference, large-sample interval",
    )


def standardised_difference_of_shares(k_a: int, n_a: int, k_b: int, n_b: int, *, level: float = 0.95) -> Estimate:
    r"""Difference of two shares in standard deviations.

    .. math:: d = \frac{\hat p_a - \hat p_b}{\sqrt{(\hat p_a(1-\hat p_a) + \hat p_b(1-\hat p_b))/2}}

    Where one share is 0 and the other 1, d has no bound; half an observation is then added to each of the four counts.

    Args:
        k_a: How many in one group, 0 to n_a.
        n_a: Size of that group, at least 2.
        k_b: How many in the other, 0 to n_b.
        n_b: Size of the other, at least 2.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of d, a pure number; positive when a's share is larger.

    Raises:
        TooLittle: Fewer than two observations in a group.
        ValueError: A count outside its group.

    Assumes: independent observations; the interval is for large samples.
    Source: as `standardised_difference`. Oracle: tests/oracles/test_balance.py (Austin 2009: d = 0.1 is phi = 0.05).
    Calibrated: tests/calibration/test_balance.py.
    """
    if not (0 <= k_a <= n_a and 0 <= k_b <= n_b):
        raise ValueError(f"{k_a} of {n_a} and {k_b} of {n_b} are not shares")
    if min(n_a, n_b) < 2:
        raise TooLittle(f"groups of {n_a} and {n_b}: each needs two", "compare larger groups")
    extra = 0.5 if {k_a / n_a, k_b / n_b} == {0.0, 1.0} else 0.0
    p_a, p_b = ((k + extra) / (n + 2 * extra) for k, n in ((k_a, n_a), (k_b, n_b)))
    return standardised_difference(
        Moments(n=n_a, mean=p_a, variance=p_a * (1 - p_a)),
        Moments(n=n_b, mean=p_b, variance=p_b * (1 - p_b)),
        level=level,
    )


def simultaneous(level: float, comparisons: int) -> float:
    """Level of each of several intervals such that all hold at once (Bonferroni): 1 - (1 - level) / comparisons.

    Args:
        level: With which all are to hold, in (0, 1).
        comparisons: How many intervals there are, at least 1.

    Source: Dunn (1961), JASA 56, 52-64. Oracle: tests/oracles/test_balance.py.
    """
    return 1 - (1 - level) / comparisons


def largest_difference(differences: Sequence[Estimate], *, level: float = 0.95) -> Estimate:
    r"""The largest absolute difference among several.

    .. math:: \max_j |d_j| \in [\max_j L_j, \max_j U_j]

    where :math:`[L_j, U_j]` are intervals of :math:`|d_j|` that hold at once.

    Args:
        differences: At least one, each with an interval at level ``simultaneous(level, len(differences))``.
        level: Coverage of the result, in (0, 1).

    Returns:
        Estimate of the largest absolute difference, not below 0.

    Raises:
        TooLittle: No differences.

    Assumes: each interval holds with its level. Any dependence among them; the result then covers too much, not
    too little. The value itself is too high when all differences are small, as any maximum is.
    Source: Dunn (1961), JASA 56, 52-64. Oracle: tests/oracles/test_balance.py.
    Calibrated: tests/calibration/test_balance.py.
    """
    if not differences:
        raise TooLittle("nothing to compare", "name columns that both groups have")
    lowers, uppers = zip(*(_absolute(d) for d in differences), strict=True)
    return Estimate(
        name="largest_difference",
        value=max(abs(d.value) for d in differences),
        lower=max(lowers),
        upper=max(uppers),
        n=max(d.n or 0 for d in differences),
        level=level,
        method=f"largest standardised difference of {len(differences)}, simultaneous intervals",
    )


def _absolute(d: Estimate) -> tuple[float, float]:
    lower, upper = d.lower or 0.0, d.upper or 0.0
    nearest = 0.0 if lower <= 0 <= upper else min(abs(lower), abs(upper))
    return nearest, max(abs(lower), abs(upper))
