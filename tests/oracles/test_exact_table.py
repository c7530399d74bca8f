"""Exact tests of two shares: against counting in whole numbers, against scipy, and on published trials.

The table [[7, 1], [5, 11]] is printed with Barnard's p = .0102401 (scipy). Its region leaves out two tables whose
statistic is exactly that of the one seen, (5, 11) and (11, 5), because their roots differ in the last digit. With them
the p-value is .0102787; `test_barnard_counts_tied_tables` shows both in whole numbers.
"""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.exact_table import barnard_p, boschloo_p, fisher_p

PRINTED = 6e-8
TRIALS = [(7, 12, 1, 12), (52, 307, 27, 295), (38, 55, 17, 52), (0, 9, 4, 7), (3, 4, 2, 11)]
FINE = np.linspace(0, 1, 20_001)
ON_A_GRID = 1e-6  # how far, relatively, the peak of a plain grid of 20,000 shares may lie below the true one


def squared_z(i, j, n_a, n_b):
    """In whole numbers, so that ties are ties."""
    pooled, gap = Fraction(i + j, n_a + n_b), Fraction(i, n_a) - Fraction(j, n_b)
    spread = pooled * (1 - pooled) * (Fraction(1, n_a) + Fraction(1, n_b))
    return gap * gap / spread if spread else Fraction(0)


def largest(region, n_a, n_b):
    n = n_a + n_b
    cells = [comb(n_a, i) * comb(n_b, j) * FINE ** (i + j) * (1 - FINE) ** (n - i - j) for i, j in region]
    return np.sum(cells, axis=0).max()


def test_fisher_and_boschloo_as_printed():
    assert fisher_p(7, 12, 1, 12) == pytest.approx(0.0271907, abs=PRINTED)
    assert boschloo_p(7, 12, 1, 12) == pytest.approx(0.0102787, abs=PRINTED)


def test_barnard_counts_tied_tables():
    seen = squared_z(7, 1, 12, 12)
    region = [(i, j) for i in range(13) for j in range(13) if squared_z(i, j, 12, 12) >= seen]
    assert largest([cell for cell in region if cell not in {(5, 11), (11, 5)}], 12, 12) == pytest.approx(
        0.0102401, abs=PRINTED
    )
    assert barnard_p(7, 12, 1, 12) == pytest.approx(largest(region, 12, 12), rel=ON_A_GRID)
    assert barnard_p(7, 12, 1, 12) == pytest.approx(0.0102787, abs=PRINTED)


@pytest.mark.parametrize("case", [(7, 12, 1, 12), (0, 9, 4, 7), (3, 4, 2, 11), (13, 25, 5, 19), (1, 3, 4, 4)])
def test_barnard_in_whole_numbers(case):
    x_a, n_a, x_b, n_b = case
    seen = squared_z(x_a, x_b, n_a, n_b)
    region = [(i, j) for i in range(n_a + 1) for j in range(n_b + 1) if squared_z(i, j, n_a, n_b) >= seen]
    assert barnard_p(*case) == pytest.approx(largest(region, n_a, n_b), rel=ON_A_GRID)


@pytest.mark.parametrize("case", TRIALS)
def test_scipy(case):
    """Indomethacin against pancreatitis (52/307, 27/295) and streptomycin against tuberculosis are among them."""
    from scipy.stats import boschloo_exact, fisher_exact

    x_a, n_a, x_b, n_b = case
    table = [[x_a, x_b], [n_a - x_a, n_b - x_b]]
    assert fisher_p(*case) == pytest.approx(fisher_exact(table)[1], rel=1e-9)
    assert boschloo_p(*case) == pytest.approx(boschloo_exact(table, n=128).pvalue, rel=1e-4)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", [(3, 3000, 9, 3000), (12, 3000, 1, 3000), (100, 5000, 140, 5000)])
def test_thousands_of_cases_overflow_nowhere(case):
    from scipy.stats import fisher_exact

    x_a, n_a, x_b, n_b = case
    assert fisher_p(*case) == pytest.approx(fisher_exact([[x_a, n_a - x_a], [x_b, n_b - x_b]])[1], rel=1e-8)


def test_barnard_where_scipy_loses_no_ties():
    from scipy.stats import barnard_exact

    for x_a, n_a, x_b, n_b in [(52, 307, 27, 295), (38, 55, 17, 52)]:
        theirs = barnard_exact([[x_a, x_b], [n_a - x_a, n_b - x_b]], n=128).pvalue
        assert barnard_p(x_a, n_a, x_b, n_b) == pytest.approx(theirs, rel=1e-4)


@pytest.mark.parametrize("test", [fisher_p, barnard_p, boschloo_p])
def test_error_of_the_first_kind_never_exceeds_the_level(test):
    """By enumeration, over all shares."""
    n_a, n_b, level = 9, 6, 0.05
    region = [(i, j) for i in range(n_a + 1) for j in range(n_b + 1) if test(i, n_a, j, n_b) <= level]
    assert 0.001 < largest(region, n_a, n_b) <= level


@pytest.mark.parametrize("test", [fisher_p, barnard_p, boschloo_p])
def test_arms_and_outcomes_may_change_places(test):
    found = test(3, 11, 6, 9)
    assert test(6, 9, 3, 11) == pytest.approx(found, rel=1e-6)
    assert test(8, 11, 3, 9) == pytest.approx(found, rel=1e-6)
    assert test(4, 8, 5, 10) == pytest.approx(1.0)
    assert test(0, 8, 0, 10) == pytest.approx(1.0)


def test_refusals():
    with pytest.raises(TooLittle, match="needs a case"):
        fisher_p(0, 0, 1, 2)
    with pytest.raises(ValueError, match="not shares"):
        barnard_p(3, 2, 1, 2)
