"""The command line as a person meets it: real processes, real folders."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


def command(day: date | None = None) -> list[str]:
    """How the command line is called; with a day, as if it were that one."""
    if day is None:
        return [sys.executable, "-m", "proveout"]
    return [sys.executable, str(Path(__file__).with_name("on_a_day.py")), str(day)]


@pytest.fixture
def proveout(tmp_path: Path) -> Run:
    """Run `proveout` in the test's folder, on a `day` if that is given; no output may hold a traceback."""

    def run(
        *arguments: str, code: int | None = 0, day: date | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [*command(day), *arguments],
            cwd=tmp_path,
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100", **environment},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        assert "Traceback" not in result.stdout + result.stderr
        if code is not None:
            assert result.returncode == code, result.stdout + result.stderr
        return result

    return run
