"""Quantiles."""

from collections.abc import Callable

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate


def quantile_ranks(n: int, p: float, *, level: float = 0.95) -> tuple[int | None, int | None]:
    r"""Ranks of the order statistics that hold a quantile between them.

    .. math:: l = \max\{k: F_{n,p}(k-1) \le \alpha/2\}, \quad u = \min\{k: 1 - F_{n,p}(k-1) \le \alpha/2\}

    with F the binomial distribution function.

    Args:
        n: How many values, at least 1.
        p: Which quantile, in (0, 1).
        level: Coverage of the interval, in (0, 1); what is reached is at least that.

    Returns:
        Lower and upper rank, 1 to n; None for an end that n values cannot give.

    Assumes: independent values of one distribution.
    Source: Thompson (1936), Ann. Math. Statist. 7, 122-128; table of Campbell & Gardner (1988), BMJ 296, 1454-1456.
    Oracle: tests/oracles/test_quantile.py.
    """
    import numpy as np
    from scipy.special import bdtr

    half = (1 - level) / 2
    reach = int(10 * (n * p * (1 - p)) ** 0.5) + 10
    ranks = np.arange(max(1, int(n * p) - reach), min(n, int(n * p) + reach) + 1)
    below = bdtr(ranks - 1, n, p)
    lower, upper = ranks[below <= half], ranks[1 - below <= half]
    return (int(lower[-1]) if len(lower) else None, int(upper[0]) if len(upper) else None)


def quantile(at: Callable[[int], float], n: int, p: float, *, level: float = 0.95) -> Estimate:
    r"""A quantile with its distribution-free interval between two order statistics.

    The value is interpolated between neighbours (Hyndman & Fan's definition 7); the ends are those of `quantile_ranks`.

    Args:
        at: Gives the k-th smallest value, k from 1 to n, in any unit.
        n: How many values, at least 1.
        p: Which quantile, in (0, 1).
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of the quantile in the unit of the values; a side is open where n values are too few for it.

    Raises:
        TooLittle: n is 0.

    Assumes: independent values of one distribution.
    Source: as `quantile_ranks`; Hyndman & Fan (1996), The American Statistician 50, 361-365.
    Oracle: tests/oracles/test_quantile.py. Calibrated: tests/calibration/test_quantile.py.
    """
    if n < 1:
        raise TooLittle("a quantile of nothing", "collect at least one observation")
    place = 1 + (n - 1) * p
    whole = int(place)
    value = at(whole) + ((place - whole) * (at(whole + 1) - at(whole)) if place > whole else 0.0)
    lower, upper = quantile_ranks(n, p, level=level)
    return Estimate(
        name="quantile",
        value=value,
        lower=None if lower is None else min(at(lower), value),
        upper=None if upper is None else max(at(upper), value),
        n=n,
        level=level,
        method="order statistics",
    )
