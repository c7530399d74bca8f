"""Present value and payback by hand."""

import numpy as np
import pytest

from proveout.stats.cashflow import payback_years, present_value


def test_present_value_by_hand():
    assert present_value([-1000, 500, 500, 500], 0.10) == pytest.approx(-1000 + 500 / 1.1 + 500 / 1.21 + 500 / 1.331)
    assert float(present_value([-1000, 500, 500, 500], 0.10)) == pytest.approx(243.43, abs=0.005)


def test_present_value_of_draws():
    assert present_value([np.array([-1.0, -2.0]), 1.0], 0.0).tolist() == [0.0, -1.0]


@pytest.mark.parametrize(
    ("cash", "years"),
    [
        ([-1000, 500, 500, 500], 2.0),
        ([-1000, 400, 400, 400], 2.5),
        ([-1000, 100, 100, 100], np.inf),
        ([0, 10, 10], 0.0),
        ([0, -10, 30], 1 + 1 / 3),
        ([0, -10, 5], np.inf),
        ([-10, 20, -15, 30], 2 + 1 / 6),
        ([-10, 10, 0], 1.0),
    ],
)
def test_payback_by_hand(cash, years):
    assert float(payback_years(cash)) == pytest.approx(years)


def test_payback_of_draws():
    assert payback_years([np.array([-10.0, -30.0]), 10.0, 10.0]).tolist() == [1.0, np.inf]
