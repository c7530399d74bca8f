"""Callaway and Sant'Anna by two means and their spread; the county data of their package stand in tests/real."""

import numpy as np
import pytest
from scipy.stats import t as t_distribution
from tests.oracles.waves import panel

from proveout.core.errors import TooLittle
from proveout.stats.difference_in_differences import POWER, callaway_santanna, combined_effect, pretrend
from proveout.stats.staggered import staggered
from proveout.stats.waves import Panel, exposure_weights, simple_weights


def one(p: Panel, c: int, t: int) -> np.ndarray:
    weights = np.zeros((1, len(p.cohorts), p.values.shape[1]))
    weights[0, c, t] = 1
    return weights


@pytest.mark.parametrize("never_only", [True, False])
@pytest.mark.parametrize(("c", "t", "base"), [(0, 3, 2), (0, 7, 2), (1, 6, 4), (2, 4, 3), (2, 11, 7)])
def test_one_effect_is_a_difference_of_two_mean_rises_with_welchs_error(c, t, base, never_only):
    p = panel()
    rise = p.values[:, t] - p.values[:, base]
    mine, waiting = p.starts == p.cohorts[c], p.starts > max(t, p.cohorts[c])
    waiting = p.starts >= 12 if never_only else waiting
    found = callaway_santanna(p, one(p, c, t), never_only=never_only)
    assert found.values[0] == pytest.approx(rise[mine].mean() - rise[waiting].mean())
    error = rise[mine].var() / mine.sum() + rise[waiting].var() / waiting.sum()
    assert found.covariance[0, 0] == pytest.approx(error)


@pytest.mark.parametrize("e", [0, 2])
def test_averages_are_those_of_roth_and_santanna_with_beta_one(e):
    p = panel()
    for weights in (simple_weights(p), exposure_weights(p, e)):
        expected = staggered(p, weights, beta=1).value
        assert callaway_santanna(p, weights[None]).values[0] == pytest.approx(expected)


def test_the_error_of_an_average_counts_the_sizes_of_waves_by_a_numerical_derivative():
    p, step = panel(), 1e-6
    weights = exposure_weights(p, 1)
    found = callaway_santanna(p, weights[None])

    def value(multiples: np.ndarray) -> float:
        """The average where unit i counts `multiples[i]` times."""
        cells = [(c, p.cohorts[c] + 1) for c in range(3)]
        effects, sizes = [], []
        for c, t in cells:
            rise = p.values[:, t] - p.values[:, p.cohorts[c] - 1]
            mine, waiting = (p.starts == p.cohorts[c]) * multiples, (p.starts > t) * multiples
            effects.append(mine @ rise / mine.sum() - waiting @ rise / waiting.sum())
            sizes.append(mine.sum())
        return float(np.dot(effects, sizes) / sum(sizes))

    for i in range(20):
        moved = np.ones(20)
        moved[i] += step
        slope = (value(moved) - value(np.ones(20))) / step * 20
        assert found.influence[i, 0] == pytest.approx(slope, abs=1e-4)


def test_a_combination_has_the_error_of_its_influence():
    p = panel()
    effects = callaway_santanna(p, np.array([exposure_weights(p, e) for e in (0, 1)]))
    found = combined_effect(effects, np.array([-1.0, 1.0]))
    each = effects.influence[:, 1] - effects.influence[:, 0]
    error = ((each**2).sum() / 20 / (20 - 4)) ** 0.5
    assert (found.upper - found.lower) / 2 == pytest.approx(2.119905 * error, rel=1e-6)  # t with 16 degrees of freedom
    assert found.value == pytest.approx(effects.values[1] - effects.values[0])


def test_a_trend_that_differs_before_is_found_and_a_like_one_is_not():
    p = panel(5)
    apart = Panel(p.values + 2.0 * np.arange(12) * (p.starts < 30)[:, None], p.starts, p.strata)
    assert pretrend(apart).p_value < 0.001
    assert pretrend(p).p_value > 0.05


def test_the_drift_is_that_of_least_squares_on_the_gap():
    p = Panel(panel().values, np.where(panel().starts == 8, 8, 30), panel().strata)
    mine = p.starts == 8
    gap = p.values[mine].mean(axis=0)[:8] - p.values[~mine].mean(axis=0)[:8]
    assert pretrend(p).drift.value == pytest.approx(np.polyfit(np.arange(8), gap, 1)[0])


def test_the_drift_that_is_found_has_the_power_that_is_said():
    found = pretrend(panel())
    error = (found.drift.upper - found.drift.lower) / 2 / t_distribution.isf(0.025, 16)
    shift = found.detectable / error
    assert t_distribution.sf(t_distribution.isf(0.025, 16) - shift, 16) == pytest.approx(POWER)
    assert found.p_value == pytest.approx(2 * t_distribution.sf(abs(found.drift.value) / error, 16))


def test_what_cannot_be_compared_is_said():
    p = Panel(np.zeros((6, 3)), np.repeat([0, 1, 9], 2), np.zeros(6, int))
    with pytest.raises(TooLittle, match="no period before"):
        callaway_santanna(p, one(p, 0, 1))
    late = Panel(np.zeros((4, 3)), np.repeat([1, 2], 2), np.zeros(4, int))
    with pytest.raises(TooLittle, match="nobody waits"):
        callaway_santanna(late, one(late, 0, 2))
    with pytest.raises(TooLittle, match="fewer than two"):
        pretrend(Panel(np.zeros((8, 3)), np.repeat([1, 9], 4), np.zeros(8, int)))
    small = Panel(np.arange(12.0).reshape(4, 3), np.repeat([1, 9], 2), np.zeros(4, int))
    with pytest.raises(TooLittle, match="more teams"):
        effects = callaway_santanna(small, one(small, 0, 1))
        combined_effect(type(effects)(values=effects.values, influence=effects.influence, n_waves=4), np.ones(1))
