"""The command line on another day: `python on_a_day.py 2026-12-07 rollout advance my-initiative`."""

import sys
from datetime import UTC, date, datetime

from proveout import ledger
from proveout.ledger import journal

AHEAD = date.fromisoformat(sys.argv[1]) - datetime.now(UTC).date()


def now() -> datetime:
    """This moment, on that day."""
    return datetime.now(UTC) + AHEAD


journal.now = ledger.now = now

from proveout import cli  # noqa: E402  (what it imports takes the clock from there)

sys.argv = ["proveout", *sys.argv[2:]]
cli.main()
