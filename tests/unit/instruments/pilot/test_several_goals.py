"""What is said of one goal allows for the others, as its figure does."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.unit.instruments.pilot.conftest import END, KPI

from proveout.instruments.pilot.measure import measure
from proveout.instruments.pilot.settings import Settings


@pytest.mark.parametrize("n_goals", [1, 3])
def test_the_check_says_what_the_figure_says(world, n_goals):
    here = world()
    for i in range(24):
        treated = i % 2 == 1
        here.arms.append([f"u{i}", "", "pilot" if treated else "control", "all", "2026-02-20"])
        here.rows.append([f"u{i}", END, int(i < 14 if treated else i < 4)])  # 7 of 12 against 2 of 12
    answers = here.answers(END + timedelta(days=1), KPI, None, randomise="units")
    initiative = here.initiative(randomise="units")
    more = [replace(KPI, id=f"other-{i}") for i in range(n_goals - 1)]
    found = measure(Settings(), answers, replace(initiative, kpis=(KPI, *more)))
    p = next(e.value for e in found.estimates if e.name == "p_value")
    told = next(check for check in found.checks if "told from chance" in check.name)
    assert (told.passed is True) == (p <= 0.05)
    assert f"p = {p:.3g}" in told.note
    assert ("allowing for 3 goals" in told.note) == (n_goals == 3)
    assert np.isclose(
        p / n_goals, next(e.value for e in measure(Settings(), answers, initiative).estimates if e.name == "p_value")
    )
