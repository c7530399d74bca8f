"""Two shares compared exactly: no approximation, however few the cases."""

import numpy as np

from proveout.core.errors import TooLittle

TIE = 1e-7
"""Tables whose statistics differ by less, relatively, are equally extreme: rounding must not split them."""
POINTS_PER_SCALE = 10
"""Grid points of the nuisance share within one standard error of it; the peak between them is then refined."""
ZOOMS = 4
"""Each takes a twentieth of the last interval, so that the peak is found to 1e-5 of a standard error."""


def fisher_p(x_a: int, n_a: int, x_b: int, n_b: int) -> float:
    """Two-sided p-value of Fisher's test: all tables with these margins that are no likelier than the one seen.

    Args:
        x_a: Successes of the first, 0 to n_a.
        n_a: Out of how many, at least 1.
        x_b: Successes of the second, 0 to n_b.
        n_b: Out of how many, at least 1.

    Returns:
        In (0, 1].

    Raises:
        TooLittle: A group is empty.
        ValueError: More successes than cases, or fewer than none.

    Assumes: units assigned at random one by one. Its level is kept whatever the shares, mostly with much to spare.
    Source: Fisher (1935), JRSS 98, 39-82. Oracle: tests/oracles/test_exact_table.py.
    """
    _check(x_a, n_a, x_b, n_b)
    mass = _hypergeometric(np.array([x_a + x_b]), n_a, n_b)[0]
    return min(1.0, float(mass[mass <= mass[x_a] * (1 + TIE)].sum()))


def barnard_p(x_a: int, n_a: int, x_b: int, n_b: int) -> float:
    r"""Two-sided p-value of Barnard's test: the largest over all shares that both groups might have.

    .. math:: p = \sup_\pi P_\pi(|Z| \ge |z|), \quad
        z = \frac{\hat p_a - \hat p_b}{\sqrt{\hat p(1 - \hat p)(1/n_a + 1/n_b)}}

    Args:
        x_a: Successes of the first, 0 to n_a.
        n_a: Out of how many, at least 1.
        x_b: Successes of the second, 0 to n_b.
        n_b: Out of how many, at least 1.

    Returns:
        In (0, 1].

    Raises:
        TooLittle: A group is empty.
        ValueError: More successes than cases, or fewer than none.

    Assumes: independent cases, one share in each group. Groups of very unlike size make it weak: see `boschloo_p`.
    Source: Barnard (1947), Biometrika 34, 123-138, with the score statistic of Suissa and Shuster (1985), JRSS A 148,
    317-327. Oracle: tests/oracles/test_exact_table.py.
    """
    _check(x_a, n_a, x_b, n_b)
    i, j = np.arange(n_a + 1)[:, None], np.arange(n_b + 1)[None, :]
    pooled = (i + j) / (n_a + n_b)
    variance = pooled * (1 - pooled) * (1 / n_a + 1 / n_b)
    z = (i / n_a - j / n_b) / np.sqrt(np.where(variance > 0, variance, 1))
    limit = abs(z[x_a, x_b]) * (1 - TIE)
    if limit == 0:
        return 1.0
    return _largest(n_a, n_b, (z >= limit).sum(axis=1), (z <= -limit).sum(axis=1))


def boschloo_p(x_a: int, n_a: int, x_b: int, n_b: int) -> float:
    r"""Two-sided p-value of Boschloo's test: Fisher's p as the statistic, so that it is never weaker than Fisher's.

    .. math:: p = 2\min_{side}\sup_\pi P_\pi(F_{side} \le f_{side})

    Args:
        x_a: Successes of the first, 0 to n_a.
        n_a: Out of how many, at least 1.
        x_b: Successes of the second, 0 to n_b.
        n_b: Out of how many, at least 1.

    Returns:
        In (0, 1].

    Raises:
        TooLittle: A group is empty.
        ValueError: More successes than cases, or fewer than none.

    Assumes: independent cases, one share in each group.
    Source: Boschloo (1970), Statistica Neerlandica 24, 1-9. Oracle: tests/oracles/test_exact_table.py.
    """
    _check(x_a, n_a, x_b, n_b)
    mass = _hypergeometric(np.arange(n_a + n_b + 1), n_a, n_b)
    i, j = np.arange(n_a + 1)[:, None], np.arange(n_b + 1)[None, :]
    above = np.cumsum(mass[:, ::-1], axis=1)[:, ::-1][i + j, i]
    below = np.cumsum(mass, axis=1)[i + j, i]
    none = np.zeros(n_a + 1, dtype=int)
    larger = _largest(n_a, n_b, (above <= above[x_a, x_b] * (1 + TIE)).sum(axis=1), none)
    smaller = _largest(n_a, n_b, none, (below <= below[x_a, x_b] * (1 + TIE)).sum(axis=1))
    return min(1.0, 2 * min(larger, smaller))


def _check(x_a: int, n_a: int, x_b: int, n_b: int) -> None:
    if min(n_a, n_b) < 1:
        raise TooLittle(f"groups of {n_a} and {n_b}: each needs a case", "compare larger groups")
    if not (0 <= x_a <= n_a and 0 <= x_b <= n_b):
        raise ValueError(f"{x_a} of {n_a} and {x_b} of {n_b} are not shares")


def _hypergeometric(totals: np.ndarray, n_a: int, n_b: int) -> np.ndarray:
    """Probability of each x_a, shape (totals, n_a + 1), given the successes of both groups together."""
    x = np.arange(n_a + 1)[None, :]
    other = totals[:, None] - x
    possible = (other >= 0) & (other <= n_b)
    logs = np.where(possible, _log_choose(n_a)[x] + _log_choose(n_b)[np.where(possible, other, 0)], -np.inf)
    mass = np.exp(logs - _log_choose(n_a + n_b)[totals][:, None])
    return mass / mass.sum(axis=1, keepdims=True)


def _log_choose(n: int) -> np.ndarray:
    from scipy.special import gammaln

    x = np.arange(n + 1)
    return gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)


def _largest(n_a: int, n_b: int, smallest: np.ndarray, greatest: np.ndarray) -> float:
    """Largest probability, over the common share, of a region: for each x_a so many smallest or greatest x_b."""
    steps = int(POINTS_PER_SCALE * np.pi * (n_a + n_b) ** 0.5)
    angles = np.linspace(0, np.pi / 2, steps + 1)  # the arcsine root of a share has the same error everywhere
    width, best = angles[1], 0.0
    for _ in range(ZOOMS):
        found = _region(np.sin(angles) ** 2, n_a, n_b, smallest, greatest)
        peak = angles[found.argmax()]
        best = max(best, float(found.max()))
        angles = np.clip(np.linspace(peak - width, peak + width, 41), 0, np.pi / 2)
        width /= 20
    return min(1.0, best)


def _region(shares: np.ndarray, n_a: int, n_b: int, smallest: np.ndarray, greatest: np.ndarray) -> np.ndarray:
    a, b = _binomial(n_a, shares), _binomial(n_b, shares)
    nothing = np.zeros((len(shares), 1))
    below = np.hstack([nothing, np.cumsum(b, axis=1)])
    above = np.hstack([nothing, np.cumsum(b[:, ::-1], axis=1)])
    return (a * (below[:, smallest] + above[:, greatest])).sum(axis=1)


def _binomial(n: int, shares: np.ndarray) -> np.ndarray:
    from scipy.special import xlog1py, xlogy

    x, p = np.arange(n + 1)[None, :], shares[:, None]
    return np.exp(_log_choose(n)[None, :] + xlogy(x, p) + xlog1py(n - x, -p))
