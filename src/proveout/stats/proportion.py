"""Shares of a whole."""

from collections.abc import Callable
from statistics import NormalDist

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

TOLERANCE = 1e-12
"""How far a count may be from what a share foretells, by rounding."""
HALVINGS = 60
"""How finely an end is looked for: to the last digit."""


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
    _refuse_none(successes, n)
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


def clopper_pearson(successes: int, n: int, *, level: float = 0.95) -> Estimate:
    """Interval of a proportion that is left out on either side at most as often as is promised, however few there are.

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
    Source: Clopper and Pearson (1934), Biometrika 26, 404-413.
    Oracle: tests/oracles/test_proportion.py. Calibrated: tests/calibration/test_shares.py.
    """
    from scipy.special import betaincinv

    _refuse_none(successes, n)
    x, tail = successes, (1 - level) / 2
    return Estimate(
        name="proportion",
        value=x / n,
        lower=float(betaincinv(x, n - x + 1, tail)) if x else 0.0,
        upper=float(betaincinv(x + 1, n - x, 1 - tail)) if x < n else 1.0,
        unit="share",
        n=n,
        level=level,
        method="exact interval of Clopper and Pearson",
    )


def difference(
    x_a: int, n_a: int, x_b: int, n_b: int, *, level: float = 0.95, each: Callable[..., Estimate] = wilson
) -> Estimate:
    r"""Difference of two independent proportions, a less b, from Wilson's interval of each.

    .. math:: \hat p_a - \hat p_b - \sqrt{(\hat p_a - l_a)^2 + (u_b - \hat p_b)^2}, \quad
        \hat p_a - \hat p_b + \sqrt{(u_a - \hat p_a)^2 + (\hat p_b - l_b)^2}

    Args:
        x_a: Successes of the first, 0 to n_a.
        n_a: Out of how many, at least 1.
        x_b: Successes of the second, 0 to n_b.
        n_b: Out of how many, at least 1.
        level: Coverage of the interval, in (0, 1).
        each: `clopper_pearson` for arms of very unlike sizes, where Wilson's interval of the smaller is too narrow.

    Returns:
        Estimate with unit ``share``, -1 to 1.

    Raises:
        TooLittle: A group is empty.
        ValueError: More successes than trials.

    Assumes: independent trials, independent groups.
    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10: 56/70 less 48/80 is .0524 to .3339.
    Oracle: tests/oracles/test_proportion.py. Calibrated: tests/calibration/test_proportion.py.
    """
    (p_a, l_a, u_a), (p_b, l_b, u_b) = (_ends(each(x, n, level=level)) for x, n in ((x_a, n_a), (x_b, n_b)))
    value = p_a - p_b
    return Estimate(
        name="difference",
        value=value,
        lower=value - ((p_a - l_a) ** 2 + (u_b - p_b) ** 2) ** 0.5,
        upper=value + ((u_a - p_a) ** 2 + (p_b - l_b) ** 2) ** 0.5,
        unit="share",
        n=n_a + n_b,
        level=level,
        method=f"difference of proportions, Newcombe{_of(each) if each is not wilson else ''}",
    )


def ratio(
    x_a: int, n_a: int, x_b: int, n_b: int, *, level: float = 0.95, each: Callable[..., Estimate] = wilson
) -> Estimate:
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
        each: `clopper_pearson` for arms of very unlike sizes, where Wilson's interval of the smaller is too narrow.

    Returns:
        Estimate as a pure number, open above where the second may be 0.

    Raises:
        TooLittle: A group is empty, or the second has no success.
        ValueError: More successes than trials.

    Assumes: independent trials, independent groups.
    Source: Donner and Zou (2012), Statistical Methods in Medical Research 21, 347-359 (MOVER-R).
    Oracle: tests/oracles/test_proportion.py. Calibrated: tests/calibration/test_proportion.py.
    """
    (p_a, l_a, u_a), (p_b, l_b, u_b) = (_ends(each(x, n, level=level)) for x, n in ((x_a, n_a), (x_b, n_b)))
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
        method=f"ratio of proportions, MOVER{_of(each)}",
    )


def score_ratio(x_a: int, n_a: int, x_b: int, n_b: int, *, level: float = 0.95) -> Estimate:
    r"""Ratio of two independent proportions, a per b, by inverting the score test: near an exact test, also of few.

    .. math:: \frac{(x_a - n_a\tilde p)^2}{n_a\tilde p(1 - \tilde p)}
        \left\{1 + \frac{n_a(\theta - \tilde p)}{n_b(1 - \tilde p)}\right\} \le z^2

    with :math:`\tilde p` the likeliest share of a, given the ratio :math:`\theta`.

    Args:
        x_a: Successes of the first, 0 to n_a.
        n_a: Out of how many, at least 1.
        x_b: Successes of the second, 1 to n_b.
        n_b: Out of how many, at least 1.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate as a pure number.

    Raises:
        TooLittle: A group is empty, or the second has no success.

    Assumes: independent trials, independent groups.
    Source: Koopman (1984), Biometrics 40, 513-517: 36/40 per 16/80 is 2.94 to 7.15.
    Oracle: tests/oracles/test_proportion.py. Calibrated: tests/calibration/test_proportion.py.
    """
    if min(n_a, n_b) == 0 or x_b == 0:
        raise TooLittle("a ratio to a share of 0", "collect more cases")
    z2 = NormalDist().inv_cdf(0.5 + level / 2) ** 2
    mirrored = _edge(x_b, n_b, x_a, n_a, z2, 0.5) if x_a else 1 / _edge(x_a, n_a, x_b, n_b, z2, 2.0)
    return Estimate(
        name="ratio",
        value=(x_a / n_a) / (x_b / n_b),
        lower=_edge(x_a, n_a, x_b, n_b, z2, 0.5) if x_a else 0.0,
        upper=1 / mirrored,
        n=n_a + n_b,
        level=level,
        method="ratio of proportions, score interval of Koopman",
    )


def _edge(x_a: int, n_a: int, x_b: int, n_b: int, z2: float, step: float) -> float:
    """Where the score test of a ratio begins to reject, by steps that multiply and bisection."""

    def kept(ratio: float) -> bool:
        b = ratio * (n_a + x_b) + x_a + n_b
        p = (b - max(0.0, b * b - 4 * ratio * (n_a + n_b) * (x_a + x_b)) ** 0.5) / (2 * (n_a + n_b))
        if not 0 < p < 1:
            return abs(x_a - n_a * p) < TOLERANCE * n_a
        apart = (x_a - n_a * p) ** 2 / (n_a * p * (1 - p))
        return apart * (1 + n_a * (ratio - p) / (n_b * (1 - p))) <= z2

    inside = (x_a / n_a) / (x_b / n_b) or 1 / n_a
    outside = inside * step
    while kept(outside):
        inside, outside = outside, outside * step
    for _ in range(HALVINGS):
        middle = (inside * outside) ** 0.5
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)
    return outside


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    lower, upper = estimate.lower, estimate.upper
    return estimate.value, 0.0 if lower is None else lower, 1.0 if upper is None else upper


def _of(each: Callable[..., Estimate]) -> str:
    return f" with {'Wilson' if each is wilson else 'Clopper and Pearson'}'s intervals"


def _refuse_none(successes: int, n: int) -> None:
    if n == 0:
        raise TooLittle("a share of nothing", "collect at least one observation")
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a proportion")
