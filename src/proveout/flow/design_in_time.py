"""What a pilot can show in which who has the system changes over time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.initiative import Kpi, PilotPlan
from proveout.core.looks import ALPHA
from proveout.core.pilot import Pilot
from proveout.core.schedule import Waves
from proveout.core.sizing import KpiSizing
from proveout.flow.aim import Aim
from proveout.flow.roster import Member
from proveout.instruments.kpis.baseline import Sample, absolute
from proveout.instruments.kpis.sight import Spread, spread_over_time
from proveout.instruments.pilot.in_turn import DOUBTED
from proveout.instruments.pilot.stepped import NEVER
from proveout.stats.allocation import wave_sizes
from proveout.stats.power import minimal_detectable_effect
from proveout.stats.randomisation import log_ways
from proveout.stats.staggered import planned_error
from proveout.stats.switchback import switchback_error
from proveout.stats.waves import Panel, simple_weights

MOST_TEAMS = 2_000
LONGEST_BEFORE = 52
"""Periods of baseline that are reckoned with."""


def fewest(enough: Callable[[int], bool], most: int, *, least: int = 4) -> int | None:
    """The smallest number from `least` on that is enough; None where not even `most` is."""
    low, high = least - 1, least
    while not enough(high):
        low, high = high, high * 2
        if high > most:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def size_in_time(seen: Sample, kpi: Kpi, plan: PilotPlan, pilot: Pilot, level: float, aim: Aim) -> KpiSizing:
    """The smallest effect that shows, and the teams that it takes.

    Raises:
        TooLittle: The baseline says too little of what lasts and what passes.
    """
    spread = spread_over_time(seen, kpi, plan, _days_seen(pilot))
    error, df = _error(plan.clusters or plan.units, spread, pilot)
    asked = {"alpha": aim.alpha, "power": aim.power}
    mde = minimal_detectable_effect(error**2, df, variance_df=spread.known_from - 1, **asked)
    wanted = wanted_of(kpi, level)

    def enough(n: int) -> bool:
        try:
            error, df = _error(n, spread, pilot)
            found = minimal_detectable_effect(error**2, df, variance_df=df, **asked).value
        except (ProveoutError, TooLittle):
            return False
        return found <= (wanted.room or 0.0)

    used = spread.lasting / (spread.lasting + spread.passing) if spread.days else None
    return replace(
        wanted,
        mde=mde.named("mde", subject=kpi.id, unit=kpi.unit),
        teams_needed=fewest(enough, MOST_TEAMS, least=1) if wanted.room and wanted.room > 0 else None,
        power=aim.power,
        alpha=aim.alpha,
        icc=(spread.icc, spread.icc_assumed) if plan.clusters else None,
        r=used or 0.0,
        foretold=used,
        followed=pilot.switchback is None,
    )


def wanted_of(kpi: Kpi, level: float) -> KpiSizing:
    """What is worthwhile and what is promised, at a baseline of that level; nothing is known of the design yet."""
    worthwhile, promised = absolute(kpi.minimum_worthwhile, level), absolute(kpi.target, level)
    return KpiSizing(
        kpi=kpi.id,
        unit=kpi.unit,
        worthwhile=None if worthwhile is None else abs(worthwhile),
        promised=None if promised is None else abs(promised),
        guardrail=kpi.role == "guardrail",
    )


def _days_seen(pilot: Pilot) -> float:
    """Days of a period whose outcomes count."""
    if pilot.switchback:
        return pilot.switchback.period_days - pilot.switchback.carry_over_days
    return pilot.waves.period_days if pilot.waves else 7.0


def _error(n: int, spread: Spread, pilot: Pilot) -> tuple[float, float]:
    """Standard error with so many teams, and its degrees of freedom."""
    if pilot.waves:
        return _of_waves(n, spread, pilot, pilot.waves)
    cells, strata = n * pilot.n_pairs, pilot.n_pairs if n > 1 else 1
    size = cells // strata
    if -strata * log_ways((size // 2, size - size // 2)) > np.log(ALPHA):
        raise TooLittle(f"{n} can switch in too few ways", "take more, or a longer pilot")
    left_out = pilot.switchback.carry_over_days if pilot.switchback else 0
    error = switchback_error(
        cells,
        spread.passing,
        allowing=0 if left_out and pilot.n_pairs == 1 else pilot.n_pairs,
        share=DOUBTED if left_out else 1.0,
    )
    return error, float(max(1, cells - strata - (1 if left_out else 2)))


def _of_waves(n: int, spread: Spread, pilot: Pilot, waves: Waves) -> tuple[float, float]:
    """Standard error with so many teams, and its degrees of freedom."""
    sizes = wave_sizes(n, len(waves.starts), waves.holdback_share)
    if -log_ways(sizes) > np.log(ALPHA):
        raise TooLittle(f"{n} can be dealt into the waves in too few ways", "take more, or fewer waves")
    n_before = min(LONGEST_BEFORE, int((spread.days or 0) // waves.period_days))
    firsts = [n_before + (day - pilot.start).days // waves.period_days for day in waves.starts]
    starts = np.repeat([*firsts, NEVER], sizes)
    n_periods = n_before + pilot.days // waves.period_days
    panel = Panel(np.zeros((n, n_periods)), starts, np.zeros(n, dtype=int))
    covariance = np.full((n_periods, n_periods), spread.lasting) + np.eye(n_periods) * spread.passing
    error = planned_error(panel, simple_weights(panel), covariance, whole_before=True)
    left = max(1.0, n - len(panel.cohorts) - 2.0)  # what the time before foretells is estimated, too
    return error * (1 + 1 / left) ** 0.5, left


def in_words(members: Sequence[Member], pilot: Pilot) -> str:
    """Who has the system when; empty for two arms side by side."""
    what = "teams" if pilot.randomise == "teams" else "units"
    if pilot.switchback:
        days, left_out = pilot.switchback.period_days, pilot.switchback.carry_over_days
        return (
            f"switchback: {pilot.n_pairs} times two periods of {days} day(s), {what} with the system in one of the "
            f"two, as is drawn; the first {left_out} day(s) of each are left out"
        )
    if pilot.waves is None:
        return ""
    waves, n = pilot.waves, len({member.block for member in members})
    sizes = wave_sizes(n, len(waves.starts), waves.holdback_share)
    steps = ", ".join(f"{size} {what} on {day}" for size, day in zip(sizes, waves.starts, strict=False))
    return f"stepped waves: {steps}; {sizes[-1]} wait until the end; compared by {waves.period_days} day(s)"


def lints(pilot: Pilot) -> Iterator[str]:
    """What should be changed before the start."""
    if pilot.switchback and not pilot.switchback.carry_over_days:
        yield (
            "no days are left out (`carry_over_days: 0`): the effect must allow for what a period leaves in the next, "
            "with an interval about half as wide again; longer periods of which days are left out show more"
        )
    if pilot.waves is None:
        return
    last = pilot.waves.starts[-1]
    if not pilot.waves.holdback_share:
        yield f"nobody is held back: from {last} on all have the system, and what comes then compares nothing"
    elif (pilot.end - last).days + 1 < 2 * pilot.waves.period_days:
        yield f"the last wave, of {last}, is seen for fewer than two periods: start it earlier, or end later"
