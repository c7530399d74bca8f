"""Shares of a population that is small enough to count."""

from dataclasses import replace
from statistics import NormalDist

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate


def wilson_finite(successes: int, n: int, population: int, *, level: float = 0.95) -> Estimate:
    r"""Wilson's score interval of the proportion in a finite population, sampled without replacement.

    The score equation with the variance of the hypergeometric distribution: Wilson's interval at

    .. math:: z'^2 = z^2 \frac{N-n}{N-1}

    Args:
        successes: How many, 0 to n.
        n: Out of how many in the sample, 1 to population.
        population: How many there are in all, N.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``; exact when the whole population was asked.

    Raises:
        TooLittle: n is 0.
        ValueError: successes outside 0 to n, or n above the population.

    Assumes: a simple random sample without replacement.
    Source: O'Neill (2021), "Mathematical properties and finite-population correction for the Wilson score
    interval", arXiv:2109.12464. Oracle: tests/oracles/test_finite_population.py (equation solved, limits).
    Calibrated: tests/calibration/test_finite_population.py, exactly, over all populations of 15 to 60.
    """
    if n == 0:
        raise TooLittle("a share of nothing", "collect at least one observation")
    if not 0 <= successes <= n <= population:
        raise ValueError(f"{successes} of {n} out of {population} is not a sample")
    p = successes / n
    shrink = (population - n) / (population - 1) if population > 1 else 0.0
    z2 = NormalDist().inv_cdf(0.5 + level / 2) ** 2 * shrink
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = (z2 * (p * (1 - p) + z2 / (4 * n)) / n) ** 0.5 / (1 + z2 / n)
    estimate = Estimate(
        name="proportion",
        value=p,
        lower=0.0 if successes == 0 else min(max(0.0, centre - half), p),
        upper=1.0 if successes == n else max(min(1.0, centre + half), p),
        unit="share",
        n=n,
        level=level,
        method=f"Wilson score interval, corrected for a population of {population}",
    )
    return _census(estimate) if n == population else estimate


def _census(estimate: Estimate) -> Estimate:
    return replace(estimate, lower=estimate.value, upper=estimate.value, level=1.0, method="counted, everybody asked")
