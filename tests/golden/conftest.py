"""Compare text with a stored copy; ``PROVEOUT_REWRITE_GOLDEN=1 pytest tests/golden`` writes the copies anew."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "files"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Call it with the name of a file and the text that it should hold."""

    def compare(name: str, text: str) -> None:
        path = FOLDER / name
        if os.environ.get("PROVEOUT_REWRITE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no golden file {name}: run PROVEOUT_REWRITE_GOLDEN=1 pytest tests/golden"
        assert text == path.read_text(encoding="utf-8")

    return compare
