"""No statistic without an oracle; no interval without a measured coverage."""

import ast
import re
from pathlib import Path

import pytest

from .source import PACKAGE, ROOT, Function, names_used, place, public_functions

STATISTICS = [
    pytest.param(path, function, id=f"{path.stem}.{function.name}")
    for path in sorted((PACKAGE / "stats").rglob("*.py"))
    for function in public_functions(path)
]


def _named_tests(function: Function, kind: str) -> list[Path]:
    """The files of that kind that the docstring names."""
    docstring = ast.get_docstring(function) or ""
    return [ROOT / name for name in re.findall(rf"tests/{kind}/[\w/]+\.py", docstring)]


def _gives_an_interval(function: Function) -> bool:
    returns = ast.unparse(function.returns) if function.returns else ""
    return "Estimate" in returns


@pytest.mark.parametrize(("path", "function"), STATISTICS)
def test_every_statistic_has_an_oracle(path: Path, function: Function):
    oracles = _named_tests(function, "oracles")
    assert oracles, f"{place(path, function)}: the docstring of {function.name} names no tests/oracles/*.py"
    assert [test for test in oracles if not test.is_file()] == []
    assert any(function.name in names_used(test) for test in oracles), f"{oracles} never call {function.name}"


@pytest.mark.parametrize(("path", "function"), [p for p in STATISTICS if _gives_an_interval(p.values[1])])
def test_every_interval_has_a_measured_coverage(path: Path, function: Function):
    simulations = _named_tests(function, "calibration")
    assert simulations, f"{place(path, function)}: the docstring of {function.name} names no tests/calibration/*.py"
    assert [test for test in simulations if not test.is_file()] == []
    assert any(function.name in names_used(test) for test in simulations), f"{simulations} never call {function.name}"


def test_there_are_statistics_to_look_at():
    assert {"wilson", "t_mean"} <= {p.values[1].name for p in STATISTICS}
