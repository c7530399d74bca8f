"""Spending functions and boundaries against published ones, and the fast boundary against counting."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.group_sequential import left_over, look_interval, looks, repeated_p, spent
from proveout.stats.randomisation import (
    assignments,
    linear_statistics,
    randomisation_effect,
    randomisation_p,
    studentised_differences,
)

FIVE = [0.2, 0.4, 0.6, 0.8, 1.0]
OBRIEN_FLEMING = [4.2292, 2.8883, 2.2981, 1.9620, 1.7397]
POCOCK = [2.4380, 2.4268, 2.4101, 2.3966, 2.3859]
"""Five equal looks, 5%: O'Brien and Fleming's one-sided, Pocock's two-sided; as R's gsDesign prints them."""
MONTE_CARLO = 0.015


@pytest.mark.parametrize(
    ("share", "kind", "expected"),
    [
        (0.5, "obrien-fleming", 0.00557),
        (0.25, "obrien-fleming", 0.0000886),
        (1.0, "obrien-fleming", 0.05),
        (0.5, "pocock", 0.0310),
        (1.0, "pocock", 0.05),
        (0.0, "pocock", 0.0),
    ],
)
def test_lan_and_demets_1983(share, kind, expected):
    assert spent(share, 0.05, kind) == pytest.approx(expected, rel=0.005, abs=1e-12)


@pytest.mark.parametrize(("kind", "published"), [("obrien-fleming", OBRIEN_FLEMING), ("pocock", POCOCK)])
def test_with_very_many_normal_paths_the_boundaries_are_the_published_ones(kind, published):
    steps = np.random.default_rng(7).normal(size=(2_000_000, 5)).astype(np.float32)
    paths = steps.cumsum(axis=1) / np.sqrt(np.arange(1, 6, dtype=np.float32))
    if kind == "obrien-fleming":
        paths = np.maximum(paths, 0)
    found = looks(paths, FIVE, kind=kind).boundaries
    first = 1 if kind == "obrien-fleming" else 0  # of two million paths, some twenty lie beyond the first boundary
    assert found[first:] == pytest.approx(published[first:], abs=MONTE_CARLO)


def test_no_more_is_rejected_than_may_be_spent_and_never_a_tie_in_part():
    rng = np.random.default_rng(1)
    sizes = rng.integers(0, 12, (500, 4)).astype(float)  # ties everywhere
    result = looks(sizes, [0.25, 0.5, 0.75, 1.0], alpha=0.2, kind="pocock")
    alive = np.ones(500, dtype=bool)
    for k, (share, boundary) in enumerate(zip([0.25, 0.5, 0.75, 1.0], result.boundaries, strict=True)):
        alive &= ~(sizes[:, k] > boundary)
        rejected = (~alive).sum()
        assert rejected <= spent(share, 0.2, "pocock") * 500
        larger = np.unique(sizes[alive, k])[-1]
        assert rejected + (sizes[alive, k] == larger).sum() > spent(share, 0.2, "pocock") * 500


def test_one_look_at_the_end_is_the_plain_test():
    values = np.random.default_rng(4).normal(size=10) + 2.5 * (np.arange(10) % 2)
    treated, strata = np.arange(10) % 2, np.zeros(10)
    ways = assignments(treated, strata)
    plain = randomisation_effect(ways, values)
    statistics = studentised_differences(ways, values[:, None])
    assert (looks(statistics, [1.0]).rejected_at == 0) == (plain.lower > 0 or plain.upper < 0)
    of_theta = linear_statistics(ways, values[:, None], -ways[0].astype(float)[:, None])
    look = look_interval(
        lambda effect: of_theta(effect)[:, 0], [1.0], value=plain.value, spread=1.0, n=10, method="one look"
    )
    assert (look.lower, look.upper) == pytest.approx((plain.lower, plain.upper), abs=0.02)
    assert look.method == "one look"


def test_calendars_out_of_order_are_refused():
    with pytest.raises(ValueError, match="increasing"):
        looks(np.zeros((10, 2)), [0.5, 0.4])
    with pytest.raises(ValueError, match="looks"):
        looks(np.zeros((10, 2)), [0.5])


def test_with_one_look_the_repeated_p_is_that_of_the_plain_test():
    values = np.random.default_rng(5).normal(size=12) + 1.2 * (np.arange(12) % 2)
    statistics = studentised_differences(assignments(np.arange(12) % 2, np.zeros(12)), values[:, None])
    assert repeated_p(statistics, [1.0]) == pytest.approx(randomisation_p(statistics[:, 0]), rel=2e-3)


def test_the_repeated_p_is_where_the_looks_begin_to_reject():
    weeks = np.random.default_rng(6).normal(size=(12, 4)).cumsum(axis=1) + 2 * (np.arange(12) % 2)[:, None]
    statistics = studentised_differences(assignments(np.arange(12) % 2, np.zeros(12)), weeks)
    shares = [0.25, 0.5, 0.75, 1.0]
    p = repeated_p(statistics, shares)
    assert looks(statistics, shares, alpha=p).rejected_at is not None
    assert looks(statistics, shares, alpha=p / 1.01).rejected_at is None


def test_the_last_look_alone_has_the_error_that_was_left_for_it():
    rng = np.random.default_rng(21)
    values = np.sort(rng.normal(0, 1, 4_000))
    shares = (0.5, 1.0)
    left = spent(1.0, 0.05) - spent(0.5, 0.05)

    def statistics(effect: float) -> np.ndarray:
        return np.concatenate([[2.0 - effect], values])

    found = look_interval(statistics, shares, value=2.0, spread=0.1, n=10, method="")
    half = np.quantile(np.abs(values), 1 - left)
    assert (found.lower, found.upper) == pytest.approx((2 - half, 2 + half), abs=0.02)
    one = look_interval(statistics, (1.0,), value=2.0, spread=0.1, n=10, method="")
    assert one.upper - 2 == pytest.approx(np.quantile(np.abs(values), 0.95), abs=0.02)


def test_what_the_last_look_rules_out_the_repeated_test_rejects():
    rng, shares = np.random.default_rng(22), (0.3, 0.6, 1.0)
    for _ in range(200):
        statistics = rng.normal(0, 1, (501, 3)).cumsum(axis=1)
        statistics[0] += rng.normal(0, 2)
        if randomisation_p(statistics[:, -1]) <= left_over(shares, 501):
            assert repeated_p(statistics, shares) <= 0.0501


@pytest.mark.parametrize(
    ("n_ways", "before", "left"),
    [
        (10_000, 0.02362, 0.0264),  # 236 of 10,000 at three quarters of the time
        (70, 0.02362, 0.05 - 1 / 70),  # 1.65 of 70: one whole assignment
        (20, 0.02362, 0.05),  # not one of 20
    ],
)
def test_what_looks_before_cannot_spend_is_left_for_the_last(n_ways: int, before: float, left: float):
    assert spent(0.75, 0.05) == pytest.approx(before, abs=1e-4)
    assert left_over((0.25, 0.5, 0.75, 1.0), n_ways) == pytest.approx(left)
    assert left_over((1.0,), n_ways) == pytest.approx(0.05)


def test_an_interval_does_not_shrink_to_a_value_that_is_ruled_out_itself():
    with pytest.raises(TooLittle, match="ruled out"):
        look_interval(lambda effect: np.arange(100.0)[::-1], (1.0,), value=0.0, spread=1.0, n=10, method="")
