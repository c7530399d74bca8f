"""The value model with its quantities resolved: formulas, units, and a distribution for each input."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from proveout.core.estimate import Estimate
from proveout.core.evidence import Evidence
from proveout.core.value import Amount, Quantity, ValueModel
from proveout.instruments.business_case import units
from proveout.instruments.business_case.formula import Formula, FormulaError, parse
from proveout.instruments.business_case.ranges import Range
from proveout.instruments.business_case.settings import REFERENCE
from proveout.stats import distributions

RANGE_LEVEL = 0.9
"""Probability of the range between `low` and `high`."""
BUILT_IN: Mapping[str, str] = {
    "weeks_per_year": "52 week/year",
    "months_per_year": "12 month/year",
    "days_per_year": "365 day/year",
    "workdays_per_year": "250 workday/year",
    "hours_per_year": "8760 hour/year",
}
"""Known to every formula; a declared quantity of the same name goes before."""
JUST_ABOVE_ZERO = 5e-324
FORM = "write block.name or block.name[subject]"
ADOPTION = "adoption"
"""Share of the full benefit that is reached; a key of `realised` that need not be a quantity of the model."""
REALISED_ADOPTION = "realised_adoption_share"
COSTS = ("yearly_cost", "one_off_cost")
_BARE = re.compile(r"[-+0-9.,_eE% ]+")
_SHARE = re.compile(r"(^|_)(share|fraction|proportion|probability|percentage)(_|$)", re.IGNORECASE)
SKEWED = 1.05
"""From this ratio of the upper to the lower half on, a positive figure is taken as skewed."""


class Missing(Exception):
    """Evidence that a quantity needs and that is not there."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


