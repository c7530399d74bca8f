"""Answers about each KPI to baselines, trends, what the pilot can see, and how well the KPI is defined."""

from dataclasses import dataclass, replace

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Finding, Outcome
from proveout.core.initiative import Initiative, Kpi
from proveout.core.question import Answers, Failure
from proveout.instruments.kpis import checks, definition, exhibits
from proveout.instruments.kpis.baseline import Sample, absolute, baseline, impossible, sample, trend
from proveout.instruments.kpis.queries import names
from proveout.instruments.kpis.settings import Settings
from proveout.instruments.kpis.sight import Sight, sight


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """All KPIs; one that cannot be measured leaves the others as they are."""
    if not initiative.kpis:
        return Finding(outcome=Outcome.NOT_APPLICABLE, reason="no KPI is declared", remedy="declare one under `kpis`")
    views = [_view(index, kpi, answers, initiative) for index, kpi in enumerate(initiative.kpis)]
    return Finding(
        estimates=tuple(estimate for view in views for estimate in view.estimates),
        checks=tuple(check for view in views for check in view.checks),
        exhibits=exhibits.draw([view.shown for view in views]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    estimates: list[Estimate]
    checks: list[Check]
    shown: exhibits.Shown


def _view(index: int, kpi: Kpi, answers: Answers, initiative: Initiative) -> _View:
    shown = exhibits.Shown(kpi=kpi, missing=definition.missing_parts(kpi), vague=definition.vague_words(kpi.title))
    estimates, found = _definition(kpi, initiative), checks.of_definition(kpi, shown.missing, shown.vague)
    name = names(index)
    failures = [answers.failures[question] for question in name.values() if question in answers.failures]
    if kpi.baseline is None:
        pass
    elif failures:
        found.append(checks.failed(kpi, _cause(failures)))
    else:
        data = sample(*(answers.tables[name[part]] for part in ("counts", "units", "periods")))
        measured, more, shown = _measured(data, kpi, initiative, shown)
        estimates += measured
        found += more
    return _View(estimates=estimates, checks=found, shown=shown)


def _cause(failures: list[Failure]) -> Failure:
    """The first failure is that of the people's own query; the others follow from it."""
    return failures[0]


def _definition(kpi: Kpi, initiative: Initiative) -> list[Estimate]:
    required = definition.required_parts(kpi)
    given = 1 - len(definition.missing_parts(kpi)) / len(required)
    return [
        exact("definition_complete", given, unit="share", subject=kpi.id, n=len(required)),
        exact("vague_words", len(definition.vague_words(kpi.title)), subject=kpi.id),
        exact("in_value_model", definition.in_value_model(kpi, initiative), subject=kpi.id),
        exact("serves_objective", definition.serves_objective(kpi, initiative), subject=kpi.id),
    ]


def _measured(
    data: Sample, kpi: Kpi, initiative: Initiative, shown: exhibits.Shown
) -> tuple[list[Estimate], list[Check], exhibits.Shown]:
    estimates = [exact("n_units", len(data.units), subject=kpi.id)]
    found = checks.of_values(kpi, data)
    if why := impossible(data, kpi):
        found.append(checks.impossible(kpi, why))
    if why or len(data.units) == 0:
        return estimates, found, shown
    try:
        level = baseline(data, kpi)
    except TooLittle as error:
        found.append(checks.too_little(kpi, "a baseline with an interval", error))
        return estimates, found, replace(shown, data=data)
    estimates.append(level)
    slope = _trend(data, kpi)
    if slope:
        estimates.append(slope)
        found.append(checks.steady(kpi, slope))
    seen = _sight(data, kpi, initiative, found)
    target = absolute(kpi.target, level.value)
    if seen and target:
        estimates.append(_ratio(seen.mde, target, kpi))
    if seen:
        found += checks.of_sight(kpi, seen, target, absolute(kpi.minimum_worthwhile, level.value))
    elif target == 0:
        found.append(checks.no_change(kpi))
    return estimates, found, replace(shown, data=data, level=level, target=target, sight=seen)


def _trend(data: Sample, kpi: Kpi) -> Estimate | None:
    try:
        return trend(data, kpi)
    except TooLittle:
        return None


def _sight(data: Sample, kpi: Kpi, initiative: Initiative, found: list[Check]) -> Sight | None:
    """What the pilot can see; why not is added to the checks."""
    plan = initiative.plan.pilot_size
    if plan is None:
        if initiative.pilot is None or initiative.pilot.roster is None:  # of a roster `pilot plan` says it
            found.append(checks.no_plan(kpi))
        return None
    found += checks.of_plan(kpi, plan)
    try:
        return sight(data, kpi, plan)
    except TooLittle as error:
        found.append(checks.too_little(kpi, "what the pilot can see", error))
        return None


def _ratio(mde: Estimate, target: float, kpi: Kpi) -> Estimate:
    size = abs(target)
    return Estimate(
        name="mde_ratio",
        subject=kpi.id,
        value=mde.value / size,
        lower=None if mde.lower is None else mde.lower / size,
        upper=None if mde.upper is None else mde.upper / size,
        n=mde.n,
        level=mde.level,
        method=f"{mde.method}; interval of the spread of units",
    )
