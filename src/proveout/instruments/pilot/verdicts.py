"""From an effect to what it means for a KPI: against what is worthwhile, and against what can be borne."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from proveout.core.better import size_of, turned
from proveout.core.errors import TooLittle
from proveout.core.estimate import ARRIVALS, AT_END, Estimate, exact
from proveout.core.evidence import Check
from proveout.core.initiative import Change, Kpi
from proveout.core.looks import ALPHA
from proveout.core.pilot import Pilot
from proveout.instruments.pilot.blocks import Outcomes
from proveout.instruments.pilot.effects import Compared, Effect
from proveout.stats.cluster_regression import Coefficient
from proveout.stats.conditional_power import conditional_power
from proveout.stats.randomisation import centred, randomisation_effect

FEWEST_DF = 4.0
"""Degrees of freedom below which Satterthwaite's approximation does not hold (Pustejovsky and Tipton, 2018)."""
RESULT = "the result is told from chance"
BORNE = "it does not get worse by more than can be borne"
FUTILE = 0.2
"""Chances below it are a reason to think of stopping (our judgement)."""
STEEP = 3
"""Weeks needed before a trend of the effect can be seen."""


def estimates(effect: Effect, kpi: Kpi, pilot: Pilot, n_looks: int) -> list[Estimate]:
    """Absolute, relative, and as the role of the KPI asks: now, and as expected at the end."""
    found = [effect.absolute.named("effect", subject=kpi.id, unit=kpi.unit)]
    if effect.relative:
        found.append(effect.relative.named("effect_relative", subject=kpi.id, unit="share"))
    judged = _to_worthwhile(effect, kpi) if kpi.role == "goal" else _margin(effect, kpi)
    over = n_looks == len(pilot.calendar)
    known = over or effect.outlook
    if pilot.arriving:
        found.append(_arrivals(effect, kpi, pilot, n_looks))
    return [*found, *judged, *(_at_end(one, effect, kpi, pilot) for one in judged if known)]


def _arrivals(effect: Effect, kpi: Kpi, pilot: Pilot, n_looks: int) -> Estimate:
    """How fast units come in: the mean of all days up to the look."""
    days, n = (pilot.calendar[n_looks - 1] - pilot.start).days + 1, effect.absolute.n or 0
    return exact(ARRIVALS, n / days, subject=kpi.id, n=n, method=f"counted, with outcomes, in {days} days")


def _at_end(judged: Estimate, effect: Effect, kpi: Kpi, pilot: Pilot) -> Estimate:
    """What is judged, with the interval that is expected at the registered end if the value stays."""
    name, what = judged.name + AT_END, "teams" if pilot.randomise == "teams" else "units"
    ahead, change = effect.outlook, kpi.minimum_worthwhile
    if ahead is None:
        return replace(judged, name=name, method=f"{judged.n:,} {what}, all looks have come")
    half = ahead.two_sided / size_of(change) if kpi.role == "goal" else ahead.one_sided
    if change and change.relative is not None:
        half /= abs(effect.control)
    n = judged.n or 0
    method = f"{n:,} {what}, from the present spread, on {pilot.end}"
    if pilot.arriving:
        n = round(n / ahead.gain)
        method = f"about {n:,} {what} by {pilot.end} at the present rate"
    return replace(judged, name=name, lower=judged.value - half, upper=judged.value + half, n=n, method=method)


def _to_worthwhile(effect: Effect, kpi: Kpi) -> list[Estimate]:
    """The effect in the direction that is better, per smallest effect that is worth the trouble."""
    size = size_of(kpi.minimum_worthwhile)
    scale = _scale(kpi.minimum_worthwhile, effect)
    if not size or scale is None or not kpi.direction:
        return []
    return [turned(scale[0], kpi, factor=1 / size).named("effect_to_worthwhile", subject=kpi.id, unit="")]


