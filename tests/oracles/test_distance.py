"""Distances against analytic values, scipy, and what other tools get wrong."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.distance import field_distance, jensen_shannon, kolmogorov_smirnov, population_stability

RNG = np.random.default_rng(8)


@pytest.fixture(autouse=True)
def _same_draws_in_any_order(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(globals(), "RNG", np.random.default_rng(8))


def test_two_normal_distributions_a_standard_deviation_apart():
    """Ten bins of the first: 0.926142; twenty 0.963296; a hundred 0.992108; without bins 1."""
    from scipy.stats import norm

    for bins, expected in ((10, 0.926142), (20, 0.963296), (100, 0.992108)):
        edges = norm.ppf(np.arange(bins + 1) / bins)
        shifted = np.diff(norm.cdf(edges - 1))
        assert population_stability(np.full(bins, 1 / bins), shifted) == pytest.approx(expected, abs=5e-7)


def test_chance_alone():
    """About (k - 1)(1/n + 1/m): 0.018 for ten bins and two times 1,000 cases."""
    draws = [population_stability(*RNG.multinomial(1_000, np.full(10, 0.1), 2)) for _ in range(500)]
    assert np.mean(draws) == pytest.approx(9 * 2 / 1_000, rel=0.1)


def test_scipy():
    from scipy.spatial.distance import jensenshannon
    from scipy.stats import ks_2samp

    p, q = RNG.integers(0, 50, 12), RNG.integers(0, 50, 12)
    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, base=2))
    a, b = RNG.normal(size=300).round(1), RNG.normal(0.3, 1, 200).round(1)
    assert kolmogorov_smirnov(a, b) == pytest.approx(ks_2samp(a, b).statistic)


def test_one_extreme_value_changes_nothing_and_gaps_show():
    a, b = RNG.normal(size=5_000), RNG.normal(1, 1, 5_000)
    with_extreme = np.append(b, 1e6)
    assert field_distance(a, with_extreme) == pytest.approx(field_distance(a, b), abs=0.001)
    gaps = np.ma.masked_array(a.copy(), RNG.random(5_000) < 0.4)
    assert field_distance(a, gaps) > 0.3
    assert field_distance(a, RNG.normal(size=5_000)) < 0.05


def test_texts_and_ends():
    assert field_distance(np.array(["a"] * 9, dtype=object), np.array(["b"] * 9, dtype=object)) == pytest.approx(1)
    assert jensen_shannon([1, 0], [0, 1]) == 1
    assert np.isfinite(population_stability([10, 0], [0, 10]))
    for empty in (lambda: jensen_shannon([0], [1]), lambda: kolmogorov_smirnov([], [1.0])):
        with pytest.raises(TooLittle):
            empty()
    with pytest.raises(TooLittle):
        population_stability([0, 0], [1, 1])


def test_shares_with_an_empty_bin_are_as_far_apart_as_a_thousand_cases_of_them():
    """Half a case is added to each bin, not half of all cases."""
    before, after = np.array([0.5, 0.5, 0.0]), np.array([0.1, 0.1, 0.8])
    assert population_stability(before, after) == pytest.approx(population_stability(1_000 * before, 1_000 * after))


def test_what_is_no_number_has_no_distance():
    with pytest.raises(ValueError, match="no numbers"):
        kolmogorov_smirnov(np.array([1.0, np.nan]), np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="no counts"):
        population_stability([1, np.nan], [1, 1])
    with pytest.raises(ValueError, match="no counts"):
        jensen_shannon([1, 1], [2, -1])
