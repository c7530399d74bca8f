"""A stranger can read every file and every function at one sitting."""

import ast

import pytest

from .source import OWN, ROOT, Function, functions, place, python_files

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40

LONG_FILES: dict[str, str] = {}
"""Path to the reason why it may be longer."""

LONG_FUNCTIONS: dict[str, str] = {}
"""``path:name`` to the reason why it may be longer."""


def _length(function: Function) -> int:
    """Lines from ``def`` to the end, the docstring not counted."""
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_no_file_is_longer_than_a_stranger_reads():
    long = {
        place(path): lines
        for path in python_files(*OWN)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE_LINES
    }
    assert set(long) == set(LONG_FILES), f"lines per file: {long}"


def test_no_function_is_longer_than_a_screen():
    long = {
        f"{place(path)}:{function.name}": _length(function)
        for path in python_files(*OWN)
        for function in functions(path)
        if _length(function) > MAX_FUNCTION_LINES
    }
    assert set(long) == set(LONG_FUNCTIONS), f"lines per function: {long}"


@pytest.mark.parametrize("word", ["utils", "common", "helpers", "manager", "service", "base"])
def test_no_file_has_a_name_that_says_nothing(word: str):
    named = [place(path) for path in python_files(*OWN) if path.stem == word or path.parent.name == word]
    assert [path for path in named if "instruments/service/" not in path] == []  # the service that users get


def test_lengths_are_counted_without_the_docstring():
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    (function,) = (node for node in ast.walk(ast.parse(source)) if isinstance(node, Function))
    assert _length(function) == 2
    assert ROOT.joinpath("pyproject.toml").is_file()
