"""What the project's files may not say, and what its public functions must."""

import ast
import re
from pathlib import Path

from .source import PACKAGE, place, public_functions, python_files, tracked_files

PLACES_OF_A_MACHINE = re.compile(
    r"""(?<![\w.$}-])/(?:work|root|home/\w+|Users/\w+|opt/\w+|mnt/\w+)(?:/|\b(?=["'\s`]))""",
)
ADDRESSES_OF_REGISTRIES = re.compile(
    r"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|npmmirror|registry|artifactory|nexus|simple/)[\w./-]*"
    r"|--(?:extra-)?index-url|--find-links|registry\.[\w-]+\.\w+",
    flags=re.IGNORECASE,
)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{place(path)}: {match.group()}"
        for path in tracked_files()
        if path != Path(__file__)
        for match in pattern.finditer(_text(path))
    ]


def test_no_file_names_a_place_on_somebodys_machine():
    assert _found(PLACES_OF_A_MACHINE) == []


def test_no_file_names_a_registry():
    assert _found(ADDRESSES_OF_REGISTRIES) == []


def test_the_patterns_see_what_they_are_for():
    assert PLACES_OF_A_MACHINE.search("/work/" + "shared/data")
    assert PLACES_OF_A_MACHINE.search('"/root/' + '.cache"')
    assert not PLACES_OF_A_MACHINE.search("https://example.com/work/1 and ./work/x and ../shared")
    assert ADDRESSES_OF_REGISTRIES.search("https://files." + "pythonhosted.org/packages")


def test_no_real_data_is_in_the_project():
    assert [
        place(path) for path in tracked_files() if path.suffix in {".xes", ".parquet"} or ".xes." in path.name
    ] == []


def test_every_module_and_public_function_says_what_it_is_for():
    silent = [place(path) for path in python_files("src", "tools", "bench") if not ast.get_docstring(_tree(path))]
    silent += [
        f"{place(path, node)} {node.name}"
        for path in PACKAGE.rglob("*.py")
        for node in public_functions(path)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_public_class_says_what_it_is_for():
    silent = [
        f"{place(path, node)} {node.name}"
        for path in PACKAGE.rglob("*.py")
        for node in _tree(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
