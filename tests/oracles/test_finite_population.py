"""The finite-population interval against the equation that defines it, and its two limits."""

import pytest

from proveout.core.errors import TooLittle
from proveout.stats.finite_population import wilson_finite
from proveout.stats.proportion import wilson


@pytest.mark.parametrize(("k", "n", "population"), [(3, 12, 15), (7, 10, 200), (1, 30, 45), (20, 40, 60)])
def test_ends_solve_the_score_equation(k, n, population):
    from scipy.optimize import brentq
    from scipy.stats import norm

    z, p = norm.ppf(0.975), k / n

    def score(share):
        return abs(p - share) - z * (share * (1 - share) / n * (population - n) / (population - 1)) ** 0.5

    estimate = wilson_finite(k, n, population)
    assert estimate.lower == pytest.approx(brentq(score, 1e-12, p), abs=1e-10)
    assert estimate.upper == pytest.approx(brentq(score, p, 1 - 1e-12), abs=1e-10)


def test_a_large_population_gives_wilson():
    ours, plain = wilson_finite(15, 148, 10**12), wilson(15, 148)
    assert (ours.lower, ours.upper) == pytest.approx((plain.lower, plain.upper), abs=1e-9)


def test_everybody_asked_is_exact():
    estimate = wilson_finite(4, 12, 12)
    assert estimate.exact
    assert estimate.value == pytest.approx(1 / 3)
    assert wilson_finite(1, 1, 1).exact


def test_it_is_narrower_the_more_of_the_population_is_asked():
    widths = [(e := wilson_finite(4, 12, population)).upper - e.lower for population in (13, 20, 50, 1000)]
    assert widths == sorted(widths)


def test_nonsense_is_refused():
    with pytest.raises(TooLittle):
        wilson_finite(0, 0, 5)
    with pytest.raises(ValueError, match="is not a sample"):
        wilson_finite(1, 6, 5)
