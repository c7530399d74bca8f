"""Sample-ratio mismatch: published counts, scipy, and a sequence of looks."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.sample_ratio import sample_ratio_evidence, sample_ratio_p


def test_fabijan_et_al_2019():
    """821,588 against 815,482 users: p = 1.8218e-6, by chi-square as so many are."""
    assert sample_ratio_p([821_588, 815_482], [1, 1]) == pytest.approx(1.8218e-06, abs=5e-11)


def test_tea_tasting_documentation():
    """2,023 against 1,977 users: p = 0.47676672 by the normal distribution with Yates's correction; ours is exact."""
    from scipy.stats import norm

    assert 2 * norm.sf((23 - 0.5) / 1_000**0.5) == pytest.approx(0.47676672, abs=5e-9)
    assert sample_ratio_p([2_023, 1_977], [1, 1]) == pytest.approx(0.47676672, abs=5e-6)


@pytest.mark.parametrize(("counts", "share"), [((3, 9), 0.5), ((0, 12), 0.5), ((7, 7), 0.5), ((2, 40), 0.1)])
def test_scipy_binomial(counts, share):
    from scipy.stats import binomtest

    expected = binomtest(counts[0], sum(counts), share).pvalue
    assert sample_ratio_p(counts, [share, 1 - share]) == pytest.approx(expected, rel=1e-9)


def test_scipy_chi_square():
    from scipy.stats import chisquare

    expected = chisquare([210, 180, 110], [200, 200, 100]).pvalue
    assert sample_ratio_p([210, 180, 110], [2, 2, 1]) == pytest.approx(expected, rel=1e-9)


def test_evidence_is_the_ratio_of_likelihoods():
    """Three units, one by one: the predictive probabilities of Polya's urn over those of the plan."""
    a = np.array([5.0, 5.0])
    ratio, seen = 1.0, np.zeros(2)
    for arm in (0, 0, 1):
        ratio *= (a[arm] + seen[arm]) / (a + seen).sum() / 0.5
        seen[arm] += 1
    assert sample_ratio_evidence([2, 1], [1, 1], concentration=10) == pytest.approx(ratio)


def test_looking_after_every_unit_rarely_rejects_a_true_plan_and_soon_a_false_one():
    from scipy.stats import binom

    rng, trials = np.random.default_rng(2), 200
    wrong = found = 0
    for _ in range(trials):
        for share, counted in ((0.5, "wrong"), (0.4, "found")):
            ones = (rng.random(3_000) < share).cumsum()
            looks = range(50, 3_000, 50)
            rejected = any(
                sample_ratio_evidence([int(ones[i]), i + 1 - int(ones[i])], [1, 1], concentration=200) > 20
                for i in looks
            )
            if counted == "wrong":
                wrong += rejected
            else:
                found += rejected
    assert wrong <= binom.ppf(0.9995, trials, 0.05)
    assert found == trials


def test_nobody():
    with pytest.raises(TooLittle):
        sample_ratio_p([0, 0], [1, 1])


def test_a_billion_units_need_no_memory():
    """Pearson's test where the exact one would hold every possible count; both are one by then."""
    from scipy.stats import chisquare

    counts = [500_000_000, 500_080_000]
    assert sample_ratio_p(counts, [1, 1]) == pytest.approx(chisquare(counts).pvalue, rel=1e-9)
    near = sample_ratio_p([1_000_000, 1_003_000], [1, 1])
    assert near == pytest.approx(chisquare([1_000_000, 1_003_000]).pvalue, rel=0.01)
