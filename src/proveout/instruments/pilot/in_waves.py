"""One KPI of a pilot in stepped waves: from its periods to figures and pictures."""

from collections.abc import Iterator

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.evidence import Check
from proveout.core.exhibit import Curve, Exhibit, Line, Table
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.core.question import Columns
from proveout.instruments.pilot import health, lost_in_time, stepped, verdicts
from proveout.instruments.pilot.blocks import Blocks, Outcomes
from proveout.instruments.pilot.effects import Effect
from proveout.instruments.pilot.exhibits import in_points, over_looks, title
from proveout.instruments.pilot.in_time import Observed, effect_of, observed
from proveout.instruments.pilot.view import View, not_compared, unhealthy

MOST_LINES = 6
"""Waves in one picture."""


def view(
    kpi: Kpi,
    periods: Columns,
    given: Columns,
    outcomes: Outcomes,
    blocks: Blocks,
    pilot: Pilot,
    n_looks: int,
    ill: tuple[str, ...],
) -> View:
    """Health first; then the effect."""
    own = health.of_rows(outcomes, kpi)
    try:
        seen = observed(periods, blocks, pilot, n_looks)
        waves = stepped.stepped(seen, blocks, pilot)
        alike = stepped.alike_before(waves)
        own += lost_in_time.of_outcome(seen, given, blocks, outcomes, kpi, pilot)
    except TooLittle as error:
        return not_compared(kpi, error, own)
    own += health.alike_before(alike, kpi, "waves")
    if found := unhealthy(kpi, own, ill):
        return found
    try:
        effect = effect_of(stepped.timed(waves), pilot, n_looks)
    except TooLittle as error:
        return not_compared(kpi, error, own)
    return View(
        kpi=kpi,
        estimates=[
            *own.estimates,
            *verdicts.estimates(effect, kpi, pilot, n_looks),
            *stepped.fading(waves, kpi, pilot),
        ],
        checks=[*own.checks, *verdicts.checks(effect, kpi, pilot, n_looks), *_nobody_waits(waves, kpi)],
        effect=effect,
        exhibits=tuple(_exhibits(kpi, effect, waves, seen, blocks, pilot, n_looks)),
    )


def _nobody_waits(waves: stepped.Stepped, kpi: Kpi) -> Iterator[Check]:
    """Whether the last periods still compare anything."""
    panel = waves.panel
    left = panel.values.shape[1] - int(panel.cohorts[-1])
    if left > 0:
        note = f"all have the system in the last {left} period(s): they compare nothing, and do not count"
        yield Check(name=f"{kpi.id}: some still wait for the system", passed=None, note=note)


def _exhibits(
    kpi: Kpi, effect: Effect, waves: stepped.Stepped, seen: Observed, blocks: Blocks, pilot: Pilot, n_looks: int
) -> Iterator[Exhibit]:
    yield from over_looks(kpi, effect, [pilot.share(day) for day in pilot.calendar[:n_looks]])
    days = pilot.in_time.period_days if pilot.in_time else 1
    curve = stepped.by_exposure(waves)
    if len(curve) > 1:
        yield Curve(
            title=f"{title(kpi)}: effect by time since the start of the wave",
            x_label=f"periods of {days} day(s) with the system",
            y_label=f"effect{in_points(kpi)}",
            y_unit=kpi.unit,
            lines=(Line(label="effect", points=tuple((e + 1.0, o.value, o.lower, o.upper) for e, o in curve)),),
            note="Always the same waves, so that the curve shows what use does; intervals are for each point alone.",
        )
    arms = np.array([arm or "" for arm in blocks.arms])[seen.kept]
    shown = [arm for arm in pilot.arms if (arms == arm).any()]
    if len(shown) <= MOST_LINES:
        yield Curve(
            title=f"{title(kpi)}: each wave over time",
            x_label=f"period of {days} day(s), from the start of the pilot",
            y_label="mean of the teams" if pilot.randomise == "teams" else "mean of the units",
            y_unit=kpi.unit,
            lines=tuple(Line(label=arm, points=_means(seen, arms == arm)) for arm in shown),
            markers=tuple((f"{arm} starts", float(_first(pilot, arm))) for arm in shown if pilot.spans(arm)),
            note="A wave that gains drops or rises where it starts, and those that wait do not.",
        )


def _means(seen: Observed, here: np.ndarray) -> tuple[tuple[float, float, None, None], ...]:
    means = seen.values[here].mean(axis=0)
    return tuple((float(p), float(y), None, None) for p, y in zip(seen.periods, means, strict=True))


def _first(pilot: Pilot, arm: str) -> int:
    days = pilot.in_time.period_days if pilot.in_time else 1
    return (pilot.spans(arm)[0].first - pilot.start).days // days


def table(blocks: Blocks, pilot: Pilot) -> Table:
    """Who is in which wave."""
    rows = []
    for arm in pilot.arms:
        here = np.array([one == arm for one in blocks.arms])
        spans = pilot.spans(arm)
        rows.append(
            (
                arm,
                spans[0].first.isoformat() if spans else "after the pilot",
                int(here.sum()),
                int(blocks.n_units[here].sum()),
                int(blocks.n_late[here].sum()),
                int(blocks.n_exposed[here].sum()) if pilot.exposures else None,
            )
        )
    what = "Teams" if pilot.randomise == "teams" else "Assigned together"
    columns = ("Wave", "Has it from", what, "Units", "Joined later", "Used it")
    return Table(title="The waves", columns=columns, rows=tuple(rows))
