"""How far each column has moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.instruments.drift.counted import Counted, Side
from proveout.instruments.drift.settings import Field, Settings
from proveout.stats.drift import dispersion, divergence, homogeneity, largest_gap, smirnov, stability, transport
from proveout.stats.multiplicity import benjamini_hochberg
from proveout.stats.proportion import difference, wilson

FEWEST_CHUNKS = 5
"""Of the reference, to see how much it fluctuates by itself."""
SURE = 0.05
MEASURES = ("jensen_shannon", "population_stability", "kolmogorov_smirnov", "wasserstein")


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
        return _ratio(found, self.asked).named("drift_ratio", subject=self.name, unit="") if found else None

    @property
    def drifted(self) -> bool:
        """Beyond what is allowed, and not by chance."""
        return self.ratio is not None and self.ratio.value > 1 and self.adjusted < SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A column in one chunk of the current window, held against the whole reference."""

    field: str
    chunk: str
    ratio: Estimate
    p_value: float
    adjusted: float = 1.0

    @property
    def drifted(self) -> bool:
        """Beyond what is allowed, and not by chance, however many chunks and fields were looked at."""
        return self.ratio.value > 1 and self.adjusted < SURE


def moved(columns: Sequence[Counted], settings: Settings) -> tuple[Moved, ...]:
    """Every column that has values, with p-values adjusted for their number (Benjamini and Hochberg)."""
    found = [_moved(one, settings.asked(one.name)) for one in columns if one.before.total.sum()]
    adjusted = benjamini_hochberg([one.p_value for one in found]) if found else []
    return tuple(replace(one, adjusted=float(p)) for one, p in zip(found, adjusted, strict=True))


def over_time(found: Sequence[Moved]) -> tuple[Moment, ...]:
    """Every field in every chunk, with p-values adjusted for all of them together (Benjamini and Hochberg)."""
    moments = [moment for one in found for moment in _moments(one)]
    adjusted = benjamini_hochberg([moment.p_value for moment in moments]) if moments else []
    return tuple(replace(moment, adjusted=float(p)) for moment, p in zip(moments, adjusted, strict=True))


def _moments(one: Moved) -> Iterator[Moment]:
    after = one.counted.after
    for row, chunk in enumerate(after.chunks if len(after.chunks) > 1 else ()):
        side = replace(
            after, counts=after.counts[[row]], missing=after.missing[[row]], n=after.n[[row]], chunks=(chunk,)
        )
        piece = replace(one.counted, after=side)
        if found := _distance(piece, one.asked.measure, one.fluctuation):
            p_value = _p_value(piece, one.fluctuation)
            yield Moment(field=one.name, chunk=chunk, ratio=_ratio(found, one.asked), p_value=p_value)


def _moved(one: Counted, asked: Field) -> Moved:
    before = one.coarse(one.before)
    fluctuation = dispersion(before) if len(before) >= FEWEST_CHUNKS else 1.0
    distances = {name: _distance(one, name, fluctuation) for name in MEASURES}
    n_before, n_after = int(one.before.n.sum()), int(one.after.n.sum())
    missing = difference(int(one.after.missing.sum()), n_after, int(one.before.missing.sum()), n_before)
    return Moved(
        counted=one,
        asked=asked,
        distances={name: _said(found, fluctuation) for name, found in distances.items() if found},
        p_value=_p_value(one, fluctuation),
        fluctuation=fluctuation,
        missing=missing.named("missing_increase", subject=one.name),
        new=_new(one),
    )


def _distance(one: Counted, measure: str, fluctuation: float) -> Estimate | None:
    """In one of the measures; None where there is none."""
    if not one.after.n.sum():
        return None
    if measure in ("jensen_shannon", "population_stability"):
        sides = (one.coarse(side).sum(axis=0) for side in (one.before, one.after))
        return (divergence if measure == "jensen_shannon" else stability)(*sides, dispersion=fluctuation)
    if one.bins.column.words or not one.after.total.sum():
        return None
    if measure == "kolmogorov_smirnov":
        gap = largest_gap(one.before.total, one.after.total, dispersion=fluctuation)
        return gap.named(gap.name, unit="share")
    return _transport(one, deviation, fluctuation) if (deviation := _deviation(one)) > 0 else None


def _p_value(one: Counted, fluctuation: float) -> float:
    """That both sides are drawn from one distribution: of ordered values by their largest gap, and of missing ones."""
    if gap := _distance(one, "kolmogorov_smirnov", fluctuation):
        n, m = (side.total.sum() / fluctuation for side in (one.before, one.after))
        return min(1.0, 2 * min(smirnov(gap.value, n, m), _gaps_grew(one, fluctuation)))
    before, after = (one.coarse(side).sum(axis=0) for side in (one.before, one.after))
    return homogeneity(before, after, dispersion=fluctuation)


def _ratio(found: Estimate, asked: Field) -> Estimate:
    """Per what is allowed."""
    ends = [None if end is None else end / asked.allowed for end in (found.lower, found.upper)]
    method = f"{asked.measure.replace('_', ' ')} {found.value:.4f}, {asked.allowed:g} allowed"
    method = f"{method}; {found.method}"
    return replace(found, value=found.value / asked.allowed, lower=ends[0], upper=ends[1], method=method)


def _gaps_grew(one: Counted, fluctuation: float) -> float:
    """p-value of a change in the share of missing values."""
    sides = [np.array([side.total.sum(), side.missing.sum()]) for side in (one.before, one.after)]
    return homogeneity(sides[0], sides[1], dispersion=fluctuation)


def _said(found: Estimate, fluctuation: float) -> Estimate:
    if fluctuation == 1.0:
        return found
    return replace(found, method=f"{found.method}; chunks of the reference fluctuate {fluctuation:.1f} times chance")


def _transport(one: Counted, deviation: float, fluctuation: float) -> Estimate:
    edges, sides = np.array(one.bins.edges) / deviation, (one.before.total, one.after.total)
    found = transport(edges, *sides, steps=one.bins.steps, dispersion=fluctuation)
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
