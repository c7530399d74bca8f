"""CR2 against its matrix form; the intraclass correlation against Shrout and Fleiss (1979)."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.cluster import cr2_mean, intraclass_correlation
from proveout.stats.mean import t_mean

ROUNDING = 1e-9


def matrix_form(groups, level=0.95):
    """Bell and McCaffrey (2002) with full matrices, for an intercept alone."""
    from scipy.linalg import sqrtm
    from scipy.stats import t

    y = np.concatenate(groups)
    n = len(y)
    x = np.ones((n, 1))
    hat = x @ x.T / n
    residual = y - y.mean()
    which = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
    variance, columns = 0.0, []
    for g in range(len(groups)):
        rows = which == g
        adjust = np.linalg.inv(np.real(sqrtm(np.eye(rows.sum()) - hat[np.ix_(rows, rows)])))
        weights = adjust @ x[rows] / n
        variance += float((weights[:, 0] @ residual[rows]) ** 2)
        columns.append(((np.eye(n) - hat)[rows].T @ weights)[:, 0])
    spread = np.array(columns) @ np.array(columns).T
    df = np.trace(spread) ** 2 / (spread**2).sum()
    half = t.ppf(0.5 + level / 2, df) * variance**0.5
    return y.mean() - half, y.mean() + half, df


@pytest.mark.parametrize("sizes", [(3, 3, 3), (2, 5, 9, 4), (1, 1, 7, 20, 3, 6), (4, 4)])
def test_matrix_form(sizes):
    rng = np.random.default_rng(sum(sizes))
    groups = [rng.normal(rng.normal(10, 2), 1, size) for size in sizes]
    lower, upper, df = matrix_form(groups)
    ours = cr2_mean(sizes, [g.sum() for g in groups])
    assert (ours.lower, ours.upper) == pytest.approx((lower, upper), rel=ROUNDING)
    assert f"{df:.1f} degrees of freedom" in ours.method
    assert ours.n == len(sizes)


def test_clusters_of_one_give_students_interval():
    values = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    ours, student = cr2_mean([1] * 10, values), t_mean(values)
    assert (ours.value, ours.lower, ours.upper) == pytest.approx((student.value, student.lower, student.upper))


def test_one_cluster_is_too_little():
    with pytest.raises(TooLittle):
        cr2_mean([5], [10.0])


def test_shrout_and_fleiss_1979():
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
    means = ratings.mean(axis=1)
    within = ((ratings - means[:, None]) ** 2).sum()
    assert intraclass_correlation([4] * 6, means, within) == pytest.approx(0.17, abs=0.005)


def test_less_alike_than_strangers_counts_as_unlike():
    assert intraclass_correlation([2, 2, 2], [5.0, 5.0, 5.0], 6.0) == 0.0


@pytest.mark.parametrize(("sizes", "means"), [([5], [1.0]), ([1, 1, 1], [1.0, 2.0, 3.0])])
def test_clusters_that_cannot_be_told_from_units(sizes, means):
    with pytest.raises(TooLittle):
        intraclass_correlation(sizes, means, 0.0)
