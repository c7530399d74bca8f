"""Two ways to decide on the same cases, both right or wrong."""

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.proportion import wilson

FEW = 25
"""Below this many discordant cases the exact test is used."""


def mcnemar(only_a: int, only_b: int) -> float:
    r"""p-value of two deciders being right equally often, from the cases in which just one of them is.

    Exact, twice the tail of the binomial distribution with 1/2, below 25 such cases; else with continuity correction
    :math:`\chi^2 = (|b - c| - 1)^2/(b + c)`.

    Args:
        only_a: Cases in which only the first is right.
        only_b: Cases in which only the second is right.

    Returns:
        Two-sided, in (0, 1]; 1 where they never differ.

    Raises:
        ValueError: A negative count.

    Assumes: independent cases.
    Source: McNemar (1947), Psychometrika 12, 153-157; Agresti (2002), Categorical Data Analysis, section 10.1: 86 and
    150 discordant give 16.82. Oracle: tests/oracles/test_paired.py.
    """
    from scipy.special import bdtr, erfc

    n = only_a + only_b
    if min(only_a, only_b) < 0:
        raise ValueError(f"{only_a} and {only_b} are not counts")
    if n == 0:
        return 1.0
    if n < FEW:
        return min(1.0, 2 * float(bdtr(min(only_a, only_b), n, 0.5)))
    statistic = max(abs(only_a - only_b) - 1, 0) ** 2 / n
    return float(erfc((statistic / 2) ** 0.5))


def paired_difference(both: int, only_a: int, only_b: int, neither: int, *, level: float = 0.95) -> Estimate:
    r"""Difference of two proportions on the same cases, a less b.

    With Wilson's ends of each and the correlation :math:`\hat\varphi`, corrected for continuity where it is positive:

    .. math:: \hat d - \sqrt{(\hat p_a - l_a)^2 - 2\hat\varphi(\hat p_a - l_a)(u_b - \hat p_b) + (u_b - \hat p_b)^2}

    and likewise above.

    Args:
        both: Cases in which both are right.
        only_a: Cases in which only the first is.
        only_b: Cases in which only the second is.
        neither: Cases in which neither is.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``, -1 to 1.

    Raises:
        TooLittle: No cases.

    Assumes: independent cases.
    Source: Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10. Oracle: tests/oracles/test_paired.py.
    Calibrated: tests/calibration/test_paired.py.
    """
    n = both + only_a + only_b + neither
    if n == 0:
        raise TooLittle("a difference of nothing", "collect at least one case")
    a, b = wilson(both + only_a, n, level=level), wilson(both + only_b, n, level=level)
    phi = _correlation(both, only_a, only_b, neither)
    value = (only_a - only_b) / n
    down_a, up_a = a.value - (a.lower or 0.0), (1.0 if a.upper is None else a.upper) - a.value
    down_b, up_b = b.value - (b.lower or 0.0), (1.0 if b.upper is None else b.upper) - b.value
    below = down_a**2 - 2 * phi * down_a * up_b + up_b**2
    above = up_a**2 - 2 * phi * up_a * down_b + down_b**2
    return Estimate(
        name="paired_difference",
        value=value,
        lower=value - max(below, 0.0) ** 0.5,
        upper=value + max(above, 0.0) ** 0.5,
        unit="share",
        n=n,
        level=level,
        method="paired difference of proportions, Newcombe",
    )


def _correlation(both: int, only_a: int, only_b: int, neither: int) -> float:
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    if margins == 0:
        return 0.0
    excess = both * neither - only_a * only_b
    n = both + only_a + only_b + neither
    return (max(excess - n / 2, 0.0) if excess > 0 else excess) / margins**0.5
