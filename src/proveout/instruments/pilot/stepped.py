"""Stepped waves: teams that wait are the comparison for those that have the system."""

from dataclasses import dataclass

import numpy as np

from proveout.core.better import turned
from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.instruments.pilot.blocks import Blocks
from proveout.instruments.pilot.in_time import Observed, Statistics, Timed, completed
from proveout.stats.group_sequential import look_interval
from proveout.stats.randomisation import centred, changes_sign, randomisation_p
from proveout.stats.repeated_waves import repeated_wave_statistics, waves_alike_p
from proveout.stats.staggered import DRAWS, FEWER_DRAWS, MANY_UNITS, orders, staggered, staggered_statistics
from proveout.stats.waves import Panel, exposure_weights, simple_weights

NEVER = 10**6
"""Period in which those start who are held back."""
FEWEST_FOR_SLOPE = 3
"""Periods."""
METHOD = "Roth and Sant'Anna's estimator for waves of random order, randomisation test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """The waves of one KPI, ready to be compared.

    Args:
        panel: Of the kept blocks; values less what their stratum has in each period, for strata may drift apart.
        drawn: Orders that the draw could have made; row 0 is the one that was made.
        observed: The values as they are.
    """

    panel: Panel
    drawn: np.ndarray
    observed: Observed


def starts_of(blocks: Blocks, pilot: Pilot) -> np.ndarray:
    """Shape (G,): number of the first period with the system."""
    found = [pilot.spans(arm or "") for arm in blocks.arms]
    days = pilot.in_time.period_days if pilot.in_time else 1
    return np.array([(spans[0].first - pilot.start).days // days if spans else NEVER for spans in found], dtype=int)


def stepped(observed: Observed, blocks: Blocks, pilot: Pilot) -> Stepped:
    """The waves.

    Raises:
        TooLittle: A wave has a single block, or all started together.
    """
    starts, strata = starts_of(blocks, pilot)[observed.kept], blocks.strata[observed.kept]
    first = np.where(starts == NEVER, NEVER, _place(observed, starts))
    panel = Panel(centred(observed.values, strata), first, strata)
    n_draws = DRAWS if len(panel.values) < MANY_UNITS else FEWER_DRAWS
    return Stepped(panel=panel, drawn=orders(panel, draws=n_draws, seed=pilot.known_seed), observed=observed)


def _place(observed: Observed, starts: np.ndarray) -> np.ndarray:
    """Which of the periods that count is the first from a start on; waves to come stay apart from one another."""
    coming = np.maximum(starts - observed.periods[-1] - 1, 0)
    return np.searchsorted(observed.periods, starts) + coming


def timed(one: Stepped) -> Timed:
    """The mean effect over all units and periods with the system, while others wait, within strata and periods.

    Raises:
        TooLittle: Nobody waits.
    """
    panel, strata = one.panel, one.panel.strata
    weights = simple_weights(panel)
    per_unit = (weights / panel.sizes[:, None])[np.searchsorted(panel.cohorts, panel.starts)]
    cells = per_unit * one.observed.seen
    if not cells.any():
        raise TooLittle("nobody with the system has outcomes while others wait", "look whether outcomes get lost")

    def statistics(fixed: np.ndarray, off: np.ndarray, ends: tuple[int, ...]) -> Statistics:
        moved = Panel(centred(fixed, strata), panel.starts, strata)
        return repeated_wave_statistics(moved, ends, one.drawn, there=centred(off, strata))

    return Timed(
        values=one.observed.values,
        seen=one.observed.seen,
        there=panel.with_system,
        value=staggered(panel, weights, whole_before=True).value,
        with_system=float(np.average(one.observed.values, weights=cells)),
        ends=one.observed.ends,
        statistics=statistics,
        method=METHOD,
    )


def alike_before(one: Stepped) -> float | None:
    """p-value of the waves being alike before the start; None where nothing is known or nothing differs."""
    before = one.observed.values[:, : one.observed.before]
    if not before.size or not np.ptp(before.mean(axis=1)) > 0:
        return None
    return waves_alike_p(one.panel, before.mean(axis=1), one.drawn)


def missing(observed: Observed, blocks: Blocks, pilot: Pilot, share: np.ndarray) -> tuple[Estimate, float] | None:
    """How much more is missing (share, shape (G, T)) with the system, and its p-value; None where nothing differs."""
    since = observed.periods >= 0
    share = share[:, since]
    here = blocks.n_units > blocks.n_late
    if not share[here].any() or not np.ptp(centred(share[here], blocks.strata[here])):
        return None
    starts = np.minimum(np.searchsorted(observed.periods[since], starts_of(blocks, pilot)), NEVER)
    starts = np.where(starts_of(blocks, pilot) == NEVER, NEVER, starts)
    strata = blocks.strata[here]
    panel = Panel(centred(share[here], strata), starts[here], strata)
    drawn = orders(panel, draws=FEWER_DRAWS * 4, seed=pilot.known_seed)
    return _weighed(panel, simple_weights(panel), drawn, panel.with_system)


def _weighed(panel: Panel, weights: np.ndarray, drawn: np.ndarray, off: np.ndarray) -> tuple[Estimate, float]:
    """An effect, found as the main one is, and its p-value.

    Args:
        panel: Values less what their stratum has in each period.
        weights: Of which effects it is made up.
        drawn: Orders that the draw could have made.
        off: Shape (N, T): what is taken off per unit of the effect.

    Raises:
        TooLittle: Nothing varies, or no effect explains what was seen.

    Calibrated: tests/calibration/test_curves_in_time.py.
    """
    there = centred(off, panel.strata)
    statistics = staggered_statistics(panel, weights, drawn, there=there, whole_before=True)
    plain, near = statistics(0.0), staggered(panel, weights, whole_before=True).value
    made = abs(float(plain[0]))
    spread = abs(near) / made if near and 0 < made < np.inf else float(panel.values.std())
    found = look_interval(
        statistics,
        (1.0,),
        value=changes_sign(lambda effect: float(statistics(effect)[0]), near, spread),
        spread=spread,
        n=len(panel.values),
        method=METHOD,
    )
    return found, randomisation_p(plain)


def by_exposure(one: Stepped) -> tuple[tuple[int, Estimate], ...]:
    """The effect by periods since the start of the wave, always of the same waves."""
    waves, n = _window(one.panel)
    off, found = completed(one.panel.with_system, one.observed.seen), []
    for e in range(n):
        try:
            weights = exposure_weights(one.panel, e, waves=waves)
            found.append((e, _weighed(one.panel, weights, one.drawn, off)[0]))
        except TooLittle:
            continue
    return tuple(found)


def _window(panel: Panel) -> tuple[np.ndarray, int]:
    """Waves that were seen for some periods while others waited, and for how many all of them were."""
    seen = np.minimum(panel.cohorts[-1], panel.values.shape[1]) - panel.cohorts
    waves = (seen >= FEWEST_FOR_SLOPE) & (panel.cohorts < panel.cohorts[-1])
    if not waves.any():
        waves = (seen >= 1) & (panel.cohorts < panel.cohorts[-1])
    return waves, int(seen[waves].min()) if waves.any() else 0


def fading(one: Stepped, kpi: Kpi, pilot: Pilot) -> list[Estimate]:
    """How the effect changes per week of use, in the direction that is better."""
    waves, n = _window(one.panel)
    if n < FEWEST_FOR_SLOPE or pilot.in_time is None:
        return []
    steps = np.arange(n) - (n - 1) / 2
    curve = np.array([exposure_weights(one.panel, e, waves=waves) for e in range(n)])
    weights = np.tensordot(steps / (steps @ steps), curve, axes=1)
    used = np.maximum(np.arange(one.panel.values.shape[1]) - one.panel.starts[:, None] + 1.0, 0.0)
    try:
        slope, _ = _weighed(one.panel, weights, one.drawn, completed(used, one.observed.seen))
    except TooLittle:
        return []
    per_week = turned(slope, kpi, factor=7 / pilot.in_time.period_days)
    return [per_week.named("effect_trend", subject=kpi.id, unit=f"{kpi.unit or '1'}/week")]
