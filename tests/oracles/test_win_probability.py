"""The win probability against published ratings, scipy's tests, and counting pairs with CR2 in its matrix form."""

from itertools import combinations

import numpy as np
import pytest

from proveout.core.errors import NotFinite, TooLittle
from proveout.stats.randomisation import assignments
from proveout.stats.win_probability import PRIOR, win_probability, win_statistics

# Hanley and McNeil (1982), Radiology 143, 29-36, table 1: CT ratings 1 to 5 of 58 normal and 51 abnormal patients
NORMAL, ABNORMAL = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
RATINGS = np.repeat(np.tile(np.arange(1, 6), 2), NORMAL + ABNORMAL)
DISEASED = np.repeat([False, True], [58, 51])
TEAM_SIZES = (3, 1, 6, 4, 9, 2, 5, 4)
TREATED = np.array([1, 0, 1, 0, 0, 1, 1, 0], dtype=bool)


def counted(scores, team):
    steps, step = np.unique(scores, return_inverse=True)
    counts = np.zeros((team.max() + 1, len(steps)))
    np.add.at(counts, (team, step), 1)
    return counts


def variance_of(spread, wins):
    return spread * wins * (1 - wins)


def by_pairs(scores, team, treated, prior):
    """Win probability and its variance relative to one person's, by counting pairs; CR2 with full matrices."""
    from scipy.linalg import sqrtm

    x, y = scores[treated[team]], scores[~treated[team]]
    psi = (x[:, None] > y) + 0.5 * (x[:, None] == y)
    sides, means = [], []
    for fractions, own in ((psi.mean(axis=1), team[treated[team]]), (1 - psi.mean(axis=0), team[~treated[team]])):
        names = np.unique(own)
        total = len(own) + prior * len(own) / len(names)
        mean = (fractions.sum() + (total - len(own)) / 2) / total
        variance = prior * ((0.5 - mean) / (len(names) + prior)) ** 2
        for name in names:
            rows = own == name
            adjust = np.linalg.inv(np.real(sqrtm(np.eye(rows.sum()) - np.full((rows.sum(),) * 2, 1 / total))))
            variance += float((adjust @ (fractions[rows] - mean)).sum() / total) ** 2
        sides.append(variance)
        means.append(mean)
    near = (means[0] + 1 - means[1]) / 2
    return psi.mean(), sum(sides) / (near * (1 - near))


def answers(seed, moved=0):
    random = np.random.default_rng(seed)
    team = np.repeat(np.arange(len(TEAM_SIZES)), TEAM_SIZES)
    moods = random.integers(1, 4, len(TEAM_SIZES))
    return np.clip(moods[team] + random.integers(0, 3, len(team)) + moved * TREATED[team], 1, 5), team


def test_hanley_and_mcneil_1982():
    """.8932 with DeLong's standard error .0307: people alone, nothing added."""
    wins, spread = win_statistics(DISEASED[None], counted(RATINGS, np.arange(109)), prior=0)
    assert wins[0] == pytest.approx(0.8932, abs=5e-5)
    assert variance_of(spread, wins)[0] ** 0.5 == pytest.approx(0.0307, abs=5e-5)


def test_people_alone_are_mann_and_whitneys_and_brunner_and_munzels():
    from scipy.stats import brunnermunzel, mannwhitneyu

    random = np.random.default_rng(3)
    for n1, n0 in ((6, 9), (30, 12)):
        scores, treated = random.integers(1, 6, n1 + n0), np.arange(n1 + n0) < n1
        wins, spread = win_statistics(treated[None], counted(scores, np.arange(n1 + n0)), prior=0)
        pair = scores[treated], scores[~treated]
        assert wins[0] == pytest.approx(mannwhitneyu(*pair).statistic / (n1 * n0))
        error = variance_of(spread, wins)[0] ** 0.5
        assert (wins[0] - 0.5) / error == pytest.approx(-brunnermunzel(*pair).statistic)  # scipy counts the losses


@pytest.mark.parametrize("prior", [0, PRIOR])
def test_teams_under_every_assignment(prior):
    scores, team = answers(1)
    ways = assignments(TREATED, np.zeros(8))
    wins, spread = win_statistics(ways, counted(scores, team), prior=prior)
    for m in range(0, len(ways), 7):
        assert (wins[m], spread[m]) == pytest.approx(by_pairs(scores, team, ways[m], prior))


@pytest.mark.parametrize(("seed", "moved"), [(1, 0), (2, 1), (3, 2), (4, 1)])
def test_p_and_interval_by_going_through_all_assignments(seed, moved):
    """p by 70 assignments; the ends are where the statistic of the supposed share is as large as the test keeps."""
    scores, team = answers(seed, moved)
    found, p = win_probability(scores, team, assignments(TREATED, np.zeros(8)))

    def statistic(chosen):
        wins, spread = by_pairs(scores, team, np.isin(np.arange(8), chosen), PRIOR)
        return abs(wins - 0.5) / (0.25 * spread) ** 0.5

    sizes = np.array([statistic(chosen) for chosen in combinations(range(8), 4)])
    own = statistic(np.flatnonzero(TREATED))
    assert p == pytest.approx(np.mean(sizes >= own - 1e-9))
    kept = max(size for size in sizes if np.mean(sizes >= size - 1e-9) > 0.05)
    wins, spread = by_pairs(scores, team, TREATED, PRIOR)
    for end in (found.lower, found.upper):
        assert abs(wins - end) / (spread * end * (1 - end)) ** 0.5 == pytest.approx(kept)
    assert (found.lower <= 0.5 <= found.upper) == (p > 0.05)
    assert found.value == pytest.approx(wins)


def test_only_the_order_counts_and_the_arms_may_be_told_the_other_way():
    scores, team = answers(5, 1)
    ways = assignments(TREATED, np.zeros(8))
    found, p = win_probability(scores, team, ways)
    assert win_probability(np.exp(scores), team, ways) == (found, p)
    turned, same = win_probability(-scores, team, ways)
    assert same == p
    assert (1 - turned.value, 1 - turned.upper) == pytest.approx((found.value, found.lower))


def test_arms_that_are_entirely_apart_are_not_certain():
    scores, team = 1 + 3 * TREATED[np.repeat(np.arange(8), 5)], np.repeat(np.arange(8), 5)
    found, p = win_probability(scores, team, assignments(TREATED, np.zeros(8)))
    assert (found.value, found.upper, p) == (1, 1, pytest.approx(2 / 70))
    assert 0.5 < found.lower < 0.9


def test_what_cannot_be_told():
    scores, team = answers(1)
    ways = assignments(TREATED, np.zeros(8))
    with pytest.raises(TooLittle, match="alike"):
        win_probability(np.full(len(team), 4), team, ways)
    with pytest.raises(TooLittle, match="do not differ"):
        win_probability(np.tile([1, 5], 8), np.repeat(np.arange(8), 2), ways)
    with pytest.raises(TooLittle, match="1 and 7 team"):
        win_probability(scores, team, assignments(np.arange(8) == 0, np.zeros(8)))
    with pytest.raises(TooLittle, match=r"of 16 possible assignments each is too likely .*0\.12"):
        win_probability(scores, team, assignments(np.arange(8) % 2 == 0, np.arange(8) // 2))
    with pytest.raises(NotFinite, match="not a number"):
        win_probability(np.where(team == 0, np.nan, scores), team, ways)
