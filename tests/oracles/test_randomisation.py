"""Randomisation tests against Fisher's own example, counting, and brute force."""

from itertools import combinations

import numpy as np
import pytest

from proveout.core.errors import NotFinite, TooLittle
from proveout.stats.power import smallest_p
from proveout.stats.randomisation import (
    assignments,
    centred,
    changes_sign,
    farthest_kept,
    linear_statistics,
    log_ways,
    randomisation_effect,
    randomisation_p,
    studentised_differences,
)

DARWIN = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48])
"""Crossed less self-fertilised plants in eighths of an inch; Fisher (1935), section 17."""


def one_stratum(n):
    return np.arange(n) % 2, np.zeros(n, dtype=int)


def test_fisher_1935_darwins_plants():
    """Section 21: 1,726 of 32,768 assignments are at least as extreme, 5.267%."""
    pairs = np.repeat(np.arange(15), 2)
    treated = np.tile([1, 0], 15)
    ways = assignments(treated, pairs)
    assert ways.shape == (32_768, 30)
    values = np.column_stack([DARWIN / 2, -DARWIN / 2]).ravel()
    assert randomisation_p(studentised_differences(ways, values)) == pytest.approx(1_726 / 32_768, abs=1e-12)


@pytest.mark.parametrize("teams", [4, 6, 8, 10, 12])
def test_the_most_extreme_assignment_has_the_smallest_possible_p(teams):
    ways = assignments(*one_stratum(teams))
    values = 10.0 * (np.arange(teams) % 2) + np.arange(teams) * 0.01
    assert randomisation_p(studentised_differences(ways, values)) == pytest.approx(smallest_p(teams))


def test_every_assignment_stands_once_and_the_one_made_stands_first():
    treated, strata = np.array([1, 0, 0, 1, 1, 0, 0]), np.array([0, 0, 0, 1, 1, 1, 1])
    ways = assignments(treated, strata)
    assert ways[0].tolist() == treated.astype(bool).tolist()
    assert len({tuple(way) for way in ways.tolist()}) == len(ways) == 3 * 6
    assert (ways[:, :3].sum(axis=1) == 1).all()


def test_too_many_assignments_are_drawn_with_equal_chances():
    treated, strata = one_stratum(40)
    ways = assignments(treated, strata, draws=4_000, seed=1)
    assert ways.shape == (4_001, 40)
    assert (ways.sum(axis=1) == 20).all()
    assert np.abs(ways[1:].mean(axis=0) - 0.5).max() < 4.5 * 0.5 / 4_000**0.5
    assert (assignments(treated, strata, draws=4_000, seed=1) == ways).all()


def test_statistics_are_those_of_welch():
    from scipy.stats import ttest_ind

    values = np.random.default_rng(3).normal(1e6, 1, 9)
    ways = assignments(*one_stratum(9))
    ours = studentised_differences(ways, values)
    for way, statistic in zip(ways[:50], ours, strict=False):
        welch = ttest_ind(values[way], values[~way], equal_var=False).statistic
        assert statistic == pytest.approx(welch, rel=1e-6)


def test_the_interval_holds_what_brute_force_keeps():
    values = np.array([3.1, 5.2, 2.7, 6.0, 3.3, 4.9, 2.2, 6.6])
    treated, strata = one_stratum(8)
    made = treated.astype(bool)
    estimate = randomisation_effect(assignments(treated, strata), values)

    def p(effect):
        rest = values - effect * made
        sizes = []
        for chosen in combinations(range(8), 4):
            way = np.isin(np.arange(8), chosen)
            a, b = rest[way], rest[~way]
            sizes.append(abs(a.mean() - b.mean()) / (a.var(ddof=1) / 4 + b.var(ddof=1) / 4) ** 0.5)
        a, b = rest[made], rest[~made]
        own = abs(a.mean() - b.mean()) / (a.var(ddof=1) / 4 + b.var(ddof=1) / 4) ** 0.5
        return np.mean(np.array(sizes) >= own * (1 - 1e-9))

    assert estimate.value == pytest.approx(values[made].mean() - values[~made].mean())
    for end, inward in ((estimate.lower, 1e-6), (estimate.upper, -1e-6)):
        assert p(end + inward) > 0.05 >= p(end - inward)


