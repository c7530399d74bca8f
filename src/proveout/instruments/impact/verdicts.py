"""From effects to what gate 5 asks: is it worthwhile, does it last, is nothing hurt, is the promise met."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from proveout.core.better import size_of, turned
from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Evidence, Part
from proveout.core.exhibit import Curve, Line, Series
from proveout.core.initiative import Change, Kpi
from proveout.core.rollout import Rollout
from proveout.core.wording import figure
from proveout.instruments.impact.effects import STRENGTH, Design, Lasting, by_period, estimator_of, gain
from proveout.instruments.impact.panel import Observed
from proveout.stats.exact_table import fisher_p
from proveout.stats.mover import independent_ratio
from proveout.stats.proportion import wilson

SIGNIFICANT = 0.05
WEAK = {
    "compared": "the order was not drawn: differences between those who came early and late may pass for an effect",
    "single-series": "nobody waits: what else happened here at the time may pass for an effect",
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
    gain = _relative(kpi, found.effect, seen)
    if gain:
        estimates.append(gain.named("gain_relative", subject=kpi.id, unit="share"))
    if found.p_value is not None:
        method = "studentised test over orders of the waves, Roth and Sant'Anna"
        estimates.append(exact("p_value", found.p_value, subject=kpi.id, method=method))
    worthwhile = in_unit(kpi.minimum_worthwhile, seen.level)
    if not worthwhile or not kpi.direction:
        note = (
            "declare `minimum_worthwhile` and `direction`; one relative to the baseline needs periods before the waves"
        )
        checks.append(Check(name=f"{kpi.id}: what is worthwhile is known", passed=False, note=note))
    drift = _drift(kpi, found, worthwhile)
    if not any(check.passed is False for check in drift.checks):
        estimates += _bounds(kpi, found, worthwhile)
    carried, check = _transport(kpi, found.plain, _relative(kpi, found.plain, seen), pilot)
    method = "by how the comparison came about"
    strength = exact("comparison_strength", STRENGTH[found.design], subject=kpi.id, method=method)
    return Part(estimates=(*estimates, *drift.estimates, *carried, strength), checks=(*checks, *drift.checks, *check))


def _relative(kpi: Kpi, effect: Estimate, seen: Observed) -> Estimate | None:
    return turned(effect, kpi, factor=1 / abs(seen.level)) if seen.level else None


def _bounds(kpi: Kpi, found: Lasting, worthwhile: float | None) -> list[Estimate]:
    """What the gate is decided by."""
    estimates = []
    if worthwhile and kpi.direction:
        to = turned(found.one_sided, kpi, factor=1 / worthwhile)
        estimates.append(to.named("effect_to_worthwhile", subject=kpi.id, unit=""))
    if found.slope and found.ahead and kpi.direction:
        per = turned(found.slope, kpi).named("effect_trend", subject=kpi.id, unit=f"{kpi.unit or '1'}/period")
        estimates += [per, turned(found.ahead, kpi).named("lasting_margin", subject=kpi.id, unit=kpi.unit)]
    return estimates


def _drift(kpi: Kpi, found: Lasting, worthwhile: float | None) -> Part:
    """How waves whose order nobody drew drifted apart before; a drift that may pass for an effect lets none pass."""
    if found.design != "compared":
        return Part()
    name = f"{kpi.id}: the waves moved alike before they began"
    if found.before is None:
        note = "two periods before the waves are needed to see it: nothing can be said of what is worthwhile"
        return Part(checks=(Check(name=name, passed=False, note=note),))
    seen, per = found.before, f"{kpi.unit or '1'} per period"
    method = "pre-trend test, Roth 2022"
    estimates = [exact("drift_p", seen.p_value, subject=kpi.id, method=method)]
    hidden = seen.detectable * found.reach
    note = (
        f"they drifted apart by {seen.drift.value:.3g} {per} (p {seen.p_value:.2g}); a drift of {seen.detectable:.3g} "
        f"would have been seen in four of five cases, and makes {hidden:.3g} until the effect is read"
    )
    small = worthwhile is not None and hidden < worthwhile
    if worthwhile:
        estimates.append(exact("drift_to_worthwhile", hidden / worthwhile, subject=kpi.id, method=method))
    passed = seen.p_value >= SIGNIFICANT and small
    note += "" if passed else "; so a drift may pass for the effect, and nothing is said of whether it is worthwhile"
    return Part(estimates=tuple(estimates), checks=(Check(name=name, passed=passed, note=note),))


def _design(kpi: Kpi, found: Lasting) -> Check:
    name = f"{kpi.id}: the comparison can bear an effect"
    if found.design == "randomised":
        return Check(name=name, passed=True, note="the order of the waves was drawn at random, and others wait")
    return Check(name=name, passed=False, note=WEAK[found.design])


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


def of_loss(kpi: Kpi, worst: Estimate, seen: Observed, lost: Sequence[str]) -> Part:
    """Whether those who were lost from the data can have made the verdict."""
    worthwhile = in_unit(kpi.minimum_worthwhile, seen.level)
    estimates, checks = [], []
    if worthwhile and kpi.direction:
        to = turned(worst, kpi, factor=1 / worthwhile)
        estimates.append(to.named("worthwhile_at_worst", subject=kpi.id, unit=""))
    if lost:
        served = seen.cells.starts < len(seen.cells.periods)
        (a, n_a), (b, n_b) = (
            (int((~seen.cells.complete & group).sum()), int(group.sum())) for group in (served, ~served)
        )
        p = fisher_p(a, n_a, b, n_b) if n_a and n_b else 1.0
        note = (
            f"{a} of {n_a} team(s) with the system and {b} of {n_b} that wait have periods without outcomes and do "
            f"not count, such as {', '.join(lost[:3])} (p {p:.2g})"
        )
        name = f"{kpi.id}: as many were lost with the system as without"
        checks.append(Check(name=name, passed=p >= SIGNIFICANT, note=note))
    return Part(estimates=tuple(estimates), checks=tuple(checks))


def of_guardrail(kpi: Kpi, effects: Sequence[tuple[Estimate, Estimate]], seen: Observed) -> Part:
    """How far a guardrail is from having got worse by what can be borne; nothing can where that is not declared.

    Of several effects the worst counts, at either end: harm must be ruled out of all of them, or shown in one.
    """
    borne = in_unit(kpi.minimum_worthwhile or Change(absolute=0.0), seen.level)
    if borne is None or not kpi.direction:
        note = "declare `direction` and `minimum_worthwhile`; a relative one needs periods before the waves"
        return Part(checks=(Check(name=f"{kpi.id}: what can be borne is known", passed=False, note=note),))
    margins = [tuple(turned(one, kpi, shift=borne) for one in pair) for pair in effects]
    lowers = [to_pass.lower for to_pass, _ in margins]
    margin = replace(
        min((to_pass for to_pass, _ in margins), key=lambda one: one.value),
        lower=None if None in lowers else min(end for end in lowers if end is not None),
        upper=min((harm.upper for _, harm in margins if harm.upper is not None), default=None),
    )
    return Part(estimates=(margin.named("guardrail_margin", subject=kpi.id, unit=kpi.unit),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Periods in which the promised benefit was met.

    Args:
        gained: By first day of the period: gain in the direction that is better, in the KPI's unit.
        promised: In the same unit.
        first: Last day of the first period in which it may have been met, and of the first in which it surely was.
    """

    gained: dict[date, float]
    promised: float
    first: tuple[date, date] | None


