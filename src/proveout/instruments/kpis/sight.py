"""What the planned pilot can see of a KPI, from its baseline."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.initiative import Kpi, PilotPlan
from proveout.core.pilot import FEWEST_FOR_COVARIATE
from proveout.instruments.kpis.baseline import Sample, period_days, weeks_observed
from proveout.stats.cluster import intraclass_correlation
from proveout.stats.panel import Parts, baseline_correlation, effective_periods, mean_variance, variance_parts
from proveout.stats.power import effect_variance, mean_design_effect, minimal_detectable_effect

ASSUMED_ICC = 0.1
"""Where teams are planned and the baseline names none: the middle of what the design notes simulate."""
ASSUMED_CV = 0.65
"""Spread of team sizes where it is not known: that of general practices in Eldridge, Ashby and Kerry (2006)."""
FEWEST_PERIODS = 3
ARMS, WORKING_DAYS = 2, 5
"""Of a pilot, and of a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the planned pilot can see.

    Args:
        mde: Minimal detectable effect, in the KPI's unit.
        icc: Intraclass correlation used; 0 without clusters.
        icc_assumed: Whether it is an assumption.
        r: Correlation with the baseline that the analysis can use.
        foretold: Correlation with the baseline that there is, used or not; None where it cannot be told.
        periods_known: Whether the length of a period could be told.
    """

    mde: Estimate
    icc: float
    icc_assumed: bool
    r: float
    foretold: float | None
    periods_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How two arms side by side will be compared.

    Args:
        strata: Within how many the arms are drawn.
        treated_share: The share that gets the system.
        followed: Whether units go on from before the start; those that arrive do not.
        errors: From whether the time before is taken off, error and power, to how many standard errors an effect takes
            to be seen; None for those of a t-test.
    """

    strata: int = 1
    treated_share: float = 0.5
    followed: bool = True
    errors: Callable[[bool, float, float], float] | None = None


PLAIN = Comparison()


def sight(
    data: Sample, kpi: Kpi, plan: PilotPlan, how: Comparison = PLAIN, *, alpha: float = 0.05, power: float = 0.8
) -> Sight:
    """The smallest effect that a pilot of the planned size finds, with the baseline as a covariate where one is used.

    Args:
        data: Answers about the baseline.
        kpi: Its KPI.
        plan: Size and length.
        how: How the arms will be compared.
        alpha: Two-sided error.
        power: How often the effect is found.

    Raises:
        TooLittle: The baseline or the plan has too few units.
    """
    if plan.cases_per_day and data.binary and (data.rows == 1).all():
        cases = max(2, round(ARMS * plan.cases_per_day * WORKING_DAYS * plan.weeks))
        plan = replace(plan, units=cases, clusters=0)
    if len(data.units) < 2:
        raise TooLittle(f"{len(data.units)} unit(s): no spread can be seen", "collect the baseline of more units")
    length = period_days(data, kpi)
    pilot_periods = max(1.0, plan.weeks * 7 / (length or 7.0))
    alike = _likeness(data, plan)
    parts = _assigned(data, plan, alike) if how.followed else None
    if parts is None:
        variance, r = float(data.units.var(ddof=1)) * alike.of_means(alike.icc), 0.0
    else:
        variance = mean_variance(parts, pilot_periods)
        r = baseline_correlation(parts, len(data.labels), pilot_periods)
    if variance <= 0:
        raise TooLittle("all units have the same value, so no spread can be seen", "look whether the query is right")
    assigned = plan.clusters or plan.units
    known_from = len(np.unique(data.clusters)) if data.clusters is not None and plan.clusters else len(data.units)
    covariate = parts is not None and assigned - how.strata >= FEWEST_FOR_COVARIATE
    used = r if covariate else 0.0
    spread = effect_variance(variance, assigned, r=used, treated_share=how.treated_share)
    df = assigned - how.strata - 1 - covariate
    errors = how.errors(covariate, alpha, power) if how.errors else None
    mde = minimal_detectable_effect(spread, df, variance_df=known_from - 1, alpha=alpha, power=power, errors=errors)
    return Sight(
        mde=mde.named("mde", subject=kpi.id, unit=kpi.unit),
        icc=alike.icc,
        icc_assumed=alike.assumed,
        r=used,
        foretold=None if parts is None else r,
        periods_known=length is not None or parts is None,
    )


