"""CR2 from moments against full matrices, against the mean alone, and against Welch where clusters are single."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.cluster import cr2_mean
from proveout.stats.cluster_regression import cr2_coefficient

ROUNDING = 1e-8


def moments(x, y, groups):
    parts = [groups == g for g in np.unique(groups)]
    return np.array([x[p].T @ x[p] for p in parts]), np.array([x[p].T @ y[p] for p in parts])


def full_matrices(x, y, groups, contrast):
    """Bell and McCaffrey (2002), equations 3 to 6, with n-by-n matrices."""
    n = len(y)
    bread = np.linalg.inv(x.T @ x)
    hat = x @ bread @ x.T
    residual = y - hat @ y
    variance, columns = 0.0, []
    for g in np.unique(groups):
        rows = groups == g
        values, vectors = np.linalg.eigh(np.eye(rows.sum()) - hat[np.ix_(rows, rows)])
        kept = values > 1e-10
        adjust = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
        weights = adjust @ x[rows] @ bread @ contrast
        variance += float(weights @ residual[rows]) ** 2
        columns.append((np.eye(n) - hat)[rows].T @ weights)
    spread = np.array(columns) @ np.array(columns).T
    return contrast @ bread @ x.T @ y, variance**0.5, np.trace(spread) ** 2 / (spread**2).sum()


@pytest.mark.parametrize("sizes", [(3, 4, 3, 5), (2, 5, 9, 4, 1, 7), (6, 6, 20, 3, 8, 8, 1, 1, 2, 12)])
def test_full_matrices(sizes):
    rng = np.random.default_rng(sum(sizes))
    groups = np.repeat(np.arange(len(sizes)), sizes)
    treated = (groups % 2).astype(float)
    covariate = rng.normal(size=len(groups)) + rng.normal(size=len(sizes))[groups]
    y = 1 + 0.5 * treated + 0.8 * covariate + rng.normal(size=len(sizes))[groups] + rng.normal(size=len(groups))
    x = np.column_stack([np.ones(len(y)), treated, covariate])
    contrast = np.array([0.0, 1.0, 0.0])
    value, error, df = full_matrices(x, y, groups, contrast)
    ours = cr2_coefficient(*moments(x, y, groups), contrast)
    assert ours.estimate.value == pytest.approx(value, rel=ROUNDING)
    assert ours.standard_error == pytest.approx(error, rel=ROUNDING)
    assert ours.degrees_of_freedom == pytest.approx(df, rel=1e-6)


def test_cluster_dummies_are_absorbed_as_in_the_full_form():
    """A dummy that one cluster alone determines needs the pseudo-inverse."""
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(5), 6)
    within = np.tile([0.0, 1.0], 15)
    x = np.column_stack([groups == g for g in range(5)] + [within]).astype(float)
    y = within + groups + rng.normal(size=30)
    contrast = np.array([0, 0, 0, 0, 0, 1.0])
    value, error, df = full_matrices(x, y, groups, contrast)
    ours = cr2_coefficient(*moments(x, y, groups), contrast)
    assert (ours.estimate.value, ours.standard_error) == pytest.approx((value, error), rel=ROUNDING)
    assert ours.degrees_of_freedom == pytest.approx(df, rel=1e-6)


def test_an_intercept_alone_is_the_clustered_mean():
    rng = np.random.default_rng(1)
    sizes = (2, 5, 9, 4)
    groups = np.repeat(np.arange(4), sizes)
    y = rng.normal(size=20) + groups
    ours = cr2_coefficient(*moments(np.ones((20, 1)), y, groups), np.ones(1)).estimate
    mean = cr2_mean(sizes, [y[groups == g].sum() for g in range(4)])
    assert (ours.value, ours.lower, ours.upper) == pytest.approx((mean.value, mean.lower, mean.upper), rel=ROUNDING)


def test_clusters_of_one_in_two_arms_are_welch():
    """CR2 with single units is HC2, whose variance for two groups is Welch's."""
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(2)
    a, b = rng.normal(0, 1, 8), rng.normal(1, 3, 12)
    y, treated = np.concatenate([a, b]), np.repeat([0.0, 1.0], [8, 12])
    x = np.column_stack([np.ones(20), treated])
    ours = cr2_coefficient(*moments(x, y, np.arange(20)), np.array([0.0, 1.0]))
    welch = ttest_ind(b, a, equal_var=False)
    assert ours.estimate.value / ours.standard_error == pytest.approx(welch.statistic, rel=ROUNDING)


def test_what_cannot_be_told_is_refused():
    x, y = np.column_stack([np.ones(6), [0, 0, 1, 1, 0, 0]]).astype(float), np.arange(6.0)
    with pytest.raises(TooLittle, match="two"):
        cr2_coefficient(*moments(x, y, np.zeros(6)), np.array([0.0, 1.0]))
    twice = np.column_stack([x, x[:, 1]])
    with pytest.raises(TooLittle, match="depend"):
        cr2_coefficient(*moments(twice, y, np.array([0, 0, 1, 1, 2, 2])), np.array([0.0, 1.0, 0.0]))
    nobody = np.column_stack([np.ones(6), np.zeros(6)])
    with pytest.raises(TooLittle, match="zero everywhere"):
        cr2_coefficient(*moments(nobody, y, np.array([0, 0, 1, 1, 2, 2])), np.array([0.0, 1.0]))
