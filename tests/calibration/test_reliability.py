"""Coverage of the intervals of alpha and omega, of normal and of five-point answers."""

import numpy as np
import pytest

from proveout.stats.reliability import cronbach_alpha, mcdonald_omega

LOADINGS = np.array([0.8, 0.7, 0.75, 0.6])
N = 60


def held(estimate, truth: float, trials: int, *, points: bool) -> int:
    rng = np.random.default_rng(11)
    found = 0
    for _ in range(trials):
        own = estimate(answers(rng, N, points=points))
        found += own.lower <= truth <= own.upper
    return found


def answers(rng, n: int, *, points: bool) -> np.ndarray:
    x = rng.normal(size=(n, 1)) * LOADINGS + rng.normal(size=(n, 4)) * np.sqrt(1 - LOADINGS**2)
    return np.clip(np.round(3.4 + 1.1 * x), 1, 5) if points else x


def truth_of(estimate, *, points: bool) -> float:
    """Of very many people."""
    rng = np.random.default_rng(12)
    return np.mean([estimate(answers(rng, 20_000, points=points)) for _ in range(50)])


def alpha_of(x: np.ndarray) -> float:
    k = x.shape[1]
    covariances = np.cov(x, rowvar=False)
    return k / (k - 1) * (1 - np.trace(covariances) / covariances.sum())


@pytest.mark.parametrize("points", [False, True])
def test_alpha(points):
    """Five-point answers are a little less than normal, and the interval a little too long or too short."""
    trials = 4_000
    share = held(cronbach_alpha, truth_of(alpha_of, points=points), trials, points=points) / trials
    assert 0.93 <= share <= 0.965


def test_omega():
    """About 60 people are few for the bootstrap; it misses a little more often than it says."""
    trials = 150
    truth = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())
    share = held(mcdonald_omega, truth, trials, points=False) / trials
    assert 0.90 <= share <= 0.985
