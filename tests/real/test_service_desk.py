"""Journey over real data: should the triage of service-desk incidents be done by AI?

Volvo IT's incident log (BPI Challenge 2013), interviews with professionals about AI at work, and tables of other
teams stand in for an organisation's own. What they do not show must not pass.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.conftest import Run, proveout  # noqa: F401

pytestmark = pytest.mark.real_data

DECLARATION = """
initiative: incident-triage
title: Triage of service-desk incidents
problem:
  statement: Incidents are pushed from team to team before somebody works on them.
  process: incident-management
  named_before_solution: 2012-06-01
groups:
  - {id: agents, title: Service-desk agents, size: 1400, role: user}
people: {owner: Ada}
phase: problem-validation
plan: {pilot_size: {units: 400, weeks: 8}}
objectives: [{id: faster, title: Incidents solved sooner}]
sources:
  incidents: data/07_bpic2013_incidents.xes.gz
  transcripts: data/anthropic_interviewer_scientists_125.csv.gz
  leads: data/x_education_leads_9240.csv.gz
  machines: data/ai4i2020.csv
kpis:
  - id: resolution_days
    title: Days from opening to closing of an incident
    objective: faster
    unit: day
    direction: down
    baseline:
      source: incidents
      query: >
        select "case:concept:name" as unit,
               date_diff('second', min("time:timestamp"), max("time:timestamp")) / 86400.0 as value
        from incidents group by 1
    target: {relative: -0.3}
    minimum_worthwhile: {relative: -0.1}
    owner: Ada
    due: 2013-01-31
value:
  quantities:
    incidents_a_year: {fixed: 7000 incident/year}
    days_open: {kpi: resolution_days}
    share_saved: {low: 0.05, high: 0.3}
    cost_of_a_day_open: {low: 2 USD/day, high: 10 USD/day}
  yearly_benefit: incidents_a_year * days_open * share_saved * cost_of_a_day_open
  one_off_cost: {low: 80000 USD, high: 150000 USD}
  yearly_cost: 20000 USD/year
evidence:
  voices: {instrument: interviews, source: transcripts, columns: {interview: transcript_id}}
  flow: {instrument: process, source: incidents, lifecycle: "", hourly_cost: 60 USD/hour}
  data:
    instrument: availability
    needs:
      - {id: leads, source: leads, fields: [Specialization, City, Lead Profile], key: Prospect ID}
      - {id: machines, source: machines, fields: [UDI, "Torque [Nm]"], key: UDI}
"""


@pytest.fixture
def assessed(tmp_path: Path, real_data: Path, proveout: Run) -> dict[str, Any]:  # noqa: F811
    (tmp_path / "data").mkdir()
    for name in (
        "process/07_bpic2013_incidents.xes.gz",
        "interviews/anthropic_interviewer_scientists_125.csv.gz",
        "lead_sales/x_education_leads_9240.csv.gz",
        "maintenance/ai4i2020.csv",
    ):
        shutil.copy(real_data / name, tmp_path / "data")
    (tmp_path / "initiative.yml").write_text(DECLARATION, encoding="utf-8")
    return json.loads(proveout("check", ".", "--format", "json", "--as-of", "2012-06-11", code=None).stdout)


def _figure(assessed: dict[str, Any], block: str, name: str, subject: str = "") -> float:
    evidence = next(e for e in assessed["evidence"] if e["block"] == block)
    return next(e["value"] for e in evidence["finding"]["estimates"] if (e["name"], e["subject"]) == (name, subject))


def test_the_verdict_is_honest(assessed: dict[str, Any]) -> None:
    gate = assessed["gates"][0]
    rulings = {r["criterion"]["id"]: r for r in gate["rulings"]}
    assert gate["verdict"] in ("undecided", "fail")
    assert _figure(assessed, "flow", "n_cases") == 7554
    assert _figure(assessed, "flow", "n_events") == 65533
    assert _figure(assessed, "flow", "n_variants") == 1511
    assert _figure(assessed, "voices", "n_interviews") == 125
    assert _figure(assessed, "data", "filled", "leads") < 0.5
    assert _figure(assessed, "data", "fields_present", "machines") == 1
    unconfirmed = [r for r in rulings.values() if r["criterion"]["estimate"] == "addressed_pain_prevalence"]
    assert unconfirmed and all(r["verdict"] == "undecided" for r in unconfirmed)


def test_the_baseline_is_that_of_the_log(assessed: dict[str, Any]) -> None:
    assert _figure(assessed, "kpis", "baseline", "resolution_days") == pytest.approx(12.08, abs=0.05)
