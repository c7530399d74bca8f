"""Fixtures that every kind of test shares."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("proveout", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("proveout")
"""No deadline, and slow data are no failure: the first call of a test pays for imports, and machines are shared."""

REAL_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def real_data() -> Path:
    """The folder of real data, or a skip with the reason."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"real data are not on this machine: no folder {REAL_DATA}")
    return REAL_DATA
