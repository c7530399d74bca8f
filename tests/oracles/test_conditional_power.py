"""Chances at the end, against simulated paths, and against the power of a study that has just begun."""

import numpy as np
import pytest

from proveout.stats.conditional_power import conditional_power


@pytest.mark.parametrize(("share", "true"), [(0.25, 0.0), (0.5, 0.3), (0.75, 0.3)])
def test_it_is_how_often_simulated_paths_end_beyond(share: float, true: float):
    """Paths of 400 observations of standard deviation 1, those that stood near 0.2 when a share of them was in."""
    random, n, first = np.random.default_rng(3), 400, round(400 * share)
    early = true + random.normal(0, 1 / first**0.5, 400_000)
    late = true + random.normal(0, 1 / (n - first) ** 0.5, 400_000)
    end = (first * early + (n - first) * late) / n
    near = np.abs(early - 0.2) < 0.004
    expected = conditional_power(0.2, 1 / first**0.5, share, true=true, needed=0.25)
    assert near.sum() > 1_000
    assert (end[near] > 0.25).mean() == pytest.approx(expected, abs=0.04)


def test_hardly_begun_it_is_the_power_that_was_planned():
    """An effect of 2.8 standard errors at the end is told with 80%: the textbook sum of 1.96 and 0.84."""
    found = conditional_power(0.0, 1000.0, 1e-6, true=1.959964 + 0.841621, needed=1.959964)
    assert found == pytest.approx(0.8, abs=0.01)


def test_by_hand():
    """Half of the time, Z = 1, nothing to come: B = 0.7071, and 1 - Phi((1.96 - 0.7071) / 0.7071) = 0.0382."""
    assert conditional_power(2**0.5, 2**0.5, 0.5, true=0.0, needed=1.959964) == pytest.approx(0.0382, abs=1e-4)
