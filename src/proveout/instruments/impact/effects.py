"""What the system does to one KPI at full scale: how much in the long run, and how that changes."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.rollout import Rollout
from proveout.instruments.impact.panel import Cells, Compared
from proveout.stats.counterfactual import counterfactual_effect
from proveout.stats.difference_in_differences import Pretrend, callaway_santanna, combined_effect, pretrend
from proveout.stats.staggered import DRAWS, MANY_UNITS, orders, staggered, staggered_effect, staggered_p

Design = Literal["randomised", "compared", "single-series"]
STRENGTH: dict[Design, int] = {"randomised": 3, "compared": 2, "single-series": 1}
FEWEST_LASTING, FEWEST_FOR_SLOPE = 2, 3
"""Periods."""
NEWEST_DAYS = 56
"""The lasting effect is that of the last eight weeks (two periods at least): older ones do not say what is left."""
DRAWS_OF_CURVES = 999
"""Orders behind each point of a curve, which is looked at and decides nothing."""
HORIZON_DAYS = 182
"""Half a year: over so long what is left of the effect is looked ahead to."""


@dataclass(frozen=True, slots=True)
class Window:
    """The cells that count for what lasts, each of shape (C, T).

    Args:
        lasting: From the exposure that is declared on, as long as somebody waits.
        newest: Of those, the last periods.
    """

    lasting: np.ndarray
    newest: np.ndarray


def lasting_window(seen: Compared, rollout: Rollout) -> Window:
    """From the exposure that is declared on, as long as somebody waits.

    Raises:
        TooLittle: No wave has had the system for so long while others wait.
    """
    first = ceil(rollout.lasting_from_days / rollout.period_days)
    lasting = (seen.exposure >= first) & seen.panel.known
    if lasting.sum(axis=1).max() < FEWEST_LASTING:
        longest = int(np.max(seen.exposure + 1, where=seen.panel.known, initial=0)) * rollout.period_days
        raise TooLittle(
            f"the first wave has had the system for {longest} days while others waited; "
            f"{(first + FEWEST_LASTING) * rollout.period_days} are needed to say what lasts",
            "check again later, and keep the holdback until then",
        )
    n_newest = max(FEWEST_LASTING, ceil(NEWEST_DAYS / rollout.period_days))
    return Window(lasting, lasting & (np.arange(lasting.shape[1]) >= seen.until - n_newest))


def slope_weights(seen: Compared, lasting: np.ndarray) -> np.ndarray | None:
    """The least-squares slope over exposures, each wave around its own mean; None where they are too few.

    No wave is compared with another one: that the early ones are others than the late ones is no slope.
    """
    enough = lasting & (lasting.sum(axis=1, keepdims=True) >= FEWEST_FOR_SLOPE)
    if not enough.any():
        return None
    exposure = np.where(enough, seen.exposure, 0.0)
    centred = np.where(
        enough, exposure - exposure.sum(axis=1, keepdims=True) / enough.sum(axis=1, keepdims=True).clip(1), 0
    )
    weights = centred * seen.panel.sizes[:, None]
    return weights / (weights * centred).sum()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """What was found for one KPI, in its unit, not turned.

    Args:
        effect: The mean effect over the newest periods.
        plain: The same at 95%, to be held against what was found elsewhere.
        one_sided: The same at twice the error, for bounds on one side.
        slope: How the effect changes per period, over all exposures that are lasting; None where they are too few.
        ahead: Slope times half a year plus what may be lost of the effect, for an effect that is to rise.
        p_value: Against no effect on anybody; None where the design gives none.
        curves: By name: the effect by exposure, of the same waves throughout.
        design: How the comparison came about.
        before: What was there before the waves, where their order was not drawn.
        reach: Periods from the last before a wave to those whose effect counts: so far a drift would be carried on.
    """

    effect: Estimate
    plain: Estimate
    one_sided: Estimate
    slope: Estimate | None = None
    ahead: Estimate | None = None
    p_value: float | None = None
    curves: tuple[tuple[str, tuple[tuple[int, Estimate], ...]], ...] = ()
    design: Design
    before: Pretrend | None = None
    reach: float = 0.0


Estimator = Callable[[np.ndarray, float], Estimate]
"""From weights of shape (C, T) and a level to an estimate."""


def estimator_of(seen: Compared, design: Design, seed: int, *, draws: int = DRAWS) -> Estimator:
    """Roth and Sant'Anna's where the order was drawn, Callaway and Sant'Anna's where it was not."""
    panel = seen.panel
    if design == "randomised":
        drawn = orders(panel, draws=draws, seed=seed) if len(panel.values) < MANY_UNITS else None
        return lambda weights, level: staggered_effect(panel, weights, level=level, drawn=drawn, whole_before=True)
    return lambda weights, level: combined_effect(callaway_santanna(panel, weights[None]), np.ones(1), level=level)


def lasting_effect(seen: Compared, rollout: Rollout, design: Design, *, level: float) -> Lasting:
    """The lasting effect and its change.

    Raises:
        TooLittle: No wave has had the system for long enough, or nobody waits.
    """
    window = lasting_window(seen, rollout)
    estimate = estimator_of(seen, design, rollout.seed)
    roughly = estimator_of(seen, design, rollout.seed, draws=DRAWS_OF_CURVES)
    newest = seen.weights(window.newest)
    slope = ahead = None
    weights = slope_weights(seen, window.lasting)
    if weights is not None:
        slope = estimate(weights, level)
        ahead = estimate(ahead_weights(newest, weights, rollout), 2 * level - 1)
    base = seen.panel.cohorts[:, None] - 1
    return Lasting(
        effect=estimate(newest, level),
        plain=estimate(newest, 0.95),
        one_sided=estimate(newest, 2 * level - 1),
        slope=slope,
        ahead=ahead,
        p_value=staggered_p(seen.panel, newest, seed=rollout.seed, whole_before=True)
        if design == "randomised"
        else None,
        curves=tuple(_curves(seen, window, lambda weights: roughly(weights, 0.95))),
        design=design,
        before=_before(seen) if design == "compared" else None,
        reach=float((newest * (np.arange(newest.shape[1]) - base)).sum()),
    )


def ahead_weights(newest: np.ndarray, slope: np.ndarray, rollout: Rollout) -> np.ndarray:
    """Of what is left in half a year beyond what must be left."""
    return HORIZON_DAYS / rollout.period_days * slope + (1 - rollout.retained_share) * newest


def worst_effect(seen: Compared, rollout: Rollout, design: Design, *, level: float) -> Estimate:
    """The lasting effect alone, at twice the error, for bounds on one side.

    Raises:
        TooLittle: As `lasting_effect`.
    """
    newest = seen.weights(lasting_window(seen, rollout).newest)
    return estimator_of(seen, design, rollout.seed)(newest, 2 * level - 1)


def _curves(
    seen: Compared, window: Window, estimate: Callable[[np.ndarray], Estimate]
) -> Iterator[tuple[str, tuple[tuple[int, Estimate], ...]]]:
    """Of all waves that are long enough there, and of the first one alone where it was seen for longer."""
    waves = np.flatnonzero(window.lasting.sum(axis=1) >= FEWEST_LASTING)
    ends = [int(seen.exposure[c][seen.panel.known[c]].max()) for c in waves]
    yield "all waves" if len(waves) > 1 else "the first wave", _curve(seen, waves, estimate)
    if ends[0] > min(ends):
        yield "the first wave", _curve(seen, waves[:1], estimate)


def _curve(
    seen: Compared, waves: np.ndarray, estimate: Callable[[np.ndarray], Estimate]
) -> tuple[tuple[int, Estimate], ...]:
    there = seen.panel.known[waves] & (seen.exposure[waves] >= 0)
    shared = set.intersection(
        *(set(e[k].astype(int).tolist()) for e, k in zip(seen.exposure[waves], there, strict=True))
    )
    mine = np.isin(np.arange(len(seen.exposure)), waves)[:, None]
    return tuple((e, estimate(seen.weights(mine & (seen.exposure == e)))) for e in sorted(shared))


def _before(seen: Compared) -> Pretrend | None:
    try:
        return pretrend(seen.panel)
    except TooLittle:
        return None


def harm_so_far(seen: Compared, rollout: Rollout, design: Design, *, error: float) -> list[tuple[Estimate, Estimate]]:
    """The mean effect over all that was seen so far, and over the newest lasting periods once there are any.

    Guardrails cannot wait for what lasts, and harm that comes late must not drown in what was before.

    Args:
        seen: The waves.
        rollout: As declared.
        design: How the comparison came about.
        error: With which harm may be said to be shown at this look, on one side.

    Returns:
        Of each, what it is at 95% on one side, to pass by, and with that error, to be rolled back by.

    Raises:
        TooLittle: No period in which some have the system and others wait.
    """
    estimate = estimator_of(seen, design, rollout.seed)
    cells = [seen.weights(seen.served)]
    with suppress(TooLittle):
        cells.append(seen.weights(lasting_window(seen, rollout).newest & seen.served))
    return [(estimate(one, 0.9), estimate(one, 1 - 2 * error / len(cells))) for one in cells]


def by_period(seen: Compared, soak: int) -> dict[int, np.ndarray]:
    """By column, the weights of those who have had the system for so many periods, while others wait."""
    cells = seen.panel.known & (seen.exposure >= soak)
    columns = np.arange(cells.shape[1])
    return {int(t): seen.weights(cells & (columns == t)) for t in np.flatnonzero(cells.any(axis=0))}


def gain(seen: Compared, weights: np.ndarray, design: Design) -> float:
    """The estimate alone."""
    return staggered(
        seen.panel, weights, beta=None if design == "randomised" else 1.0, whole_before=design == "randomised"
    ).value


def single_series(cells: Cells, others: np.ndarray, rollout: Rollout, *, level: float) -> Estimate:
    """The last resort: all teams against others elsewhere, or their own past, once the effect is the lasting one.

    Args:
        cells: Of the teams.
        others: Shape (T, J): series of those who never get the system, in the periods of the cells; J may be 0.
        rollout: As declared.
        level: Coverage of the interval.

    Source: Ferman and Pinto (2021), Quantitative Economics 12, 1197-1221, for series less their mean before: others
    elsewhere need not have the same level.

    Raises:
        TooLittle: Too few periods before, or none so long after the start.
    """
    first = ceil(rollout.lasting_from_days / rollout.period_days)
    start = cells.before
    since = cells.periods - (cells.periods[start] if start < len(cells.periods) else np.inf)
    used = (since < 0) | (since >= first)
    if not (since >= first).any():
        raise TooLittle(
            f"nobody has had the system for {rollout.lasting_from_days} days (`lasting_from_days`)", "check again later"
        )
    series, beside = (x - x[:start].mean(axis=0) for x in (cells.values[:, used].mean(axis=0), others[used]))
    model = ("trend", "parallel", "synthetic")[min(others.shape[1], 2)]
    found = counterfactual_effect(series, beside, start, model=model, level=level, times=cells.periods[used])
    return replace(found, n=len(cells.values))
