"""Forecast beside realised: which assumption was wrong, and what it cost."""

from datetime import UTC, date, datetime

import pytest

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Evidence, Finding
from proveout.core.initiative import Initiative, Kpi
from proveout.core.question import Answers
from proveout.core.value import Quantity, ValueModel
from proveout.instruments import instrument

CASE = instrument("business_case")


def model(**changes) -> ValueModel:
    declared = {
        "quantities": {
            "people": Quantity(fixed="20"),
            "saved": Quantity(low="4 hour/week", high="6 hour/week"),
            "rate": Quantity(fixed="50 USD/hour"),
        },
        "yearly_benefit": "people * saved * rate * weeks_per_year",
        "yearly_cost": "10000 USD/year",
    }
    return ValueModel(**declared | changes)


def impact(*estimates: Estimate) -> Evidence:
    return Evidence(
        block="impact",
        instrument="impact",
        version="1",
        key="k",
        as_of=date(2026, 9, 1),
        measured_at=datetime(2026, 9, 1, tzinfo=UTC),
        finding=Finding(estimates=estimates or (exact("n_teams", 1),)),
    )


def measure(value: ValueModel, *evidence: Evidence):
    initiative = Initiative(value=value, kpis=(Kpi(id="hours", unit="hour/week"),))
    answers = Answers(tables={}, as_of=date(2026, 9, 1), evidence=evidence)
    return CASE.measure(CASE.settings_type(), answers, initiative)


def figure(finding, name: str, subject: str = "") -> Estimate:
    return next(e for e in finding.estimates if (e.name, e.subject) == (name, subject))


MEASURED = Estimate(name="effect", subject="hours", value=2.0, lower=1.5, upper=2.5, unit="hour/week")
HALF = {"saved": Quantity(estimate="impact.effect[hours]")}


def test_a_measured_effect_takes_the_place_of_the_assumed_one():
    found = measure(model(realised=HALF), impact(MEASURED))
    assert figure(found, "benefit_promised").value == pytest.approx(20 * 24**0.5 * 50 * 52 - 10_000, rel=0.01)
    assert figure(found, "benefit_realised").value == pytest.approx(20 * 2 * 50 * 52 - 10_000, rel=0.01)
    ratio = figure(found, "realised_to_promised")
    assert ratio.value == pytest.approx(94_000 / (20 * 24**0.5 * 50 * 52 - 10_000), rel=0.01)
    assert ratio.lower == pytest.approx(ratio.value * (20 * 1.58 * 50 * 52 - 10_000) / 94_000, rel=0.02)  # 90% of 95%
    check = next(c for c in found.checks if "what was assumed" in c.name)
    assert check.passed is False
    assert "saved" in check.note


def test_each_quantity_alone_says_what_it_cost():
    realised = {"people": Quantity(fixed="15"), "yearly_cost": Quantity(fixed="30000 USD/year")}
    found = measure(model(realised=realised))
    whole = 20 * 24**0.5 * 50 * 52
    assert figure(found, "assumption_gap", "people").value == pytest.approx(-whole / 4, rel=0.01)
    gap = figure(found, "assumption_gap", "yearly_cost")
    assert (gap.value, gap.lower, gap.upper) == pytest.approx((-20_000, -20_000, -20_000))
    table = next(e for e in found.exhibits if e.title == "Forecast and realised")
    assert [row[0] for row in table.rows] == ["people", "yearly_cost", "yearly net benefit"]


def test_adoption_scales_the_benefit_and_not_the_cost():
    found = measure(model(realised={"adoption": Quantity(fixed="50%")}))
    assert figure(found, "benefit_realised").value == pytest.approx(10 * 24**0.5 * 50 * 52 - 10_000, rel=0.01)


def test_within_its_range_an_assumption_held():
    found = measure(model(realised={"saved": Quantity(fixed="5 hour/week")}))
    assert next(c for c in found.checks if "what was assumed" in c.name).passed is True
    assert figure(found, "realised_to_promised").value == pytest.approx(1.0, abs=0.05)


def test_what_was_not_measured_yet_is_no_evidence_and_leaves_the_forecast():
    found = measure(model(realised=HALF), impact())
    assert {e.name for e in found.estimates} >= {"npv", "yearly_net_benefit"}
    assert not [e for e in found.estimates if e.name.startswith(("benefit_", "realised"))]
    check = next(c for c in found.checks if c.name == "the benefit was measured")
    assert check.passed is None
    assert "not measured" in check.note


def test_without_a_promise_there_is_no_ratio():
    found = measure(model(yearly_cost="9000000 USD/year", realised={"people": Quantity(fixed="30")}))
    assert not [e for e in found.estimates if e.name == "realised_to_promised"]
    assert figure(found, "benefit_realised").value > figure(found, "benefit_promised").value


def test_it_builds_on_the_blocks_that_measured():
    initiative = Initiative(value=model(realised=HALF))
    assert CASE.builds_on(CASE.settings_type(), initiative) == ("impact",)


@pytest.mark.parametrize(
    ("realised", "path", "words"),
    [
        ({"peple": Quantity(fixed="15")}, ("value", "realised", "peple"), "no quantity of the model"),
        ({"people": Quantity(fixed="15 hour")}, ("value", "realised"), ""),
        ({"saved": Quantity(fixed="3 bananas/week")}, ("value", "realised", "saved", "fixed"), "bananas"),
        ({"adoption": Quantity(fixed="140%")}, ("value", "realised", "adoption", "fixed"), "between 0 and 1"),
    ],
)
def test_mistakes_are_found_where_they_were_written(realised, path, words):
    faults = CASE.faults(CASE.settings_type(), Initiative(value=model(realised=realised)))
    assert [fault.path for fault in faults] == [path]
    assert words in faults[0].message
