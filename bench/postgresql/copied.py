"""The quality instrument over a table of PostgreSQL: `python copied.py ADDRESS [approximate|exact|alone]`.

`alone` copies the columns as the instrument's data room does, and asks nothing of them.
"""

import json
import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from unittest.mock import patch

from proveout.core.initiative import Source
from proveout.core.question import Read
from proveout.data import postgresql
from proveout.data.location import locate

sys.path.insert(0, str(Path(__file__).parents[1] / "quality"))

import ours

ADDRESS = "BENCH_ADDRESS"


def answers(distinct: str) -> dict[str, object]:
    """Those of the bench of files, asked of the table `made`."""
    with patch.object(ours, "Table", partial(ours.Table, table="made")):
        return ours.answers(Path(f"${{{ADDRESS}}}"), distinct)


def copied() -> dict[str, object]:
    """How much is copied."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.csv"
        location = locate(ours.SOURCE, Source(location=f"${{{ADDRESS}}}", timeout_seconds=3600), Path(folder))
        postgresql.select(location, Read(source=ours.SOURCE, table="made"), path)
        return {"mib": path.stat().st_size / 2**20}


if __name__ == "__main__":
    os.environ[ADDRESS] = sys.argv[1]
    print(json.dumps(copied() if sys.argv[2] == "alone" else answers(sys.argv[2]), default=str))
