"""Formulas: arithmetic over named quantities. Parsed into a tree of a few known nodes; never run as Python."""

import ast
import re
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

LONGEST = 1000
"""Characters."""
DEEPEST = 40
"""Levels of nesting."""
LARGEST_EXPONENT = 10.0
LARGEST_LITERAL = 1e15
AMOUNT = re.compile(r"(?<![\w.])(\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?)\s+([^\W\d]\w*(?:\s*/\s*[^\W\d]\w*)*)")
"""A literal with its unit, such as ``100 USD/year``."""
OPERATORS: Mapping[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
FUNCTIONS = ("min", "max")

T = TypeVar("T")


class FormulaError(Exception):
    """A formula that cannot be read; `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula.

    Args:
        text: As written.
        tree: Numbers, names, + - * / **, min and max, nothing else.
        amounts: Literals with units (figure, unit), by the name that stands for them in the tree.
    """

    text: str
    tree: ast.expr
    amounts: Mapping[str, tuple[float, str]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Quantities it uses, in order, without literals."""
        return tuple(name for name in _used(self.tree) if name not in self.amounts)

    def show(self, node: ast.expr) -> str:
        """A part of the formula as people wrote it."""
        text = ast.unparse(node)
        for name, (figure, unit) in self.amounts.items():
            text = text.replace(name, f"{figure:g} {unit}")
        return text


def _used(tree: ast.expr) -> dict[str, None]:
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions)
    return dict.fromkeys(name.id for name in sorted(names, key=lambda node: node.col_offset))


def parse(text: str, names: Collection[str] = ()) -> Formula:
    """Read a formula.

    Args:
        text: What people wrote.
        names: Declared quantities; in ``100 USD/year / a`` they end the unit.

    Raises:
        FormulaError: It is empty, too long or deep, or more than arithmetic.
    """
    if not text.strip():
        raise FormulaError("the formula is empty", "write arithmetic over the quantities, such as hours * price")
    if len(text) > LONGEST:
        raise FormulaError(f"the formula has {len(text)} characters, more than {LONGEST}", "split it into quantities")
    plain, amounts = _name_amounts(" ".join(text.split()), names)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(plain, mode="eval").body
    except SyntaxError as error:
        raise FormulaError(f"the formula {text!r} cannot be read{_near(error)}", _syntax_hint(text)) from None
    except (ValueError, MemoryError, RecursionError):
        raise FormulaError(f"the formula {text[:60]!r} cannot be read", _syntax_hint("")) from None
    _vet(tree, 1)
    return Formula(text, tree, amounts)


def _name_amounts(text: str, names: Collection[str]) -> tuple[str, dict[str, tuple[float, str]]]:
    amounts: dict[str, tuple[float, str]] = {}

    def name(match: re.Match[str]) -> str:
        units = re.split(r"\s*/\s*", match[2])
        ends = next((i for i, unit in enumerate(units) if i and unit in names), len(units))
        stand_in = f"amount_{len(amounts)}_"
        while stand_in in names:
            stand_in += "_"
        amounts[stand_in] = (float(match[1]), "/".join(units[:ends]))
        return "".join((stand_in, *(f" / {unit}" for unit in units[ends:])))

    return AMOUNT.sub(name, text), amounts


def _near(error: SyntaxError) -> str:
    rest = (error.text or "")[max(0, (error.offset or 0) - 1) :].strip()
    return f" near {rest[:20]!r}" if rest else ""


def _syntax_hint(text: str) -> str:
    if "%" in text:
        return "write a share instead of a percentage, such as 0.05"
    if "=" in text:
        return "leave out the left side: only what comes after = is the formula"
    return "use + - * / ** and brackets over the names of quantities"


def _vet(node: ast.expr, depth: int) -> None:
    """Refuse every node but the few that are arithmetic."""
    if depth > DEEPEST:
        raise FormulaError(f"the formula is nested more than {DEEPEST} levels deep", "split it into quantities")
    if isinstance(node, ast.Name) or (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        _vet_literal(node)
        return
    for part in _parts(node):
        _vet(part, depth + 1)


def _vet_literal(node: ast.Name | ast.Constant) -> None:
    if isinstance(node, ast.Constant) and literal(node) > LARGEST_LITERAL:
        raise FormulaError(f"a figure is larger than {LARGEST_LITERAL:g}", "write it as a quantity with a unit")


def _parts(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=operand):
            return [operand]
        case ast.BinOp(op=ast.BitXor()):
            raise FormulaError("^ is no operator of formulas", "write ** for a power")
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            if not abs(literal(right)) <= LARGEST_EXPONENT:
                raise FormulaError(f"{ast.unparse(right)!r} cannot be an exponent", "use a number from -10 to 10")
            return [left, right]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return [left, right]
        case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]) if function in FUNCTIONS:
            if len(arguments) < 2:
                raise FormulaError(f"{function} needs two arguments or more", f"write {function}(a, b)")
            return arguments
        case ast.Call():
            raise FormulaError(f"{ast.unparse(node)[:40]!r} cannot be used", "the only functions are min and max")
    raise FormulaError(f"{ast.unparse(node)[:40]!r} is not arithmetic", _syntax_hint(ast.unparse(node)))


def literal(node: ast.expr) -> float:
    """The number that a node is, signs included; NaN when it is none."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        return -literal(node.operand) if isinstance(node.op, ast.USub) else literal(node.operand)
    if not isinstance(node, ast.Constant) or type(node.value) not in (int, float):
        return float("nan")
    try:
        return float(node.value)  # pyright: ignore[reportArgumentType]
    except OverflowError:
        return float("inf")


def fold(
    node: ast.expr,
    number: Callable[[float], T],
    name: Callable[[str], T],
    apply: Callable[[str, list[T], ast.expr], T],
) -> T:
    """Compute over the tree in any algebra: numbers, units, ranges.

    Args:
        node: Tree of a parsed formula.
        number: Value of a literal.
        name: Value of a quantity.
        apply: Result of ``+ - * / **``, ``negative``, ``min`` or ``max`` on values; the node tells where.
    """
    if isinstance(node, ast.Constant):
        return number(literal(node))
    if isinstance(node, ast.Name):
        return name(node.id)
    values = [fold(part, number, name, apply) for part in _parts(node)]
    if isinstance(node, ast.UnaryOp):
        return apply("negative", values, node) if isinstance(node.op, ast.USub) else values[0]
    symbol = node.func.id if isinstance(node, ast.Call) else OPERATORS[type(node.op)]  # pyright: ignore
    return apply(symbol, values, node)
