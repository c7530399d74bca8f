"""How often the win probability's test errs and its interval holds the truth, in teams whose people are alike."""

import pytest
from tests.calibration.satisfaction import World, measured

TRIALS = 400


def limits(low, high):
    from scipy.stats import binom

    return binom.ppf([0.0005, 0.9995], TRIALS, [low, high]) / TRIALS


@pytest.mark.parametrize(("teams", "icc"), [(8, 0.1), (8, 0.3), (12, 0.1), (12, 0.3), (20, 0.1), (20, 0.3)])
def test_without_an_effect(teams, icc):
    """The test is exact: of 70 assignments 2 may reject, of more nearly 5%. A test of people errs oftener."""
    found = measured(World(teams, icc), TRIALS, draws=250)
    size = 2 / 70 if teams == 8 else 0.05
    low, high = limits(size - 0.005, size)
    assert low <= found.rejected <= high
    assert 1 - high <= found.covered <= 1 - low
    assert found.by_people > 0.09


@pytest.mark.parametrize("world", [World(8, 0.3, effect=0.0506, spread=1.8), World(12, 0.3, n_treated=4)])
def test_arms_that_are_unlike_but_win_as_often(world):
    """Not the hypothesis that the draw makes exact: scores of one arm are wider, or of fewer teams."""
    assert world.truth == pytest.approx(0.5, abs=1e-4)
    low, high = limits(0.93, 0.98)
    assert low <= measured(world, TRIALS, draws=250).covered <= high


@pytest.mark.parametrize(("teams", "icc", "effect"), [(8, 0.3, 0.8), (12, 0.1, 0.8), (12, 0.3, 1.8), (20, 0.3, 0.8)])
def test_with_an_effect(teams, icc, effect):
    """Near 1 it holds the truth oftener than it says, as Wilson's does of few."""
    low, high = limits(0.945, 0.985)
    found = measured(World(teams, icc, effect=effect), TRIALS, draws=250)
    assert low <= found.covered <= high
    assert found.rejected > 0.1
