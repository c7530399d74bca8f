"""Reliability against published figures, a likelihood maximised by SciPy, and algebra."""

import numpy as np
import pytest
from scipy import optimize, stats

from proveout.core.errors import TooLittle
from proveout.stats.reliability import contrary_items, cronbach_alpha, mcdonald_omega, within_group_agreement


@pytest.fixture
def answers():
    """Five items of one factor, 200 people."""
    rng = np.random.default_rng(3)
    factor = rng.normal(size=(200, 1))
    return factor * [1.0, 0.8, 0.9, 0.5, 1.2] + rng.normal(size=(200, 5)) * [1, 0.7, 1.1, 1.3, 0.9]


def test_alpha_by_its_analysis_of_variance(answers):
    """Hoyt (1941): one less the residual mean square per that of people; Feldt's interval by SciPy's F."""
    n, k = answers.shape
    people = k * answers.mean(axis=1).var(ddof=1)
    rest = answers - answers.mean(axis=1, keepdims=True) - answers.mean(axis=0) + answers.mean()
    residual = (rest**2).sum() / ((n - 1) * (k - 1))
    found = cronbach_alpha(answers)
    assert found.value == pytest.approx(1 - residual / people)
    high, low = stats.f.ppf([0.975, 0.025], n - 1, (n - 1) * (k - 1))
    assert found.lower == pytest.approx(1 - (1 - found.value) * high)
    assert found.upper == pytest.approx(1 - (1 - found.value) * low)


def test_missing_answers_are_left_out_pair_by_pair(answers):
    holes = answers.copy()
    holes[:20, 0] = np.nan
    found = cronbach_alpha(holes)
    assert found.n == 180
    assert found.value == pytest.approx(cronbach_alpha(answers).value, abs=0.03)


def _log_likelihood(parameters, covariance):
    k = len(covariance)
    loadings, unique = parameters[:k], np.exp(parameters[k:])
    model = np.outer(loadings, loadings) + np.diag(unique)
    return np.linalg.slogdet(model)[1] + np.trace(np.linalg.solve(model, covariance))


def test_omega_by_maximum_likelihood(answers):
    covariance = np.cov(answers, rowvar=False, bias=True)
    start = np.concatenate([np.sqrt(np.diag(covariance)) * 0.7, np.log(np.diag(covariance) / 2)])
    best = optimize.minimize(_log_likelihood, start, args=(covariance,), method="BFGS", options={"gtol": 1e-8})
    common = best.x[:5].sum() ** 2
    found = mcdonald_omega(answers)
    assert found.value == pytest.approx(common / (common + np.exp(best.x[5:]).sum()), abs=1e-6)
    assert found.lower < found.value < found.upper


def test_omega_of_three_items_by_hand():
    """Three items: each loading is the root of the product of two covariances per the third."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=(300, 1)) * [1.0, 0.7, 0.9] + rng.normal(size=(300, 3)) * 0.8
    c = np.cov(x, rowvar=False, bias=True)
    loadings = np.sqrt([c[0, 1] * c[0, 2] / c[1, 2], c[0, 1] * c[1, 2] / c[0, 2], c[0, 2] * c[1, 2] / c[0, 1]])
    common = loadings.sum() ** 2
    assert mcdonald_omega(x).value == pytest.approx(common / (common + (np.diag(c) - loadings**2).sum()), abs=1e-6)


def test_parallel_items_give_the_same_alpha_and_omega():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(5000, 1)) + rng.normal(size=(5000, 4))
    assert mcdonald_omega(x).value == pytest.approx(cronbach_alpha(x).value, abs=0.005)
    assert cronbach_alpha(x).value == pytest.approx(4 * 0.5 / (1 + 3 * 0.5), abs=0.02)  # Spearman and Brown


def test_many_people_in_blocks_have_the_same_interval():
    """Blocks of people drawn alike are drawn as people are: the width shrinks with the root of n."""
    rng = np.random.default_rng(6)
    x = rng.normal(size=(20_000, 1)) + rng.normal(size=(20_000, 3))
    few, many = mcdonald_omega(x[:5_000]), mcdonald_omega(x)
    assert (few.n, many.n) == (5_000, 20_000)
    assert (many.upper - many.lower) / (few.upper - few.lower) == pytest.approx(0.5, abs=0.06)


def test_items_that_run_against_the_others():
    """One factor by construction: the loadings are .8, .8, .8 and -.8, so the last one does."""
    rng = np.random.default_rng(4)
    x = 0.8 * rng.normal(size=(400, 1)) * [1, 1, 1, -1] + 0.6 * rng.normal(size=(400, 4))
    assert contrary_items(x) == [3]
    assert contrary_items(-x) == [3]
    assert contrary_items(x * [1, 1, 1, -1]) == []
    assert contrary_items(np.column_stack([x, np.ones(400)])) == [3]
    assert contrary_items(np.ones((9, 3))) == []


def test_agreement_of_a_group():
    """James, Demaree and Wolf (1984): one item of five answers, variance .5 against 2 at random, gives .75."""
    assert within_group_agreement(np.array([[3.0], [4.0], [3.0], [4.0]]) + 0, n_answers=5) == pytest.approx(
        1 - (1 / 3) / 2
    )
    assert within_group_agreement(np.array([[1.0], [5.0]]), n_answers=5) == 0
    assert within_group_agreement(np.full((4, 3), 2.0), n_answers=5) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: cronbach_alpha(np.ones((9, 1))),
        lambda: cronbach_alpha(np.ones((9, 3))),
        lambda: cronbach_alpha(np.array([[1.0, np.nan], [np.nan, 2.0]])),
        lambda: mcdonald_omega(np.random.default_rng(0).normal(size=(9, 2))),
        lambda: mcdonald_omega(np.ones((9, 3))),
        lambda: within_group_agreement(np.ones((1, 3)), n_answers=5),
        lambda: contrary_items(np.ones((9, 2))),
        lambda: contrary_items(np.random.default_rng(0).normal(size=(3, 3))),
    ],
)
def test_too_little(call):
    with pytest.raises(TooLittle):
        call()
