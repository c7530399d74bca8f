"""Mistakes in the value model: each with its place, kind and remedy."""

import pytest

from proveout.core.initiative import Initiative, Kpi
from proveout.core.value import Quantity, ValueModel
from proveout.instruments import instrument
from proveout.instruments.business_case.faults import find

CASE = instrument("business_case")
HOURS = (Kpi(id="research_hours", unit="hour/week"),)
FORMULA = "reps * hours_now * share_saved * weeks_per_year * hourly_cost"


def faults(formula="a", kpis=(), **model):
    quantities = model.pop("quantities", {})
    given = {
        name: value if isinstance(value, Quantity) else Quantity(fixed=value) for name, value in quantities.items()
    }
    value = ValueModel(yearly_benefit=formula, quantities=given, **model)
    return CASE.faults(CASE.settings_type(), Initiative(value=value, kpis=tuple(kpis)))


def research(**changes):
    quantities = {
        "reps": 12,
        "hours_now": Quantity(kpi="research_hours"),
        "share_saved": Quantity(low=0.3, high=0.7),
        "hourly_cost": Quantity(low="45 USD/hour", high="65 USD/hour"),
    }
    return faults(FORMULA, kpis=HOURS, quantities=quantities | changes)


def test_the_example_of_the_design_is_without_fault():
    assert research() == ()
    assert research(reps="12 person", share_saved=Quantity(low="0.3 share", likely="0.5 share", high="0.7 share")) == ()


def test_a_price_that_is_not_per_hour_is_found_and_named():
    (fault,) = research(hourly_cost=Quantity(low="45 USD", high="65 USD"))
    assert (fault.path, fault.slug) == (("value", "yearly_benefit"), "unit-mismatch")
    assert fault.message == "the formula comes out in USD*hour/year, must be USD/year"
    assert fault.hint == "'hourly_cost' is in USD: in USD/hour it would fit"


def test_hours_without_their_week_are_found_and_named():
    (fault,) = research(hours_now="9 hour")
    assert fault.hint == "'hours_now' is in hour: in hour/week it would fit"


def test_a_bare_52_would_be_wrong_by_52_and_is_refused():
    quantities = {"hours": "9 hour/week", "price": "50 USD/hour"}
    (fault,) = faults("hours * 52 * price", quantities=quantities)
    assert (fault.slug, fault.hint) == ("unit-mismatch", "multiply it by weeks_per_year")
    assert faults("hours * weeks_per_year * price", quantities=quantities) == ()
    assert faults("hours * weeks_per_year * price", quantities=quantities | {"weeks_per_year": 44}) == ()


@pytest.mark.parametrize(
    ("formula", "quantities", "slug"),
    [
        ("3 USD/year +* 2", {}, "formula-syntax"),
        ("a.b", {"a": 1}, "formula-syntax"),
        ("reps * price", {"reps": 12}, "unknown-quantity"),
        ("a", {"a": "3 florbs/year"}, "unit-unknown"),
        ("a + 2 florbs/year", {"a": "1 USD/year"}, "unit-unknown"),
        ("hours * price", {"hours": "100 hour/year", "price": "50 USD"}, "unit-mismatch"),
        ("a + b", {"a": "1 USD/year", "b": "1 EUR/year"}, "unit-mismatch"),
        ("a + 5", {"a": "1 USD/year"}, "unit-mismatch"),
        ("a * b", {"a": "3 EUR/hour", "b": "9 hour/year"}, "unit-mismatch"),
        ("100 USD/year / a", {"a": Quantity(low=-1, high=1)}, "division-by-zero"),
        ("b / (a - 2)", {"b": "1 USD/year", "a": Quantity(low=1, likely=2, high=3)}, "division-by-zero"),
        ("b * a ** -1", {"b": "1 USD/year", "a": 0}, "division-by-zero"),
        ("a", {"a": Quantity(low="9 USD/year", high="3 USD/year")}, "quantity-range"),
        ("a", {"a": Quantity(low="1 USD/year", likely="9 USD/year", high="3 USD/year")}, "quantity-range"),
        ("a * b", {"a": "1 USD/year", "b": "30 share"}, "quantity-range"),
        ("a", {"a": Quantity(low="1 USD/year", high="3 EUR/year")}, "unit-mismatch"),
        ("a", {"a": Quantity(low=1, high="3 USD/year")}, "unit-mismatch"),
        ("a", {"a": Quantity(estimate="process")}, "formula-syntax"),
        ("a", {"a": "nine"}, "formula-syntax"),
    ],
)
def test_kinds_of_mistakes(formula, quantities, slug):
    found = faults(formula, quantities=quantities)
    assert [fault.slug for fault in found] == [slug]
    assert found[0].path[0] == "value"
    assert found[0].message and found[0].hint


def test_a_mistyped_name_is_guessed():
    (fault,) = faults("rep * 1", quantities={"reps": "1 USD/year"})
    assert fault.hint == "did you mean reps?"


def test_the_place_is_the_figure():
    (fault,) = faults(quantities={"a": Quantity(low="1 USD/year", high="2 USD/yaer")})
    assert fault.path == ("value", "quantities", "a", "high")


def test_costs_may_be_bare_numbers_amounts_ranges_or_formulas():
    a = {"a": "5 USD/year"}
    assert faults(quantities=a, yearly_cost=200.0, one_off_cost="60,000 USD") == ()
    assert faults(quantities=a, yearly_cost="20 USD/month", one_off_cost=Quantity(low=1, high=2)) == ()
    assert faults(quantities=a, yearly_cost="2 * a") == ()
    (fault,) = faults(quantities=a, one_off_cost="3 USD/year")
    assert (fault.path, fault.slug) == (("value", "one_off_cost"), "unit-mismatch")


def test_a_divisor_away_from_zero_is_no_fault():
    assert faults("b / a", quantities={"b": "1 USD/year", "a": Quantity(low=0.1, high=1)}) == ()
    assert faults("b / (1 + a ** 2)", quantities={"b": "1 USD/year", "a": Quantity(low=-1, high=1)}) == ()


def test_what_only_measuring_can_tell_is_no_fault():
    assert faults("a * b", quantities={"a": Quantity(estimate="process.yearly_cost[Search]"), "b": 2}) == ()


def test_an_unknown_currency():
    (fault,) = faults("1", currency="XYZ")
    assert (fault.path, fault.slug) == (("value", "currency"), "unit-unknown")


@pytest.mark.parametrize(
    ("name", "low", "high", "right"),
    [
        ("share_saved", 20, 60, False),
        ("share_saved", 0.2, 0.6, True),
        ("share_saved", "20%", "60%", True),
        ("error_probability", 0, 2, False),
        ("share_price", "40 USD", "60 USD", True),
        ("reps", 20, 60, True),
    ],
)
def test_a_percentage_written_as_a_number_is_no_share(name, low, high, right):
    model = ValueModel(
        quantities={name: Quantity(low=low, high=high), "sum": Quantity(fixed="100 USD/year")}, yearly_benefit="sum"
    )
    faults = find(model, {})
    assert [fault.slug for fault in faults] == ([] if right else ["quantity-range"])
    assert right or "0 and 1" in faults[0].message
