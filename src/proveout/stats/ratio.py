"""One total in relation to another."""

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate


def ratio_of_sums(n: int, x: float, y: float, xx: float, xy: float, yy: float, *, level: float = 0.95) -> Estimate:
    r"""Ratio of two totals over the same units, with the linearised interval.

    .. math:: R = \frac{\sum y}{\sum x}, \quad
        se^2 = \frac{n}{(\sum x)^2}\,\frac{\sum (y - R x)^2}{n - 1}, \quad R \pm t_{n-1}\,se

    Args:
        n: How many units, at least 2.
        x: Sum of the denominators, positive, in unit u.
        y: Sum of the numerators, in unit v.
        xx: Sum of squared denominators.
        xy: Sum of products.
        yy: Sum of squared numerators.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of the ratio in v/u.

    Raises:
        TooLittle: Fewer than two units, or denominators that add up to nothing.

    Assumes: independent units, enough of them for the ratio to be near normal.
    Source: Cochran (1977), Sampling Techniques, 3rd ed., section 6.4; the ten cities of Davison & Hinkley (1997),
        Bootstrap Methods and their Application, table 1.3.
    Oracle: tests/oracles/test_ratio.py. Calibrated: tests/calibration/test_ratio.py.
    """
    from scipy.special import stdtrit

    if n < 2 or x <= 0:
        raise TooLittle(f"a ratio over {n} unit(s) that add up to {x:g}", "collect more observations")
    ratio = y / x
    residual = max(0.0, yy - 2 * ratio * xy + ratio**2 * xx)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * (n * residual / (n - 1)) ** 0.5 / x
    return Estimate(
        name="ratio",
        value=ratio,
        lower=ratio - half,
        upper=ratio + half,
        n=n,
        level=level,
        method="linearised ratio of sums",
    )
