"""Coverage of the mean on a scale of 1 to 5, for answers as people give them."""

import numpy as np
import pytest

from proveout.stats.bounded import bounded_mean, scale_mean

TRIALS = 3_000
ANSWERS = np.arange(1, 6)
SPREAD = (0.1, 0.2, 0.4, 0.2, 0.1)
HIGH = (0.02, 0.03, 0.15, 0.4, 0.4)
SPLIT = (0.4, 0.1, 0.0, 0.1, 0.4)
AGAINST = (0.3, 0.0, 0.0, 0.35, 0.35)
"""Most are for it, a few wholly against: few answers of such people hold none of the latter."""
RARE = (0.05, 0.0, 0.0, 0.0, 0.95)
ONE_SIDED = 0.025
IN_TEN_THOUSAND = 0.9999


@pytest.mark.parametrize("n", [2, 5, 12, 40])
@pytest.mark.parametrize("weights", [SPREAD, HIGH, SPLIT], ids=["spread", "high", "split"])
def test_student(weights, n):
    """It covers less than it says where answers are few and skewed; that is why no gate hangs on it."""
    from scipy.stats import binom

    rng, truth = np.random.default_rng(n), float(np.dot(ANSWERS, weights))
    draws = rng.choice(ANSWERS, p=weights, size=(TRIALS, n))
    held = sum((e := scale_mean(row, low=1, high=5)).lower <= truth <= e.upper for row in draws)
    assert held >= binom.ppf(0.0005, TRIALS, 0.92)


@pytest.mark.parametrize("n", [1, 5, 12, 40])
@pytest.mark.parametrize(
    "weights", [SPREAD, HIGH, SPLIT, AGAINST, RARE], ids=["spread", "high", "split", "against", "rare"]
)
def test_too_high_a_lower_end_is_rarer_than_promised(weights, n):
    from scipy.stats import binom

    rng, truth = np.random.default_rng(n), float(np.dot(ANSWERS, weights))
    seen = rng.multinomial(n, weights, size=TRIALS)
    kinds, times = np.unique(seen, axis=0, return_counts=True)
    ends = [bounded_mean(np.repeat(ANSWERS, kind), low=1, high=5).lower for kind in kinds]
    assert times[np.array(ends) > truth].sum() <= binom.ppf(IN_TEN_THOUSAND, TRIALS, ONE_SIDED)


@pytest.mark.parametrize(("size", "n"), [(6, 5), (10, 5), (14, 12), (30, 16)])
def test_of_a_small_group(size, n):
    from scipy.stats import binom

    rng = np.random.default_rng(size)
    for _ in range(6):
        people = rng.choice(ANSWERS, p=rng.dirichlet(np.full(5, 0.5)), size=size)
        held = np.bincount(people, minlength=6)[1:]
        seen = rng.multivariate_hypergeometric(held, n, size=TRIALS)
        kinds, times = np.unique(seen, axis=0, return_counts=True)
        ends = [bounded_mean(np.repeat(ANSWERS, kind), low=1, high=5, population=size).lower for kind in kinds]
        high = times[np.array(ends) > people.mean() + 1e-9].sum()
        assert high <= binom.ppf(IN_TEN_THOUSAND, TRIALS, ONE_SIDED)
