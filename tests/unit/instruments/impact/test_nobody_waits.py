"""All teams get the system at once: nobody is left to compare with but others elsewhere, or what was before."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.rollouts import START, World, rollout, write_rows
from tests.unit.instruments.impact.test_impact import check, figures, see

from proveout.core.evidence import Finding
from proveout.core.initiative import Source
from proveout.core.question import Rows


def test_all_at_once_has_only_its_own_past(tmp_path):
    """One wave, nobody held back."""
    declared = rollout(n_waves=1, holdback_share=0)
    world = World(lambda since: 2.0, weeks=28)
    world.write(tmp_path, declared)
    seats = [(f"team {t:02} unit {u}", f"team {t:02}", "wave 1", "", 1) for t in range(24) for u in range(3)]
    write_rows(tmp_path / "waves.csv", ("unit", "team", "arm", "stratum", "batch"), seats)
    finding = see(tmp_path, world.initiative(declared), world.progress(declared))
    found = figures(finding)
    assert found["comparison_strength"].value == 1
    assert "interrupted series" in found["effect"].method
    assert check(finding, "can bear").passed is False


class AtOnce(World):
    """All teams in one wave."""

    def waves(self, declared) -> dict[str, str]:
        return {f"team {i:02}": "wave 1" for i in range(self.teams)}


def at_once(folder: Path, series: int, gap: bool = False) -> Finding:
    """No effect; but in the week of the start everything gets better by 2, here and elsewhere."""
    declared = rollout(n_waves=1, holdback_share=0, elsewhere={"leads": Rows(source="others")} if series else {})
    world = AtOnce(lambda since: 2.0)
    world.write(folder, declared)
    rng = np.random.default_rng(3)
    rows = [
        (f"region {s}", START + timedelta(weeks=week), 15 + s + 0.1 * week + 2.0 * (week >= 0) + rng.normal(0, 0.3))
        for s in range(series)
        for week in range(-8, 28)
        if not (gap and s == 0 and week == 3)
    ]
    write_rows(folder / "others.csv", ("unit", "day", "value"), rows)
    initiative = world.initiative(declared)
    sources = {**initiative.sources, "others": Source(location="others.csv")}
    return see(folder, replace(initiative, sources=sources), world.progress(declared))


@pytest.mark.parametrize(
    ("series", "gap", "words"),
    [(1, False, "difference in differences"), (3, False, "synthetic control"), (3, True, "synthetic control")],
)
def test_others_elsewhere_tell_what_happened_everywhere_from_an_effect(tmp_path, series, gap, words):
    alone, beside = figures(at_once(tmp_path, 0))["effect"], figures(at_once(tmp_path, series, gap))
    assert alone.value > 1  # against its own past the better times pass for an effect
    assert words in beside["effect"].method
    assert abs(beside["effect"].value) < 0.5
    assert beside["comparison_strength"].value == 1


def test_others_elsewhere_are_of_a_kpi_that_has_outcomes():
    with pytest.raises(ValueError, match="`elsewhere` names calls"):
        rollout(elsewhere={"calls": Rows(source="others")})
