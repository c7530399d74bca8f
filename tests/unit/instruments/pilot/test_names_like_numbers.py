"""Units whose names look like numbers are joined as anybody else's: same figures, nobody lost."""

import pytest

WAYS = {
    "20 digits": lambda i: str(12345678901234567000 + i),
    "leading zeros": lambda i: f"{i:04}",
    "with an e": lambda i: f"{i}e5" if i % 2 else str(i),
}


ROUNDING = 1e-9
"""Sums over units in another order."""


def figures(found):
    return [(e.name, e.value) for e in found.estimates]


def named(world, way):
    """A world of twelve teams of two that all have names of that kind, teams too."""
    world.teams(12, -2.0, size=2)
    names = {unit: way(i) for i, (unit, *_) in enumerate(world.arms)}
    world.arms = [[names[unit], str(int(team[1:]) + 10**19), *rest] for unit, team, *rest in world.arms]
    world.rows = [[names[unit], *rest] for unit, *rest in world.rows]
    world.uses = [[unit, "2026-03-05"] for unit, _, arm, *_ in world.arms if arm == "pilot"]
    return world


@pytest.mark.parametrize("way", WAYS)
def test_everybody_is_found(world, way):
    plain, found = (named(world(), how).find() for how in (lambda i: f"unit {i}", WAYS[way]))
    assert figures(found) == [(name, pytest.approx(value, rel=ROUNDING)) for name, value in figures(plain)]
    assert next(e for e in found.estimates if e.name == "missing_gap").value == 0
    assert not [check for check in found.checks if "every outcome counts" in check.name]
    assert next(e for e in found.estimates if e.name == "exposed_share").value == 1
