"""What the tests on engines share."""

from collections.abc import Iterator

import pytest
from tests.engines.server import running


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Host, port and database of a real PostgreSQL, started once."""
    with running() as address:
        yield address
