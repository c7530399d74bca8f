"""Least squares with clustered errors that are not corrected for few clusters, CR0: what CR1 and Petersen's tables
are multiples of."""

import numpy as np


def moments(x, y, groups):
    """Sums of products per cluster, as `cr2_coefficient` takes them."""
    order = np.argsort(groups, kind="stable")
    _, starts = np.unique(groups[order], return_index=True)
    cross = x[order, :, None] * x[order, None, :]
    return np.add.reduceat(cross, starts), np.add.reduceat(x[order] * y[order, None], starts)


def cr0_error(cross, products, contrast):
    """Of one combination of the coefficients."""
    bread = np.linalg.inv(cross.sum(axis=0))
    scores = products - cross @ (bread @ products.sum(axis=0))
    return float(((scores @ bread @ contrast) ** 2).sum() ** 0.5)