def test_a_search_ends_where_it_is_told():
    assert farthest_kept(lambda x: x < 3.25, 0.0, 0.1) == pytest.approx(3.25, abs=1e-8)
    assert farthest_kept(lambda x: x > -7, 0.0, -1.0) == pytest.approx(-7, abs=1e-8)
    assert farthest_kept(lambda x: True, 0.0, 1.0) is None
    assert farthest_kept(lambda x: x > 1, 0.0, 1.0) == 0.0


def test_what_cannot_be_told():
    with pytest.raises(TooLittle):
        assignments(np.array([1, 1, 1]), np.zeros(3))
    with pytest.raises(TooLittle):
        studentised_differences(assignments(np.array([1, 0, 0]), np.zeros(3)), np.arange(3.0))
    six = randomisation_effect(assignments(*one_stratum(6)), np.array([1.0, 9, 2, 8, 3, 7]))
    assert six.lower is None and six.upper is None  # 20 assignments: p is never below 0.1
    alike = assignments(*one_stratum(8))
    assert randomisation_p(studentised_differences(alike, np.full(8, 0.1))) == 1
    apart = studentised_differences(alike, np.arange(8) % 2 * 1.0)
    assert randomisation_p(apart) == pytest.approx(2 / 70)


@pytest.mark.parametrize("theta", [-3.0, 0.0, 0.4, 1e6])
def test_the_linear_family_is_the_statistic_of_each_of_its_members(theta):
    rng = np.random.default_rng(11)
    ways = assignments(np.arange(10) % 2, np.zeros(10))
    fixed, moving = rng.normal(1e6, 1, (10, 3)), rng.normal(size=(10, 3))
    expected = studentised_differences(ways, fixed + theta * moving)
    assert linear_statistics(ways, fixed, moving)(theta) == pytest.approx(expected, rel=1e-6)


def test_values_are_centred_within_their_strata():
    values, strata = np.array([[1.0, 10], [3, 30], [5, 0], [9, 0]]), np.array([7, 7, 2, 2])
    assert centred(values, strata).tolist() == [[-1, -10], [1, 10], [-2, 0], [2, 0]]
    assert centred(values[:, 0], strata).tolist() == [-1, 1, -2, 2]


def test_ways_to_deal_out_are_counted():
    assert np.exp(log_ways((3, 3))) == pytest.approx(20)
    assert np.exp(log_ways((2, 2, 2))) == pytest.approx(90)
    assert np.exp(log_ways((5,))) == pytest.approx(1)


def test_a_stratum_in_which_nobody_or_everybody_is_treated_has_one_way():
    treated, strata = np.array([1, 0, 1, 0, 0, 1]), np.array([0, 0, 0, 0, 1, 2])
    ways = assignments(treated, strata)
    assert len(ways) == 6
    assert not ways[:, 4].any() and ways[:, 5].all()


def test_the_effect_that_leaves_nothing_is_where_the_statistic_changes_its_sign():
    assert changes_sign(lambda x: np.arctan(3.25 - x), 0.0, 0.1) == pytest.approx(3.25, abs=1e-12)
    assert changes_sign(lambda x: np.copysign(np.inf, x + 7), 0.0, 1.0) == pytest.approx(-7, abs=1e-12)
    assert changes_sign(lambda x: 0.0, 2.0, 1.0) == 2.0
    with pytest.raises(TooLittle, match="no effect explains"):
        changes_sign(lambda x: 1.0, 0.0, 1.0)


@pytest.mark.parametrize("statistics", [[np.nan, 1.0], [1.0, np.nan]])
def test_a_statistic_that_is_no_number_is_not_extreme(statistics):
    with pytest.raises(NotFinite):
        randomisation_p(np.array(statistics))
