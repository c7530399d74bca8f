"""Mistakes in a value model that can be seen before anything is measured."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from proveout.core.diagnostic import Fault
from proveout.core.value import Quantity, ValueModel
from proveout.instruments.business_case import units
from proveout.instruments.business_case.formula import Formula, FormulaError, parse
from proveout.instruments.business_case.model import (
    ADOPTION,
    BUILT_IN,
    COSTS,
    REALISED_ADOPTION,
    BadQuantity,
    as_quantity,
    declared_default,
    entries,
    is_share,
    read_figures,
    read_reference,
    refuse_beyond_share,
    support,
    with_realised,
)
from proveout.instruments.business_case.ranges import Range, zero_divisors

Place = tuple[str | int, ...]
Known = dict[str, tuple[units.Unit | None, Range | None]]
"""Unit and range of each quantity; None where only measuring will tell."""


def find(value: ValueModel, kpi_units: Mapping[str, str]) -> tuple[Fault, ...]:
    """All of them.

    Args:
        value: As declared.
        kpi_units: Unit of each KPI.
    """
    faults: list[Fault] = []
    try:
        units.parse(value.currency)
    except units.UnknownUnit as error:
        return (Fault(path=("value", "currency"), slug="unit-unknown", message=error.message, hint=error.hint),)
    known: Known = {name: _look(name, Quantity(fixed=amount), "", kpi_units) for name, amount in BUILT_IN.items()}
    for name, quantity in value.quantities.items():
        try:
            known[name] = _look(name, quantity, declared_default(name), kpi_units)
        except BadQuantity as error:
            path = ("value", "quantities", name, error.key)
            faults.append(Fault(path=path, slug=error.slug, message=f"{name}: {error.message}", hint=error.hint))
            known[name] = (None, None)
    for key, (entry, wanted) in entries(value).items():
        quantity = as_quantity(entry, known)
        if quantity is None:
            faults.extend(_formula_faults(key, str(entry), wanted, known))
        else:
            faults.extend(_amount_faults(key, quantity, wanted, kpi_units))
    return tuple(faults)


def find_realised(value: ValueModel, kpi_units: Mapping[str, str]) -> tuple[Fault, ...]:
    """Mistakes in what was measured, once the model itself has none.

    Args:
        value: As declared.
        kpi_units: Unit of each KPI.
    """
    if unknown := tuple(_unknown(value)):
        return unknown
    found = find(with_realised(value, tuple(value.realised)), kpi_units)
    return tuple(replace(fault, path=_at_realised(fault.path, value)) for fault in found)


def _unknown(value: ValueModel) -> Iterator[Fault]:
    known = {*value.quantities, *COSTS, ADOPTION}
    for name in value.realised:
        if name not in known:
            yield Fault(
                path=("value", "realised", name),
                slug="unknown-quantity",
                message=f"{name!r} is measured, and no quantity of the model",
                hint=f"one of {', '.join(sorted(known))}",
            )


def _at_realised(path: Place, value: ValueModel) -> Place:
    """Where people wrote what is at fault, now that measured quantities stand in the places of others."""
    name = str(path[2]) if path[1] == "quantities" else str(path[1])
    if name == REALISED_ADOPTION:
        name = ADOPTION
    rest = path[3:] if path[1] == "quantities" else path[2:]
    return ("value", "realised", name, *rest) if name in value.realised else ("value", "realised")


def _look(
    name: str, quantity: Quantity, default: str, kpi_units: Mapping[str, str]
) -> tuple[units.Unit | None, Range | None]:
    if quantity.estimate:
        read_reference(quantity.estimate)
    if quantity.estimate or (quantity.kpi and quantity.kpi not in kpi_units):
        return None, None
    if quantity.kpi:
        try:
            return units.parse(kpi_units[quantity.kpi]), None
        except units.UnknownUnit as error:
            raise BadQuantity("kpi", "unit-unknown", f"the unit of the KPI: {error.message}", error.hint) from None
    figures, unit = read_figures(quantity, default)
    if is_share(name, quantity):
        refuse_beyond_share(figures, unit)
    return unit, support(figures)


def _amount_faults(key: str, quantity: Quantity, wanted: str, kpi_units: Mapping[str, str]) -> Iterator[Fault]:
    try:
        unit, _ = _look(key, quantity, wanted, kpi_units)
    except BadQuantity as error:
        yield Fault(path=("value", key, error.key), slug=error.slug, message=f"{key}: {error.message}", hint=error.hint)
        return
    if unit is not None and not units.alike(unit, units.parse(wanted)):
        message = f"{key} is in {units.spell(unit)}, must be {wanted}"
        yield Fault(path=("value", key), slug="unit-mismatch", message=message, hint=f"write it in {wanted}")


def _formula_faults(key: str, text: str, wanted: str, known: Known) -> Iterator[Fault]:
    path = ("value", key)
    try:
        formula = parse(text, known)
    except FormulaError as error:
        yield Fault(path=path, slug="formula-syntax", message=error.message, hint=error.hint)
        return
    unknown = [name for name in formula.names if name not in known]
    for name in unknown:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "declare it under value.quantities"
        message = f"{key} uses {name!r}, which is no declared quantity"
        yield Fault(path=path, slug="unknown-quantity", message=message, hint=hint)
    if not unknown:
        yield from _unit_faults(path, formula, wanted, known)
        for divisor in zero_divisors(formula, {name: span for name, (_, span) in known.items()}):
            message = f"{key} divides by {divisor}, which can be zero"
            hint = "give it a range that stays away from zero"
            yield Fault(path=path, slug="division-by-zero", message=message, hint=hint)


def _unit_faults(path: tuple[str, ...], formula: Formula, wanted: str, known: Known) -> Iterator[Fault]:
    by_name = {name: unit for name, (unit, _) in known.items()}
    try:
        result = units.comes_out(formula, by_name)
        if result is not None:
            units.check_result(formula, by_name, result, wanted)
    except units.UnknownUnit as error:
        yield Fault(path=path, slug="unit-unknown", message=error.message, hint=error.hint)
    except FormulaError as error:
        yield Fault(path=path, slug="unit-mismatch", message=error.message, hint=error.hint)
