"""Designs in which who has the system changes over time: what was observed, and the effect."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.pilot import Pilot
from proveout.core.question import Columns
from proveout.instruments.pilot.blocks import Blocks, floats
from proveout.instruments.pilot.effects import Effect
from proveout.instruments.pilot.outlook import outlook
from proveout.stats.group_sequential import look_interval, looks, repeated_p
from proveout.stats.randomisation import changes_sign

FILLED = 0.5
"""Share of the blocks that must have outcomes in a period for it to count, and of the periods for a block to."""

Statistics = Callable[[float], np.ndarray]
"""From a supposed effect to the statistics once it is taken off: shape (M, K), by schedule and look; row 0 was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One KPI over time.

    Args:
        kept: Shape (G,): the blocks that are compared.
        periods: Shape (T,): numbers of the periods that count, from the start; below 0 before it.
        values: Shape (N, T): means of the kept blocks, in the KPI's unit.
        seen: Shape (N, T), bool: where there are outcomes; elsewhere stands what block and period have on average.
        present: Shape (G, T): share of a block's units with an outcome.
        ends: Length K: how many of the periods are over at each look.
    """

    kept: np.ndarray
    periods: np.ndarray
    values: np.ndarray
    seen: np.ndarray
    present: np.ndarray
    ends: tuple[int, ...]

    @property
    def before(self) -> int:
        """How many of the periods lie before the start."""
        return int((self.periods < 0).sum())


def observed(table: Columns, blocks: Blocks, pilot: Pilot, n_looks: int) -> Observed:
    """One KPI's periods up to the last look.

    Raises:
        TooLittle: Nobody has outcomes, or a look has no period of its own.
    """
    overs = [over(pilot, (day - pilot.start).days + 1) for day in pilot.calendar[:n_looks]]
    numbers, rows = floats(table["period"]).astype(int), blocks.places(table["block"])
    first = min(0, int(numbers.min())) if len(numbers) else 0
    inside = numbers < overs[-1]
    values, n = (np.full((len(blocks.names), overs[-1] - first), np.nan) for _ in range(2))
    at = rows[inside], numbers[inside] - first
    values[at], n[at] = floats(table["value"])[inside], floats(table["n"])[inside]
    periods = np.arange(first, overs[-1])
    known = np.isfinite(values) & np.array([arm is not None for arm in blocks.arms])[:, None]
    taking_part = np.asarray(known[:, periods >= 0].any(axis=1))
    if not taking_part.any():
        raise TooLittle("nobody who was assigned has an outcome up to the look", "wait for the next look")
    filled = known[taking_part].mean(axis=0) >= FILLED
    counts = filled & ((periods >= 0) | (periods > _last_gap(periods, filled)))
    since = counts & (periods >= 0)
    kept = np.asarray(known[:, since].mean(axis=1) >= FILLED) if since.any() else taking_part
    due = np.maximum(blocks.n_units - blocks.n_late, 1)[:, None]
    periods = periods[counts]
    return Observed(
        kept=kept,
        periods=periods,
        values=completed(values[kept][:, counts], known[kept][:, counts]),
        seen=known[kept][:, counts],
        present=np.minimum(np.nan_to_num(n[:, counts]) / due, 1.0),
        ends=tuple(int((periods < end).sum()) for end in overs),
    )


def over(pilot: Pilot, days: int) -> int:
    """How many whole periods are over after so many days."""
    return days // pilot.in_time.period_days if pilot.in_time else 0


def _last_gap(periods: np.ndarray, filled: np.ndarray) -> int:
    """The last period before the start that few have outcomes in: what lies before it is another time."""
    gaps = periods[(periods < 0) & ~filled]
    return int(gaps[-1]) if len(gaps) else int(periods[0]) - 1


def completed(values: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Where nothing was seen, what the block and the period have on average, whatever the arm; linear in the values."""
    known = np.where(seen, values, np.nan)
    by_block = np.nanmean(known, axis=1, keepdims=True)
    by_period = np.nanmean(known - by_block, axis=0, keepdims=True)
    return np.where(seen, values, by_block + by_period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What a design in time compares.

    Args:
        values: Shape (N, T).
        seen: Shape (N, T), bool: where there are outcomes; what is taken off elsewhere is completed as the values were.
        there: Shape (N, T), 0 or 1: where the system was.
        value: About the effect at the last look; it is the one that leaves nothing once it is taken off.
        with_system: Mean of what had the system, weighted as in the effect.
        statistics: From values and what is taken off them per unit of an effect.
        method: Words for the estimate.
    """

    values: np.ndarray
    seen: np.ndarray
    there: np.ndarray
    value: float
    with_system: float
    ends: tuple[int, ...]
    statistics: Callable[[np.ndarray, np.ndarray, tuple[int, ...]], Statistics]
    method: str


def effect_of(timed: Timed, pilot: Pilot, n_looks: int, *, level: float = 0.95) -> Effect:
    """Absolute and relative effect at the last look.

    Raises:
        TooLittle: Nothing varies, or there is nothing to compare.
    """
    shares = tuple(pilot.share(day) for day in pilot.calendar[:n_looks])
    plain, last = timed.statistics(timed.values, timed.there, timed.ends)(0.0), timed.ends[-1:]
    made = float(plain[0, -1])
    spread = abs(timed.value / made) if np.isfinite(made) and made else float(np.std(timed.values))
    how = f"{timed.method}, {n_looks} look(s), {len(plain):,} schedules"

    def interval(fixed: np.ndarray, off: np.ndarray, near: float, scale: float, level: float) -> Estimate:
        statistics = timed.statistics(completed(fixed, timed.seen), completed(off, timed.seen), last)
        step = spread / scale
        return look_interval(
            lambda effect: statistics(effect)[:, -1],
            shares,
            value=changes_sign(lambda effect: float(statistics(effect)[0, -1]), near, step),
            spread=step,
            n=len(timed.values),
            method=how,
            level=level,
            kind=pilot.spending,
        )

    df = _degrees(len(timed.values), pilot)
    gain = shares[-1] if pilot.switchback else 1.0  # waves: more with the system, fewer to compare with
    ahead = outlook(spread, df, pilot, gain=gain, n_ways=len(plain), level=level)
    levels = level, 2 * level - 1
    absolute = [interval(timed.values, timed.there, timed.value, 1.0, at) for at in levels]
    control = timed.with_system - absolute[0].value
    sides = [(there, _relative(timed, control, interval, at)) for there, at in zip(absolute, levels, strict=True)]
    return Effect(
        absolute=sides[0][0],
        relative=sides[0][1],
        control=control,
        p_value=repeated_p(plain, shares, kind=pilot.spending),
        test="repeated randomisation test over schedules",
        path=looks(plain, shares, alpha=1 - level, kind=pilot.spending),
        one_sided=sides[1],
        cr2=None,
        outlook=ahead if shares[-1] < 1 else None,
        n_ways=len(plain),
    )


def both(one: Effect, other: Effect) -> Effect:
    """Every effect that one of two ways to estimate it keeps; the value is that of the first."""

    def wider(this: Estimate, that: Estimate) -> Estimate:
        lower = None if this.lower is None or that.lower is None else min(this.lower, that.lower)
        upper = None if this.upper is None or that.upper is None else max(this.upper, that.upper)
        return replace(this, lower=lower, upper=upper, method=f"{this.method}; the wider of it and the plain one")

    def wider_share(this: Estimate | None, that: Estimate | None) -> Estimate | None:
        return wider(this, that) if this and that else None

    weaker = max(one, other, key=lambda effect: effect.p_value)
    return replace(
        one,
        absolute=wider(one.absolute, other.absolute),
        relative=wider_share(one.relative, other.relative),
        p_value=weaker.p_value,
        path=weaker.path,
        one_sided=(
            wider(one.one_sided[0], other.one_sided[0]),
            wider_share(one.one_sided[1], other.one_sided[1]),
        ),
    )


def _degrees(n: int, pilot: Pilot) -> int:
    """Of the comparison at the end: teams less waves, or teams times two periods less the periods."""
    if pilot.switchback:
        return n * pilot.n_pairs - (pilot.n_pairs if n > 1 else 1) - 1
    return n - len(pilot.arms) - 1


Interval = Callable[[np.ndarray, np.ndarray, float, float, float], Estimate]
"""From what stays, what is taken off per unit of an effect, about where it is, the scale, and a level."""


def _relative(timed: Timed, control: float, interval: Interval, level: float) -> Estimate | None:
    """A constant factor: what had the system is divided by it until nothing is left."""
    if (timed.values[timed.seen] < 0).any() or control <= 0 or timed.with_system <= 0:
        return None
    fixed, off = timed.values * (1 - timed.there), -timed.values * timed.there
    try:
        inverse = interval(fixed, off, control / timed.with_system, timed.with_system, level)
    except TooLittle:
        return None
    return _share(inverse) if inverse.value > 0 else None


def _share(inverse: Estimate) -> Estimate:
    """From one over the factor to the change as a share."""
    lower = -1.0 if inverse.upper is None else 1 / inverse.upper - 1
    upper = None if inverse.lower is None or inverse.lower <= 0 else 1 / inverse.lower - 1
    return replace(inverse, value=1 / inverse.value - 1, lower=lower, upper=upper, unit="share")
