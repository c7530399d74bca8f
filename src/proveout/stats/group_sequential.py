"""Looks at a fixed group of units while their outcomes come in, without being wrong more often than promised."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.randomisation import TIE, farthest_kept, linear_statistics, randomisation_p

Spending = Literal["obrien-fleming", "pocock"]

FINELY, DIGITS = 1e-9, 7
"""How finely a p-value is looked for, and the digits that are told: .05 is .05, and not a trace above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What the looks so far say.

    Args:
        statistics: Studentised difference at each look.
        boundaries: What its size must exceed to reject there; infinite where no look can reject yet.
        rejected_at: Index of the first look that rejects, or None.
    """

    statistics: tuple[float, ...]
    boundaries: tuple[float, ...]
    rejected_at: int | None


def spent(share: float, alpha: float, kind: Spending = "obrien-fleming") -> float:
    r"""The part of alpha that may be spent by a look.

    .. math:: \alpha^*(t) = 2 - 2\Phi(z_{1-\alpha/2}/\sqrt t) \quad\text{or}\quad \alpha\ln(1 + (e-1)t)

    Args:
        share: How much of the planned time has passed, 0 to 1.
        alpha: Two-sided error of the whole, in (0, 1).
        kind: O'Brien and Fleming's spends little early; Pocock's spends about evenly.

    Returns:
        In [0, alpha].

    Source: Lan and DeMets (1983), Biometrika 70, 659-663. Oracle: tests/oracles/test_group_sequential.py.
    """
    if not share > 0:
        return 0.0
    share = min(share, 1.0)
    if kind == "pocock":
        return alpha * float(np.log1p((np.e - 1) * share))
    normal = NormalDist()
    return 2 - 2 * normal.cdf(normal.inv_cdf(1 - alpha / 2) / share**0.5)


def looks(
    statistics: np.ndarray, shares: Sequence[float], *, alpha: float = 0.05, kind: Spending = "obrien-fleming"
) -> Looks:
    r"""A group-sequential randomisation test: exact at every look, whatever the dependence over time.

    At look k, of the assignments that no earlier look has rejected, those with the largest :math:`|T|` are rejected:
    the largest set :math:`\{|T_k| > c_k\}` of at most :math:`\lfloor\alpha^*(t_k) M\rfloor` less those rejected before.

    Args:
        statistics: Shape (M, K): at every look so far under every assignment; row 0 is the one that was made.
        shares: Length K, increasing: the share of the planned time at each look, from the registered calendar.
        alpha: Two-sided error of all looks together.
        kind: How it is spent.

    Returns:
        Boundaries and the first look that rejects.

    Raises:
        ValueError: Statistics and shares do not fit.

    Assumes: looks at times that do not depend on outcomes; no effect on anybody under the null.
    Source: Lan and DeMets (1983); Plamadeala and Rosenberger (2012), Ann. Statist. 40, 30-47, for the idea.
    Oracle: tests/oracles/test_group_sequential.py. Its error over 12 looks: tests/calibration/test_group_sequential.py.
    """
    size = np.abs(np.asarray(statistics, float))
    if size.ndim != 2 or size.shape[1] != len(shares) or list(shares) != sorted(set(shares)):
        raise ValueError(f"statistics of shape {size.shape} for {len(shares)} looks in increasing order")
    alive = np.ones(len(size), dtype=bool)
    boundaries: list[float] = []
    rejected_at = None
    for k, share in enumerate(shares):
        quota = int(spent(share, alpha, kind) * len(size) + TIE) - int((~alive).sum())
        boundary = _boundary(size[alive, k], quota)
        boundaries.append(boundary)
        beyond = alive & (size[:, k] > boundary)
        if rejected_at is None and beyond[0]:
            rejected_at = k
        alive &= ~beyond
    made = np.asarray(statistics)[0]
    return Looks(statistics=tuple(map(float, made)), boundaries=tuple(boundaries), rejected_at=rejected_at)


def _boundary(size: np.ndarray, quota: int) -> float:
    """The smallest boundary beyond which no more than the quota lie; ties lie on the same side."""
    if quota <= 0 or not len(size):
        return float("inf")
    if quota >= len(size):
        return -1.0
    first_kept = np.partition(size, len(size) - quota - 1)[len(size) - quota - 1]
    return float(first_kept * (1 + TIE))


def repeated_p(statistics: np.ndarray, shares: Sequence[float], *, kind: Spending = "obrien-fleming") -> float:
    """The smallest error of all looks together at which one of them rejects: a p-value that allows for the looks.

    Args:
        statistics: Shape (M, K), as for `looks`.
        shares: Length K, as for `looks`.
        kind: How alpha is spent.

    Returns:
        In [1/M, 1]; with one look, at the end, that of the plain test.

    Assumes: as `looks` does.
    Source: Jennison and Turnbull (1989), JRSS B 51, 305-361, section 5, for repeated significance levels.
    Oracle: tests/oracles/test_group_sequential.py.
    """
    if len(shares) == 1 and shares[0] == 1:
        return randomisation_p(np.asarray(statistics)[:, 0])
    low, high = 1 / len(statistics), 1.0
    if looks(statistics, shares, alpha=1 - 1e-12, kind=kind).rejected_at is None:
        return 1.0
    while high / low > 1 + FINELY:
        middle = (low * high) ** 0.5
        rejects = looks(statistics, shares, alpha=middle, kind=kind).rejected_at is not None
        low, high = (low, middle) if rejects else (middle, high)
    return float(f"{high:.{DIGITS}g}")


def repeated_effect(
    ways: np.ndarray,
    fixed: np.ndarray,
    moving: np.ndarray,
    shares: Sequence[float],
    *,
    value: float,
    spread: float,
    level: float = 0.95,
    kind: Spending = "obrien-fleming",
) -> Estimate:
    """The interval of all effects that no look so far has rejected: valid at every look.

    Args:
        ways: Shape (M, G), bool, from `randomisation.assignments`.
        fixed: Shape (G, K): with `moving`, the values without a supposed effect, as in `linear_statistics`.
        moving: Shape (G, K).
        shares: Length K, the share of the planned time at each look so far.
        value: The effect (theta) estimated at the last look.
        spread: A positive guess of how far the ends are; found out from there.
        level: Coverage over all looks together, in (0, 1).
        kind: How alpha is spent.

    Returns:
        Estimate in the unit of theta; ends are open while nothing can be rejected.

    Raises:
        TooLittle: Fewer than two units in an arm, or the spread is not positive.

    Assumes: a constant effect from the first look on. Where the looks contradict that, so that even the value is ruled
    out, the interval is that of the last look alone, at the error that the spending left for it.
    Source: Jennison and Turnbull (1989), JRSS B 51, 305-361, for repeated intervals.
    Oracle: tests/oracles/test_group_sequential.py. Calibrated: tests/calibration/test_group_sequential.py.
    """
    return repeated_interval(
        linear_statistics(ways, fixed, moving),
        shares,
        value=value,
        spread=spread,
        level=level,
        kind=kind,
        n=ways.shape[1],
        method=f"group-sequential randomisation test, {len(shares)} look(s), {len(ways):,} assignments",
    )


def repeated_interval(
    statistics: Callable[[float], np.ndarray],
    shares: Sequence[float],
    *,
    value: float,
    spread: float,
    n: int,
    method: str,
    level: float = 0.95,
    kind: Spending = "obrien-fleming",
) -> Estimate:
    """The same for any statistic.

    Args:
        statistics: From a supposed effect to the statistics once it is taken off, shape (M, K), as for `looks`.
        shares: Length K, as for `looks`.
        value: The effect estimated at the last look.
        spread: A positive guess of how far the ends are; found out from there.
        n: How many units were assigned.
        method: Words for the estimate.
        level: Coverage over all looks together, in (0, 1).
        kind: How alpha is spent.

    Returns:
        Estimate in the unit of the effect; ends are open while nothing can be rejected.

    Raises:
        TooLittle: The spread is not positive.

    Assumes: as `repeated_effect`.
    Source: Jennison and Turnbull (1989), JRSS B 51, 305-361, for repeated intervals.
    Oracle: tests/oracles/test_group_sequential.py. Calibrated: tests/calibration/test_pilots_in_time.py.
    """
    if not spread > 0:
        raise TooLittle("nothing varies", "measure an outcome that varies")

    def kept(effect: float) -> bool:
        return looks(statistics(effect), shares, alpha=1 - level, kind=kind).rejected_at is None

    if not kept(value):
        method = f"as no constant effect fits all looks; {method}"
        return look_interval(
            lambda effect: statistics(effect)[:, -1],
            shares,
            value=value,
            spread=spread,
            n=n,
            method=method,
            level=level,
            kind=kind,
        )
    return Estimate(
        name="effect",
        value=value,
        lower=farthest_kept(kept, value, -spread),
        upper=farthest_kept(kept, value, spread),
        n=n,
        level=level,
        method=method,
    )


def look_interval(
    statistics: Callable[[float], np.ndarray],
    shares: Sequence[float],
    *,
    value: float,
    spread: float,
    n: int,
    method: str,
    level: float = 0.95,
    kind: Spending = "obrien-fleming",
) -> Estimate:
    """The interval of the last look alone, at the error that the spending left for it: the effect may have changed.

    All looks together keep to the error, whatever the effect was at each. What it rules out, `repeated_p` does, too.

    Args:
        statistics: From a supposed effect to the statistics at the last look once it is taken off, shape (M,).
        shares: Length K, as for `looks`.
        value: The effect estimated at the last look.
        spread: A positive guess of how far the ends are; found out from there.
        n: How many units were assigned.
        method: Words for the estimate.
        level: Coverage over all looks together, in (0, 1).
        kind: How alpha is spent.

    Returns:
        Estimate in the unit of the effect; ends are open while nothing can be rejected.

    Raises:
        TooLittle: The spread is not positive, or even the value is ruled out.

    Source: Lan and DeMets (1983), Biometrika 70, 659-663, for the part of the error; Bonferroni for the whole.
    Oracle: tests/oracles/test_group_sequential.py. Calibrated: tests/calibration/test_pilots_in_time.py.
    """
    if not spread > 0:
        raise TooLittle("nothing varies", "measure an outcome that varies")
    left = spent(shares[-1], 1 - level, kind) - (spent(shares[-2], 1 - level, kind) if len(shares) > 1 else 0.0)

    def kept(effect: float) -> bool:
        return randomisation_p(statistics(effect)) > left

    if not kept(value):
        raise TooLittle("even the effect that was found is ruled out", "look whether the outcome is what it should be")
    return Estimate(
        name="effect",
        value=value,
        lower=farthest_kept(kept, value, -spread),
        upper=farthest_kept(kept, value, spread),
        n=n,
        level=level,
        method=f"last look alone with the error that was left for it, {method}" if len(shares) > 1 else method,
    )