class BadQuantity(FormulaError):
    """A quantity that cannot be read: which key of it, and the kind of mistake."""

    def __init__(self, key: str, slug: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.key, self.slug = key, slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A quantity, ready to be drawn.

    Args:
        name: As formulas use it.
        quantiles: In its unit.
        unit: As parsed.
        support: Least and greatest value.
        origin: Where it comes from, in a few words.
        seed: What its draws depend on; two quantities of one origin are drawn alike.
    """

    name: str
    quantiles: distributions.Quantiles
    unit: units.Unit
    support: Range
    origin: str
    seed: str

    @property
    def uncertain(self) -> bool:
        """Whether it has a range at all."""
        return self.support[0] < self.support[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Formulas over inputs; cost formulas may be single inputs."""

    value: ValueModel
    inputs: Mapping[str, Input]
    benefit: Formula
    cost: Formula
    one_off: Formula

    def used(self) -> tuple[str, ...]:
        """Names that some formula uses, in order."""
        return tuple(dict.fromkeys((*self.benefit.names, *self.cost.names, *self.one_off.names)))


def read_figures(quantity: Quantity, default: str = "") -> tuple[dict[str, float], units.Unit]:
    """The figures of a declared quantity by key, all in the unit of the first.

    Raises:
        BadQuantity: A figure cannot be read, or the figures do not fit together.
    """
    figures: dict[str, float] = {}
    common = units.parse("")
    for key in ("fixed", "low", "likely", "high"):
        given: Amount | None = getattr(quantity, key)
        if given is None:
            continue
        value, unit = _read_amount(key, given, default)
        if not figures:
            common = unit
        elif not units.alike(unit, common) or (unit == units.parse("")) != (common == units.parse("")):
            raise BadQuantity(
                key,
                "unit-mismatch",
                f"{key} is in {units.spell(unit)}, the other figures are in {units.spell(common)}",
                "write the same unit at each figure of a range",
            )
        figures[key] = value * units.factor(unit) / units.factor(common)
    order = [figures[key] for key in ("low", "likely", "high") if key in figures]
    if order != sorted(order):
        raise BadQuantity(
            "low",
            "quantity-range",
            f"{' to '.join(f'{v:g}' for v in order)} is not in order",
            "write low < likely < high",
        )
    return figures, common


def _read_amount(key: str, given: Amount, default: str) -> tuple[float, units.Unit]:
    try:
        value, unit = units.amount(given, default)
    except units.UnknownUnit as error:
        raise BadQuantity(key, "unit-unknown", error.message, error.hint) from None
    except FormulaError as error:
        raise BadQuantity(key, "formula-syntax", error.message, error.hint) from None
    if not math.isfinite(value):
        raise BadQuantity(key, "quantity-range", f"{given} is not a finite figure", "write a number")
    return value, unit


def is_share(name: str, quantity: Quantity) -> bool:
    """Whether a quantity is one by its unit or, without a unit, by its name: it then lies between 0 and 1."""
    given = quantity.fixed if quantity.low is None else quantity.low
    if isinstance(given, str) and not _BARE.fullmatch(given):
        return given.split()[-1:] == ["share"]
    return bool(_SHARE.search(name))


def refuse_beyond_share(figures: Mapping[str, float], unit: units.Unit) -> None:
    """A percentage written as a number would make the business case a hundred times as good.

    Raises:
        BadQuantity: A figure is below 0 or above 1.
    """
    for key, figure in figures.items():
        value = figure * units.factor(unit)
        if not 0 <= value <= 1:
            hint = (
                f"{value:g} means {value:.0%}; write {value / 100:g} or {value:g}%" if value > 1 else "write 0 or more"
            )
            raise BadQuantity(key, "quantity-range", f"a share lies between 0 and 1, not at {value:g}", hint)


def support(figures: Mapping[str, float]) -> Range:
    """Least and greatest value that the figures allow."""
    if "fixed" in figures:
        return figures["fixed"], figures["fixed"]
    low, high = figures["low"], figures["high"]
    if low == high or "likely" in figures:
        return low, high
    return (JUST_ABOVE_ZERO, math.inf) if low > 0 else (-math.inf, math.inf)


def _declared(name: str, quantity: Quantity, default: str) -> Input:
    figures, unit = read_figures(quantity, default)
    if is_share(name, quantity):
        refuse_beyond_share(figures, unit)
    if "fixed" in figures:
        quantiles, origin = distributions.fixed(figures["fixed"]), "declared"
    elif "likely" in figures:
        quantiles = distributions.pert(figures["low"], figures["likely"], figures["high"])
        origin = "declared, PERT"
    elif figures["low"] > 0:
        quantiles = distributions.lognormal_range(figures["low"], figures["high"], level=RANGE_LEVEL)
        origin = "declared, 90% range, lognormal"
    else:
        quantiles = distributions.normal_range(figures["low"], figures["high"], level=RANGE_LEVEL)
        origin = "declared, 90% range, normal"
    if is_share(name, quantity):
        quantiles = _within_0_and_1(quantiles, 1 / units.factor(unit))
    origin = f"{origin}; {quantity.note}" if quantity.note else origin
    return Input(name=name, quantiles=quantiles, unit=unit, support=support(figures), origin=origin, seed=name)


def _measured(name: str, quantity: Quantity, evidence: Sequence[Evidence]) -> Input:
    estimate, origin = _find(name, quantity, evidence)
    lower, value, upper = estimate.lower, estimate.value, estimate.upper
    if lower is None or upper is None:
        side = "lower" if lower is None else "upper"
        raise Missing(
            f"{name} is {origin}, whose interval has no {side} end",
            f"collect more data behind {origin}, or declare {name} as a range",
        )
    unit = units.parse(estimate.unit)
    if estimate.exact:
        quantiles = distributions.fixed(value)
        return Input(name=name, quantiles=quantiles, unit=unit, support=(value, value), origin=origin, seed=origin)
    skewed = lower > 0 and upper - value > SKEWED * (value - lower)
    quantiles = distributions.two_piece(value, lower, upper, level=min(estimate.level, 0.999), log=skewed)
    if estimate.unit == "share":
        quantiles = _within_0_and_1(quantiles)
    return Input(name=name, quantiles=quantiles, unit=unit, support=(lower, upper), origin=origin, seed=origin)


def _within_0_and_1(quantiles: distributions.Quantiles, whole: float = 1.0) -> distributions.Quantiles:
    return lambda u: quantiles(u).clip(0, whole)


def _find(name: str, quantity: Quantity, evidence: Sequence[Evidence]) -> tuple[Estimate, str]:
    """The estimate that a quantity stands for, and how to call it."""
    if quantity.kpi:
        blocks = [entry for entry in evidence if entry.instrument == "kpis"]
        wanted, subject, origin = "baseline", quantity.kpi, f"the measured baseline of KPI {quantity.kpi}"
        remedy = f"mend or extend the baseline query of KPI {quantity.kpi}, or declare {name} as a range"
    else:
        block, wanted, subject = read_reference(quantity.estimate)
        blocks = [entry for entry in evidence if entry.block == block]
        origin, remedy = quantity.estimate.strip(), f"mend the block {block}, or declare {name} as a range"
    found = [estimate for entry in blocks for estimate in entry.finding.estimates if estimate.name == wanted]
    fitting = [estimate for estimate in found if estimate.subject == subject]
    if not fitting and not subject and len(found) == 1:
        fitting = found
    if fitting:
        return fitting[0], origin
    because = next(_reasons(blocks, found, subject), "")
    raise Missing(f"{name} is {origin}, which was not measured" + (f": {because}" if because else ""), remedy)


def _reasons(blocks: Sequence[Evidence], found: Sequence[Estimate], subject: str) -> Iterator[str]:
    """Why a figure is not there, nearest first."""
    for entry in blocks:
        if entry.finding.reason:
            yield entry.finding.reason
        for check in entry.finding.checks:
            if (
                subject
                and check.name.startswith(f"{subject}: ")
                and check.passed is False
                and "definition" not in check.name
            ):
                yield check.note
    subjects = sorted(estimate.subject for estimate in found if estimate.subject)
    if subjects:
        yield f"it is there for {', '.join(subjects[:8])}; write one of them in square brackets"


def read_reference(text: str) -> tuple[str, str, str]:
    """Block, name and subject of a figure.

    Raises:
        BadQuantity: It is not of that form.
    """
    reference = REFERENCE.fullmatch(text)
    if reference is None:
        raise BadQuantity("estimate", "formula-syntax", f"{text!r} is no figure of a block", FORM)
    return reference[1], reference[2], (reference[3] or "").strip()


def entries(value: ValueModel) -> dict[str, tuple[Amount | Quantity, str]]:
    """The three results of the model with their wanted units, by key."""
    yearly = f"{value.currency}/year"
    return {
        "yearly_benefit": (value.yearly_benefit, yearly),
        "yearly_cost": (value.yearly_cost, yearly),
        "one_off_cost": (value.one_off_cost, value.currency),
    }


def as_quantity(entry: Amount | Quantity, names: Mapping[str, object]) -> Quantity | None:
    """The quantity that an entry is, unless it is a formula."""
    if isinstance(entry, Quantity):
        return entry
    if not isinstance(entry, str) or units.is_amount(entry, names.keys()):
        return Quantity(fixed=entry)
    return None


def declared_default(name: str) -> str:
    """Unit of a bare number: that of the built-in quantity whose place it takes."""
    return BUILT_IN[name].split()[1] if name in BUILT_IN else ""


def resolve(value: ValueModel, evidence: Sequence[Evidence]) -> Model:
    """Give every quantity its distribution.

    Raises:
        Missing: Evidence is not there.
        FormulaError: A formula, unit or range is wrong.
    """
    inputs = {name: _declared(name, Quantity(fixed=amount), "") for name, amount in BUILT_IN.items()}
    for name, quantity in value.quantities.items():
        inputs[name] = _input(name, quantity, declared_default(name), evidence)
    formulas: dict[str, Formula] = {}
    for key, (entry, wanted) in entries(value).items():
        quantity = as_quantity(entry, inputs)
        if quantity is None:
            formulas[key] = parse(str(entry), inputs)
            continue
        name = key
        while name in value.quantities:
            name += "_"
        inputs[name] = _input(name, quantity, wanted, evidence)
        formulas[key] = parse(name)
    return Model(
        value=value,
        inputs=inputs,
        benefit=formulas["yearly_benefit"],
        cost=formulas["yearly_cost"],
        one_off=formulas["one_off_cost"],
    )


def _input(name: str, quantity: Quantity, default: str, evidence: Sequence[Evidence]) -> Input:
    if quantity.kpi or quantity.estimate:
        return _measured(name, quantity, evidence)
    return _declared(name, quantity, default)


def with_realised(value: ValueModel, names: Sequence[str]) -> ValueModel:
    """The model in which those quantities are as they were measured."""
    measured = {name: value.realised[name] for name in names}
    quantities = {**value.quantities, **{n: q for n, q in measured.items() if n not in (*COSTS, ADOPTION)}}
    benefit = value.yearly_benefit
    if ADOPTION in measured:
        if ADOPTION in value.quantities:
            quantities[ADOPTION] = measured[ADOPTION]
        else:
            quantities[REALISED_ADOPTION] = measured[ADOPTION]
            benefit = f"({benefit}) * {REALISED_ADOPTION}"
    costs = {name: measured[name] for name in COSTS if name in measured}
    return replace(value, quantities=quantities, yearly_benefit=benefit, realised={}, **costs)
