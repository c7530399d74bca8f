"""What the value model comes to."""

from datetime import UTC, date, datetime
from math import log

import pytest

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Evidence, Finding, Outcome
from proveout.core.exhibit import Bars, Histogram, Ranges, Table
from proveout.core.initiative import Initiative, Kpi
from proveout.core.question import Answers
from proveout.core.value import Quantity, ValueModel
from proveout.instruments import instrument

CASE = instrument("business_case")
NEAR = 0.01  # Monte Carlo error of quantiles of 100,000 draws, several standard errors wide


def evidence(*estimates, checks=(), block="kpis", kind="kpis"):
    finding = Finding(estimates=estimates, checks=checks)
    return Evidence(
        block=block,
        instrument=kind,
        version="1",
        key="k",
        as_of=date(2026, 1, 1),
        measured_at=datetime(2026, 1, 5, tzinfo=UTC),
        finding=finding,
    )


def measure(formula="a", *, found=(), **model):
    quantities = model.pop("quantities", {})
    given = {
        name: value if isinstance(value, Quantity) else Quantity(fixed=value) for name, value in quantities.items()
    }
    value = ValueModel(yearly_benefit=formula, quantities=given, **model)
    initiative = Initiative(value=value, kpis=(Kpi(id="hours", unit="hour/week"),))
    answers = Answers(tables={}, as_of=date(2026, 1, 5), evidence=tuple(found))
    return CASE.measure(CASE.settings_type(), answers, initiative)


def figure(finding, name, subject=""):
    return next(e for e in finding.estimates if (e.name, e.subject) == (name, subject))


def test_fixed_figures_by_hand():
    found = measure(
        quantities={"a": "700 USD/year"}, yearly_cost=200.0, one_off_cost=1000.0, discount_rate=0.1, horizon_years=3
    )
    npv = figure(found, "npv")
    assert npv.value == pytest.approx(-1000 + 500 / 1.1 + 500 / 1.21 + 500 / 1.331)
    assert npv.exact
    assert figure(found, "yearly_net_benefit").value == pytest.approx(500)
    assert figure(found, "payback_years").value == pytest.approx(2)
    assert figure(found, "roi").value == pytest.approx(npv.value / (1000 + 200 / 1.1 + 200 / 1.21 + 200 / 1.331))
    assert figure(found, "probability_positive").exact
    assert "evpi_total" not in {e.name for e in found.estimates}


def test_adoption_ramps_the_benefit_but_not_the_cost():
    found = measure(
        quantities={"a": "100 USD/year"}, yearly_cost=10.0, adoption=(0.5,), discount_rate=0.0, horizon_years=2
    )
    assert figure(found, "npv").value == pytest.approx(50 - 10 + 100 - 10)


def test_a_product_of_lognormals_has_a_closed_form():
    found = measure(
        "a * b", quantities={"a": Quantity(low="4 USD/year", high="9 USD/year"), "b": Quantity(low=2, high=8)}
    )
    spread = (log(9 / 4) ** 2 + log(8 / 2) ** 2) ** 0.5 / 2
    net = figure(found, "yearly_net_benefit")
    assert log(net.value) == pytest.approx(log(6 * 4), abs=NEAR)
    assert log(net.lower) == pytest.approx(log(24) - spread, abs=NEAR)
    assert log(net.upper) == pytest.approx(log(24) + spread, abs=NEAR)
    assert (net.unit, net.level, net.method) == ("USD/year", 0.9, "Monte Carlo, 100,000 draws")


def test_hours_times_price_come_out_per_year():
    found = measure("h * weeks_per_year * p", quantities={"h": "10 hour/week", "p": "50 USD/hour"})
    assert figure(found, "yearly_net_benefit").value == pytest.approx(26_000)
    monthly = measure(quantities={"a": "1 USD/year"}, yearly_cost="20 USD/month")
    assert figure(monthly, "yearly_net_benefit").value == pytest.approx(1 - 240)


def test_a_measured_kpi_brings_its_interval():
    hours = Estimate(name="baseline", subject="hours", value=10, lower=8, upper=12, unit="hour/week")
    found = measure(
        "h * weeks_per_year * p", quantities={"h": Quantity(kpi="hours"), "p": "50 USD/hour"}, found=[evidence(hours)]
    )
    net = figure(found, "yearly_net_benefit")
    assert net.value == pytest.approx(26_000, rel=NEAR)
    assert net.upper - net.value == pytest.approx(2600 * 2 * 1.644854 / 1.959964, rel=3 * NEAR)


def test_one_measured_figure_under_two_names_is_drawn_once():
    hours = Estimate(name="baseline", subject="hours", value=10, lower=8, upper=12, unit="hour/week")
    two = {"h": Quantity(kpi="hours"), "k": Quantity(kpi="hours")}
    found = measure("1 USD/year * (1 + h / k)", quantities=two, found=[evidence(hours)])
    net = figure(found, "yearly_net_benefit")
    assert (net.lower, net.upper) == pytest.approx((2, 2))


def test_a_named_figure_of_another_block():
    cost = exact("yearly_cost", 900, unit="USD/year", subject="Search")
    process = evidence(cost, block="log", kind="process")
    found = measure(quantities={"a": Quantity(estimate="log.yearly_cost[Search]")}, found=[process])
    assert figure(found, "yearly_net_benefit").value == pytest.approx(900)
    missing = measure(quantities={"a": Quantity(estimate="log.yearly_cost[Call]")}, found=[process])
    assert missing.outcome is Outcome.TOO_LITTLE
    assert "Search" in missing.reason


