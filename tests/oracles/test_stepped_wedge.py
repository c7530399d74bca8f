"""Hussey and Hughes' own example, generalised least squares with full matrices, and Woertman's design effect."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.stepped_wedge import hussey_hughes_variance, stepped_wedge_design_effect, wald_power

EXAMPLE = np.array([[period > wave for period in range(5)] for wave in range(4) for _ in range(6)], dtype=float)
NOISE, BETWEEN = 0.041 * 0.959 / 100, 0.015**2  # 100 units per clinic and period, a share of .041


def full_matrices(design, noise, between):
    clusters, periods = design.shape
    rows = [(i, j) for i in range(clusters) for j in range(periods)]
    x = np.array([[design[i, j], *(float(j == k) for k in range(periods))] for i, j in rows])
    covariance = np.array([[between * (i == k) + noise * ((i, j) == (k, m)) for k, m in rows] for i, j in rows])
    return np.linalg.inv(x.T @ np.linalg.solve(covariance, x))[0, 0]


def test_example_of_24_clinics_in_4_waves():
    found = hussey_hughes_variance(EXAMPLE, NOISE, BETWEEN)
    assert found == pytest.approx(3.725536506e-05, rel=1e-9)
    assert wald_power(0.05 - 0.032, found) == pytest.approx(0.8387, abs=5e-5)


@pytest.mark.parametrize(("noise", "between"), [(NOISE, BETWEEN), (1.0, 0.0), (0.3, 2.0)])
def test_full_matrices(noise, between):
    held_back = np.vstack([EXAMPLE[::3], np.zeros((3, 5))])
    for design in (EXAMPLE, held_back):
        found = hussey_hughes_variance(design, noise, between)
        assert found == pytest.approx(full_matrices(design, noise, between), rel=1e-8)


def test_woertman_et_al_2013():
    assert stepped_wedge_design_effect(4, 20, 0.05) == pytest.approx(0.57241, abs=5e-6)


def test_power_without_an_effect_is_one_tail():
    assert wald_power(0.0, 1.0) == pytest.approx(0.025)


def test_designs_that_show_nothing():
    with pytest.raises(TooLittle, match="cannot tell"):
        hussey_hughes_variance(np.tile([0, 1, 1], (6, 1)), 1.0, 0.5)
    with pytest.raises(TooLittle, match="step"):
        stepped_wedge_design_effect(1, 20, 0.05)