def _margin(effect: Effect, kpi: Kpi) -> list[Estimate]:
    """How far a guardrail is from having got worse by what cannot be borne; one-sided."""
    scale = _scale(kpi.minimum_worthwhile or Change(absolute=0.0), effect)
    if scale is None or not kpi.direction:
        return []
    unit = kpi.unit if scale[1] is effect.one_sided[0] else "share"
    return [
        turned(scale[1], kpi, shift=size_of(kpi.minimum_worthwhile)).named(
            "guardrail_margin", subject=kpi.id, unit=unit
        )
    ]


def _scale(change: Change | None, effect: Effect) -> tuple[Estimate, Estimate] | None:
    """Two-sided and one-sided estimate on the scale of the change."""
    if change is None:
        return None
    if change.absolute is not None:
        return effect.absolute, effect.one_sided[0]
    return (effect.relative, effect.one_sided[1]) if effect.relative and effect.one_sided[1] else None


def fading(compared: Compared, outcomes: Outcomes, kpi: Kpi) -> list[Estimate]:
    """How the effect of a fixed group changes per week, in the direction that is better."""
    totals, weights = (part[compared.kept] for part in outcomes.weeks[:2])
    if totals.shape[1] < STEEP or compared.pilot.arriving:
        return []
    with np.errstate(divide="ignore", invalid="ignore"):
        means = totals / weights
    if not np.isfinite(means).all():
        return []
    week = np.arange(means.shape[1]) - (means.shape[1] - 1) / 2
    slopes = (means @ week) / (week @ week)
    try:
        found = randomisation_effect(compared.ways, centred(slopes, compared.strata))
    except TooLittle:
        return []
    return [turned(found, kpi).named("effect_trend", subject=kpi.id, unit=f"{kpi.unit or '1'}/week")]


def checks(effect: Effect, kpi: Kpi, pilot: Pilot, n_looks: int) -> list[Check]:
    """What the effect rests on, and whether it contradicts what was expected."""
    found = [_said(effect, kpi, pilot, n_looks)]
    found += _harm(effect, kpi, pilot)
    found += _worth_going_on(effect, kpi)
    if kpi.role == "goal" and kpi.minimum_worthwhile is None:
        note = "declare `minimum_worthwhile`; without it nobody can say whether the effect is enough"
        found.append(Check(name=f"{kpi.id}: what is worthwhile is declared", passed=False, note=note))
    elif kpi.minimum_worthwhile and kpi.minimum_worthwhile.relative is not None and effect.relative is None:
        note = "values that are 0 or below have no share; declare `minimum_worthwhile` as an absolute change"
        found.append(Check(name=f"{kpi.id}: a relative effect has a meaning", passed=False, note=note))
    if kpi.role == "guardrail" and kpi.minimum_worthwhile is None:
        note = (
            "declare in `minimum_worthwhile` how much worse can be borne; 0 is taken, which hardly any pilot can show"
        )
        found.append(Check(name=f"{kpi.id}: what can be borne is declared", passed=False, note=note))
    return found


def _harm(effect: Effect, kpi: Kpi, pilot: Pilot) -> list[Check]:
    """Where it got worse: of a guardrail, whether by more than can be borne, as its criterion judges it."""
    swapped = "either the system does harm, or the arms are coded the wrong way round; without exposures nobody can say"
    harm = "the system does harm: those who were to have it used it, and the arms are not swapped"
    note = harm if pilot.exposures else f"{swapped} which"
    if kpi.role == "goal":
        name = f"{kpi.id}: the effect goes the way that was expected"
        return [Check(name=name, passed=False, note=note)] if _opposite(effect, kpi) else []
    for margin in _margin(effect, kpi):
        name = f"{kpi.id}: {BORNE}"
        if margin.upper is not None and margin.upper < 0:
            return [Check(name=name, passed=False, note=note)]
        if _opposite(effect, kpi):
            holds = margin.lower is not None and margin.lower >= 0
            more = "and by no more than can be borne" if holds else "and whether by more than can be borne is not told"
            return [Check(name=name, passed=holds or None, note=f"it got worse, {more}")]
    return []


