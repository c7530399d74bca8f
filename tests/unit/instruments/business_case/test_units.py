"""Amounts and units as people write them."""

import pytest

from proveout.instruments.business_case import units
from proveout.instruments.business_case.formula import FormulaError


@pytest.mark.parametrize(
    ("text", "figure", "unit"),
    [
        (12, 12.0, "a pure number"),
        ("45 USD/hour", 45.0, "USD/hour"),
        ("60,000 USD", 60_000.0, "USD"),
        ("60_000 USD", 60_000.0, "USD"),
        ("60k EUR", 60_000.0, "EUR"),
        ("1.5M EUR", 1_500_000.0, "EUR"),
        ("€45/hour", 45.0, "EUR/hour"),
        ("USD 45", 45.0, "USD"),
        ("-3.5 hour/week", -3.5, "hour/week"),
        ("5%", 5.0, "percent"),
        ("8 minutes/case", 8.0, "minute"),
        ("12 people", 12.0, "a pure number"),
        (".5 share", 0.5, "a pure number"),
    ],
)
def test_amounts(text, figure, unit):
    found, spelled = units.amount(text)
    assert (found, units.spell(spelled)) == (figure, unit)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("3 florbs/year", "counted"),
        ("3 huor", "hour"),
        ("3 usd", "USD"),
        ("$5", "which dollar|USD"),
        ("many", "number"),
        ("1,00 USD", "number"),
        ("3 " + "hour*" * 40 + "hour", "units"),
        ("3 hour**99", "units"),
        ("3 (", "unit"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(text, hint):
    with pytest.raises(FormulaError, match=r".") as refusal:
        units.amount(text)
    assert any(part in refusal.value.hint for part in hint.split("|"))


def test_currencies_do_not_convert():
    assert not units.alike(units.parse("USD"), units.parse("EUR"))
    assert all(units.spell(units.parse(code)) == code for code in units.CURRENCIES)


def test_time_keeps_its_meaning_beside_currencies():
    assert units.factor(units.parse("hour/week")) == pytest.approx(1 / 168)
    assert units.factor(units.parse("USD/year")) * units.factor(units.parse("year")) == pytest.approx(1)


def test_an_amount_is_told_from_a_formula():
    assert units.is_amount("100 USD/year")
    assert not units.is_amount("100 USD/year / a", {"a"})
    assert not units.is_amount("seats * 3 USD/year")
