"""How far each column has moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.instruments.drift.counted import Counted, Side
from proveout.instruments.drift.settings import Field, Settings
from proveout.stats.distance import jensen_shannon
from proveout.stats.drift import DRAWS, dispersion, divergence, homogeneity, largest_gap, smirnov, stability, transport
from proveout.stats.multiplicity import benjamini_hochberg
from proveout.stats.proportion import difference, wilson

FEWEST_CHUNKS = 5
"""Of the reference, to see how much it fluctuates by itself."""
SURE = 0.05
UNITS = {"population_stability": "", "jensen_shannon": "", "kolmogorov_smirnov": "share", "wasserstein": "sd"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A column and its distances."""

    counted: Counted
    asked: Field
    distances: dict[str, Estimate]
    p_value: float
    adjusted: float = 1.0
    fluctuation: float = 1.0
    missing: Estimate
    new: Estimate | None = None

    @property
    def name(self) -> str:
        """Of the column."""
        return self.counted.name

    @property
    def ratio(self) -> Estimate | None:
        """The distance that counts, per what is allowed; None where that distance cannot be had."""
        found = self.distances.get(self.asked.measure)
        if found is None:
            return None
        ends = [None if end is None else end / self.asked.allowed for end in (found.lower, found.upper)]
        method = f"{self.asked.measure.replace('_', ' ')} {found.value:.4f}, {self.asked.allowed:g} allowed"
        return replace(
            found.named("drift_ratio", subject=self.name, unit=""),
            value=found.value / self.asked.allowed,
            lower=ends[0],
            upper=ends[1],
            method=f"{method}; {found.method}",
        )

    @property
    def drifted(self) -> bool:
        """Beyond what is allowed, and not by chance."""
        return self.ratio is not None and self.ratio.value > 1 and self.adjusted < SURE


def moved(columns: Sequence[Counted], settings: Settings) -> tuple[Moved, ...]:
    """Every column that has values, with p-values adjusted for their number (Benjamini and Hochberg)."""
    found = [_moved(one, settings.asked(one.name)) for one in columns if one.before.total.sum()]
    adjusted = benjamini_hochberg([one.p_value for one in found]) if found else []
    return tuple(replace(one, adjusted=float(p)) for one, p in zip(found, adjusted, strict=True))


def over_time(one: Moved) -> list[tuple[str, float]]:
    """The distance that counts of each chunk of the current window, per what is allowed."""
    found, after = one.counted, one.counted.after
    points = []
    for row, chunk in enumerate(after.chunks):
        piece = replace(
            after, counts=after.counts[[row]], missing=after.missing[[row]], n=after.n[[row]], chunks=(chunk,)
        )
        value = _value(replace(found, after=piece), one.asked.measure)
        if value is not None:
            points.append((chunk, value / one.asked.allowed))
    return points


def _moved(one: Counted, asked: Field) -> Moved:
    before, after = one.coarse(one.before), one.coarse(one.after)
    fluctuation = dispersion(before) if len(before) >= FEWEST_CHUNKS else 1.0
    sides = before.sum(axis=0), after.sum(axis=0)
    distances = {"jensen_shannon": divergence(*sides, dispersion=fluctuation)}
    distances["population_stability"] = stability(*sides, dispersion=fluctuation)
    p_value = homogeneity(*sides, dispersion=fluctuation)
    if not one.bins.column.words and one.after.total.sum():
        gap = largest_gap(one.before.total, one.after.total, dispersion=fluctuation)
        distances["kolmogorov_smirnov"] = gap.named(gap.name, unit="share")
        n, m = (side.total.sum() / fluctuation for side in (one.before, one.after))
        p_value = min(1.0, 2 * min(smirnov(gap.value, n, m), _gaps_grew(one, fluctuation)))
        if (deviation := _deviation(one)) > 0:
            distances["wasserstein"] = _transport(one, deviation, fluctuation)
    n_before, n_after = int(one.before.n.sum()), int(one.after.n.sum())
    missing = difference(int(one.after.missing.sum()), n_after, int(one.before.missing.sum()), n_before)
    return Moved(
        counted=one,
        asked=asked,
        distances={name: _said(found, fluctuation) for name, found in distances.items()},
        p_value=p_value,
        fluctuation=fluctuation,
        missing=missing.named("missing_increase", subject=one.name),
        new=_new(one),
    )


def _gaps_grew(one: Counted, fluctuation: float) -> float:
    """p-value of a change in the share of missing values."""
    sides = [np.array([side.total.sum(), side.missing.sum()]) for side in (one.before, one.after)]
    return homogeneity(sides[0], sides[1], dispersion=fluctuation)


def _said(found: Estimate, fluctuation: float) -> Estimate:
    if fluctuation == 1.0:
        return found
    return replace(found, method=f"{found.method}; chunks of the reference fluctuate {fluctuation:.1f} times chance")


def _value(one: Counted, measure: str) -> float | None:
    """A distance without its interval."""
    if not one.after.n.sum():
        return None
    if measure in ("jensen_shannon", "population_stability"):
        before, after = one.coarse(one.before).sum(axis=0), one.coarse(one.after).sum(axis=0)
        return jensen_shannon(before, after) if measure == "jensen_shannon" else stability(before, after).value
    if one.bins.column.words or not one.after.total.sum():
        return None
    if measure == "kolmogorov_smirnov":
        return largest_gap(one.before.total, one.after.total).value
    deviation = _deviation(one)
    return _transport(one, deviation, 1.0, draws=1).value if deviation > 0 else None


def _transport(one: Counted, deviation: float, fluctuation: float, draws: int = DRAWS) -> Estimate:
    edges, sides = np.array(one.bins.edges) / deviation, (one.before.total, one.after.total)
    found = transport(edges, *sides, steps=one.bins.steps, dispersion=fluctuation, draws=draws)
    return found.named(found.name, unit="sd")


def _deviation(one: Counted) -> float:
    """Standard deviation of the reference, from its bins; values beyond the edges count as the edge."""
    edges, total = np.array(one.bins.edges), one.before.total
    if len(edges) < 2:
        return 0.0
    lower, upper = np.concatenate([edges[:1], edges]), np.concatenate([edges, edges[-1:]])
    middle, within = (upper, 0 * upper) if one.bins.steps else ((lower + upper) / 2, (upper - lower) ** 2 / 12)
    mean = (total * middle).sum() / total.sum()
    return float(((total * ((middle - mean) ** 2 + within)).sum() / total.sum()) ** 0.5)


def _new(one: Counted) -> Estimate | None:
    """The share of values that the reference does not have."""
    if not one.bins.words:
        return None
    after: Side = one.after
    there = int(after.total.sum())
    if not there:
        return None
    return wilson(int(after.total[-1]), there).named("new_values_share", subject=one.name)


def compared_at_all(found: Sequence[Moved]) -> None:
    """Refuse to speak of drift where nothing could be compared.

    Raises:
        TooLittle: Nothing could.
    """
    if not found:
        raise TooLittle("no field can be compared", "name `fields` that both windows have, and that hold values")