def _said(effect: Effect, kpi: Kpi, pilot: Pilot, n_looks: int) -> Check:
    """The statistic beside its boundary; the second estimator beside the first; which decides where they differ."""
    name, by_p, by_interval = f"{kpi.id}: {RESULT}", effect.p_value <= ALPHA, _leaves_out_zero(effect.absolute)
    parts = []
    if effect.path:
        at = effect.path.rejected_at
        parts.append(
            f"crossed the boundary at look {at + 1}" if at is not None else f"look {n_looks}, no boundary crossed"
        )
    once = effect.path is None and not pilot.arriving
    how = effect.test if once else f"allowing for {len(pilot.calendar)} look(s)"
    parts.append(f"p = {effect.p_value:.3g}, {how}")
    if by_p != by_interval:
        parts.append(_which_decides(n_looks, by_interval, once=once))
    if effect.cr2:
        parts.append(_units_alike(effect.cr2))
    return Check(name=name, passed=(by_p and by_interval) or None, note="; ".join(parts))


def _leaves_out_zero(effect: Estimate) -> bool:
    return (effect.lower is not None and effect.lower > 0) or (effect.upper is not None and effect.upper < 0)


def _which_decides(n_looks: int, by_interval: bool, *, once: bool) -> str:
    """Test and interval can differ; the gates read the interval."""
    why = (
        "it holds on average of all shares, where the exact test holds for the worst"
        if once
        else "it is of this look alone, with the error that those before left, as the effect may have changed since"
    )
    return f"the interval at look {n_looks} {'leaves out' if by_interval else 'holds'} no effect, and decides: {why}"


def _worth_going_on(effect: Effect, kpi: Kpi) -> list[Check]:
    """Conditional power of a goal at a look on the way: advice, as no error is spent on stopping early for it."""
    ahead, size = effect.outlook, size_of(kpi.minimum_worthwhile)
    if kpi.role != "goal" or not (ahead and ahead.error and ahead.gain < 1 and size and kpi.direction):
        return []
    if kpi.minimum_worthwhile and kpi.minimum_worthwhile.relative is not None:
        size *= abs(effect.control)
    now = turned(effect.absolute, kpi).value
    worth, same = (
        conditional_power(now, ahead.error, ahead.gain, true=true, needed=ahead.two_sided) for true in (size, now)
    )
    note = (
        f"at the registered end it is told from nothing in about {worth:.0%} if from now on the effect is what is"
        f" worthwhile, in about {same:.0%} if it stays as found (conditional power; binds nobody)"
    )
    name = f"{kpi.id}: the end can still show an effect"
    return [Check(name=name, passed=None if worth < FUTILE else True, note=note)]


def _units_alike(cr2: Coefficient) -> str:
    """The second estimator; its interval only where the errors have the degrees of freedom that it takes."""
    one, df = cr2.estimate, cr2.degrees_of_freedom
    if df < FEWEST_DF:
        few = f"too few for an interval by CR2 ({df:.1f} degrees of freedom): the randomisation test's alone counts"
        return f"with units counting alike {one.value:.4g}, {few}"
    return f"with units counting alike {one.value:.4g} ({one.lower:.4g} to {one.upper:.4g}), CR2"


def allowing(check: Check, p_values: Sequence[Estimate], n_goals: int) -> Check:
    """The check whether a goal is told from chance, once the others are allowed for; any other check as it is."""
    found = next((p for p in p_values if n_goals > 1 and check.name == f"{p.subject}: {RESULT}"), None)
    if found is None:
        return check
    note = f"p = {found.value:.3g} allowing for {n_goals} goals; before that: {check.note}"
    return replace(check, passed=(check.passed and found.value <= ALPHA) or None, note=note)


def _opposite(effect: Effect, kpi: Kpi) -> bool:
    """Whether the interval lies on the other side of 0 than the direction that is better."""
    upper = turned(effect.absolute, kpi).upper
    return bool(kpi.direction) and upper is not None and upper < 0
