"""The value model with what was measured in production: realised beside forecast, quantity by quantity."""

from collections.abc import Mapping, Sequence

import numpy as np

from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Evidence, Part
from proveout.core.exhibit import Bar, Intervals, Table
from proveout.core.wording import figure
from proveout.instruments.business_case import simulation
from proveout.instruments.business_case.model import (
    ADOPTION,
    RANGE_LEVEL,
    REALISED_ADOPTION,
    Missing,
    Model,
    resolve,
    with_realised,
)
from proveout.stats.distributions import central

ENDS = (0.5 - RANGE_LEVEL / 2, 0.5 + RANGE_LEVEL / 2)


def compare(forecast: Model, evidence: Sequence[Evidence]) -> Part:
    """What was promised beside what came, and which quantity made the difference."""
    value = forecast.value
    if not value.realised:
        return Part()
    promised = _net(forecast)
    try:
        model = resolve(with_realised(value, tuple(value.realised)), evidence)
        net = _net(model)
        alone = {name: resolve(with_realised(value, (name,)), evidence) for name in value.realised}
    except Missing as error:
        note = f"{error.reason}; {error.remedy}"
        return Part(checks=(Check(name="the benefit was measured", passed=None, note=note),))
    unit = f"{value.currency}/year"
    middle = float(np.median(promised))
    estimates = [
        central(net).named("benefit_realised", unit=unit),
        central(promised).named("benefit_promised", unit=unit),
    ]
    if middle > 0:
        estimates.append(central(net / middle).named("realised_to_promised"))
    gaps = {
        name: central(_net(one) - promised).named("assumption_gap", subject=name, unit=unit)
        for name, one in alone.items()
    }
    inputs = {name: (_known(forecast, name), _known(one, name)) for name, one in alone.items()}
    wrong = [name for name, (before, now) in inputs.items() if before and now and not before[0] <= now[1] <= before[2]]
    return Part(
        estimates=(*estimates, *gaps.values()),
        checks=(_held(wrong, gaps, unit),),
        exhibits=(_bars(gaps, unit), _table(inputs, gaps, unit, (promised, net))),
    )


def _net(model: Model) -> np.ndarray:
    """Draws of the yearly net benefit at full adoption; equal seeds draw alike in every model."""
    shares = {name: simulation.uniforms(model.inputs[name].seed) for name in model.used()}
    return np.broadcast_to(simulation.worth(model, simulation.draw(model, shares)).yearly_net, (simulation.DRAWS,))


def _known(model: Model, name: str) -> tuple[float, float, float] | None:
    """Low, middle and high of a quantity, in its own unit."""
    entry = model.inputs.get(REALISED_ADOPTION if name == ADOPTION and name not in model.inputs else name)
    if entry is None:
        return None
    low, middle, high = (float(x) for x in entry.quantiles(np.array([ENDS[0], 0.5, ENDS[1]])))
    return low, middle, high


def _held(wrong: Sequence[str], gaps: Mapping[str, Estimate], unit: str) -> Check:
    name = "what was measured lies within what was assumed"
    if not wrong:
        return Check(name=name, passed=True, note=f"all {len(gaps)} measured quantities lie within their 90% ranges")
    costs = ", ".join(f"{n} ({figure(gaps[n].value, unit)})" for n in sorted(wrong, key=lambda n: gaps[n].value))
    return Check(name=name, passed=False, note=f"outside their ranges, with what each made of the benefit: {costs}")


def _bars(gaps: Mapping[str, Estimate], unit: str) -> Intervals:
    ordered = sorted(gaps.items(), key=lambda item: item[1].value)
    return Intervals(
        title="What each measured quantity made of the promised benefit",
        unit=unit,
        bars=tuple(Bar(label=name, value=e.value, lower=e.lower, upper=e.upper) for name, e in ordered),
        reference=0.0,
        reference_label="as promised",
        note="Each alone in the place of what was assumed; together they need not add up.",
    )


def _table(
    inputs: Mapping[str, tuple[tuple[float, float, float] | None, tuple[float, float, float] | None]],
    gaps: Mapping[str, Estimate],
    unit: str,
    nets: tuple[np.ndarray, np.ndarray],
) -> Table:
    rows = [(name, _span(before), _span(now), gaps[name].value) for name, (before, now) in inputs.items()]
    spans = [
        _span((float(a), float(b), float(c))) for net in nets for a, b, c in [np.quantile(net, (ENDS[0], 0.5, ENDS[1]))]
    ]
    difference = float(np.median(nets[1]) - np.median(nets[0]))
    return Table(
        title="Forecast and realised",
        columns=("quantity", "forecast", "realised", "changes the yearly net benefit by"),
        units=("", "", "", unit),
        rows=(*rows, ("yearly net benefit", spans[0], spans[1], difference)),
        note="The middle, and in brackets the range that holds nine of ten.",
    )


def _span(known: tuple[float, float, float] | None) -> str:
    if known is None:
        return ""
    low, middle, high = known
    return f"{middle:,.4g}" if low == high else f"{middle:,.4g} ({low:,.4g} to {high:,.4g})"
