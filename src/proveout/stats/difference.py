"""Differences of two means, absolute and relative, from moments."""

from dataclasses import dataclass

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.balance import Moments


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """An estimate with what a test of it against zero gave; the error in the unit of the estimate."""

    estimate: Estimate
    standard_error: float
    p_value: float


def welch(a: Moments, b: Moments, *, level: float = 0.95) -> Tested:
    r"""Difference of two means when the variances may differ.

    .. math:: \hat\delta = \bar x_b - \bar x_a, \quad se^2 = s_a^2/n_a + s_b^2/n_b, \quad
        \nu = se^4 \Big/ \Bigl(\tfrac{(s_a^2/n_a)^2}{n_a-1} + \tfrac{(s_b^2/n_b)^2}{n_b-1}\Bigr)

    Args:
        a: Moments of the control group, n >= 2, in unit u.
        b: Moments of the treated group, n >= 2, in the same unit.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate of mean(b) - mean(a) in unit u, with a two-sided p-value.

    Raises:
        TooLittle: Fewer than two observations in a group, or nothing varies.

    Assumes: independent units, finite variance.
    Source: Welch (1947), Biometrika 34, 28-35. Oracle: tests/oracles/test_difference.py (GrowthBook's fixtures).
    Calibrated: tests/calibration/test_difference.py.
    """
    parts = _parts(a, b)
    return _tested(b.mean - a.mean, parts, (a.n, b.n), level, "difference of means, Welch")


def relative_difference(a: Moments, b: Moments, *, level: float = 0.95) -> Tested:
    r"""Difference of two means as a share of the first, by the delta method.

    .. math:: \hat\rho = \bar x_b/\bar x_a - 1, \quad
        se^2 = \frac{s_b^2}{n_b\bar x_a^2} + \frac{s_a^2\bar x_b^2}{n_a\bar x_a^4}

    Args:
        a: Moments of the control group, n >= 2, in unit u; its mean well away from 0.
        b: Moments of the treated group, n >= 2, in the same unit.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate as a pure number: 0.1 for a tenth more.

    Raises:
        TooLittle: Fewer than two observations in a group, nothing varies, or the control mean is within two standard
            errors of 0, so that a share of it means nothing.

    Assumes: independent units, groups large enough for means to be about normal.
    Source: Deng, Knoblich and Lu (2018), KDD '18, 233-242. Oracle: tests/oracles/test_difference.py (GrowthBook's
    fixtures). Calibrated: tests/calibration/test_difference.py.
    """
    of_a, of_b = _parts(a, b)
    if a.mean**2 <= 4 * of_a:
        raise TooLittle("the control mean is hardly different from 0", "look at the absolute difference")
    parts = (of_a * b.mean**2 / a.mean**4, of_b / a.mean**2)
    return _tested(b.mean / a.mean - 1, parts, (a.n, b.n), level, "relative difference of means, delta method")


def _parts(a: Moments, b: Moments) -> tuple[float, float]:
    if min(a.n, b.n) < 2:
        raise TooLittle(f"groups of {a.n} and {b.n}: each needs two", "compare larger groups")
    return a.variance / a.n, b.variance / b.n


def _tested(value: float, parts: tuple[float, float], sizes: tuple[int, int], level: float, method: str) -> Tested:
    from scipy.special import stdtr, stdtrit

    variance = sum(parts)
    if not variance > 0:
        raise TooLittle("nothing varies within the groups", "measure an outcome that varies")
    df = variance**2 / sum(part**2 / (n - 1) for part, n in zip(parts, sizes, strict=True))
    error = variance**0.5
    half = float(stdtrit(df, 0.5 + level / 2)) * error
    estimate = Estimate(
        name="difference",
        value=value,
        lower=value - half,
        upper=value + half,
        n=sum(sizes),
        level=level,
        method=method,
    )
    return Tested(estimate=estimate, standard_error=error, p_value=float(2 * stdtr(df, -abs(value) / error)))
