"""The Universal Scalability Law against published fits and another optimiser."""

import numpy as np
import pytest
from scipy.optimize import curve_fit

from proveout.core.errors import TooLittle
from proveout.stats.scalability import fit_scaling, law

SPEC = np.array([1.0, 18, 36, 72, 108, 144, 216]), np.array([64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2])
"""SPEC SDM91 on a Sun server; the vignette of the R package usl fits gamma 89.995, alpha 0.0277285, beta 0.0001044,
and a peak at 96.5."""
RAYTRACER = (
    np.array([1.0, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64]),
    np.array([20.0, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310]),
)


def test_spec_sdm91_is_fitted_as_published():
    found = fit_scaling(*SPEC, errors="alike")
    assert found.rate.value == pytest.approx(89.995, abs=5e-4)
    assert found.contention.value == pytest.approx(0.0277285, abs=5e-8)
    assert found.coherency.value == pytest.approx(0.0001044, abs=5e-8)
    assert found.best_load == pytest.approx(96.5, abs=0.05)
    assert found.peak_seen
    assert found.largest.value == pytest.approx(1883.9, abs=0.05)


def test_intervals_are_those_of_linearised_least_squares():
    found = fit_scaling(*SPEC, errors="alike")
    values, covariance = curve_fit(lambda n, a, b, c: law(np.array([a, b, c]), n), *SPEC, p0=(90, 0.03, 1e-4))
    for i, figure in enumerate((found.rate, found.contention, found.coherency)):
        assert figure.value == pytest.approx(values[i], rel=1e-5)
        half = 2.776445 * covariance[i, i] ** 0.5  # t with 4 degrees of freedom
        assert figure.upper - figure.value == pytest.approx(half, rel=1e-3)


def test_with_errors_in_proportion_the_logarithm_is_fitted():
    """By the same optimiser of another kind; the largest throughput by its gradient in closed form."""
    loads, x = SPEC
    found = fit_scaling(loads, x)
    values, covariance = curve_fit(
        lambda n, *p: np.log(law(np.array(p), n)), loads, np.log(x), p0=(90, 0.03, 1e-4), bounds=(0, np.inf)
    )
    rate, contention, coherency = values
    for i, figure in enumerate((found.rate, found.contention, found.coherency)):
        assert figure.value == pytest.approx(values[i], rel=1e-4)
        assert figure.upper - figure.value == pytest.approx(2.776445 * covariance[i, i] ** 0.5, rel=1e-2)
    best = ((1 - contention) / coherency) ** 0.5
    largest = law(values, best)
    gradient = np.array([1 / rate, -(best - 1) * largest / rate / best, -(best - 1) * largest / rate])
    half = 2.776445 * (gradient @ covariance @ gradient) ** 0.5
    assert found.largest.value == pytest.approx(largest, rel=1e-4)
    assert found.largest.lower == pytest.approx(largest * np.exp(-half), rel=1e-3)
    assert found.largest.upper == pytest.approx(largest * np.exp(half), rel=1e-3)


def test_an_exact_fit_has_no_width():
    loads = np.array([1.0, 2, 4, 8, 16])
    found = fit_scaling(loads, law(np.array([10.0, 0.05, 0.002]), loads))
    assert found.largest.lower == found.largest.value == found.largest.upper


def test_where_no_peak_was_seen_nothing_is_said_beyond_the_largest_load():
    found = fit_scaling(*RAYTRACER, errors="alike")
    assert found.coherency.value == pytest.approx(0, abs=1e-9)
    assert not found.peak_seen
    assert found.best_load == 64
    assert found.largest.value == pytest.approx(found.at(64.0))


def test_the_law_is_linear_without_contention_and_amdahls_without_coherency():
    loads = np.array([1.0, 10, 100])
    assert law(np.array([5.0, 0, 0]), loads) == pytest.approx(5 * loads)
    assert law(np.array([1.0, 0.1, 0]), loads) == pytest.approx(loads / (1 + 0.1 * (loads - 1)))


def test_what_cannot_be_fitted_is_said():
    with pytest.raises(TooLittle, match="3 run"):
        fit_scaling(np.array([1.0, 2, 4]), np.array([10.0, 18, 30]))
    with pytest.raises(TooLittle, match="2 different"):
        fit_scaling(np.array([1.0, 1, 4, 4]), np.array([10.0, 11, 30, 31]))
    with pytest.raises(ValueError, match="above 0"):
        fit_scaling(np.array([1.0, 2, 4, 8]), np.array([10.0, 0, 30, 31]))
