"""Fixtures that every kind of test shares."""

from pathlib import Path

import pytest

REAL_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def real_data() -> Path:
    """The folder of real data, or a skip with the reason."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"real data are not on this machine: no folder {REAL_DATA}")
    return REAL_DATA
