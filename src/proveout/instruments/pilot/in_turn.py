"""One KPI of a switchback: from its periods to figures and pictures."""

from collections.abc import Iterator
from datetime import timedelta
from functools import reduce

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.evidence import Check
from proveout.core.exhibit import Bar, Curve, Exhibit, Intervals, Line, Table
from proveout.core.initiative import Kpi
from proveout.core.pilot import Pilot
from proveout.core.question import Columns
from proveout.instruments.pilot import health, kept_schedule, lost_in_time, switching, verdicts
from proveout.instruments.pilot.blocks import Blocks, Outcomes
from proveout.instruments.pilot.effects import Effect
from proveout.instruments.pilot.exhibits import MOST_DOTS, in_points, over_looks, title
from proveout.instruments.pilot.in_time import Observed, Timed, both, effect_of, observed
from proveout.instruments.pilot.view import View, no_verdict, not_compared, unhealthy

SUSPECT = 0.05
"""A p-value of carry-over below it is a warning: the test sees little."""
DOUBTED = 0.7
"""A p-value of carry-over below which the days left out are not trusted to suffice, as it sees little. At 0.3 up to
21% of switchbacks whose days did not suffice at all were told an effect that was none, at 0.7 up to 10%; of 8 teams an
effect of 1 was told in 88% and 81%. Never to trust them costs more (75%), and makes the days left out useless."""
FEWEST_AFTER = 20
"""Times two periods with others before them: with fewer the test hardly sees anything (our judgement)."""


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
        turns = switching.switching(seen, blocks, pilot)
        own += lost_in_time.of_outcome(seen, given, blocks, outcomes, kpi, pilot)
    except TooLittle as error:
        return not_compared(kpi, error, own)
    if found := unhealthy(kpi, own, ill):
        return found
    try:
        carried = _carry_over(turns, pilot, kpi)
        effect = effect_in_turn(turns, pilot, n_looks)
    except TooLittle as error:
        return not_compared(kpi, error, own)
    estimates, checks = [*own.estimates, *carried.estimates], [*own.checks, *carried.checks]
    if carried.ill:
        checks.append(health.no_verdict(kpi.id, carried.ill))
        return no_verdict(kpi, estimates, checks, carried.ill)
    return View(
        kpi=kpi,
        estimates=[*estimates, *verdicts.estimates(effect, kpi, pilot, n_looks)],
        checks=[*checks, *verdicts.checks(effect, kpi, pilot, n_looks)],
        effect=effect,
        exhibits=tuple(_exhibits(kpi, effect, turns, seen, blocks, pilot, n_looks)),
    )


def effect_in_turn(turns: switching.Switching, pilot: Pilot, n_looks: int) -> Effect:
    """Every effect that each of `comparisons` keeps.

    Raises:
        TooLittle: Nothing varies, or too few periods are over.
    """
    return reduce(both, (effect_of(one, pilot, n_looks) for one in comparisons(turns, pilot)))


def comparisons(turns: switching.Switching, pilot: Pilot) -> tuple[Timed, ...]:
    """The plain one where days are left out for what is carried over; where none are, or too few it seems, it allows.

    Raises:
        TooLittle: Too few periods are over.
    """
    if not _left_out(pilot):
        return (switching.allowing(turns),)
    plain = switching.timed(turns)
    trusted = switching.carried_over(turns, plain.value)[0] >= DOUBTED
    return (plain,) if trusted else (switching.allowing(turns), plain)


def _left_out(pilot: Pilot) -> int:
    return pilot.switchback.carry_over_days if pilot.switchback else 0


def _carry_over(turns: switching.Switching, pilot: Pilot, kpi: Kpi) -> health.Health:
    """Whether what each had in the period before still shows; few periods that have one before show little."""
    p, n = switching.carried_over(turns, switching.timed(turns).value)
    note = f"randomisation test of what each had in the period before: p = {health.p_text(p)}, of {n} that had one"
    few = n < FEWEST_AFTER and p >= SUSPECT
    passed = None if few else True
    if p < SUSPECT:
        passed, note = False, f"{note}; the next pilot needs a longer `carry_over_days`, or two arms"
    return health.Health(
        estimates=(health.p_estimate("carry_over_p", p, kpi.id, n=n),) if not few else (),
        checks=(Check(name=f"{kpi.id}: nothing is carried over", passed=passed, note=f"{note}; {_rule(pilot, p)}"),),
        ill=(f"the system is carried over into the next period (p = {health.p_text(p)})",)
        if p < health.MISMATCH
        else (),
    )


def _rule(pilot: Pilot, p: float) -> str:
    """What the effect allows for, in one sentence."""
    days = _left_out(pilot)
    if not days:
        return (
            "no days are left out, so the effect is the one that remains whatever a period leaves in the next, with "
            "an interval about half as wide again; what lasts longer than one period it does not allow for"
        )
    if p >= DOUBTED:
        return f"the effect rests on the declaration that {days} day(s) left out of each period are enough"
    return (
        f"as p is below {DOUBTED}, the {days} day(s) left out may be too few: a result counts only where the effect "
        "that remains whatever a period leaves in the next shows it, too"
    )


def _exhibits(
    kpi: Kpi,
    effect: Effect,
    turns: switching.Switching,
    seen: Observed,
    blocks: Blocks,
    pilot: Pilot,
    n_looks: int,
) -> Iterator[Exhibit]:
    yield from over_looks(kpi, effect, [pilot.share(day) for day in pilot.calendar[:n_looks]])
    by_pair = switching.by_pair(turns)
    if len(by_pair) > 1:
        yield Curve(
            title=f"{title(kpi)}: effect in each two periods",
            x_label="number of the two periods",
            y_label=f"with the system less without{in_points(kpi)}",
            y_unit=kpi.unit,
            lines=(Line(label="effect", points=tuple((p + 1.0, e.value, e.lower, e.upper) for p, e in by_pair)),),
            note="Each interval is for one look and allows for no carry-over. An effect that drifts is changed by use, "
            "or by its lack.",
        )
    gains = switching.by_block(turns)
    if len(gains) <= MOST_DOTS:
        names = np.array(blocks.names, dtype=object)[seen.kept]
        yield Intervals(
            title=f"{title(kpi)}: each {'team' if pilot.randomise == 'teams' else 'unit'}",
            unit=kpi.unit,
            bars=tuple(
                Bar(label=str(names[row]), value=gain, lower=gain, upper=gain)
                for row, gain in sorted(gains, key=lambda pair: pair[1])
            ),
            reference=0.0,
            reference_label="no effect",
            note="What each has with the system, less what it has without.",
        )


def table(blocks: Blocks, pilot: Pilot) -> Table:
    """Who has the system in which period."""
    days = pilot.switchback.period_days if pilot.switchback else 1
    on = kept_schedule.with_system(blocks, pilot, 2 * pilot.n_pairs)
    rows = []
    for period in range(2 * pilot.n_pairs):
        first = pilot.start + timedelta(days=period * days)
        last = first + timedelta(days=days - 1)
        here = on[:, period]
        units = int(blocks.n_units[here].sum()), int(blocks.n_units[~here].sum())
        rows.append((period + 1, first.isoformat(), last.isoformat(), int(here.sum()), *units))
    what = "Teams with it" if pilot.randomise == "teams" else "Drawn with it"
    columns = ("Period", "From", "To", what, "Units with it", "Units without")
    return Table(title="Who had it when", columns=columns, rows=tuple(rows))
