"""Student's interval against Student's own data, and against scipy."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.mean import t_mean

SLEEP = (1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4)
"""Student (1908), Biometrika 6, p. 20: additional hours of sleep gained by the second drug over the first."""


def test_student_1908_as_r_prints_it():
    estimate = t_mean(SLEEP)  # R: t.test(Pair(extra[group == 1], extra[group == 2]) ~ 1, sleep)
    assert estimate.value == pytest.approx(1.58)
    assert (estimate.lower, estimate.upper) == pytest.approx((0.7001142, 2.4598858), abs=5e-8)
    assert estimate.n == 10


@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
@pytest.mark.parametrize("n", [2, 3, 30, 1000])
def test_scipy(n, level):
    from scipy import stats

    x = np.random.default_rng(n).normal(1e3, 2, n)
    theirs = stats.t.interval(level, n - 1, x.mean(), stats.sem(x))
    ours = t_mean(x, level=level)
    assert (ours.lower, ours.upper) == pytest.approx(theirs, rel=1e-12)


def test_one_value_has_no_interval():
    with pytest.raises(TooLittle, match="needs two"):
        t_mean([1.0])
