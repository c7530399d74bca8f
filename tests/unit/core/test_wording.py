"""Figures as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proveout.core.estimate import Estimate, exact
from proveout.core.wording import apart, digits_to_tell, figure, interval, legible, reading, title


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.123, "share", "12.3%"),
        (0.8, "share", "80%"),
        (1.0, "share", "100%"),
        (0.99974, "share", "99.97%"),
        (0.0002, "share", "0.02%"),
        (0.0, "share", "0%"),
        (-0.5, "share", "-50%"),
        (2.5, "share", "250%"),
        (12.34567, "share", "1,234.6%"),
        (1234.4, "USD/year", "1,234 USD/year"),
        (1234567.0, "USD", "1,234,567 USD"),
        (-1234.4, "EUR", "-1,234 EUR"),
        (4.234, "hour/week", "4.23 hours/week"),
        (1.0, "day", "1 day"),
        (2.0, "year", "2 years"),
        (0.01234, "", "0.0123"),
        (99.96, "", "100"),
        (3.0, "1/week", "3 per week"),
        (0.5, "dimensionless", "0.5"),
        (0.0, "USD", "0 USD"),
        (-0.004, "USD", "-0.004 USD"),
        (2.5e-7, "", "2.50e-07"),
        (3e18, "", "3.00e+18"),
    ],
)
def test_figures_read_as_people_write_them(value: float, unit: str, text: str) -> None:
    assert figure(value, unit) == text


def test_figures_that_differ_look_different() -> None:
    assert digits_to_tell((0.79999, None, 0.8), 0.8, "share") == 5
    assert apart(0.79999, 0.8, "share") == ("79.999%", "80%")
    assert digits_to_tell((0.5,), 0.5, "share") == 3
    assert interval(Estimate(name="x", value=0.5, lower=0.5, upper=0.50002)) == "0.5 to 0.50002"


def test_names_read_as_words() -> None:
    assert title(exact("users_share", 1)) == "Users share"
    assert title(exact("mde_ratio", 1, subject="research_hours")) == "MDE ratio (research_hours)"
    assert title(exact("n_cases", 1)) == "Number of cases"


@given(st.floats(-1e12, 1e12), st.sampled_from(["", "share", "USD/year", "day"]))
def test_a_figure_reads_back_to_what_was_meant(value: float, unit: str) -> None:
    number = figure(value, unit).split(" ")[0].rstrip("%").replace(",", "")
    meant = value * 100 if unit == "share" else value
    assert float(number) == pytest.approx(meant, rel=0.006, abs=0.06 if unit == "share" else 1e-9)


def test_intervals_say_which_side_is_open() -> None:
    both = Estimate(name="x", value=0.2, lower=0.1, upper=0.34, unit="share")
    assert interval(both) == "10% to 34%"
    assert reading(both) == "20% (95% interval: 10% to 34%)"
    assert interval(Estimate(name="x", value=0.2, lower=0.1, upper=None, unit="share")) == "at least 10%"
    assert interval(Estimate(name="x", value=2.0, lower=None, upper=3.0, unit="year")) == "at most 3 years"
    assert interval(Estimate(name="x", value=2.0, lower=None, upper=None)) == "nothing ruled out"
    assert interval(exact("x", 3)) == "exact"
    assert reading(exact("x", 0.75, unit="share")) == "75%"


def test_what_steers_a_terminal_is_made_visible() -> None:
    assert legible("a\x1b[31mb\u202ec\x9b\r\n\rd\te") == "a\ufffd[31mb\ufffdc\ufffd\n\ufffdd\te"
