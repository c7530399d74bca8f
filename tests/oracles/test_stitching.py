"""Stitched boundaries against the tests of confseq, whose values are of a reference implementation in R."""

from math import inf

import pytest

from proveout.stats.stitching import distribution_band, poly_stitching, quantile_stitching

PRINTED = 1e-5  # their tolerance


@pytest.mark.parametrize(("scale", "bound"), [(3, 64.48755), (-1, 28.99389)])
def test_sums(scale, bound):
    assert poly_stitching(100, start=10, scale=scale) == pytest.approx(bound, abs=PRINTED)


@pytest.mark.parametrize(("q", "bound"), [(0.5, 68.62803), (0.9, 43.72119), (0.1, 59.96521)])
def test_quantiles(q, bound):
    assert quantile_stitching(q, 1_000, start=100) == pytest.approx(bound, abs=PRINTED)


def test_distributions():
    assert distribution_band(1_000, start=100) == pytest.approx(0.08204769, abs=PRINTED)
    assert distribution_band(99, start=100) == inf
