"""Thresholds by trying them all."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.threshold import cheapest_threshold, cross_fitted_costs

RNG = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def _same_draws_in_any_order(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(globals(), "RNG", np.random.default_rng(7))


def cost(scores, truth, cut, fp, fn):
    answer = scores >= cut
    return fp * (answer & (truth == 0)).sum() + fn * (~answer & (truth == 1)).sum()


@pytest.mark.parametrize(("fp", "fn"), [(1, 1), (1, 10), (10, 1), (0, 1)])
def test_nothing_is_cheaper(fp, fn):
    scores = RNG.integers(0, 15, 120) / 15
    truth = (RNG.random(120) < scores).astype(int)
    cut = cheapest_threshold(scores, truth, false_positive=fp, false_negative=fn)
    cuts = [-np.inf, *(np.unique(scores) + 1 / 30), np.inf]
    assert cost(scores, truth, cut, fp, fn) == min(cost(scores, truth, c, fp, fn) for c in cuts)


def test_elkan_2001():
    """With right probabilities the cheapest threshold is k_FP / (k_FP + k_FN)."""
    scores = RNG.random(200_000)
    truth = (RNG.random(200_000) < scores).astype(int)
    assert cheapest_threshold(scores, truth, false_positive=1, false_negative=4) == pytest.approx(0.2, abs=0.02)


def test_costs_out_of_fold_are_not_flattered():
    noise, truth = RNG.random(60), RNG.integers(0, 2, 60)
    options = {"false_positive": 1.0, "false_negative": 1.0}
    chosen_here = cost(noise, truth, cheapest_threshold(noise, truth, **options), 1, 1)
    assert cross_fitted_costs(noise, truth, **options).sum() > chosen_here


def test_every_mistake_costs_what_it_costs():
    scores, truth = np.repeat([0.1, 0.9], 50), np.repeat([0, 1], 50)
    assert cross_fitted_costs(scores, truth, false_positive=3, false_negative=5).sum() == 0
    swapped = cross_fitted_costs(scores, 1 - truth, false_positive=3, false_negative=5)
    assert swapped.sum() == 3 * 50  # always 1 is cheapest then
    with pytest.raises(TooLittle):
        cross_fitted_costs(scores[:3], truth[:3], false_positive=1, false_negative=1)
    with pytest.raises(TooLittle):
        cheapest_threshold(scores[:0], truth[:0], false_positive=1, false_negative=1)
