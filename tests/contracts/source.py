"""The project's own Python files, as these tests read them."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "proveout"
OWN = ("src", "tests", "tools", "bench")
MADE = {".git", ".venv", "build", "dist", "lead-research", ".pytest_cache", ".ruff_cache", ".hypothesis"}
MADE |= {".import_linter_cache"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[Path]:
    """All Python files below these folders of the project."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def functions(path: Path) -> Iterator[Function]:
    """All functions and methods of a file, inner ones too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def public_functions(path: Path) -> Iterator[Function]:
    """The functions at the top of a file that others may call."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in tree.body if isinstance(node, Function) and not node.name.startswith("_"))


def names_used(path: Path) -> set[str]:
    """Every name that a file reads, plain or as an attribute."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    plain = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return plain | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def tracked_files() -> list[Path]:
    """What git tracks, or would with the next commit; without git, all but what the Makefile's targets make."""
    if shutil.which("git") and ROOT.joinpath(".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]
    tops = [top for top in ROOT.iterdir() if top.name not in MADE]
    return [
        path for top in tops for path in (top, *top.rglob("*")) if path.is_file() and "__pycache__" not in path.parts
    ]


def place(path: Path, node: ast.AST | None = None) -> str:
    """As people look it up."""
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"
