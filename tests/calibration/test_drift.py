"""Coverage of the distances: alike, near and far, with independent cases and with cases that come in chunks."""

import numpy as np
import pytest

from proveout.stats.drift import dispersion, divergence, homogeneity, largest_gap, stability, transport

TRIALS = 800
P = np.full(10, 0.1)


def tilted(strength):
    q = P * np.exp(strength * np.linspace(-1, 1, 10))
    return q / q.sum()


def truths(q):
    m, gap = (P + q) / 2, np.abs(np.cumsum(P - q))
    halves = [(x * np.log2(x / m)).sum() for x in (P, q)]
    return {
        stability: ((q - P) * np.log(q / P)).sum(),
        divergence: (sum(halves) / 2) ** 0.5,
        largest_gap: gap.max(),
        transport: (gap[:-2] + gap[1:-1]).sum() / 2,
    }


def measured(distance, a, b, **options):
    return distance(np.arange(9.0), a, b, **options) if distance is transport else distance(a, b, **options)


@pytest.mark.parametrize("strength", [0, 0.1, 0.4, 1.5])
@pytest.mark.parametrize("distance", [stability, divergence, largest_gap, transport])
def test_the_interval_holds_the_distance(distance, strength):
    from scipy.stats import binom

    rng, q, held = np.random.default_rng(int(10 * strength)), tilted(strength), 0
    truth = truths(q)[distance]
    trials = TRIALS // 3 if distance is transport else TRIALS
    for _ in range(trials):
        found = measured(distance, rng.multinomial(2000, P), rng.multinomial(1200, q))
        held += found.lower <= truth + 1e-12 and truth <= found.upper + 1e-12
    assert held >= binom.ppf(0.0005, trials, 0.945)  # the ends by the triangle inequality hold more often


@pytest.mark.parametrize("distance", [stability, divergence])
def test_chunks_that_differ_widen_the_interval(distance):
    """Shares wander from week to week; without the dispersion every second interval would miss."""
    rng, held, plain = np.random.default_rng(6), 0, 0
    q = tilted(0.4)
    truth = truths(q)[distance]
    for _ in range(TRIALS // 2):
        before = np.array([rng.multinomial(200, rng.dirichlet(100 * P)) for _ in range(20)])
        after = np.array([rng.multinomial(200, rng.dirichlet(100 * q)) for _ in range(20)])
        sides = before.sum(axis=0), after.sum(axis=0)
        found, naive = distance(*sides, dispersion=dispersion(before)), distance(*sides)
        held += found.lower <= truth <= found.upper
        plain += naive.lower <= truth <= naive.upper
    assert held / (TRIALS // 2) > 0.91
    assert plain < held


def test_the_test_rejects_as_often_as_it_says():
    from scipy.stats import binom

    rng = np.random.default_rng(7)
    p_values = [homogeneity(rng.multinomial(900, P), rng.multinomial(700, P)) for _ in range(TRIALS)]
    low, high = binom.ppf([0.0005, 0.9995], TRIALS, 0.05)
    assert low <= sum(p < 0.05 for p in p_values) <= high
