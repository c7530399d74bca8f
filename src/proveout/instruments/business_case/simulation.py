"""Draws of the value model: benefit, costs and what follows from them."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from proveout.core.digest import digest
from proveout.instruments.business_case import units
from proveout.instruments.business_case.formula import Formula, FormulaError, fold
from proveout.instruments.business_case.model import Model
from proveout.stats.cashflow import payback_years, present_value

DRAWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What the model says for each draw, in its currency; all shape (n,), `cash` one entry per year from 0 on."""

    yearly_net: np.ndarray
    cash: tuple[np.ndarray, ...]
    npv: np.ndarray
    costs: np.ndarray
    payback: np.ndarray


def uniforms(seed: str, n: int = DRAWS) -> np.ndarray:
    """Uniform numbers in (0, 1), the same for the same seed, whatever else is in the model."""
    generator = np.random.Generator(np.random.PCG64(int(digest({"draws of": seed})[:16], 16)))
    return (generator.random(n) * (1 - 2**-52)) + 2**-53


def draw(model: Model, shares: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Values of the inputs at those shares of their distributions, in root units."""
    return {
        name: model.inputs[name].quantiles(share) * units.factor(model.inputs[name].unit)
        for name, share in shares.items()
    }


def worth(model: Model, values: Mapping[str, np.ndarray]) -> Worth:
    """Run the model.

    Args:
        model: Resolved.
        values: Inputs in root units, each shape (n,).

    Raises:
        FormulaError: A formula has no finite value.
    """
    currency = model.value.currency
    per_year = units.factor(units.parse(f"{currency}/year"))
    benefit = evaluate(model.benefit, values) / per_year
    cost = evaluate(model.cost, values) / per_year
    one_off = evaluate(model.one_off, values) / units.factor(units.parse(currency))
    n = len(next(iter(values.values()))) if values else 1
    benefit, cost, one_off = (np.broadcast_to(amount, (n,)) for amount in (benefit, cost, one_off))
    adoption = [*model.value.adoption[: model.value.horizon_years]]
    adoption += [1.0] * (model.value.horizon_years - len(adoption))
    cash = (-one_off, *(reached * benefit - cost for reached in adoption))
    costs = (one_off, *(cost for _ in adoption))
    rate = model.value.discount_rate
    return Worth(
        yearly_net=benefit - cost,
        cash=cash,
        npv=present_value(cash, rate),
        costs=present_value(costs, rate),
        payback=payback_years(cash),
    )


def evaluate(formula: Formula, values: Mapping[str, np.ndarray]) -> np.ndarray:
    """The value of a formula for each draw, in root units.

    Raises:
        FormulaError: It is not finite somewhere.
    """
    amounts = {
        name: np.asarray(figure * units.factor(units.parse(unit))) for name, (figure, unit) in formula.amounts.items()
    }
    operations = {
        "+": np.add,
        "-": np.subtract,
        "*": np.multiply,
        "/": np.divide,
        "**": np.power,
        "min": np.minimum,
        "max": np.maximum,
    }

    def apply(symbol: str, parts: list[np.ndarray], node: ast.expr) -> np.ndarray:
        if symbol == "negative":
            return -parts[0]
        result = parts[0]
        for part in parts[1:]:
            result = operations[symbol](result, part)
            if not np.isfinite(result).all():  # at once: min and max would hide it
                message = f"the formula {formula.text!r} has no finite value"
                raise FormulaError(message, "look for a division by nearly nothing")
        return result

    with np.errstate(all="ignore"):
        return fold(formula.tree, np.asarray, lambda name: amounts[name] if name in amounts else values[name], apply)
