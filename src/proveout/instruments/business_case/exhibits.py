"""What the business case shows: the distribution of its worth, what moves it, what to measure next."""

from collections.abc import Mapping, Sequence

import numpy as np

from proveout.core.estimate import Estimate
from proveout.core.exhibit import Bar, Bars, Exhibit, Histogram, Ranges, Table
from proveout.instruments.business_case import simulation, units
from proveout.instruments.business_case.model import RANGE_LEVEL, Model
from proveout.stats.information import rank_contributions

BINS = 60
ENDS = (0.005, 0.995)
"""Quantiles at which the histogram ends; what lies outside is counted in the last bins."""
LOW, MIDDLE, HIGH = 0.5 - RANGE_LEVEL / 2, 0.5, 0.5 + RANGE_LEVEL / 2


def draw(
    model: Model,
    result: simulation.Worth,
    shares: Mapping[str, np.ndarray],
    uncertain: Sequence[str],
    gains: Mapping[str, Estimate],
) -> tuple[Exhibit, ...]:
    """All exhibits; pictures of uncertainty only where there is some.

    Args:
        model: Resolved.
        result: What came out.
        shares: Uniform numbers of each quantity.
        uncertain: Quantities that vary.
        gains: Value of knowing each of them.
    """
    tables: tuple[Exhibit, ...] = (_quantities(model, result, shares, uncertain), _cash(model, result))
    if not uncertain:
        return tables
    return (_histogram(model, result.npv), _tornado(model, uncertain), _information(model, gains), *tables)


def _histogram(model: Model, npv: np.ndarray) -> Histogram:
    low, high = (float(end) for end in np.quantile(npv, ENDS))
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    counts, _ = np.histogram(np.clip(npv, edges[0], edges[-1]), bins=edges)
    q05, q50, q95 = (float(q) for q in np.quantile(npv, (LOW, MIDDLE, HIGH), method="nearest"))
    return Histogram(
        title="Net present value",
        unit=model.value.currency,
        edges=tuple(float(edge) for edge in edges),
        counts=tuple(float(count) for count in counts),
        markers=(("0", 0.0), ("5%", q05), ("median", q50), ("95%", q95)),
        note=f"{len(npv):,} draws over {model.value.horizon_years} years, discounted at "
        f"{model.value.discount_rate:.1%} a year; mean {npv.mean():,.0f} {model.value.currency}.",
    )


def _tornado(model: Model, uncertain: Sequence[str]) -> Ranges:
    """Each quantity at its low and high end, all others at their medians, in one run."""
    runs = 2 * len(uncertain) + 1
    shares = {name: np.full(runs, MIDDLE) for name in model.used()}
    for i, name in enumerate(uncertain):
        shares[name][2 * i : 2 * i + 2] = LOW, HIGH
    npv = simulation.worth(model, simulation.draw(model, shares)).npv
    swings = [(name, float(npv[2 * i]), float(npv[2 * i + 1])) for i, name in enumerate(uncertain)]
    return Ranges(
        title="What moves the net present value",
        unit=model.value.currency,
        base=float(npv[-1]),
        ranges=tuple(sorted(swings, key=lambda swing: -abs(swing[2] - swing[1]))),
        note="Each quantity at its 5% and 95% quantile, the others at their medians.",
    )


def _information(model: Model, gains: Mapping[str, Estimate]) -> Bars:
    first = next(iter(gains.items()), None)
    note = "The most that it is worth to know each quantity exactly before deciding."
    if first and first[1].value > 0:
        note += f" Measure next: {first[0]}."
    else:
        note += " No single quantity would change the decision."
    return Bars(
        title="What to measure next",
        unit=model.value.currency,
        bars=tuple(Bar(label=name, value=g.value, lower=g.lower, upper=g.upper) for name, g in gains.items()),
        note=note,
    )


def _quantities(
    model: Model, result: simulation.Worth, shares: Mapping[str, np.ndarray], uncertain: Sequence[str]
) -> Table:
    rows = []
    parts = dict.fromkeys(model.used(), 0.0)
    if uncertain:
        drawn = simulation.draw(model, {name: shares[name] for name in uncertain})
        found = rank_contributions(result.npv, np.stack(list(drawn.values())))
        parts |= dict(zip(drawn, (float(part) for part in found), strict=True))
    for name in model.used():
        entry = model.inputs[name]
        low, middle, high = (float(q) for q in entry.quantiles(np.array([LOW, MIDDLE, HIGH])))
        unit = units.spell(entry.unit) if entry.unit != units.parse("") else ""
        rows.append((name, low, middle, high, unit, parts[name] if entry.uncertain else None, entry.origin))
    return Table(
        title="Quantities",
        columns=("quantity", "5%", "median", "95%", "unit", "part of variation", "from"),
        units=("", "", "", "", "", "share", ""),
        rows=tuple(rows),
        note="Part of variation: squared rank correlation with the net present value, adding up to 1.",
    )


def _cash(model: Model, result: simulation.Worth) -> Table:
    rows, balance = [], np.zeros(len(result.npv))
    for year, cash in enumerate(result.cash):
        balance = balance + cash
        low, middle, high = (float(q) for q in np.quantile(cash, (LOW, MIDDLE, HIGH), method="nearest"))
        rows.append((year, low, middle, high, float(np.median(balance))))
    currency = model.value.currency
    return Table(
        title="Cash by year",
        columns=("year", "5%", "median", "95%", "median balance"),
        units=("", currency, currency, currency, currency),
        rows=tuple(rows),
        note="Year 0 is the start; each year's cash counts at its end. Not discounted.",
    )
