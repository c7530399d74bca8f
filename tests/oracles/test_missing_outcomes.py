"""Bounds by hand, from filled and trimmed rows, and the limits of Imbens and Manski's interval."""

from statistics import NormalDist

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.balance import Moments
from proveout.stats.cluster_regression import cr2_coefficient
from proveout.stats.difference import welch
from proveout.stats.missing_outcomes import (
    Teams,
    covering,
    trimming_bounds,
    worst_case_bounds,
    worst_case_bounds_by_team,
)

MANY = 1e9  # degrees of freedom at which Student's t is the normal


def moments(values):
    return Moments(n=len(values), mean=float(np.mean(values)), variance=float(np.var(values, ddof=1)))


def test_worst_case_by_hand():
    """Answers 1 and 0 of three units, 0 and 1 of four: from 1/4 - 2/3 to 3/4 - 1/3."""
    found = worst_case_bounds(moments([1, 0]), 1, moments([0, 1]), 2, low=0, high=1)
    assert (found.lower, found.upper) == pytest.approx((1 / 4 - 2 / 3, 3 / 4 - 1 / 3))
    assert found.estimate.value == 0


def test_worst_case_is_the_difference_of_filled_rows():
    rng = np.random.default_rng(4)
    a, b = rng.integers(1, 6, 12).astype(float), rng.integers(2, 6, 9).astype(float)
    found = worst_case_bounds(moments(a), 3, moments(b), 5, low=1, high=5)
    lowest = welch(moments([*a, *[5] * 3]), moments([*b, *[1] * 5]))
    highest = welch(moments([*a, *[1] * 3]), moments([*b, *[5] * 5]))
    assert (found.lower, found.upper) == pytest.approx((lowest.estimate.value, highest.estimate.value))
    again = covering(
        found.lower, found.upper, (lowest.standard_error, highest.standard_error), df=1000, value=0.0, n=29
    )
    assert found.estimate.lower == pytest.approx(again.lower, rel=0.02)  # more degrees of freedom, hardly narrower


def teams(*answers_and_silent):
    rows = [(len(answers) + silent, len(answers), sum(answers)) for answers, silent in answers_and_silent]
    sizes, answered, totals = (np.array(column, float) for column in zip(*rows, strict=True))
    return Teams(sizes=sizes, answered=answered, totals=totals)


def test_worst_case_by_team_by_hand():
    """Teams of 2 with one silent: (0 + fill)/2 and (1 + fill)/2 against (1 + fill)/2 and 1."""
    a, b = teams(([0], 1), ([1], 1)), teams(([1], 1), ([1, 1], 0))
    found = worst_case_bounds_by_team(a, b, low=0, high=1)
    assert (found.lower, found.upper) == pytest.approx((3 / 4 - 3 / 4, 1 - 1 / 4))
    assert found.estimate.value == 1 / 2
    assert found.estimate.n == 4


def test_worst_case_by_team_without_silent_ones_is_cr2_of_team_means():
    rng = np.random.default_rng(4)
    a = teams(*[(list(rng.integers(1, 6, rng.integers(2, 6))), 0) for _ in range(6)])
    b = teams(*[(list(rng.integers(2, 6, rng.integers(2, 6))), 0) for _ in range(6)])
    found = worst_case_bounds_by_team(a, b, low=1, high=5).estimate
    x = np.column_stack([np.ones(12), np.repeat([0, 1], 6)])
    y = np.concatenate([a.means, b.means])
    cr2 = cr2_coefficient(x[:, :, None] * x[:, None, :], x * y[:, None], np.array([0, 1]))
    assert found.value == pytest.approx(cr2.estimate.value)
    by_hand = welch(moments(a.means), moments(b.means))
    assert by_hand.standard_error == pytest.approx(cr2.standard_error)
    assert (found.lower, found.upper) == pytest.approx((by_hand.estimate.lower, by_hand.estimate.upper))


def test_worst_case_by_team_needs_teams_and_answers():
    pair = teams(([1, 2], 0), ([2], 1))
    with pytest.raises(TooLittle, match="1 and 2 teams"):
        worst_case_bounds_by_team(teams(([1], 0)), pair, low=1, high=5)
    with pytest.raises(TooLittle, match="nobody of a group"):
        worst_case_bounds_by_team(teams(([], 2), ([], 1)), pair, low=1, high=5)


def test_the_interval_stays_on_the_scale():
    """With nine of twelve missing in each arm; a difference of shares cannot be beyond 1."""
    fewer, more = moments([0, 0, 1]), moments([1, 1, 0])
    assert worst_case_bounds(more, 9, fewer, 9, low=0, high=1).estimate.lower == -1
    assert worst_case_bounds(fewer, 9, more, 9, low=0, high=1).estimate.upper == 1