def periods_met(kpi: Kpi, seen: Observed, rollout: Rollout, design: Design) -> Met | None:
    """The promise held against each period; None where nothing is promised."""
    promised, waves = in_unit(kpi.target, seen.level), seen.compared
    if not promised or not kpi.direction or waves is None:
        return None
    soak = -(-rollout.soak_days // rollout.period_days)
    sign = -1.0 if kpi.direction == "down" else 1.0
    weights = by_period(waves, soak)
    gained = {seen.day(rollout, t): sign * gain(waves, one, design) for t, one in weights.items()}
    estimate = estimator_of(waves, design, rollout.seed)
    level = 1 - 2 * SIGNIFICANT / max(1, len(weights))
    possible = None
    for t, one in weights.items():
        if gained[seen.day(rollout, t)] < promised and possible is not None:
            continue
        interval = turned(estimate(one, level), kpi)
        day = seen.day(rollout, t) + timedelta(days=rollout.period_days - 1)
        if possible is None and (interval.upper is None or interval.upper >= promised):
            possible = day
        if interval.lower is not None and interval.lower >= promised:
            return Met(gained=gained, promised=promised, first=(possible or day, day))
    return Met(gained=gained, promised=promised, first=None)


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
    if begun and met.first and begun <= met.first[0]:
        earliest, surely = ((day - begun).days for day in met.first)
        method = "from the first record to the period in which the promise was surely met (95% over all periods)"
        estimates.append(
            Estimate(
                name="time_to_value_days",
                value=surely,
                lower=earliest,
                upper=surely,
                subject=kpi.id,
                unit="day",
                method=method,
            )
        )
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
    lines = tuple(
        Line(label=name, points=tuple((float(e), one.value, one.lower, one.upper) for e, one in points))
        for name, points in found.curves
    )
    return Curve(
        title=f"{kpi.title or kpi.id}: effect by time since the start",
        x_label=f"periods of {rollout.period_days} days since the start of the wave",
        y_label="effect",
        y_unit=kpi.unit,
        lines=lines,
        note="The same teams throughout, so that a curve shows what use does; intervals are for each point alone.",
    )
