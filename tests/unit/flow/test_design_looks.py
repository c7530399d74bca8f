"""What the plan of a pilot says of its looks, and of guardrails."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from proveout.core.sizing import KpiSizing
from proveout.flow.design import size_up
from proveout.flow.workspace import Workspace
from tests.unit.flow.test_design import SCHEDULED, SWITCHBACK, WAVES, scheduled

LOOKS = "  looks: [2026-03-15, 2026-03-29, 2026-04-12]\n"


@pytest.mark.parametrize("design", ["", SWITCHBACK % 1, WAVES % 0.25])
def test_the_looks_are_said_with_what_they_may_spend_and_reckoned_with(tmp_path: Path, design: str) -> None:
    """O'Brien and Fleming's at 2, 4, 6 of 8 weeks: 0.0089%, 0.56%, 2.36%; 2.64% is left."""
    once = size_up(scheduled(tmp_path, design)).kpis[0]
    later = LOOKS.replace("2026-03-15", "2026-03-22") if "waves" in design else LOOKS
    sizing = size_up(scheduled(tmp_path, design + later))
    (kpi,) = sizing.kpis
    assert [look.n_days for look in sizing.looks][1:] == [28, 42, 56]
    assert [look.spent for look in sizing.looks][1:] == pytest.approx([0.00557, 0.0236, 0.05], abs=1e-4)
    assert kpi.alpha == pytest.approx(0.0264, abs=1e-4) and once.alpha == pytest.approx(0.05)
    assert kpi.mde is not None and once.mde is not None
    assert 1.05 < kpi.mde.value / once.mde.value < 1.25


GUARDRAILS = """
  - {id: errors, title: Errors, unit: hour, direction: down, role: guardrail, minimum_worthwhile: {absolute: 2.0},
     baseline: {source: work, query: "select unit, day as period, value from work"}}
  - {id: waits, title: Waits, unit: hour, direction: down, role: guardrail,
     baseline: {source: work, query: "select unit, day as period, value from work"}}
pilot:"""


@pytest.mark.parametrize("design", ["", SWITCHBACK % 1, WAVES % 0.25])
def test_each_guardrail_has_the_power_that_all_of_them_need(tmp_path: Path, design: str) -> None:
    workspace = scheduled(tmp_path, design)
    path = tmp_path / "initiative.yml"
    said = path.read_text().replace("\npilot:", GUARDRAILS).replace("{hours:", "{waits: {source: work}, hours:")
    path.write_text(said.replace("waits: {source: work}", "waits: {source: work}, errors: {source: work}"))
    sizing = size_up(workspace)
    goal, errors = ({kpi.kpi: kpi for kpi in sizing.kpis}[name] for name in ("hours", "errors"))
    assert (goal.power, errors.power) == (0.8, pytest.approx(1 - 0.2 / 3))
    assert errors.alpha == pytest.approx(0.1) and errors.guardrail
    assert goal.mde is not None and errors.mde is not None
    # at 12 teams: t(.95) + t(.9333) against t(.975) + t(.8)
    assert errors.mde.value / goal.mde.value == pytest.approx(3.35 / 2.85, rel=0.06)
    assert any(warning.startswith("waits: nothing is declared as what can be borne") for warning in sizing.warnings)


def test_more_looks_than_so_few_teams_can_pay_for_are_refused(tmp_path: Path) -> None:
    """Eight teams divide in 70 ways; by seven of eight weeks two of them may be spent, and 0.05 - 2 / 70 is left."""
    days = ", ".join(str(date(2026, 3, 2) + timedelta(days=7 * week - 1)) for week in range(1, 8))
    (reason,) = size_up(scheduled(tmp_path, f"  looks: [{days}]\n", teams=8)).impossible
    assert "the 7 look(s) before leave an error of 0.021 for the last" in reason and "below 0.029" in reason
    assert not size_up(scheduled(tmp_path, f"  looks: [{days}]\n", teams=10)).impossible
