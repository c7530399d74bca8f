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
