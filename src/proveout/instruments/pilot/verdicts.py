"""From an effect to what it means for a KPI: against what is worthwhile, and against what can be borne."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from proveout.core.better import size_of, turned
from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check
from proveout.core.initiative import Change, Kpi
from proveout.core.pilot import Pilot
from proveout.instruments.pilot.blocks import Outcomes
from proveout.instruments.pilot.effects import Compared, Effect
from proveout.stats.randomisation import centred, randomisation_effect

STEEP = 3
"""Weeks needed before a trend of the effect can be seen."""

ALPHA = 0.05
TOLD = "the result is told from chance"


def estimates(effect: Effect, kpi: Kpi) -> list[Estimate]:
    """Absolute, relative, and as the role of the KPI asks."""
    found = [effect.absolute.named("effect", subject=kpi.id, unit=kpi.unit)]
    if effect.relative:
        found.append(effect.relative.named("effect_relative", subject=kpi.id, unit="share"))
    judged = _to_worthwhile(effect, kpi) if kpi.role == "goal" else _margin(effect, kpi)
    return [*found, *judged]


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
    totals, weights = (part[compared.kept] for part in outcomes.weeks)
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
    if _opposite(effect, kpi):
        why = "exposures show which arm has the system" if pilot.exposures else "without exposures nobody can say which"
        note = f"either the system does harm, or the arms are coded the wrong way round; {why}"
        found.append(Check(name=f"{kpi.id}: the effect goes the way that was expected", passed=False, note=note))
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


def _said(effect: Effect, kpi: Kpi, pilot: Pilot, n_looks: int) -> Check:
    """The statistic beside its boundary; the second estimator beside the first."""
    name = f"{kpi.id}: {TOLD}"
    parts = []
    if effect.path:
        at = effect.path.rejected_at
        parts.append(
            f"crossed the boundary at look {at + 1}" if at is not None else f"look {n_looks}, no boundary crossed"
        )
    parts.append(f"p = {effect.p_value:.3g}, allowing for {len(pilot.calendar)} look(s)")
    if effect.cr2:
        one = effect.cr2.estimate
        parts.append(f"with units counting alike {one.value:.4g} ({one.lower:.4g} to {one.upper:.4g}), CR2")
    return Check(name=name, passed=effect.p_value <= ALPHA or None, note="; ".join(parts))


def allowing(check: Check, p_values: Sequence[Estimate], n_goals: int) -> Check:
    """The check whether a goal is told from chance, once the others are allowed for; any other check as it is."""
    found = next((p for p in p_values if n_goals > 1 and check.name == f"{p.subject}: {TOLD}"), None)
    if found is None:
        return check
    note = f"p = {found.value:.3g} allowing for {n_goals} goals; before that: {check.note}"
    return replace(check, passed=found.value <= ALPHA or None, note=note)


def _opposite(effect: Effect, kpi: Kpi) -> bool:
    """Whether the interval lies on the other side of 0 than the direction that is better."""
    upper = turned(effect.absolute, kpi).upper
    return bool(kpi.direction) and upper is not None and upper < 0
