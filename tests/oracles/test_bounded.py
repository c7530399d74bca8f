"""The mean on a scale: Student's interval where answers differ, Hoeffding's where they do not."""

import pytest

from proveout.core.errors import TooLittle
from proveout.stats.bounded import scale_mean
from proveout.stats.mean import t_mean


def test_student_inside_the_scale():
    answers = [2, 3, 3, 4, 2, 3, 4, 3]
    ours, plain = scale_mean(answers, low=1, high=5), t_mean(answers)
    assert (ours.value, ours.lower, ours.upper) == (plain.value, plain.lower, plain.upper)


def test_it_ends_where_the_scale_ends():
    estimate = scale_mean([4, 5, 5], low=1, high=5)
    assert estimate.upper == 5
    assert estimate.lower == t_mean([4, 5, 5]).lower


def test_equal_answers_are_not_certainty():
    estimate = scale_mean([4] * 20, low=1, high=5)  # 4 * sqrt(ln(40) / 40) = 1.2147229
    assert estimate.lower == pytest.approx(4 - 1.2147229, abs=1e-6)
    assert estimate.upper == 5
    assert "Hoeffding" in estimate.method


def test_one_answer_says_nothing_about_the_mean():
    estimate = scale_mean([3], low=1, high=5)
    assert (estimate.lower, estimate.upper) == (1, 5)


def test_nonsense_is_refused():
    with pytest.raises(TooLittle):
        scale_mean([], low=1, high=5)
    with pytest.raises(ValueError, match="on a scale from 1 to 5"):
        scale_mean([6], low=1, high=5)
