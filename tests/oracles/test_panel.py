"""Variance parts from moments against an invented panel with known parts, and closed forms."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.panel import Parts, baseline_correlation, effective_periods, mean_variance, variance_parts

UNITS, PERIODS = 20_000, 12
NEAR = 0.03  # Monte Carlo error of variances over 20,000 units, several standard errors wide


def moments(panel):
    """What the SQL yields, from rows."""
    n, periods = panel.shape
    covariances = [np.cov(panel[:, t], panel[:, t + 1])[0, 1] for t in range(periods - 1)]
    half = periods // 2
    return (
        np.full(periods, n),
        panel.var(axis=0, ddof=1),
        np.array([*[n] * (periods - 1), 0]),
        np.array([*covariances, np.nan]),
        panel[:, :half].mean(axis=1),
        panel[:, half:].mean(axis=1),
    )


def panel(between, within, a, seed):
    rng = np.random.default_rng(seed)
    noise = np.empty((UNITS, PERIODS))
    noise[:, 0] = rng.normal(0, 1, UNITS)
    for t in range(1, PERIODS):
        noise[:, t] = a * noise[:, t - 1] + rng.normal(0, (1 - a**2) ** 0.5, UNITS)
    common = rng.normal(0, 5, PERIODS)  # moves all units alike, and must drop out
    return rng.normal(10, between**0.5, (UNITS, 1)) + within**0.5 * noise + common


def test_known_parts_are_found():
    found = variance_parts(*moments(panel(2.0, 1.0, 0.0, seed=1)))
    assert (found.between, found.within) == pytest.approx((2.0, 1.0), rel=NEAR)
    assert found.autocorrelation == pytest.approx(0.0, abs=NEAR)


def test_autocorrelation_is_found_within_the_bias_of_the_halves():
    found = variance_parts(*moments(panel(2.0, 1.0, 0.5, seed=2)))
    assert found.autocorrelation == pytest.approx(0.5, abs=0.08)
    assert found.between == pytest.approx(2.0, rel=0.06)


def test_variance_of_a_mean_agrees_with_rows():
    rows = panel(2.0, 1.0, 0.3, seed=3)
    parts = variance_parts(*moments(rows))
    assert mean_variance(parts, PERIODS) == pytest.approx(rows.mean(axis=1).var(), rel=NEAR)


def test_closed_forms():
    parts = Parts(between=3.0, within=4.0, autocorrelation=0.0)
    assert mean_variance(parts, 4) == 4.0
    assert baseline_correlation(parts, 4, 4) == 0.75
    assert baseline_correlation(Parts(between=0.0, within=0.0, autocorrelation=0.0), 4, 4) == 0.0
    assert effective_periods(9, 0.5) == 3.0
    assert effective_periods(2, 0.9) == 1.0


def test_units_that_are_not_seen_twice_are_too_little():
    with pytest.raises(TooLittle):
        variance_parts([2], [1.0], [0], [np.nan], [1.0, 2.0], [1.0, 2.0])
