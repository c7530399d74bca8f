"""The mean on a scale: Student's interval, and Gaffke's where answers are few or alike."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.bounded import bounded_mean, scale_mean
from proveout.stats.mean import t_mean

DRAWN = 0.01  # of 200,000 draws


def test_student_inside_the_scale():
    answers = [2, 3, 3, 4, 2, 3, 4, 3]
    ours, plain = scale_mean(answers, low=1, high=5), t_mean(answers)
    assert (ours.value, ours.lower, ours.upper) == (plain.value, plain.lower, plain.upper)


def test_it_ends_where_the_scale_ends():
    estimate = scale_mean([4, 5, 5], low=1, high=5)
    assert estimate.upper == 5
    assert estimate.lower == t_mean([4, 5, 5]).lower


def test_equal_answers_are_not_certainty():
    """Those that were not asked may all be at the other end: 20 alike leave out at most 1 - .025^(1/20) of them."""
    estimate = scale_mean([4] * 20, low=1, high=5)
    assert estimate.lower == pytest.approx(1 + 3 * 0.025 ** (1 / 20), abs=1e-9)
    assert estimate.upper == pytest.approx(5 - 0.025 ** (1 / 20), abs=1e-9)
    assert "Gaffke" in estimate.method


def test_one_answer_says_hardly_anything_about_the_mean():
    estimate = bounded_mean([3], low=1, high=5)
    assert (estimate.lower, estimate.upper) == pytest.approx((1 + 2 * 0.025, 5 - 2 * 0.025))


@pytest.mark.parametrize(
    ("successes", "n"), [(0, 3), (1, 1), (2, 2), (3, 5), (12, 12), (19, 20), (50, 100), (700, 900)]
)
def test_of_shares_it_is_that_of_clopper_and_pearson(successes, n):
    from scipy.stats import beta

    found = bounded_mean([1] * successes + [0] * (n - successes), low=0, high=1)
    lower = beta.ppf(0.025, successes, n - successes + 1) if successes else 0
    upper = beta.ppf(0.975, successes + 1, n - successes) if successes < n else 1
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=1e-8)


@pytest.mark.parametrize("n", [3, 12, 40])
def test_the_integral_against_draws(n):
    rng = np.random.default_rng(n)
    answers = rng.choice([1, 2, 3, 4, 5], p=(0.02, 0.03, 0.15, 0.4, 0.4), size=n).astype(float)
    weighted = rng.dirichlet(np.ones(n + 1), size=200_000) @ np.append(answers, 1.0)
    assert bounded_mean(answers, low=1, high=5).lower == pytest.approx(np.quantile(weighted, 0.025), abs=DRAWN)


def test_more_support_never_lowers_it():
    rng = np.random.default_rng(1)
    for _ in range(50):
        answers = rng.integers(1, 6, 9).astype(float)
        before = bounded_mean(answers, low=1, high=5)
        answers[rng.integers(9)] = 5.0
        after = bounded_mean(answers, low=1, high=5)
        assert after.lower >= before.lower - 1e-9 and after.upper >= before.upper - 1e-9


def test_of_few_people_only_those_who_are_silent_are_unknown():
    answers = [4.0] * 12
    found = bounded_mean(answers, low=1, high=5, population=14)
    assert (12 * 4 + 2) / 14 <= found.lower < found.value < found.upper <= (12 * 4 + 2 * 5) / 14
    assert bounded_mean(answers, low=1, high=5, population=12).exact
    assert bounded_mean([2.0], low=1, high=5, population=1).exact


def test_nonsense_is_refused():
    with pytest.raises(TooLittle):
        scale_mean([], low=1, high=5)
    with pytest.raises(ValueError, match="on a scale from 1 to 5"):
        scale_mean([6], low=1, high=5)
    with pytest.raises(ValueError, match="3 answers of 2 people"):
        bounded_mean([1, 2, 3], low=1, high=5, population=2)
