"""Coverage of a share of scores that come in cases, for the people as they are."""

import numpy as np
import pytest

from proveout.stats.consensus import against_others, clustered_share

TRIALS = 1_000


def scores(rng, n, accuracy):
    """Each against the others; one case in five is hard for everybody."""
    people = len(accuracy)
    right = rng.random((n, 1)) < 0.5
    sees = np.where(rng.random((n, 1)) < 0.2, 0.6, accuracy)
    said = np.where(rng.random((n, people)) < sees, right, ~right).astype(int)
    case = np.repeat(np.arange(n), people)
    return case, against_others(case, said.ravel(), n_labels=2)


@pytest.mark.parametrize(
    ("n", "accuracy"),
    [
        (30, (0.9, 0.8, 0.7)),
        (50, (0.97, 0.97, 0.97)),
        (100, (0.95, 0.9, 0.85, 0.8, 0.75)),
        (40, (0.99, 0.95)),
    ],
)
def test_human_ceiling(n, accuracy):
    from scipy.stats import binom

    rng = np.random.default_rng(n)
    truth = clustered_share(*scores(rng, 100_000, np.array(accuracy))).value
    held = 0
    for _ in range(TRIALS):
        estimate = clustered_share(*scores(rng, n, np.array(accuracy)))
        held += estimate.lower <= truth <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.935, 0.975])
    assert low <= held <= high


@pytest.mark.parametrize(("n", "p"), [(30, 0.95), (60, 0.7)])
def test_one_score_a_case(n, p):
    from scipy.stats import binom

    rng, held = np.random.default_rng(n), 0
    for _ in range(TRIALS):
        estimate = clustered_share(np.arange(n), rng.random(n) < p)
        held += estimate.lower <= p <= estimate.upper
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, [0.935, 0.98])
    assert low <= held <= high
