"""What the interval of an effect is expected to be at the registered end, from the spread that is seen now."""

from dataclasses import dataclass

import numpy as np

from proveout.core.estimate import Estimate
from proveout.core.pilot import Pilot
from proveout.stats.group_sequential import left_over


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Half the width of the interval at the end, in the KPI's unit.

    Args:
        two_sided: At the level of the effect.
        one_sided: At twice its error, for bounds on one side.
        error: Standard error now; None where units arrive.
        gain: Variance at the end as a share of that now.
    """

    two_sided: float
    one_sided: float
    error: float | None
    gain: float


def outlook(error: float, df: float, pilot: Pilot, *, gain: float, n_ways: int, level: float = 0.95) -> Outlook:
    r"""From the standard error now: :math:`t_{1-\alpha_K/2}\,se\,\sqrt{gain}`, with the error left for the last look.

    Args:
        error: Standard error of the effect at the look that has come.
        df: Its degrees of freedom.
        pilot: The design.
        gain: Variance at the end as a share of that now.
        n_ways: How many assignments there are.
        level: Of the effect's interval.
    """
    from scipy.special import stdtrit

    def half(level: float) -> float:
        shares = [pilot.share(day) for day in pilot.calendar]
        left = left_over(shares, n_ways, alpha=1 - level, kind=pilot.spending)
        return float(stdtrit(max(1.0, df), 1 - left / 2) * error * gain**0.5)

    return Outlook(two_sided=half(level), one_sided=half(2 * level - 1), error=error, gain=gain)


def smallest_p(ways: np.ndarray) -> float:
    """Of so many assignments, two where each has its mirror image: both are as far from nothing."""
    return (1 + int((ways == ~ways[0]).all(axis=1).any())) / len(ways)


def shrunk(two_sided: Estimate, one_sided: Estimate, gain: float) -> Outlook | None:
    """Where units arrive: the present interval, with as many more units as the time still to come brings."""
    halves = [
        (one.upper - one.lower) / 2 * gain**0.5
        for one in (two_sided, one_sided)
        if one.lower is not None and one.upper is not None
    ]
    both = len(halves) == 2
    return Outlook(two_sided=halves[0], one_sided=halves[1], error=None, gain=gain) if both else None


def gain_of_weeks(totals: np.ndarray, weights: np.ndarray, treated: np.ndarray, variance: float, share: float) -> float:
    """Variance of a team's mean at the end as a share of that now: what differs between teams stays, weeks average out.

    Args:
        totals: Shape (G, W): sums by team and week so far.
        weights: Shape (G, W): what they are divided by.
        treated: Shape (G,), bool.
        variance: Of a team's mean so far, adjusted.
        share: Of the planned time that has passed.

    Returns:
        In [share, 1]; 1 where weeks cannot be told from teams.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        means = totals / weights
    n_teams, n_weeks = means.shape
    if n_weeks < 2 or n_teams < 3 or not np.isfinite(means).all() or not variance > 0:
        return 1.0
    rest = means - means.mean(axis=1, keepdims=True)
    for arm in (treated, ~treated):
        rest[arm] -= rest[arm].mean(axis=0)
    of_a_week = float((rest**2).sum()) / ((n_teams - 2) * (n_weeks - 1))
    passing = min(1.0, of_a_week / n_weeks / variance)
    return 1 - passing * (1 - share)
