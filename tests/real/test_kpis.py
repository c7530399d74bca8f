"""KPI baselines over real tables whose figures are published."""

from datetime import date

import pytest

from proveout.core.initiative import Baseline, Change, Initiative, Kpi, PilotPlan, Plan, Source
from proveout.core.question import Answers
from proveout.data import ask
from proveout.instruments import instrument

pytestmark = pytest.mark.real_data
KPIS = instrument("kpis")


def measure(folder, source, query, **fields):
    kpi = Kpi(id="k", baseline=Baseline(source="s", query=query), target=Change(relative=0.1), **fields)
    initiative = Initiative(kpis=(kpi,), plan=Plan(pilot_size=PilotPlan(units=800, clusters=40)))
    asked = KPIS.questions(KPIS.settings_type(), initiative)
    tables, failures = ask(asked, {"s": Source(location=source)}, folder)
    assert failures == {}
    found = KPIS.measure(
        KPIS.settings_type(), Answers(tables=tables, failures=failures, as_of=date(2026, 1, 5)), initiative
    )
    return found, {estimate.name: estimate for estimate in found.estimates}


def test_retention_of_players(real_data):
    """Cookie Cats, gate 30: 44.819% come back on the next day; values are TRUE and FALSE."""
    query = "select userid as unit, retention_1 as value from s where version = 'gate_30'"
    _, found = measure(real_data / "experiments_ab", "cookie_cats_90k.csv.gz", query, unit="share")
    assert found["baseline"].value == pytest.approx(0.44819, abs=5e-6)
    assert found["baseline"].method == "Wilson score interval"
    assert found["baseline"].n == found["n_units"].value == 44_700


def test_scores_of_pupils_in_schools(real_data):
    """Project STAR, kindergarten, small classes: read and math 931.94 over 1,738 pupils; schools are the clusters."""
    query = (
        "select rownames as unit, readk + mathk as value, schoolidk as cluster from s "
        "where stark = 'small' and readk is not null and mathk is not null"
    )
    _, found = measure(real_data / "experiments_ab", "tennessee_star_11598.csv.gz", query, unit="score")
    assert (found["baseline"].value, found["n_units"].value) == (pytest.approx(931.94, abs=0.005), 1738)
    assert 70 <= found["baseline"].n <= 80  # 79 schools took part
    naive = 1.96 * 76 / 1738**0.5  # as if pupils were independent
    assert found["baseline"].upper - found["baseline"].value > 1.5 * naive


def test_failures_of_machines(real_data):
    """UCI AI4I 2020: failures of 10,000 machines, 339 of them."""
    query = 'select "UDI" as unit, "Machine failure" as value from s'
    found, figures = measure(real_data / "maintenance", "ai4i2020.csv", query, unit="share")
    assert figures["baseline"].value == pytest.approx(0.0339)
    assert {check.name for check in found.checks if check.passed is False} >= {"k: the definition is complete"}
