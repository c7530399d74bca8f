"""From effects to what gate 5 asks: is it worthwhile, does it last, is nothing hurt, is the promise met."""

from dataclasses import dataclass, replace
from datetime import date

from proveout.core.better import size_of, turned
from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Evidence, Part
from proveout.core.exhibit import Curve, Line, Series
from proveout.core.initiative import Change, Kpi
from proveout.core.rollout import Rollout
from proveout.core.wording import figure
from proveout.instruments.impact.effects import STRENGTH, Design, Lasting, by_period
from proveout.instruments.impact.panel import Observed
from proveout.stats.mover import independent_ratio
from proveout.stats.proportion import wilson

WEAK = {
    "compared": "the order was not drawn: differences between those who came early and late may pass for an effect",
    "single-series": "nobody waits: whatever else happened at the time may pass for an effect",
}


def in_unit(change: Change | None, level: float | None) -> float | None:
    """How large a change is in the KPI's unit; None where it is not declared, or relative to a baseline not seen."""
    if change is None:
        return None
    if change.absolute is not None:
        return abs(change.absolute)
    return None if level is None else size_of(change) * abs(level)


def of_goal(kpi: Kpi, found: Lasting, seen: Observed, pilot: Evidence | None) -> Part:
    """Estimates and checks of a goal."""
    estimates = [found.effect.named("effect", subject=kpi.id, unit=kpi.unit)]
    checks = [_design(kpi, found)]
    scaled = turned(found.effect, kpi, factor=1 / abs(seen.level)) if seen.level else None
    if scaled:
        estimates.append(scaled.named("gain_relative", subject=kpi.id, unit="share"))
    if found.p_value is not None:
        method = "studentised test over orders of the waves, Roth and Sant'Anna"
        estimates.append(exact("p_value", found.p_value, subject=kpi.id, method=method))
    worthwhile = in_unit(kpi.minimum_worthwhile, seen.level)
    if worthwhile and kpi.direction:
        to = turned(found.one_sided, kpi, factor=1 / worthwhile)
        estimates.append(to.named("effect_to_worthwhile", subject=kpi.id, unit=""))
    else:
        note = (
            "declare `minimum_worthwhile` and `direction`; one relative to the baseline needs periods before the waves"
        )
        checks.append(Check(name=f"{kpi.id}: what is worthwhile is known", passed=False, note=note))
    if found.slope and found.ahead and kpi.direction:
        per = turned(found.slope, kpi).named("effect_trend", subject=kpi.id, unit=f"{kpi.unit or '1'}/period")
        estimates += [per, turned(found.ahead, kpi).named("lasting_margin", subject=kpi.id, unit=kpi.unit)]
    carried, check = _transport(kpi, found.effect, scaled if seen.level and seen.level > 0 else None, pilot)
    method = "by how the comparison came about"
    strength = exact("comparison_strength", STRENGTH[found.design], subject=kpi.id, method=method)
    return Part(estimates=(*estimates, *carried, strength), checks=tuple(checks + check))


def _design(kpi: Kpi, found: Lasting) -> Check:
    name = f"{kpi.id}: the comparison can bear an effect"
    if found.design == "randomised":
        return Check(name=name, passed=True, note="the order of the waves was drawn at random, and others wait")
    note = WEAK[found.design]
    if found.before:
        seen, per = found.before, f"{kpi.unit or '1'} per period"
        note += (
            f"; before the waves they drifted apart by {seen.drift.value:.3g} {per} (p {seen.p_value:.2g}), and a "
            f"drift of {seen.detectable:.3g} would have been seen in four of five cases"
        )
    return Check(name=name, passed=False, note=note)