def _parts(data: Sample) -> Parts | None:
    """Between and within parts, where units are seen over enough periods."""
    both = np.isfinite(data.early) & np.isfinite(data.late)
    if len(data.labels) < FEWEST_PERIODS or both.sum() < max(3, len(data.units) / 2):
        return None
    p = data.periods
    return variance_parts(p["n"], p["variance"], p["n_next"], p["covariance"], data.early[both], data.late[both])


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How the means of teams (or units) vary over time.

    Args:
        lasting: Variance of their levels.
        passing: Variance of the mean over a period around the level.
        icc: Intraclass correlation used; 0 without teams.
        icc_assumed: Whether it is an assumption.
        known_from: Teams or units that it is known from.
        days: How long the baseline is; None where that cannot be told.
    """

    lasting: float
    passing: float
    icc: float
    icc_assumed: bool
    known_from: int
    days: float | None


def spread_over_time(data: Sample, kpi: Kpi, plan: PilotPlan, days: float) -> Spread:
    """What lasts and what passes, of the mean of a team (or unit) over so many days.

    Raises:
        TooLittle: Too few units or periods to tell the two apart, or nothing varies.
    """
    alike = _likeness(data, plan)
    parts = _assigned(data, plan, alike)
    if parts is None:
        raise TooLittle(
            f"the baseline has {len(data.labels)} period(s) of {len(data.units)} unit(s)",
            f"a baseline of {FEWEST_PERIODS} periods or more says what lasts and what passes",
        )
    periods = days / (period_days(data, kpi) or 7.0)
    passing = parts.within / (effective_periods(periods, parts.autocorrelation) if periods > 1 else periods)
    if not parts.between + passing > 0:
        raise TooLittle("all units have the same value, so no spread can be seen", "look whether the query is right")
    weeks = weeks_observed(data, kpi)
    known = len(np.unique(data.clusters)) if data.clusters is not None and plan.clusters else len(data.units)
    return Spread(
        lasting=parts.between,
        passing=passing,
        icc=alike.icc,
        icc_assumed=alike.assumed,
        known_from=known,
        days=None if weeks is None else weeks * 7,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likeness:
    """How alike units of a team are: their means over the baseline, and what passes of them.

    Args:
        size: Mean units per planned team; 1 without teams.
        cv: Spread of the sizes.
        icc: Of the means.
        passing: Of what passes.
        assumed: Whether they are assumptions.
    """

    size: float = 1.0
    cv: float = 0.0
    icc: float = 0.0
    passing: float = 0.0
    assumed: bool = False

    def of_means(self, icc: float) -> float:
        """Variance of what gets an arm, per variance of a unit."""
        return mean_design_effect(self.size, icc, cv=self.cv) / self.size


def _likeness(data: Sample, plan: PilotPlan) -> _Likeness:
    if not plan.clusters:
        return _Likeness()
    size = plan.units / plan.clusters
    guess = _Likeness(size=size, cv=ASSUMED_CV, icc=ASSUMED_ICC, passing=ASSUMED_ICC, assumed=True)
    if data.clusters is None:
        return guess
    _, sizes = np.unique(data.clusters, return_counts=True)
    gone, seen = data.early - data.late, np.isfinite(data.early - data.late)
    try:
        icc = _icc(data.units, data.clusters)
        passing = _icc(gone[seen], data.clusters[seen]) if _parts(data) else 0.0
    except TooLittle:
        return guess
    return _Likeness(size=size, cv=float(sizes.std(ddof=1) / sizes.mean()), icc=icc, passing=passing)


def _icc(values: np.ndarray, clusters: np.ndarray) -> float:
    _, index, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    means = np.bincount(index, weights=values) / sizes
    return intraclass_correlation(sizes, means, float(((values - means[index]) ** 2).sum()))


def _assigned(data: Sample, plan: PilotPlan, alike: _Likeness) -> Parts | None:
    """What lasts and what passes of what gets an arm: of a unit, or of the mean of a team.

    What units of a team have in common drops out of no mean, whether it lasts or passes: the first half of the baseline
    less the second says how much of what passes they share, the rest of the likeness lasts.

    Source: Hooper et al. (2016), Stat. Med. 35, 4718-4728: the correlation of the means is
    [m rho CAC + (1 - rho) IAC] / [1 + (m - 1) rho]. Calibrated: tests/calibration/test_planned.py.
    """
    parts = _parts(data)
    if parts is None or not plan.clusters:
        return parts
    total = mean_variance(parts, len(data.labels))
    shared = alike.icc * total - alike.passing * (total - parts.between)
    lasting = min(1.0, max(0.0, shared / parts.between)) if parts.between > 0 else 0.0
    return replace(
        parts,
        between=parts.between * alike.of_means(lasting),
        within=parts.within * alike.of_means(alike.passing),
    )
