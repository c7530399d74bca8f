"""Draws against counting: every unit has its chance, pairs are the nearest there are, balance is what was asked for."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.allocation import (
    always_alike,
    balanced,
    balanced_again,
    draw,
    draw_waves,
    later_chances,
    later_sizes,
    pairs,
    wave_sizes,
)

SEEDS = 4_000


@pytest.mark.parametrize(
    ("strata", "share"), [([0] * 4, 0.5), ([0] * 3 + [1] * 2, 0.5), ([0, 1, 1, 2, 2, 2], 0.3), ([0] * 7, 0.5)]
)
def test_every_unit_has_its_chance_and_every_stratum_its_share(strata, share):
    from scipy.stats import binom

    codes = np.array(strata)
    draws = np.array([draw(codes, share, seed=seed) for seed in range(SEEDS)])
    low, high = binom.ppf([0.0001, 0.9999], SEEDS, share)
    assert ((draws.sum(axis=0) >= low) & (draws.sum(axis=0) <= high)).all()
    for code in set(strata):
        counts = draws[:, codes == code].sum(axis=1)
        wanted = share * (codes == code).sum()
        assert set(counts) <= {int(np.floor(wanted)), int(np.ceil(wanted))}
    assert set(draws.sum(axis=1)) <= {int(np.floor(share * len(codes))), int(np.ceil(share * len(codes)))}


def test_all_assignments_of_four_are_equally_likely():
    draws = [tuple(draw(np.zeros(4), 0.5, seed=seed)) for seed in range(6_000)]
    counts = [draws.count(way) for way in set(draws)]
    assert len(counts) == 6
    assert ((np.array(counts) - 1_000) ** 2 / 1_000).sum() < 20.5  # chi-squared, 5 degrees of freedom, p = 0.001


def test_the_same_seed_gives_the_same_draw():
    strata = np.arange(40) // 4
    assert (draw(strata, 0.5, seed=3) == draw(strata, 0.5, seed=3)).all()
    assert (draw(strata, 0.5, seed=3) != draw(strata, 0.5, seed=4)).any()


def pairings(units):
    """All ways to pair them."""
    if not units:
        yield []
        return
    for other in units[1:]:
        for rest in pairings([u for u in units[1:] if u != other]):
            yield [(units[0], other), *rest]


@pytest.mark.parametrize("seed", range(8))
def test_pairs_are_the_nearest_of_all_pairings_of_one_value(seed):
    x = np.random.default_rng(seed).normal(size=(8, 1))
    group = pairs(x)
    assert (np.bincount(group) == 2).all()
    found = sum(float(np.ptp(x[group == g])) ** 2 for g in set(group))
    best = min(sum(float(x[a, 0] - x[b, 0]) ** 2 for a, b in way) for way in pairings(list(range(8))))
    assert found == pytest.approx(best)


def test_an_odd_one_makes_a_group_of_three_and_a_missing_value_is_named():
    assert sorted(np.bincount(pairs(np.arange(7.0)[:, None]))) == [2, 2, 3]
    with pytest.raises(TooLittle, match="1 of them without a value"):
        pairs(np.array([[1.0], [np.nan], [2.0]]))


def test_kept_draws_are_the_balanced_ones_and_hold_the_one_that_is_made():
    x = np.random.default_rng(2).normal(size=(12, 2))
    made, ways = balanced(np.zeros(12), x, 0.5, seed=5)
    again, _ = balanced(np.zeros(12), x, 0.5, seed=5)
    assert (made == ways[0]).all()
    assert (made == again).all()

    def gap(way):
        d = x[way].mean(axis=0) - x[~way].mean(axis=0)
        return d @ np.linalg.inv(np.cov(x, rowvar=False)) @ d

    plain = [gap(draw(np.zeros(12), 0.5, seed=seed)) for seed in range(400)]
    assert max(gap(way) for way in ways) <= np.quantile(plain, 0.16)  # a tenth of the draws, and chance in 400 of them


def test_balanced_draws_are_made_again_from_what_is_known():
    """Of a column that nobody filled in nothing was known at the draw either."""
    x = np.random.default_rng(2).normal(size=(12, 2))
    made, ways = balanced(np.zeros(12), x, 0.5, seed=5)
    with_empty = np.column_stack([x, np.full(12, np.nan)])
    np.testing.assert_array_equal(balanced_again(made, np.zeros(12), with_empty, 0.5, seed=5), ways)
    with pytest.raises(TooLittle, match="not those that the declared draw gives"):
        balanced_again(~made, np.zeros(12), x, 0.5, seed=5)


def test_too_few_balanced_draws_are_refused_and_forced_pairs_are_seen():
    with pytest.raises(TooLittle, match="balanced assignments are left"):
        balanced(np.zeros(6), np.arange(12.0).reshape(6, 2), 0.5, seed=1)
    ways = np.array([[True, True, False, False], [False, False, True, True]])
    assert always_alike(ways) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert always_alike(np.array([[True, False, True], [True, True, False], [False, True, True]])) == []


def test_draws_that_are_equally_balanced_are_kept_together():
    """Where balance says nothing, every unit keeps its chance."""
    from scipy.stats import binom

    _, ways = balanced(np.zeros(12), np.ones((12, 1)), 0.5, seed=1)
    assert len(ways) == 924
    assert (ways.mean(axis=0) == 0.5).all()
    treated = np.sum(
        [balanced(np.zeros(12), (np.arange(12.0) % 2)[:, None], 0.5, seed=s, draws=500)[0] for s in range(400)], axis=0
    )
    low, high = binom.ppf([0.0001, 0.9999], 400, 0.5)
    assert ((treated >= low) & (treated <= high)).all()


@pytest.mark.parametrize(("n", "share"), [(0, 0.5), (1, 0.5), (3, 0.1)])
def test_arms_that_may_be_empty_are_refused(n, share):
    with pytest.raises(TooLittle, match="leave an arm empty"):
        balanced(np.zeros(n), np.ones((n, 2)), share, seed=1)


@pytest.mark.parametrize("sizes", [[5, 5, 5, 5], [3, 4, 4, 5, 4], [20]])
def test_waves_have_their_sizes_and_strata_are_spread_over_them(sizes):
    strata = np.repeat([0, 1, 2], [10, 6, 4])
    for seed in range(50):
        drawn = draw_waves(strata, sizes, seed=seed)
        assert np.bincount(drawn, minlength=len(sizes)).tolist() == sizes
        for stratum in range(3):
            mine = strata == stratum
            share = np.bincount(drawn[mine], minlength=len(sizes)) - mine.sum() * np.array(sizes) / 20
            assert np.abs(share).max() < 2
    assert (draw_waves(strata, sizes, seed=3) == draw_waves(strata, sizes, seed=3)).all()


def test_every_unit_is_as_likely_in_every_wave():
    from scipy.stats import binom

    strata, sizes = np.repeat([0, 1, 2], [7, 3, 2]), [3, 5, 4]
    counts = np.zeros((12, 3))
    for seed in range(3000):
        counts[np.arange(12), draw_waves(strata, sizes, seed=seed)] += 1
    for wave, size in enumerate(sizes):
        low, high = binom.ppf([0.0001, 0.9999], 3000, size / 12)
        assert ((counts[:, wave] >= low) & (counts[:, wave] <= high)).all()


def test_waves_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="waves of 5 for 6"):
        draw_waves(np.zeros(6), [2, 3], seed=0)


def test_the_first_waves_are_even_and_keep_four_back():
    assert wave_sizes(30, 2, 0.01) == [13, 13, 4]
    assert wave_sizes(16, 3, 0.25) == [4, 4, 4, 4]
    assert wave_sizes(11, 3, 0.0) == [3, 4, 4, 0]


@pytest.mark.parametrize("held", [0.0, 0.25])
def test_those_that_come_later_have_exactly_these_chances(held):
    from scipy.stats import binom

    chances = later_chances(3, held)
    assert sum(chances) == pytest.approx(1) and chances[-1] == held
    for n in (1, 2, 8):
        found = np.array([later_sizes(n, chances, seed=seed) for seed in range(2000)])
        assert (found.sum(axis=1) == n).all()
        assert (np.abs(found - n * np.array(chances)) < 1).all()
        for wave, chance in enumerate(chances):
            low, high = binom.ppf([0.00001, 0.99999], 2000, n * chance % 1)
            assert low <= (found[:, wave] - int(n * chance)).sum() <= high
