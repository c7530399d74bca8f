"""Wilson's interval against Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 3."""

import pytest

from proveout.core.errors import TooLittle
from proveout.stats.proportion import clopper_pearson, difference, ratio, score_ratio, wilson

PRINTED = 0.00005  # the table prints four decimals


@pytest.mark.parametrize(
    ("successes", "n", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_newcombe_table_1(successes, n, lower, upper):
    estimate = wilson(successes, n)
    assert estimate.lower == pytest.approx(lower, abs=PRINTED)
    assert estimate.upper == pytest.approx(upper, abs=PRINTED)
    assert (estimate.value, estimate.n, estimate.unit) == (successes / n, n, "share")


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (3, 7), (50, 100), (999, 1000)])
def test_scipy(successes, n, level):
    from scipy.stats import binomtest

    theirs = binomtest(successes, n).proportion_ci(level, method="wilson")
    ours = wilson(successes, n, level=level)
    assert (ours.lower, ours.upper) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    theirs = binomtest(successes, n).proportion_ci(level, method="exact")
    ours = clopper_pearson(successes, n, level=level)
    assert (ours.lower, ours.upper) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_all_or_nothing_reaches_the_end_exactly():
    assert wilson(0, 7).lower == 0.0
    assert wilson(7, 7).upper == 1.0


def test_a_share_of_nothing_is_refused():
    for interval in (wilson, clopper_pearson):
        with pytest.raises(TooLittle):
            interval(0, 0)
        with pytest.raises(ValueError, match="5 of 4"):
            interval(5, 4)


def test_newcombe_1998_difference():
    """Table II, method 10: 56/70 less 48/80; 9/10 less 3/10; 10/10 less 0/20."""
    for cells, lower, upper in (
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ):
        estimate = difference(*cells)
        assert (estimate.lower, estimate.upper) == pytest.approx((lower, upper), abs=6e-5)


def test_a_ratio_near_the_logarithmic_one_in_large_groups_and_its_mirror():
    from scipy.stats.contingency import relative_risk

    estimate = ratio(420, 1_000, 300, 1_200)
    theirs = relative_risk(420, 1_000, 300, 1_200).confidence_interval()
    assert estimate.value == pytest.approx(1.68)
    assert (estimate.lower, estimate.upper) == pytest.approx((theirs.low, theirs.high), rel=0.005)
    mirrored = ratio(300, 1_200, 420, 1_000)
    assert (1 / mirrored.upper, 1 / mirrored.lower) == pytest.approx((estimate.lower, estimate.upper), rel=1e-9)


def test_ratios_at_the_edge():
    none = ratio(0, 20, 5, 20)
    assert (none.value, none.lower) == (0, 0)
    assert 0 < none.upper < 1
    assert ratio(5, 5, 1, 1).lower > 0.1
    with pytest.raises(TooLittle):
        ratio(3, 10, 0, 10)


def test_the_score_interval_of_a_ratio_is_the_published_one():
    """Koopman (1984), section 4."""
    found = score_ratio(36, 40, 16, 80)
    assert (found.lower, found.upper) == pytest.approx((2.94, 7.15), abs=0.005)
    mirrored = score_ratio(16, 80, 36, 40)
    assert (1 / mirrored.upper, 1 / mirrored.lower) == pytest.approx((found.lower, found.upper))


@pytest.mark.parametrize(
    "case", [(0, 10, 5, 10), (10, 10, 10, 10), (1, 1, 1, 1), (1, 2000, 2000, 2000), (2000, 2000, 1, 2000)]
)
def test_the_score_interval_of_a_ratio_holds_it_at_the_edges(case):
    found = score_ratio(*case)
    assert 0 <= found.lower <= found.value < found.upper < 20_000
    with pytest.raises(TooLittle):
        score_ratio(3, 10, 0, 10)