def test_missing_evidence_is_too_little_and_says_why():
    failed = Check(name="hours: the baseline can be read", passed=False, note="timesheets.csv is not there.")
    blind = evidence(exact("n_units", 0, subject="other"), checks=(failed,))
    found = measure("a", quantities={"a": Quantity(kpi="hours")}, found=[blind])
    assert found.outcome is Outcome.TOO_LITTLE
    assert "KPI hours" in found.reason
    assert "timesheets.csv is not there." in found.reason
    assert "baseline query of KPI hours" in found.remedy


def test_an_open_interval_is_refused():
    half = Estimate(name="baseline", subject="hours", value=10, lower=8, upper=None, unit="hour/week")
    found = measure("a", quantities={"a": Quantity(kpi="hours")}, found=[evidence(half)])
    assert found.outcome is Outcome.TOO_LITTLE
    assert "no upper end" in found.reason


@pytest.mark.parametrize(
    ("unit", "lower", "says"), [("hour/week", 8.0, "must be USD/year"), ("USD/year", -1.0, "can be zero")]
)
def test_what_only_measuring_shows_is_broken_with_a_reason(unit, lower, says):
    odd = Estimate(name="cost", value=10, lower=lower, upper=12, unit=unit)
    formula = "a" if unit == "hour/week" else "b * b / a"
    quantities = {"a": Quantity(estimate="log.cost"), "b": "1 USD/year"}
    found = measure(formula, quantities=quantities, found=[evidence(odd, block="log", kind="process")])
    assert found.outcome is Outcome.BROKEN
    assert says in found.reason


def uncertain(**changes):
    model = {
        "quantities": {"a": Quantity(low="-40 USD/year", high="80 USD/year"), "b": Quantity(low=0.9, high=1.1)},
        "one_off_cost": 10.0,
        "discount_rate": 0.0,
        "horizon_years": 1,
    }
    return measure("a * b", **(model | changes))


def test_the_most_valuable_measurement_is_named():
    found = uncertain()
    a, b, total = figure(found, "evpi", "a"), figure(found, "evpi", "b"), figure(found, "evpi_total")
    assert b.value < a.value <= total.value * 1.01
    assert any("Measure a first" in check.note and check.passed is False for check in found.checks)
    bars = next(x for x in found.exhibits if isinstance(x, Bars))
    assert [bar.label for bar in bars.bars] == ["a", "b"]
    assert "Measure next: a." in bars.note


def test_exhibits():
    found = uncertain()
    histogram = next(x for x in found.exhibits if isinstance(x, Histogram))
    assert sum(histogram.counts) == 100_000
    assert [label for label, _ in histogram.markers] == ["0", "5%", "median", "95%"]
    tornado = next(x for x in found.exhibits if isinstance(x, Ranges))
    assert tornado.base == pytest.approx(20 * 0.9949874 - 10, rel=1e-6)
    assert [label for label, _, _ in tornado.ranges] == ["a", "b"]
    quantities, cash = (x for x in found.exhibits if isinstance(x, Table))
    assert sum(row[5] for row in quantities.rows if row[5] is not None) == pytest.approx(1)
    assert [row[0] for row in cash.rows] == [0, 1]


def test_payback_that_often_never_comes_is_open_or_left_out():
    assert figure(uncertain(one_off_cost=5.0), "payback_years").upper is None
    hopeless = uncertain(one_off_cost=500.0)
    assert "payback_years" not in {e.name for e in hopeless.estimates}
    assert any(check.name == "it pays back within the horizon" and check.passed is False for check in hopeless.checks)


def test_the_same_model_gives_the_same_figures():
    assert uncertain() == uncertain()


def test_an_added_quantity_does_not_move_the_draws_of_the_others():
    more = {"a": Quantity(low="-40 USD/year", high="80 USD/year"), "b": Quantity(low=0.9, high=1.1), "z": 3}
    assert uncertain(quantities=more).estimates == uncertain().estimates


def test_without_a_value_model_it_does_not_apply():
    found = CASE.measure(CASE.settings_type(), Answers(tables={}, as_of=date(2026, 1, 5)), Initiative())
    assert found.outcome is Outcome.NOT_APPLICABLE


def test_it_builds_on_the_blocks_that_its_quantities_name():
    value = ValueModel(
        yearly_benefit="a",
        quantities={"a": Quantity(kpi="hours"), "b": Quantity(estimate="log.yearly_cost[Search]")},
        yearly_cost=Quantity(estimate="prices.run_cost"),
    )
    assert CASE.builds_on(CASE.settings_type(), Initiative(value=value)) == ("kpis", "log", "prices")


@pytest.mark.parametrize("name", ["use_share", "use"])
def test_a_percentage_is_a_share_whatever_it_is_called(name):
    found = measure(f"{name} * 1000 USD/year", quantities={name: "50%"})
    assert figure(found, "yearly_net_benefit").value == pytest.approx(500)
    ranged = measure(f"{name} * 1000 USD/year", quantities={name: Quantity(low="40%", likely="50%", high="60%")})
    assert figure(ranged, "yearly_net_benefit").value == pytest.approx(500, rel=NEAR)
