"""Calibration against identities, scikit-learn's curve and a logistic fit."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.calibration import brier_parts, calibration_error, recalibration, reliability

RNG = np.random.default_rng(2)
SCORES = RNG.random(2_000)
TRUTH = (RNG.random(2_000) < SCORES).astype(int)


@pytest.fixture(autouse=True)
def _same_draws_in_any_order(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(globals(), "RNG", np.random.default_rng(2))


def test_the_curve_is_that_of_scikit_learn():
    from sklearn.calibration import calibration_curve

    rates, means = calibration_curve(TRUTH, SCORES, n_bins=10, strategy="quantile")
    found = reliability(SCORES, TRUTH)
    assert [b.rate.value for b in found] == pytest.approx(rates, abs=0.01)
    assert [b.mean_score for b in found] == pytest.approx(means, abs=0.002)
    assert sum(b.n for b in found) == 2_000


def test_equal_scores_stay_together():
    scores = np.repeat([0.1, 0.5, 0.9], [50, 900, 50])
    assert [b.n for b in reliability(scores, np.zeros(1_000))] == [50, 900, 50]


def test_murphy_1973():
    """With a bin for each score that occurs nothing is left within bins."""
    scores = RNG.choice([0.1, 0.4, 0.8], 600)
    truth = (RNG.random(600) < 0.5).astype(int)
    parts = brier_parts(scores, truth)
    assert parts.within == pytest.approx(0, abs=1e-12)
    assert parts.score == pytest.approx(((scores - truth) ** 2).mean())
    assert parts.uncertainty == pytest.approx(truth.mean() * (1 - truth.mean()))
    assert brier_parts(np.full(600, truth.mean()), truth).resolution == pytest.approx(0)


def test_chance_alone_is_taken_away():
    perfect = calibration_error(SCORES, TRUTH)
    assert perfect.value < 0.015 and perfect.lower == 0
    plain = sum(b.n * abs(b.rate.value - b.mean_score) for b in reliability(SCORES, TRUTH)) / 2_000
    assert perfect.value < plain
    off = calibration_error(SCORES * 0.6, TRUTH)
    assert off.value == pytest.approx(np.mean(SCORES * 0.4), abs=0.02)


def test_a_plain_logistic_fit():
    from scipy.special import logit
    from sklearn.linear_model import LogisticRegression

    squeezed = 0.25 + SCORES / 2
    slope, intercept = recalibration(squeezed, TRUTH)
    model = LogisticRegression(C=np.inf, tol=1e-10).fit(logit(squeezed)[:, None], TRUTH)
    assert slope.value == pytest.approx(model.coef_[0, 0], rel=1e-4)
    assert intercept.value == pytest.approx(model.intercept_[0], abs=1e-4)
    assert slope.lower > 1.5


def test_scores_that_are_far_too_sure_are_fitted_all_the_same():
    sure = SCORES**3 / (SCORES**3 + (1 - SCORES) ** 3)
    slope, intercept = recalibration(sure, TRUTH)
    assert slope.value == pytest.approx(recalibration(SCORES, TRUTH)[0].value / 3, rel=0.08)
    assert abs(intercept.value) < 0.3
    noise = np.random.default_rng(99).random(2_000) ** 4
    assert abs(recalibration(noise, TRUTH)[0].value) < 0.1


def test_refusals():
    with pytest.raises(ValueError, match="probabilities"):
        reliability(np.array([1.2]), np.array([1]))
    with pytest.raises(TooLittle, match="bins"):
        calibration_error(SCORES[:50], TRUTH[:50])
    with pytest.raises(TooLittle, match="separate"):
        recalibration(np.repeat([0.2, 0.8], 30), np.repeat([0, 1], 30))
    with pytest.raises(TooLittle):
        recalibration(SCORES, np.ones(2_000))
    assert calibration_error(np.tile([0.0, 1.0], 100), np.tile([0, 1], 100)).value == 0


def test_a_score_that_is_no_number_is_no_probability():
    scores, truth = np.r_[np.nan, np.linspace(0, 1, 119)], np.arange(120) % 2
    for measure in (calibration_error, recalibration, brier_parts):
        with pytest.raises(ValueError, match="no probabilities"):
            measure(scores, truth)