def _transport(
    kpi: Kpi, effect: Estimate, gain: Estimate | None, pilot: Evidence | None
) -> tuple[list[Estimate], list[Check]]:
    """What is left at scale of the pilot's effect: of the relative one where both have it, else of the absolute one."""
    there = {e.name: e for e in (pilot.finding.estimates if pilot else ()) if e.subject == kpi.id}
    if "effect" not in there:
        return [], []
    if gain and "effect_relative" in there:
        pair, which = (
            (gain, turned(there["effect_relative"], kpi)),
            "relative effects, each as a share of its own level",
        )
    else:
        pair, which = (effect, there["effect"]), f"absolute effects in {kpi.unit or 'the unit of the KPI'}"
    name = f"{kpi.id}: the pilot's effect is carried over"
    try:
        ratio = independent_ratio(*pair)
    except TooLittle as error:
        return [], [Check(name=name, passed=None, note=f"{which}: {error.message}: {error.remedy}")]
    carried = replace(ratio, method=f"{which}; {ratio.method}").named("carried_over", subject=kpi.id, unit="")
    lost = ratio.upper is not None and ratio.upper < 1
    at_most = f", at most {figure(ratio.upper, 'share')}" if ratio.upper is not None else ""
    note = f"{figure(ratio.value, 'share')} of the pilot's effect is left{at_most}; compared are {which}"
    return [carried], [Check(name=name, passed=not lost, note=note)]


def of_guardrail(kpi: Kpi, effect: Estimate, seen: Observed) -> Part:
    """How far a guardrail is from having got worse by what can be borne; nothing can where that is not declared."""
    borne = in_unit(kpi.minimum_worthwhile or Change(absolute=0.0), seen.level)
    if borne is None or not kpi.direction:
        note = "declare `direction` and `minimum_worthwhile`; a relative one needs periods before the waves"
        return Part(checks=(Check(name=f"{kpi.id}: what can be borne is known", passed=False, note=note),))
    margin = turned(effect, kpi, shift=borne).named("guardrail_margin", subject=kpi.id, unit=kpi.unit)
    return Part(estimates=(margin,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Periods in which the promised benefit was met.

    Args:
        gained: By first day of the period: gain in the direction that is better, in the KPI's unit.
        promised: In the same unit.
    """

    gained: dict[date, float]
    promised: float

    @property
    def first(self) -> date | None:
        """The first period in which it was met."""
        return next((day for day, gain in self.gained.items() if gain >= self.promised), None)


def periods_met(kpi: Kpi, seen: Observed, rollout: Rollout, design: Design) -> Met | None:
    """The promise held against each period; None where nothing is promised."""
    promised = in_unit(kpi.target, seen.level)
    if not promised or not kpi.direction or seen.panel is None:
        return None
    soak = -(-rollout.soak_days // rollout.period_days)
    sign = -1.0 if kpi.direction == "down" else 1.0
    gained = {seen.day(rollout, t): sign * gain for t, gain in by_period(seen.panel, soak, design).items()}
    return Met(gained=gained, promised=promised)


def of_promise(kpi: Kpi, met: Met, rollout: Rollout, begun: date | None) -> Part:
    """Share of periods, what is left of the error budget, and how long it took."""
    n = len(met.gained)
    if not n:
        return Part()
    good = sum(gain >= met.promised for gain in met.gained.values())
    share = wilson(good, n).named("periods_met_share", subject=kpi.id)
    allowed = (1 - rollout.met_share) * n
    left = 1 - (n - good) / allowed if allowed else float(good == n)
    estimates = [share, exact("error_budget_left", left, subject=kpi.id, unit="share", n=n, method="counted by period")]
    if begun and met.first:
        days = (met.first - begun).days
        if days >= 0:
            method = "from the first record of the initiative to the first period in which the promise was met"
            estimates.append(exact("time_to_value_days", days, subject=kpi.id, unit="day", method=method))
    series = Series(
        title=f"{kpi.title or kpi.id}: gain in each period",
        unit=kpi.unit,
        points=tuple((day.isoformat(), gain, None, None) for day, gain in met.gained.items()),
        reference=met.promised,
        reference_label="promised",
        note=f"Met in {good} of {n} periods; the objective is {figure(rollout.met_share, 'share')}.",
    )
    return Part(estimates=tuple(estimates), exhibits=(series,))


def curve_of(kpi: Kpi, found: Lasting, rollout: Rollout) -> Curve:
    """The effect by how long the system has been there, of the same teams throughout."""
    points = tuple((float(e), one.value, one.lower, one.upper) for e, one in found.curve)
    return Curve(
        title=f"{kpi.title or kpi.id}: effect by time since the start",
        x_label=f"periods of {rollout.period_days} days since the start of the wave",
        y_label="effect",
        y_unit=kpi.unit,
        lines=(Line(label="effect", points=points),),
        note="The same teams throughout, so that the curve shows what use does; intervals are for each point alone.",
    )
