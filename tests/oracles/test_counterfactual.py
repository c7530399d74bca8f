"""One series that switched: textbook differences, and weights by another optimiser."""

import numpy as np
import pytest
from scipy.optimize import minimize

from proveout.core.errors import TooLittle
from proveout.stats.counterfactual import counterfactual_effect, simplex_weights


def test_banks_of_mississippi():
    """Angrist and Pischke (2014), figure 5.1: 135 to 121 in the sixth district, 165 to 132 in the eighth."""
    found = counterfactual_effect(np.array([135, 121]), np.array([[165], [132]]), 1, model="parallel")
    assert found.value == 19
    assert (found.lower, found.upper) == (None, None)  # two periods cannot rule anything out


def test_weights_are_those_of_another_optimiser():
    rng = np.random.default_rng(0)
    controls = rng.normal(50, 5, (30, 6))
    target = controls @ np.array([0.5, 0.3, 0.2, 0, 0, 0]) + rng.normal(0, 0.5, 30)
    found = simplex_weights(target, controls)
    other = minimize(
        lambda w: ((target - controls @ w) ** 2).sum(),
        np.full(6, 1 / 6),
        bounds=[(0, 1)] * 6,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-12, "maxiter": 500},
    )
    assert found == pytest.approx(other.x, abs=2e-4)
    assert found.sum() == pytest.approx(1)
    assert found.min() >= 0


@pytest.mark.parametrize("model", ["trend", "parallel", "synthetic"])
def test_a_series_without_noise_gives_its_effect_away(model):
    t = np.arange(40.0)
    controls = np.column_stack([10 + 2 * t, 30 + 2 * t])
    series = controls.mean(axis=1) + 5.0 * (t >= 30)
    found = counterfactual_effect(series, controls, 30, model=model)
    assert found.value == pytest.approx(5.0, abs=1e-3)


def test_shifts_are_counted_by_hand():
    rng = np.random.default_rng(3)
    y, x = rng.normal(0, 1, 24), rng.normal(0, 1, (24, 3))
    y[18:] += 2.0
    found = counterfactual_effect(y, x, 18, model="parallel")

    def p(effect: float) -> float:
        left = y - effect * (np.arange(24) >= 18) - x.mean(axis=1)
        u = left - left.mean()
        sizes = [abs(sum(u[(i - s) % 24] for i in range(18, 24)) / 6) for s in range(24)]
        return sum(size >= sizes[0] - 1e-9 for size in sizes) / 24

    for end, outwards in ((found.lower, -1), (found.upper, 1)):
        assert p(end + outwards * 1e-3) <= 0.05 < p(end - outwards * 1e-3)


def test_what_cannot_be_told_is_said():
    with pytest.raises(TooLittle, match="before the switch"):
        counterfactual_effect(np.ones(5), np.empty((5, 0)), 1, model="trend")
    with pytest.raises(TooLittle, match="compare with"):
        counterfactual_effect(np.ones(5), np.empty((5, 0)), 2, model="synthetic")
