"""Evidence of other blocks and declared ranges to what the initiative is worth."""

from dataclasses import replace

import numpy as np

from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Finding, Outcome
from proveout.core.initiative import Initiative
from proveout.core.question import Answers
from proveout.instruments.business_case import exhibits, simulation, units
from proveout.instruments.business_case.formula import FormulaError
from proveout.instruments.business_case.model import BUILT_IN, Missing, Model, entries, resolve
from proveout.instruments.business_case.ranges import zero_divisors
from proveout.instruments.business_case.realised import compare
from proveout.instruments.business_case.settings import Settings
from proveout.stats.distributions import central
from proveout.stats.information import partial_perfect_information, perfect_information
from proveout.stats.proportion import wilson

SETTLED = 0.01
"""Perfect information worth less than this share of the expected NPV would not change the decision."""


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Simulate the value model."""
    if initiative.value is None:
        return Finding(
            outcome=Outcome.NOT_APPLICABLE, reason="no value model is declared", remedy="declare one under `value`"
        )
    try:
        model = resolve(initiative.value, answers.evidence)
        _check_formulas(model)
        found = _simulate(model)
        beside = compare(model, answers.evidence)
        return replace(
            found,
            estimates=(*found.estimates, *beside.estimates),
            checks=(*found.checks, *beside.checks),
            exhibits=(*beside.exhibits, *found.exhibits),
        )
    except Missing as error:
        return Finding(outcome=Outcome.TOO_LITTLE, reason=error.reason, remedy=error.remedy)
    except FormulaError as error:
        return Finding(outcome=Outcome.BROKEN, reason=error.message, remedy=error.hint)


def _check_formulas(model: Model) -> None:
    """Units and divisors once more, now that measured quantities are known.

    Raises:
        FormulaError: A formula does not fit.
    """
    by_name = {name: entry.unit for name, entry in model.inputs.items()}
    spans = {name: entry.support for name, entry in model.inputs.items()}
    wanted = (unit for _, unit in entries(model.value).values())
    for formula, unit in zip((model.benefit, model.cost, model.one_off), wanted, strict=True):
        for name in formula.names:
            if name not in by_name:
                raise FormulaError(f"{name!r} is no declared quantity", "declare it under value.quantities")
        result = units.comes_out(formula, by_name)
        if (
            formula.text in ("yearly_cost", "one_off_cost", "yearly_benefit")
            and formula.text not in model.value.quantities
        ):
            if not units.alike(result, units.parse(unit)):
                raise FormulaError(f"{formula.text} is in {units.spell(result)}, must be {unit}", f"write it in {unit}")
        else:
            units.check_result(formula, by_name, result, unit)
        for divisor in zero_divisors(formula, spans):
            raise FormulaError(
                f"the formula {formula.text!r} divides by {divisor}, which can be zero",
                "give it a range that stays away from zero",
            )


def _simulate(model: Model) -> Finding:
    used = model.used()
    uncertain = [name for name in used if model.inputs[name].uncertain]
    n = simulation.DRAWS if uncertain else 1
    shares = {name: simulation.uniforms(model.inputs[name].seed, n) for name in used}
    result = simulation.worth(model, simulation.draw(model, shares))
    evpi = perfect_information(result.npv) if uncertain else None
    gains = _gains(model, uncertain, shares, result.npv)
    estimates = [*_worth_estimates(model, result), *_information(model, evpi, gains)]
    return Finding(
        estimates=tuple(estimates),
        checks=tuple(_checks(model, result, evpi, gains)),
        exhibits=exhibits.draw(model, result, shares, uncertain, gains),
    )


def _gains(model: Model, uncertain: list[str], shares: dict[str, np.ndarray], npv: np.ndarray) -> dict[str, Estimate]:
    """What it is worth to know each quantity, most first."""
    from scipy.special import ndtri

    gains = {name: partial_perfect_information(npv, ndtri(shares[name])) for name in uncertain}
    return dict(sorted(gains.items(), key=lambda item: -item[1].value))


def _worth_estimates(model: Model, result: simulation.Worth) -> list[Estimate]:
    currency = model.value.currency
    n = len(result.npv)
    estimates = [
        central(result.yearly_net).named("yearly_net_benefit", unit=f"{currency}/year"),
        central(result.npv).named("npv", unit=currency),
        _probability(int((result.npv > 0).sum()), n),
    ]
    if (result.costs > 0).all():
        estimates.append(central(result.npv / result.costs).named("roi"))
    if np.isfinite(result.payback).mean() > 0.5:
        estimates.append(central(result.payback).named("payback_years", unit="year"))
    return estimates


def _probability(positive: int, n: int) -> Estimate:
    if n == 1:
        return Estimate(
            name="probability_positive",
            value=float(positive),
            lower=float(positive),
            upper=float(positive),
            unit="share",
            level=1.0,
            method="no quantity is uncertain",
        )
    share = wilson(positive, n)
    return Estimate(
        name="probability_positive",
        value=share.value,
        lower=share.lower,
        upper=share.upper,
        unit="share",
        method=f"Monte Carlo, {n:,} draws; the interval is its error",
    )


def _information(model: Model, evpi: Estimate | None, gains: dict[str, Estimate]) -> list[Estimate]:
    if evpi is None:
        return []
    currency = model.value.currency
    each = [gain.named("evpi", subject=name, unit=currency) for name, gain in gains.items()]
    return [evpi.named("evpi_total", unit=currency), *each]


def _checks(model: Model, result: simulation.Worth, evpi: Estimate | None, gains: dict[str, Estimate]) -> list[Check]:
    checks = [_settled(model, result, evpi, gains)]
    never = float(np.isinf(result.payback).mean())
    checks.append(
        Check(
            name="it pays back within the horizon",
            passed=None if 0 < never <= 0.5 else never == 0,
            note=f"In {never:.1%} of the draws it never pays back within {model.value.horizon_years} years.",
        )
    )
    if not (result.costs > 0).all():
        checks.append(
            Check(
                name="there are costs",
                passed=False,
                note="Costs are zero or below in some draws, so there is no return on them: declare one_off_cost "
                "and yearly_cost, with ranges above zero.",
            )
        )
    idle = [name for name in model.value.quantities if name not in model.used() and name not in BUILT_IN]
    if idle:
        checks.append(Check(name="every quantity is used", passed=False, note=f"No formula uses {', '.join(idle)}."))
    if not any(model.inputs[name].uncertain for name in model.used()):
        note = "All figures are fixed, as if nothing were uncertain: declare ranges (low, high)."
        checks.append(Check(name="uncertainty is declared", passed=False, note=note))
    return checks


def _settled(model: Model, result: simulation.Worth, evpi: Estimate | None, gains: dict[str, Estimate]) -> Check:
    name = "better knowledge would hardly change the decision"
    if evpi is None:
        return Check(name=name, passed=None, note="No quantity has a range.")
    passed = evpi.value <= SETTLED * abs(float(result.npv.mean()))
    note = f"Knowing everything is worth {evpi.value:,.0f} {model.value.currency} at most."
    first = next(iter(gains.items()), None)
    if first and first[1].value > 0:
        note += f" Measure {first[0]} first: worth up to {first[1].value:,.0f} {model.value.currency}."
    return Check(name=name, passed=passed, note=note)
