"""The slope against scipy's."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.trend import line_slope


@pytest.mark.parametrize("steps", [3, 8, 52])
def test_linregress(steps):
    from scipy.stats import linregress, t

    y = np.random.default_rng(steps).normal(0, 1, steps).cumsum()
    theirs = linregress(np.arange(steps), y)
    half = t.ppf(0.975, steps - 2) * theirs.stderr
    ours = line_slope(y)
    assert (ours.value, ours.lower, ours.upper) == pytest.approx(
        (theirs.slope, theirs.slope - half, theirs.slope + half), abs=1e-9
    )


def test_two_periods_are_no_trend():
    with pytest.raises(TooLittle):
        line_slope([1.0, 2.0])
