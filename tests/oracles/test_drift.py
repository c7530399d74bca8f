"""Distances, their noise and their tests against scipy and the figures of the normal distribution."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.distance import jensen_shannon, population_stability
from proveout.stats.drift import dispersion, divergence, homogeneity, largest_gap, smirnov, stability, transport


def normal_deciles(shift):
    from scipy.stats import norm

    edges = np.concatenate([[-np.inf], norm.ppf(np.arange(1, 10) / 10), [np.inf]])
    return np.diff(norm.cdf(edges - shift))


def test_a_shift_by_one_standard_deviation():
    """PSI in ten deciles .926142, by integration."""
    found = stability(1e6 * normal_deciles(0), 1e6 * normal_deciles(1))
    assert found.value == pytest.approx(0.926142, abs=1e-6)
    assert found.lower < found.value < found.upper < 0.95


def test_the_values_are_those_of_the_plain_distances():
    a, b = np.array([120, 80, 0, 40]), np.array([30, 50, 9, 44])
    assert stability(a, b).value == population_stability(a, b)
    assert stability([*a, 0], [*b, 0]).value == stability(a, b).value
    assert divergence(a, b).value == jensen_shannon(a, b)


def test_the_ends_invert_the_noncentral_distribution():
    from scipy.stats import ncx2

    a, b = np.array([1000, 1000, 1000, 1000]), np.array([1040, 960, 1030, 970])
    unit = 1 / 4000 + 1 / 4000
    found = stability(a, b)
    assert ncx2.sf(found.value / unit, 3, found.upper / unit) == pytest.approx(0.975, abs=0.005)
    assert found.lower == 0
    apart = divergence(a, 2 * np.array([1300, 700, 1000, 1000]))
    unit = (1 / 4000 + 1 / 8000) / (8 * np.log(2))
    assert ncx2.sf(apart.value**2 / unit, 3, apart.lower**2 / unit) == pytest.approx(0.025, abs=0.005)


def test_dispersion_is_pearsons_statistic_per_degree_of_freedom():
    from scipy.stats import chi2_contingency

    counts = np.array([[90, 60, 30], [40, 80, 60], [80, 50, 50], [20, 90, 70]])
    statistic, _, df, _ = chi2_contingency(counts, correction=False)
    assert dispersion(counts) == pytest.approx(statistic / df)
    assert dispersion(np.full((5, 4), 10)) == 1
    assert dispersion(counts[:1]) == 1


def test_dispersion_divides_what_is_seen():
    a, b = np.array([1000, 1200, 900]), np.array([1100, 1050, 1000])
    assert homogeneity(a, b, dispersion=4) > homogeneity(a, b)
    assert stability(a, b, dispersion=4).upper > stability(a, b).upper
    assert largest_gap(a, b, dispersion=4).upper > largest_gap(a, b).upper


def test_homogeneity_against_scipy():
    from scipy.stats import chi2_contingency

    a, b = [30, 14, 8, 0], [22, 25, 9, 0]
    assert homogeneity(a, b) == pytest.approx(chi2_contingency([a[:3], b[:3]], correction=False).pvalue)
    assert homogeneity([7, 0], [9, 0]) == 1


def test_the_largest_gap_and_its_p_value_against_scipy():
    from scipy.stats import ks_2samp, kstwobign

    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 30, 900), np.minimum(29, rng.integers(1, 33, 700))
    a, b = np.bincount(x, minlength=30), np.bincount(y, minlength=30)
    peer = ks_2samp(x, y, method="asymp")
    found = largest_gap(a, b)
    assert found.value == pytest.approx(peer.statistic)
    assert smirnov(found.value, 900, 700) == pytest.approx(kstwobign.sf(found.value * (900 * 700 / 1600) ** 0.5))
    assert smirnov(found.value, 900, 700) == pytest.approx(peer.pvalue, rel=0.1)  # which corrects for small samples


def test_transport_between_values_on_edges_is_scipys():
    from scipy.stats import wasserstein_distance

    edges = np.array([0.0, 1, 4, 10, 11])
    a, b = np.array([5, 30, 20, 9, 1, 0]), np.array([1, 20, 30, 19, 7, 0])
    peer = wasserstein_distance(edges, edges, a[:5], b[:5])
    assert transport(edges, a, b, steps=True).value == pytest.approx(peer)


def test_transport_of_continuous_values_is_near_scipys():
    from scipy.stats import wasserstein_distance

    rng = np.random.default_rng(4)
    x, y = rng.normal(0, 1, 40_000), rng.normal(0.2, 1.3, 30_000)
    edges = np.quantile(x, [0.001, *np.arange(1, 200) / 200, 0.999])
    a, b = (np.bincount(np.searchsorted(edges, v), minlength=202) for v in (x, y))
    inside = wasserstein_distance(np.clip(x, edges[0], edges[-1]), np.clip(y, edges[0], edges[-1]))
    assert transport(edges, a, b).value == pytest.approx(inside, rel=0.01)


@pytest.mark.parametrize("distance", [stability, divergence, largest_gap, homogeneity])
def test_an_empty_side(distance):
    with pytest.raises(TooLittle):
        distance([0, 0], [1, 2])


def test_all_in_one_bin_has_not_moved():
    assert stability([9, 0], [5, 0]).upper == 0
    assert divergence([9, 0], [5, 0]).value == 0
    assert transport([1.0], [9, 0], [5, 0], steps=True).upper == 0
