"""What the system does to one KPI at full scale: how much in the long run, and how that changes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.rollout import Rollout
from proveout.stats.counterfactual import counterfactual_effect
from proveout.stats.difference_in_differences import Pretrend, callaway_santanna, combined_effect, pretrend
from proveout.stats.staggered import MANY_UNITS, orders, staggered, staggered_effect, staggered_p
from proveout.stats.waves import Panel, exposure_weights, simple_weights

Design = Literal["randomised", "compared", "single-series"]
STRENGTH: dict[Design, int] = {"randomised": 3, "compared": 2, "single-series": 1}
FEWEST_LASTING, FEWEST_FOR_SLOPE = 2, 3
"""Periods."""
HORIZON_DAYS = 182
"""Half a year: over so long what is left of the effect is looked ahead to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The exposures that count, of waves that were all observed in all of them.

    Args:
        waves: Shape (C,), which waves those are.
        first: Exposure from which on the effect is the lasting one.
        end: The exposure after the last.
    """

    waves: np.ndarray
    first: int
    end: int


def lasting_window(panel: Panel, rollout: Rollout) -> Window:
    """From the exposure that is declared on, as long as somebody waits; of a wave that came too late nothing counts.

    Raises:
        TooLittle: No wave has had the system for so long while others wait.
    """
    first = ceil(rollout.lasting_from_days / rollout.period_days)
    until = min(int(panel.cohorts[-1]), panel.values.shape[1])
    seen = until - panel.cohorts
    waves = (seen >= first + FEWEST_LASTING) & (panel.cohorts < panel.cohorts[-1])
    if not waves.any():
        longest = max(0, int(seen[:-1].max())) * rollout.period_days
        raise TooLittle(
            f"the first wave has had the system for {longest} days while others waited; "
            f"{(first + FEWEST_LASTING) * rollout.period_days} are needed to say what lasts",
            "check again later, and keep the holdback until then",
        )
    return Window(waves=waves, first=first, end=int(seen[waves].min()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """What was found for one KPI, in its unit, not turned.

    Args:
        effect: The mean effect over the window.
        one_sided: The same at twice the error, for bounds on one side.
        slope: Its change per period over the second half of the exposures; None where they are too few.
        ahead: Slope times half a year plus what may be lost of the effect, for an effect that is to rise.
        p_value: Against no effect on anybody; None where the design gives none.
        curve: By exposure: the effect of the waves of the window.
        design: How the comparison came about.
        before: What was there before the waves, where their order was not drawn.
    """

    effect: Estimate
    one_sided: Estimate
    slope: Estimate | None
    ahead: Estimate | None
    p_value: float | None
    curve: tuple[tuple[int, Estimate], ...]
    design: Design
    before: Pretrend | None


Estimator = Callable[[np.ndarray, float], Estimate]
"""From weights of shape (C, T) and a level to an estimate."""


def estimator_of(panel: Panel, design: Design, seed: int) -> Estimator:
    """Roth and Sant'Anna's where the order was drawn, Callaway and Sant'Anna's where it was not."""
    if design == "randomised":
        drawn = orders(panel, seed=seed) if len(panel.values) < MANY_UNITS else None
        return lambda weights, level: staggered_effect(panel, weights, level=level, drawn=drawn)
    return lambda weights, level: combined_effect(callaway_santanna(panel, weights[None]), np.ones(1), level=level)


def lasting_effect(panel: Panel, rollout: Rollout, design: Design, *, level: float) -> Lasting:
    """The lasting effect and its change.

    Raises:
        TooLittle: No wave has had the system for long enough, or nobody waits.
    """
    window = lasting_window(panel, rollout)
    estimate = estimator_of(panel, design, rollout.seed)
    by_exposure = [exposure_weights(panel, e, waves=window.waves) for e in range(window.end)]
    mean = np.mean(by_exposure[window.first :], axis=0)
    effect = estimate(mean, level)
    late = range(window.end // 2, window.end)
    slope = ahead = None
    if len(late) >= FEWEST_FOR_SLOPE:
        steps = np.array(late) - np.mean(late)
        weights = np.tensordot(steps / (steps @ steps), np.array(by_exposure)[late.start :], axes=1)
        slope = estimate(weights, level)
        horizon = HORIZON_DAYS / rollout.period_days
        ahead = estimate(horizon * weights + (1 - rollout.retained_share) * mean, 2 * level - 1)
    return Lasting(
        effect=effect,
        one_sided=estimate(mean, 2 * level - 1),
        slope=slope,
        ahead=ahead,
        p_value=staggered_p(panel, mean, seed=rollout.seed) if design == "randomised" else None,
        curve=tuple((e, estimate(weights, 0.95)) for e, weights in enumerate(by_exposure)),
        design=design,
        before=_before(panel) if design == "compared" else None,
    )


def _before(panel: Panel) -> Pretrend | None:
    try:
        return pretrend(panel)
    except TooLittle:
        return None


def so_far(panel: Panel, rollout: Rollout, design: Design, *, level: float) -> Estimate:
    """The mean effect over all that was seen so far; for guardrails, which cannot wait.

    Raises:
        TooLittle: No period in which some have the system and others wait.
    """
    return estimator_of(panel, design, rollout.seed)(simple_weights(panel), level)


def by_period(panel: Panel, soak: int, design: Design) -> dict[int, float]:
    """By period of the panel, what those gain who have had the system for so many periods, while others wait."""
    gained = {}
    for t in range(panel.values.shape[1]):
        mine = (panel.cohorts + soak <= t) & (t < panel.cohorts[-1])
        if mine.any():
            weights = np.zeros((len(panel.cohorts), panel.values.shape[1]))
            weights[mine, t] = panel.sizes[mine] / panel.sizes[mine].sum()
            gained[t] = staggered(panel, weights, beta=None if design == "randomised" else 1.0).value
    return gained


def single_series(raw: np.ndarray, start: int, *, level: float) -> Estimate:
    """The last resort: all teams at once against their own past."""
    found = counterfactual_effect(raw.mean(axis=0), np.empty((raw.shape[1], 0)), start, model="trend", level=level)
    return replace(found, n=raw.shape[0])
