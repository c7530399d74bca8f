"""Looks at a fixed group of units while their outcomes come in, without being wrong more often than promised."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.randomisation import TIE, farthest_kept, randomisation_p

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


def left_over(
    shares: Sequence[float], n_ways: float | None = None, *, alpha: float = 0.05, kind: Spending = "obrien-fleming"
) -> float:
    r"""The error that is left for the last of the looks, whatever those before found.

    .. math:: \alpha^*(t_K) - \lfloor\alpha^*(t_{K-1}) M\rfloor / M

    Looks before reject whole assignments only: what they cannot spend is left.

    Args:
        shares: Length K, as for `looks`.
        n_ways: How many assignments there are, M; None for so many that all that may be spent is.
        alpha: Two-sided error of all looks together.
        kind: How it is spent.

    Returns:
        In [0, alpha].

    Source: Lan and DeMets (1983), Biometrika 70, 659-663. Oracle: tests/oracles/test_group_sequential.py.
    """
    before = spent(shares[-2], alpha, kind) if len(shares) > 1 else 0.0
    if n_ways is not None:
        before = int(before * n_ways + TIE) / n_ways
    return spent(shares[-1], alpha, kind) - before


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
        beyond = alive & (size[:, k] > boundary)
        boundaries.append(boundary if beyond.any() else float("inf"))  # those that tie may be more than the quota
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
    """The interval of the last look alone, at the error that the looks before left for it: the effect may have changed.

    All looks together keep to the error, whatever the effect was at each. What it rules out, `repeated_p` does, too; it
    may hold an effect that an earlier look ruled out.

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
    Oracle: tests/oracles/test_group_sequential.py. Calibrated: tests/calibration/test_group_sequential.py and
    test_pilots_in_time.py.
    """
    if not spread > 0:
        raise TooLittle("nothing varies", "measure an outcome that varies")
    left = left_over(shares, len(statistics(value)), alpha=1 - level, kind=kind)

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