def test_nothing_missing_is_welch():
    a, b = moments([1, 2, 2, 5, 3]), moments([2, 4, 4, 5, 5, 3])
    ours, plain = worst_case_bounds(a, 0, b, 0, low=1, high=5), welch(a, b).estimate
    assert (ours.estimate.lower, ours.estimate.upper) == pytest.approx((plain.lower, plain.upper))


def test_trimming_by_hand():
    """Half answer in a, all in b: the lower or the upper half of b is compared; (1.5, 3.5) less 1.5."""
    found = trimming_bounds(np.array([1.0, 2.0]), 2, np.array([4.0, 1.0, 3.0, 2.0]), 0)
    assert (found.lower, found.upper) == pytest.approx((0, 2))
    assert found.estimate.value == pytest.approx(1)
    mirrored = trimming_bounds(np.array([4.0, 1.0, 3.0, 2.0]), 0, np.array([1.0, 2.0]), 2)
    assert (mirrored.lower, mirrored.upper) == pytest.approx((-2, 0))
    ends = mirrored.estimate.lower, mirrored.estimate.upper
    assert ends == pytest.approx((-found.estimate.upper, -found.estimate.lower))


def test_trimming_counts_the_last_value_in_part():
    """Of three answers 0, 1, 2 the share .75 is kept: (0 + 1 + .25 * 2) / 2.25 and (2 + 1 + .25 * 0) / 2.25."""
    found = trimming_bounds(np.array([0.0, 0.0, 1.0]), 1, np.array([0.0, 1.0, 2.0]), 0)
    assert (found.lower + 1 / 3, found.upper + 1 / 3) == pytest.approx((1.5 / 2.25, 3 / 2.25))


def test_lee_2009_proposition_3():
    """The standard error of the lower bound, term by term as printed, against the one-sided end of the interval."""
    rng = np.random.default_rng(9)
    a, b = rng.normal(0, 1, 3000), rng.normal(1, 1, 4500)
    n_a, n_b = 5000, 5000
    alpha0, kept = len(a) / n_a, (len(a) / n_a) / (len(b) / n_b)
    p = 1 - kept
    low = np.sort(b)[: round(kept * len(b))]
    of_p = (1 - p) ** 2 * ((1 - alpha0 / (1 - p)) / (n_b * alpha0 / (1 - p)) + (1 - alpha0) / (n_a * alpha0))
    cut, mean = low[-1], low.mean()
    variance = low.var(ddof=1) / (len(b) * (1 - p)) + (cut - mean) ** 2 * p / (len(b) * (1 - p))
    variance += ((cut - mean) / (1 - p)) ** 2 * of_p + a.var(ddof=1) / len(a)
    found = trimming_bounds(a, n_a - len(a), b, n_b - len(b))
    one_sided = NormalDist().inv_cdf(0.95)
    assert found.lower == pytest.approx(mean - a.mean())
    assert found.lower - found.estimate.lower == pytest.approx(one_sided * variance**0.5, rel=1e-3)


def test_equal_response_is_not_trimmed():
    a, b = np.array([1.0, 3.0, 2.0, 5.0]), np.array([2.0, 6.0, 3.0, 3.0])
    found = trimming_bounds(a, 0, b, 0)
    assert found.lower == found.upper == pytest.approx(0.75)


@pytest.mark.parametrize(("apart", "quantile"), [(0.0, 0.975), (50.0, 0.95)])
def test_imbens_and_manski_at_their_limits(apart, quantile):
    """Two-sided where the bounds are one, one-sided at each end where they are far apart."""
    found = covering(0.0, apart, (1.0, 1.0), df=MANY, value=0.0, n=10)
    z = NormalDist().inv_cdf(quantile)
    assert (found.lower, found.upper) == pytest.approx((-z, apart + z), rel=1e-6)


def test_refusals():
    few, flat = Moments(n=1, mean=1, variance=0), Moments(n=5, mean=1, variance=0)
    with pytest.raises(TooLittle, match="each group needs two"):
        worst_case_bounds(few, 1, flat, 0, low=0, high=1)
    with pytest.raises(TooLittle, match="nothing varies"):
        worst_case_bounds(flat, 0, flat, 0, low=0, high=1)
    with pytest.raises(ValueError, match="on a scale"):
        worst_case_bounds(Moments(n=5, mean=7, variance=1), 0, flat, 0, low=0, high=5)
    with pytest.raises(TooLittle, match="each group needs two"):
        trimming_bounds(np.array([1.0]), 4, np.array([1.0, 2.0]), 0)
