"""The formula parser computes what Python computes, refuses everything else, and never runs anything."""

import ast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proveout.instruments.business_case.formula import Formula, FormulaError, fold, parse
from proveout.instruments.business_case.ranges import zero_divisors
from proveout.instruments.business_case.simulation import evaluate

VALUES = {"a": 2.0, "b": 0.5, "c_1": 7.0}
ALLOWED = (
    *(ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.Call, ast.Load),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.UAdd, ast.USub),
)


def formulas():
    atoms = st.sampled_from([*VALUES, "1", "2.5", "0.25", "3e2", "40 USD/year"])
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            st.tuples(inner, st.integers(-3, 3)).map(lambda t: f"({t[0]}) ** {t[1]}"),
            st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
            inner.map(lambda text: f"-({text})"),
        ),
        max_leaves=12,
    )


def compute(formula: Formula) -> float:
    """In Python's own arithmetic, literals without their units."""
    names = VALUES | {name: figure for name, (figure, _) in formula.amounts.items()}
    return eval(compile(ast.Expression(formula.tree), "", "eval"), {"__builtins__": {}, "min": min, "max": max}, names)


@given(formulas())
def test_a_formula_computes_what_python_computes(text):
    formula = parse(text, VALUES)
    amounts = Formula(text, formula.tree)  # its literals as plain names, so that no unit scales them
    values = {k: np.array([v]) for k, v in (VALUES | {n: f for n, (f, _) in formula.amounts.items()}).items()}
    try:
        expected = compute(formula)
    except (ZeroDivisionError, OverflowError):
        with pytest.raises(FormulaError):
            evaluate(amounts, values)
        return
    if not abs(expected) < 1e300:
        return
    assert float(np.ravel(evaluate(amounts, values))[0]) == pytest.approx(expected, rel=1e-9)


@given(formulas())
def test_no_division_by_zero_slips_through(text):
    """With fixed quantities the range check sees exactly what the computation would meet, or more."""
    formula = parse(text, VALUES)
    try:
        compute(formula)
    except ZeroDivisionError:
        assert zero_divisors(formula, {name: (value, value) for name, value in VALUES.items()})
    except OverflowError:
        pass


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text_is_arithmetic_or_refused(text):
    try:
        formula = parse(text)
    except FormulaError as error:
        assert error.message
        return
    assert {type(node) for node in ast.walk(formula.tree)} <= set(ALLOWED)
    fold(formula.tree, lambda number: 1.0, lambda name: 1.0, lambda symbol, values, node: 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "a.b",
        "a[0]",
        "(lambda: 1)()",
        "[x for x in a]",
        "a if b else c_1",
        "a and b",
        "a < b",
        "'a' * 3",
        "True + 1",
        "1j",
        "f'{a}'",
        "a := 3",
        "a = 3",
        "print(a)",
        "min(a)",
        "min(*a, b)",
        "max(a, key=b)",
        "a ** b",
        "9 ** 99",
        "a ^ 2",
        "a // b",
        "a % b",
        "~a",
        "1" * 400,
        "a +" * 200 + "a" * 500,
        "(" * 60 + "a" + ")" * 60 + "*" * 3,
        "-" * 100 + "a",
        "a\0",
        "",
        "   ",
    ],
)
def test_what_is_not_arithmetic_is_refused(text):
    with pytest.raises(FormulaError) as refusal:
        parse(text, VALUES)
    assert refusal.value.message and refusal.value.hint


@given(st.floats(0.01, 10), st.floats(0.01, 10), st.floats(0.01, 10))
def test_quantities_end_the_unit_of_a_literal(a, b, c):
    formula = parse("100 USD/year / a + b * c", {"a": 0, "b": 0, "c": 0})
    assert formula.names == ("a", "b", "c")
    assert list(formula.amounts.values()) == [(100.0, "USD/year")]
