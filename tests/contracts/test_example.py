"""The example's data are what its script makes, and small enough to ship."""

import runpy
from datetime import date
from pathlib import Path

import pytest

from proveout import examples

from .source import PACKAGE, ROOT

EXAMPLE = PACKAGE / "examples" / "lead_research"
MAX_BYTES = 600_000


def test_the_script_makes_the_stored_data(tmp_path: Path):
    runpy.run_path(str(ROOT / "tools" / "make_example"))["make"](tmp_path)
    stored = [path for name in ("data", "records") for path in sorted((EXAMPLE / name).iterdir())]
    made = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert {path.name: path.read_bytes() for path in made} == {path.name: path.read_bytes() for path in stored}


def test_the_example_is_small():
    assert sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()) < MAX_BYTES


@pytest.mark.parametrize(
    ("today", "moved"),
    [
        (examples.DAY, "2026-01-30"),
        (date(2026, 2, 5), "2026-01-30"),
        (date(2026, 2, 6), "2026-02-06"),
        (date(2028, 3, 1), "2028-02-25"),
        (date(2026, 1, 29), "2026-01-23"),
    ],
)
def test_the_example_is_dated_for_the_week_before_today(today: date, moved: str):
    assert examples.dated("on 2026-01-30 09:30", today) == f"on {moved} 09:30"
    assert examples.dated("at 2026-01-30T09:30:00Z", today) == f"at {moved}T09:30:00Z"
    assert 0 <= (today - date.fromisoformat(moved)).days < 7
    assert examples.dated("P2026-01, 120 events, 12026-01-16", today) == "P2026-01, 120 events, 12026-01-16"
