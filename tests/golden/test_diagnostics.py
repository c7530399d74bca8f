"""Diagnostics, with the words that people read."""

from pathlib import Path

from proveout.declare import load
from proveout.instruments import instrument

FAULTY = Path(__file__).parent / "faulty"


def test_the_diagnostics_of_a_faulty_initiative(golden):
    types = {name: instrument(name).settings_type for name in ("interviews", "process")}
    shown = []
    for found in load(FAULTY, types, criteria=["users-heard", "groups-heard"]).diagnostics:
        place = found.position
        shown += [
            f"{place.file}:{place.line}:{place.column} {found.code} {found.slug} ({found.severity})",
            f"    {found.line_text}",
            f"    {' ' * (place.column - 1)}^ {found.message}",
            f"    {found.hint}",
            "",
        ]
    golden("diagnostics.txt", "\n".join(shown))
