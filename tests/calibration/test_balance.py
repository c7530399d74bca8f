"""Coverage of standardised differences and of the largest among several."""

import numpy as np
import pytest

from proveout.stats.balance import (
    Moments,
    largest_difference,
    simultaneous,
    standardised_difference,
    standardised_difference_of_shares,
)

TRIALS = 8_000


def accepted(low_coverage, high_coverage):
    from scipy.stats import binom

    return binom.ppf([0.0005, 0.9995], TRIALS, [low_coverage, high_coverage])


@pytest.mark.parametrize(("n_a", "n_b", "truth"), [(20, 20, 0.0), (30, 120, 0.3), (200, 50, 1.0)])
def test_means(n_a, n_b, truth):
    rng = np.random.default_rng(n_a)
    a, b = rng.normal(truth, 1, (TRIALS, n_a)), rng.normal(0, 1, (TRIALS, n_b))
    moments = zip(a.mean(1), a.var(1, ddof=1), b.mean(1), b.var(1, ddof=1), strict=True)
    held = 0
    for mean_a, var_a, mean_b, var_b in moments:
        e = standardised_difference(
            Moments(n=n_a, mean=mean_a, variance=var_a), Moments(n=n_b, mean=mean_b, variance=var_b)
        )
        held += e.lower <= truth <= e.upper
    low, high = accepted(0.94, 0.96)
    assert low <= held <= high


@pytest.mark.parametrize(("p_a", "p_b"), [(0.5, 0.5), (0.3, 0.4), (0.1, 0.2)])
def test_shares(p_a, p_b):
    rng, n_a, n_b = np.random.default_rng(3), 80, 200
    truth = (p_a - p_b) / ((p_a * (1 - p_a) + p_b * (1 - p_b)) / 2) ** 0.5
    draws = zip(rng.binomial(n_a, p_a, TRIALS), rng.binomial(n_b, p_b, TRIALS), strict=True)
    held = sum(
        (e := standardised_difference_of_shares(int(a), n_a, int(b), n_b)).lower <= truth <= e.upper for a, b in draws
    )
    low, high = accepted(0.93, 0.97)
    assert low <= held <= high


@pytest.mark.parametrize("truths", [(0.0, 0.0, 0.0), (0.1, 0.1, 0.1), (0.5, 0.0, 0.0)])
def test_the_largest_covers_at_least_what_it_says(truths):
    rng, n = np.random.default_rng(11), 60
    level = simultaneous(0.95, len(truths))
    a = rng.normal(truths, 1, (TRIALS, n, len(truths)))
    b = rng.normal(0, 1, (TRIALS, n, len(truths)))
    columns = (a.mean(1), a.var(1, ddof=1), b.mean(1), b.var(1, ddof=1))
    held = 0
    for means_a, vars_a, means_b, vars_b in zip(*columns, strict=True):
        differences = [
            standardised_difference(Moments(n=n, mean=ma, variance=va), Moments(n=n, mean=mb, variance=vb), level=level)
            for ma, va, mb, vb in zip(means_a, vars_a, means_b, vars_b, strict=True)
        ]
        e = largest_difference(differences)
        held += e.lower <= max(truths) <= e.upper
    low, _ = accepted(0.95, 0.95)
    assert held >= low
