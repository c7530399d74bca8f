"""Coverage of the true effect when who answers depends on the answer."""

import numpy as np
import pytest

from proveout.stats.balance import Moments
from proveout.stats.missing_outcomes import (
    Teams,
    covering,
    trimming_bounds,
    worst_case_bounds,
    worst_case_bounds_by_team,
)

TRIALS = 1_500


def moments(values):
    return Moments(n=len(values), mean=values.mean(), variance=values.var(ddof=1))


def lowest_allowed():
    from scipy.stats import binom

    return binom.ppf(0.0005, TRIALS, 0.95)


@pytest.mark.parametrize(("n", "extreme"), [(15, True), (60, False), (200, True)])
def test_worst_case(n, extreme):
    """Scores of 1 to 5; the missing ones are the worst there could be in the treated arm, or missing at random."""
    rng = np.random.default_rng(n)
    chances_a, chances_b = [0.1, 0.2, 0.3, 0.2, 0.2], [0.1, 0.1, 0.3, 0.3, 0.2]
    truth = (np.array(chances_b) - chances_a) @ np.arange(1, 6)
    covered = 0
    for _ in range(TRIALS):
        a, b = rng.choice(5, n, p=chances_a) + 1, rng.choice(5, n, p=chances_b) + 1
        answers_b = b[b > 1] if extreme else b[rng.random(n) < 0.8]
        answers_a = a[a < 5] if extreme else a
        found = worst_case_bounds(
            moments(answers_a), n - len(answers_a), moments(answers_b), n - len(answers_b), low=1, high=5
        ).estimate
        covered += found.lower <= truth <= found.upper
    assert covered >= lowest_allowed()


def asked(rng, n_teams, mean, *, silent):
    """Teams of 4 to 12 people on a scale from 0 to 10 who are alike (a third of the variance is of teams)."""
    sizes = rng.integers(4, 13, n_teams)
    team = np.repeat(np.arange(n_teams), sizes)
    answers = mean + rng.normal(0, 0.7, n_teams)[team] + rng.normal(0, 1, len(team))
    told = rng.random(len(team)) >= silent
    return Teams(
        sizes=sizes.astype(float),
        answered=np.bincount(team[told], minlength=n_teams).astype(float),
        totals=np.bincount(team[told], answers[told], n_teams),
    )


@pytest.mark.parametrize(("n_teams", "silent"), [(4, 0.0), (10, 0.0), (10, 0.1)])
def test_worst_case_by_team(n_teams, silent):
    rng, covered = np.random.default_rng(n_teams), 0
    for _ in range(TRIALS):
        a, b = asked(rng, n_teams, 5.0, silent=silent), asked(rng, n_teams, 5.5, silent=silent)
        found = worst_case_bounds_by_team(a, b, low=0, high=10).estimate
        covered += found.lower <= 0.5 <= found.upper
    assert covered >= lowest_allowed()


def answering(rng, n, gain, *, treated):
    """Outcomes of those who answer, and how many do not; the happier answer, and the treatment makes some more do so.

    The effect is 0.5 for everybody; those who answer only because of the treatment are the happiest.
    """
    level = rng.normal(0, 1, n)
    threshold = 1.5 - level
    nerve = rng.normal(0, 0.5, n) + 1.0
    answers = nerve > threshold - (gain + 10 * (gain > 0) * (level > 1) if treated else 0)
    return (level + 0.5 * treated)[answers], int((~answers).sum())


@pytest.mark.parametrize(("n", "gain"), [(40, 0.5), (200, 0.5), (200, 0.0), (200, -0.5)])
def test_trimming(n, gain):
    rng = np.random.default_rng(n)
    covered = 0
    for _ in range(TRIALS):
        a, missing_a = answering(rng, n, gain, treated=False)
        b, missing_b = answering(rng, n, gain, treated=True)
        found = trimming_bounds(a, missing_a, b, missing_b).estimate
        covered += found.lower <= 0.5 <= found.upper
    assert covered >= lowest_allowed()


def test_trimming_where_the_truth_is_at_the_bound():
    """Those who answer only because of the treatment are its highest fifth: the truth is the lower bound."""
    rng, covered, n = np.random.default_rng(2), 0, 150
    for _ in range(TRIALS):
        level = rng.normal(0, 1, 2 * n)
        a, b = level[:n], level[n:]
        found = trimming_bounds(a[a < 0.84], int((a >= 0.84).sum()), b + 0.5, 0).estimate
        covered += found.lower <= 0.5 <= found.upper
    assert covered >= lowest_allowed()


@pytest.mark.parametrize("apart", [0.0, 0.5, 3.0])
def test_covering_is_exact_at_a_bound(apart):
    from scipy.stats import binom

    rng, covered = np.random.default_rng(7), 0
    for _ in range(TRIALS):
        values = rng.normal(0, 1, 20)
        error = float(values.std(ddof=1) / 20**0.5)
        mean = float(values.mean())
        found = covering(mean, mean + apart, (error, error), df=19, value=mean, n=20)
        covered += found.lower <= 0 <= found.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.95)
    assert low <= covered <= high
