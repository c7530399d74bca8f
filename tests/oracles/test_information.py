"""Value of information against the unit normal loss integral (Raiffa and Schlaifer 1961)."""

import numpy as np
import pytest

from proveout.stats.information import partial_perfect_information, perfect_information, rank_contributions

DRAWS = 100_000


def loss(mean, deviation):
    """What perfect knowledge of a normal benefit is worth: deviation times the unit normal loss of |mean|/deviation."""
    from scipy.stats import norm

    u = abs(mean) / deviation
    return deviation * (norm.pdf(u) - u * norm.sf(u))


def linear(mean, weights, seed):
    scores = np.random.default_rng(seed).standard_normal((len(weights), DRAWS))
    return mean + np.asarray(weights) @ scores, scores


@pytest.mark.parametrize("mean", [-3.0, 1.0, 4.0])
def test_linear_and_normal(mean):
    weights = [4.0, 2.0, 0.5]
    benefit, scores = linear(mean, weights, seed=11)
    total = perfect_information(benefit)
    assert total.value == pytest.approx(loss(mean, np.hypot(np.hypot(4, 2), 0.5)), rel=0.04, abs=0.01)
    for weight, score in zip(weights, scores, strict=True):
        found = partial_perfect_information(benefit, score)
        assert found.value == pytest.approx(loss(mean, weight), rel=0.04, abs=0.02)


def test_a_curved_influence():
    """B = exp(X) - c with noise: the expected gain in closed form (Black and Scholes)."""
    from scipy.stats import norm

    rng = np.random.default_rng(3)
    score, noise = rng.standard_normal((2, DRAWS))
    sigma, price = 0.6, 1.5
    benefit = np.exp(sigma * score) - price + 2 * noise
    d1 = (np.log(1 / price) + sigma**2) / sigma
    call = np.exp(sigma**2 / 2) * norm.cdf(d1) - price * norm.cdf(d1 - sigma)
    expected = call - max(np.exp(sigma**2 / 2) - price, 0)
    assert partial_perfect_information(benefit, score).value == pytest.approx(expected, abs=0.02)


def test_nothing_to_learn_when_every_draw_is_good():
    rng = np.random.default_rng(1)
    benefit = 100 + rng.standard_normal(1000)
    assert perfect_information(benefit).value == 0.0


def test_contributions_are_shares_of_squared_rank_correlations():
    from scipy.stats import spearmanr

    rng = np.random.default_rng(2)
    inputs = rng.standard_normal((3, 2000))
    result = np.exp(inputs[0]) + 0.5 * inputs[1]
    squares = np.array([spearmanr(result, row).statistic ** 2 for row in inputs])
    assert rank_contributions(result, inputs) == pytest.approx(squares / squares.sum(), abs=1e-9)
    assert rank_contributions(np.ones(5), inputs[:, :5]).tolist() == [0, 0, 0]
