"""Quantile functions against closed forms and scipy."""

import numpy as np
import pytest

from proveout.stats.distributions import central, fixed, lognormal_range, normal_range, pert, two_piece

SHARES = (np.arange(200_000) + 0.5) / 200_000  # midpoints: a mean over them is a numerical integral
ENDS = np.array([0.05, 0.5, 0.95])


def test_fixed_is_fixed():
    assert fixed(3)(ENDS).tolist() == [3.0, 3.0, 3.0]


def test_ranges_hold_ninety_per_cent():
    assert normal_range(-10, 30)(ENDS) == pytest.approx([-10, 10, 30])
    assert lognormal_range(4, 9)(ENDS) == pytest.approx([4, 6, 9])


def test_lognormal_moments():
    sigma = np.log(9 / 4) / (2 * 1.6448536269514722)
    draws = lognormal_range(4, 9)(SHARES)
    assert draws.mean() == pytest.approx(6 * np.exp(sigma**2 / 2), rel=1e-4)
    assert draws.var() == pytest.approx(36 * np.exp(sigma**2) * (np.exp(sigma**2) - 1), rel=1e-3)


@pytest.mark.parametrize("triple", [(0, 2, 10), (10, 30, 35), (0, 0, 1), (2, 5, 5)])
def test_pert(triple):
    from scipy.stats import beta

    low, likely, high = triple
    draws = pert(low, likely, high)(SHARES)
    mean = (low + 4 * likely + high) / 6
    assert draws.mean() == pytest.approx(mean, rel=1e-4)
    assert draws.var() == pytest.approx((mean - low) * (high - mean) / 7, rel=1e-3)
    alpha, omega = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
    theirs = beta(alpha, omega, low, high - low)
    assert pert(low, likely, high)(ENDS) == pytest.approx(theirs.ppf(ENDS), abs=1e-3 * (high - low))


def test_pert_without_width_is_fixed():
    assert pert(4, 4, 4)(ENDS).tolist() == [4.0, 4.0, 4.0]


@pytest.mark.parametrize("log", [False, True])
def test_a_measured_figure_keeps_its_value_and_interval(log):
    found = two_piece(5, 4, 9, level=0.9, log=log)(ENDS)
    assert found == pytest.approx([4, 5, 9])


def test_a_symmetric_interval_is_the_normal_distribution():
    from scipy.stats import norm

    assert two_piece(10, 8, 12)(ENDS) == pytest.approx(norm(10, 2 / 1.959963984540054).ppf(ENDS))


@pytest.mark.parametrize(
    "build",
    [
        lambda: normal_range(2, 1),
        lambda: lognormal_range(0, 1),
        lambda: lognormal_range(2, 1),
        lambda: pert(1, 0, 2),
        lambda: two_piece(1, 2, 3),
        lambda: two_piece(1, -1, 3, log=True),
    ],
)
def test_what_is_not_in_order_is_refused(build):
    with pytest.raises(ValueError, match=r"order|lognormal|range|logarithm"):
        build()


def test_central():
    found = central(np.arange(101.0))
    assert (found.lower, found.value, found.upper, found.level) == (5.0, 50.0, 95.0, 0.9)


def test_never_leaves_an_end_open():
    found = central(np.array([1.0] * 60 + [np.inf] * 40))
    assert (found.value, found.lower, found.upper) == (1.0, 1.0, None)
    with pytest.raises(ValueError, match="infinite"):
        central(np.array([1.0, np.inf, np.inf]))
