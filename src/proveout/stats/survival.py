"""Times until something happens, where for some it has not happened yet."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

ROUNDING = 1e-12
"""Of a product of shares that is one half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """The share for whom it has not happened yet.

    Args:
        times: Shape (k,), increasing: when it happened to somebody, in any unit.
        shares: Shape (k,): not yet, just after each time.
        lower: Shape (k,): lower ends.
        upper: Shape (k,): upper ends.
    """

    times: np.ndarray
    shares: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def kaplan_meier(
    times: Sequence[float] | np.ndarray, happened: Sequence[bool] | np.ndarray, *, level: float = 0.95
) -> Survival:
    r"""The product-limit estimate with intervals on the scale log(-log).

    .. math:: \hat S(t) = \prod_{t_i \le t}\Bigl(1 - \frac{d_i}{n_i}\Bigr), \quad
        \hat\sigma^2 = \frac{1}{\log^2\hat S}\sum_{t_i\le t}\frac{d_i}{n_i(n_i-d_i)}

    Args:
        times: Shape (n,), at least 0, in any unit: until it happened, or until nobody looked any more.
        happened: Shape (n,): whether it happened.
        level: Coverage of each interval, in (0, 1).

    Returns:
        The curve, at the times at which it happened to somebody.

    Raises:
        TooLittle: It happened to nobody.

    Assumes: those who were looked at for a short time only are like the others.
    Source: Kaplan and Meier (1958), JASA 53, 457-481; Kalbfleisch and Prentice (1980), section 1.3, for the interval.
    Oracle: tests/oracles/test_survival.py (leukaemia patients of Freireich et al. 1963).
    """
    from scipy.special import ndtri

    t, seen = np.asarray(times, float), np.asarray(happened).astype(bool)
    moments, deaths = np.unique(t[seen], return_counts=True)
    if not len(moments):
        raise TooLittle("it has happened to nobody yet", "wait, or look whether the right thing is looked for")
    at_risk = len(t) - np.searchsorted(np.sort(t), moments)
    shares = np.cumprod(1 - deaths / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(deaths / (at_risk * (at_risk - deaths)))) / np.abs(np.log(shares))
        factor = np.exp(ndtri(0.5 + level / 2) * spread)
        lower, upper = shares**factor, shares ** (1 / factor)
    over = shares <= 0
    return Survival(
        times=moments, shares=shares, lower=np.where(over, 0.0, lower), upper=np.where(over, _last(upper, over), upper)
    )


def _last(upper: np.ndarray, over: np.ndarray) -> float:
    """Where it has happened to everybody the interval has no width of its own; the one before is kept."""
    before = upper[~over]
    return float(before[-1]) if len(before) else 1.0


def median_time(
    times: Sequence[float] | np.ndarray, happened: Sequence[bool] | np.ndarray, *, level: float = 0.95
) -> Estimate | None:
    """The time by which it has happened to half.

    Args:
        times: Shape (n,), as for `kaplan_meier`.
        happened: Shape (n,).
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate in the unit of the times, its ends where the curve's interval leaves one half; the upper one is open
        where it does not, and both where so few could all lie on one side of the median (the sign test: fewer than 6
        at 95%). None where it has not happened to half.

    Raises:
        TooLittle: It happened to nobody.

    Assumes: as `kaplan_meier` does.
    Source: Brookmeyer and Crowley (1982), Biometrics 38, 29-41. Oracle: tests/oracles/test_survival.py. Calibrated:
    tests/calibration/test_survival.py.
    """
    curve = kaplan_meier(times, happened, level=level)
    value, lower, upper = (_below_half(curve.times, line) for line in (curve.shares, curve.lower, curve.upper))
    if value is None:
        return None
    n = len(np.asarray(times))
    few = 2 * 0.5**n > 1 - level
    return Estimate(
        name="median_time",
        value=value,
        lower=None if few else value if lower is None else min(lower, value),
        upper=None if few else upper,
        n=n,
        level=level,
        method="Kaplan-Meier median",
    )


def _below_half(times: np.ndarray, line: np.ndarray) -> float | None:
    below = np.flatnonzero(line <= 0.5 + ROUNDING)
    return float(times[below[0]]) if len(below) else None
