"""Shares of a whole."""

from statistics import NormalDist

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate


def wilson(successes: int, n: int, *, level: float = 0.95) -> Estimate:
    r"""Wilson's score interval of a proportion.

    .. math:: \frac{\hat p + z^2/2n \pm z\sqrt{\hat p(1-\hat p)/n + z^2/4n^2}}{1 + z^2/n}

    Args:
        successes: How many, 0 to n.
        n: Out of how many, at least 1.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``.

    Raises:
        TooLittle: n is 0.
        ValueError: successes outside 0 to n.

    Assumes: independent trials with one probability.
    Source: Wilson (1927), JASA 22, 209-212; Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 3.
    Oracle: tests/oracles/test_proportion.py. Calibrated: tests/calibration/test_proportion.py.
    """
    if n == 0:
        raise TooLittle("a share of nothing", "collect at least one observation")
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a proportion")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p, z2 = successes / n, z * z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z * ((p * (1 - p) + z2 / (4 * n)) / n) ** 0.5 / (1 + z2 / n)
    lower = 0.0 if successes == 0 else max(0.0, centre - half)
    upper = 1.0 if successes == n else min(1.0, centre + half)
    return Estimate(
        name="proportion",
        value=p,
        lower=min(lower, p),
        upper=max(upper, p),
        unit="share",
        n=n,
        level=level,
        method="Wilson score interval",
    )


def difference(x_a: int, n_a: int, x_b: int, n_b: int, *, level: float = 0.95) -> Estimate:
    r"""Difference of two independent proportions, a less b, from Wilson's interval of each.

    .. math:: \hat p_a - \hat p_b - \sqrt{(\hat p_a - l_a)^2 + (u_b - \hat p_b)^2}, \quad
        \hat p_a - \hat p_b + \sqrt{(u_a - \hat p_a)^2 + (\hat p_b - l_b)^2}

    Args:
        x_a: Successes of the first, 0 to n_a.
        n_a: Out of how many, at least 1.
        x_b: Successes of the second, 0 to n_b.
        n_b: Out of how many, at least 1.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``, -1 to 1.

    Raises:
        TooLittle: A group is empty.
        ValueError: More successes than trials.

    Assumes: independent trials, independent groups.
    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10: 56/70 less 48/80 is .0524 to .3339.
    Oracle: tests/oracles/test_proportion.py. Calibrated: tests/calibration/test_proportion.py.
    """
    (p_a, l_a, u_a), (p_b, l_b, u_b) = (_ends(wilson(x, n, level=level)) for x, n in ((x_a, n_a), (x_b, n_b)))
    value = p_a - p_b
    return Estimate(
        name="difference",
        value=value,
        lower=value - ((p_a - l_a) ** 2 + (u_b - p_b) ** 2) ** 0.5,
        upper=value + ((u_a - p_a) ** 2 + (p_b - l_b) ** 2) ** 0.5,
        unit="share",
        n=n_a + n_b,
        level=level,
        method="difference of proportions, Newcombe",
    )


def ratio(x_a: int, n_a: int, x_b: int, n_b: int, *, level: float = 0.95) -> Estimate:
    r"""Ratio of two independent proportions, a per b, from Wilson's interval of each.

    .. math:: \frac{\hat p_a\hat p_b \mp \sqrt{(\hat p_a\hat p_b)^2 - l_a u_b(2\hat p_a - l_a)(2\hat p_b - u_b)}}
        {u_b(2\hat p_b - u_b)}

    for the lower end; for the upper end with plus, :math:`u_a` for :math:`l_a` and :math:`l_b` for :math:`u_b`.

    Args:
        x_a: Successes of the first, 0 to n_a.
        n_a: Out of how many, at least 1.
        x_b: Successes of the second, 1 to n_b.
        n_b: Out of how many, at least 1.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate as a pure number, open above where the second may be 0.

    Raises:
        TooLittle: A group is empty, or the second has no success.
        ValueError: More successes than trials.

    Assumes: independent trials, independent groups.
    Source: Donner and Zou (2012), Statistical Methods in Medical Research 21, 347-359 (MOVER-R).
    Oracle: tests/oracles/test_proportion.py. Calibrated: tests/calibration/test_proportion.py.
    """
    (p_a, l_a, u_a), (p_b, l_b, u_b) = (_ends(wilson(x, n, level=level)) for x, n in ((x_a, n_a), (x_b, n_b)))
    if x_b == 0:
        raise TooLittle("a ratio to a share of 0", "collect more cases")
    product = p_a * p_b
    below = max(product**2 - l_a * u_b * (2 * p_a - l_a) * (2 * p_b - u_b), 0.0) ** 0.5
    above = max(product**2 - u_a * l_b * (2 * p_a - u_a) * (2 * p_b - l_b), 0.0) ** 0.5
    lower, upper = u_b * (2 * p_b - u_b), l_b * (2 * p_b - l_b)
    value = p_a / p_b
    return Estimate(
        name="ratio",
        value=value,
        lower=min(max(0.0, (product - below) / lower), value) if lower > 0 else 0.0,
        upper=max((product + above) / upper, value) if upper > 0 else None,
        n=n_a + n_b,
        level=level,
        method="ratio of proportions, MOVER with Wilson's intervals",
    )


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    lower, upper = estimate.lower, estimate.upper
    return estimate.value, 0.0 if lower is None else lower, 1.0 if upper is None else upper
