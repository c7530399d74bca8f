"""Ranges through a formula, to see a division by what can be zero before it happens."""

import ast
import math
from collections.abc import Callable, Mapping
from itertools import product

from proveout.instruments.business_case.formula import Formula, fold, literal

Range = tuple[float, float]
ANYTHING: Range = (-math.inf, math.inf)


def zero_divisors(formula: Formula, ranges: Mapping[str, Range | None]) -> tuple[str, ...]:
    """Parts of the formula that it divides by and that can be zero.

    Args:
        formula: Parsed.
        ranges: Least and greatest value of each name; an open end at zero is written as the smallest number
            above it; None where nothing is known, which is never a fault.
    """
    found: list[str] = []

    def apply(symbol: str, values: list[Range | None], node: ast.expr) -> Range | None:
        divisor = None
        if symbol == "/" and isinstance(node, ast.BinOp):
            divisor = (values[1], node.right)
        elif symbol == "**" and isinstance(node, ast.BinOp) and literal(node.right) < 0:
            divisor = (values[0], node.left)
        if divisor and divisor[0] and divisor[0][0] <= 0 <= divisor[0][1]:
            found.append(formula.show(divisor[1]))
            return None
        return None if None in values else _combine(symbol, [value for value in values if value])

    amounts = {name: (figure, figure) for name, (figure, _) in formula.amounts.items()}
    fold(formula.tree, lambda v: (v, v), lambda name: amounts.get(name) or ranges.get(name), apply)
    return tuple(dict.fromkeys(found))


def _combine(symbol: str, values: list[Range]) -> Range:
    if symbol == "negative":
        return -values[0][1], -values[0][0]
    if symbol in ("min", "max"):
        choose: Callable[..., float] = min if symbol == "min" else max
        return choose(low for low, _ in values), choose(high for _, high in values)
    (a, b), (c, d) = values
    if symbol == "**":
        return _power(a, b, c)
    if symbol == "+":
        corners = [a + c, b + d]
    elif symbol == "-":
        corners = [a - d, b - c]
    elif symbol == "*":
        corners = [0.0 if 0 in (x, y) else x * y for x, y in product((a, b), (c, d))]
    else:
        corners = [0.0 if x == 0 or math.isinf(y) else x / y for x, y in product((a, b), (c, d))]
    return ANYTHING if any(math.isnan(corner) for corner in corners) else (min(corners), max(corners))


def _power(low: float, high: float, exponent: float) -> Range:
    """Only what is needed: sound, not narrow."""
    if low < 0 and exponent % 2 != 0:
        return ANYTHING
    try:
        ends = [abs(low) ** exponent, abs(high) ** exponent]
    except OverflowError:
        return ANYTHING
    return (min(*ends, 0.0) if low < 0 < high else min(ends)), max(ends)
