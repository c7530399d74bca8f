"""The command line as a person meets it: real processes, real folders."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def proveout(tmp_path: Path) -> Run:
    """Run `proveout` in the test's folder; no output may hold a traceback."""

    def run(*arguments: str, code: int | None = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [sys.executable, "-m", "proveout", *arguments],
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
