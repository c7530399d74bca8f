"""Which room may import which, and what a start-up may cost."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .source import ROOT

HEAVY = ("numpy", "duckdb", "scipy", "pint", "pydantic", "jinja2", "sqlglot", "rich", "yaml", "sqlite3")

LATER = ("proveout.core.initiative", "proveout.declare", "proveout.flow", "proveout.ledger", "proveout.show")
"""Our own that take time: help needs none of them."""


def _imported(*arguments: str) -> set[str]:
    """Top-level packages, and rooms and files of the project, that a run of the command line imports."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "proveout", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    modules = re.findall(r"^import time:.*\|\s*([\w.]+)$", run.stderr, flags=re.MULTILINE)
    return {".".join(module.split(".")[: 3 if module.startswith("proveout") else 1]) for module in modules}


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help"), ("ledger", "--help"), ("--version",)])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]):
    imported = _imported(*arguments)
    assert "proveout" in imported
    assert imported.isdisjoint({*HEAVY, *LATER}), sorted(imported & {*HEAVY, *LATER})


def test_importing_the_package_imports_nothing_but_itself():
    code = "import sys, proveout; print(*sorted(m for m in sys.modules if m.split('.')[0] in sys.argv[1:]))"
    run = subprocess.run(
        [sys.executable, "-c", code, "click", *HEAVY], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.split() == []


def test_import_contracts_hold():
    script = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [script], cwd=ROOT, capture_output=True, text=True, timeout=120, env=os.environ | {"NO_COLOR": "1"}
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout
