"""Intervals that hold at every moment at once, where independent units keep coming in."""

from dataclasses import dataclass
from math import exp, log, log1p

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.balance import Moments
from proveout.stats.difference import Tested


def best_tuning(planned: int, parameters: int, *, level: float = 0.95) -> float:
    """The tuning of the anytime-valid linear model that makes its interval shortest at the planned number of units.

    Args:
        planned: Units at which the interval should be shortest; more than `parameters`.
        parameters: Coefficients of the model, its intercept among them.
        level: Coverage of the interval, in (0, 1).

    Returns:
        g, positive. It must be fixed before the first look.

    Source: Lindon, Ham, Tingley and Bojinov (2022), arXiv 2210.08589, and R's avlm: g = 11.5815 for 100 units and 8
    coefficients. Oracle: tests/oracles/test_anytime.py.
    """
    from scipy.optimize import minimize_scalar

    df = planned - parameters
    if df < 1:
        raise TooLittle(f"{planned} units for {parameters} coefficients", "plan more units")
    found = minimize_scalar(
        lambda x: _radius(exp(x), planned, df, 1 - level), bounds=(log(1e-3), log(10 * planned)), method="bounded"
    )
    return exp(float(found.x))


def anytime_errors(planned: int, *, level: float = 0.95, power: float = 0.8) -> float:
    """How many standard errors a difference must be for `anytime_difference` to find it at the planned number of units.

    Args:
        planned: Units, both groups together, more than 3.
        level: Coverage over all looks together.
        power: Wanted power at the last unit.

    Returns:
        A pure number, in place of the t quantiles in `minimal_detectable_effect`.

    Raises:
        TooLittle: Too few units.

    Source: the radius of `anytime_coefficient`. Oracle: tests/oracles/test_anytime.py.
    Calibrated: tests/calibration/test_planned.py.
    """
    from scipy.special import stdtrit

    radius = _radius(best_tuning(planned, 2, level=level), planned, planned - 2, 1 - level)
    if radius == float("inf"):
        raise TooLittle(f"{planned} units give an interval without an end", "plan more units")
    return radius + float(stdtrit(planned - 2, power))


def anytime_coefficient(
    value: float, standard_error: float, *, n: int, parameters: int, tuning: float, level: float = 0.95
) -> Estimate:
    r"""A coefficient of least squares with an interval that may be looked at after every unit.

    With :math:`r = g/(g+n)`, :math:`\nu = n - p` and :math:`b = (\alpha^2 r)^{1/(\nu+1)}`:

    .. math:: \hat\beta \pm se\,\sqrt{\nu(1-b)/(b-r)}

    Args:
        value: The coefficient, in any unit.
        standard_error: Of ordinary least squares, in the same unit, positive.
        n: Units so far, more than `parameters`.
        parameters: Coefficients of the model.
        tuning: g, from `best_tuning`, fixed beforehand.
        level: Coverage over all looks together, in (0, 1).

    Returns:
        Estimate in the unit of the value; open on both sides while there are too few units.

    Raises:
        TooLittle: No more units than coefficients, or an error that is not positive.

    Assumes: independent units that arrive one after the other (not one fixed group that is measured again: there use
    `group_sequential`), errors about normal or many units, one variance.
    Source: Lindon, Ham, Tingley and Bojinov (2022), arXiv 2210.08589. Oracle: tests/oracles/test_anytime.py (the
    README of R's avlm). Calibrated: tests/calibration/test_anytime.py.
    """
    if n <= parameters or not standard_error > 0:
        raise TooLittle(f"{n} units for {parameters} coefficients, error {standard_error:g}", "wait for more units")
    radius = _radius(tuning, n, n - parameters, 1 - level)
    half = None if np.isinf(radius) else standard_error * radius
    return Estimate(
        name="coefficient",
        value=value,
        lower=None if half is None else value - half,
        upper=None if half is None else value + half,
        n=n,
        level=level,
        method="least squares, valid at every look (anytime-valid linear model)",
    )


def anytime_p(value: float, standard_error: float, *, n: int, parameters: int, tuning: float) -> float:
    r"""p-value of the same test: it may be looked at after every unit, and stays valid.

    .. math:: \log E = \tfrac12\log r + \tfrac{\nu+1}2\left[\log(1+t^2/\nu) - \log(1+r t^2/\nu)\right],
        \quad p = \min(1, 1/E)

    Args:
        value: The coefficient.
        standard_error: In the same unit, positive.
        n: Units so far.
        parameters: Coefficients of the model.
        tuning: g, as for `anytime_coefficient`.

    Returns:
        In [0, 1].

    Source: Lindon, Ham, Tingley and Bojinov (2022): p = 3.191e-14 in R's avlm. Oracle: tests/oracles/test_anytime.py.
    """
    return _p(value, standard_error, tuning, n, n - parameters)


def anytime_difference(a: Moments, b: Moments, *, tuning: float, level: float = 0.95) -> Tested:
    r"""Difference of two means, of groups that grow unit by unit, with an interval that holds at every look.

    The wider of two intervals as that of `anytime_coefficient`: with one variance for both groups, and with one of
    each and Welch's degrees of freedom:

    .. math:: se^2 = s_p^2\bigl(\tfrac1{n_a}+\tfrac1{n_b}\bigr),\; \nu = n - 2 \quad\text{and}\quad
        se^2 = \frac{s_a^2}{n_a}+\frac{s_b^2}{n_b},\;
        \nu = se^4 \Big/ \Bigl(\tfrac{(s_a^2/n_a)^2}{n_a-1} + \tfrac{(s_b^2/n_b)^2}{n_b-1}\Bigr)

    The first alone is too narrow where the smaller group varies more; the second alone has no width where few all say
    no.

    Args:
        a: Moments of the control group, n >= 2, in unit u; those of one unit's linearised part for a ratio of sums.
        b: Moments of the treated group, n >= 2, in the same unit.
        tuning: g, from `best_tuning` for 2 coefficients, fixed beforehand.
        level: Coverage over all looks together, in (0, 1).

    Returns:
        Estimate of mean(b) - mean(a) in unit u, with a p-value that may be looked at after every unit.

    Raises:
        TooLittle: Fewer than two units in a group, or nothing varies.

    Assumes: as `anytime_coefficient`.
    Source: Lindon, Ham, Tingley and Bojinov (2022), arXiv 2210.08589. Oracle: tests/oracles/test_anytime.py (least
    squares on the rows). Calibrated: tests/calibration/test_anytime.py.
    """
    n, value = a.n + b.n, b.mean - a.mean
    ways = [(error.total**0.5, error.df) for error in _errors(a, b)]
    half = max(error * _radius(tuning, n, df, 1 - level) for error, df in ways if error > 0)
    known = np.isfinite(half)
    estimate = Estimate(
        name="difference",
        value=value,
        lower=value - half if known else None,
        upper=value + half if known else None,
        n=n,
        level=level,
        method="difference of means, valid at every look (anytime-valid linear model)",
    )
    p = max(_p(value, error, tuning, n, df) for error, df in ways if error > 0)
    return Tested(estimate=estimate, standard_error=max(error for error, _ in ways), p_value=p)


def anytime_ratio(a: Moments, b: Moments, *, tuning: float, level: float = 0.95) -> Estimate:
    r"""Difference of two means as a share of the first, of groups that grow unit by unit, at every look.

    All factors f, less 1, that the test of :math:`\mu_b = f\mu_a` does not reject, with either error of
    `anytime_difference`. With the radius c of `anytime_coefficient` those are

    .. math:: (\bar x_b - f\bar x_a)^2 \le c^2(v_b + f^2 v_a)

    Args:
        a: Moments of the control group, n >= 2, in unit u.
        b: Moments of the treated group, n >= 2, in the same unit.
        tuning: g, as for `anytime_difference`.
        level: Coverage over all looks together, in (0, 1).

    Returns:
        Estimate as a pure number, 0.1 for a tenth more; open on both sides while the control mean is not told from 0.

    Raises:
        TooLittle: Fewer than two units in a group, nothing varies, or a control mean of 0.

    Assumes: as `anytime_coefficient`.
    Source: Fieller (1954), JRSS B 16, 175-185, with the radius of Lindon et al. (2022). Oracle:
    tests/oracles/test_anytime.py. Calibrated: tests/calibration/test_anytime.py: the share of a control mean that is
    taken for known errs in more than 7% of pilots with a lasting effect, this in at most 5%.
    """
    if a.mean == 0:
        raise TooLittle("the control mean is 0", "look at the absolute difference")
    n, factor = a.n + b.n, b.mean / a.mean
    ends = [_factors(a.mean, b.mean, error, _radius(tuning, n, error.df, 1 - level)) for error in _errors(a, b, factor)]
    closed = all(np.isfinite(end) for pair in ends for end in pair)
    return Estimate(
        name="difference",
        value=factor - 1,
        lower=min(low for low, _ in ends) - 1 if closed else None,
        upper=max(high for _, high in ends) - 1 if closed else None,
        n=n,
        unit="share",
        level=level,
        method="ratio of means, valid at every look (Fieller's interval, anytime-valid linear model)",
    )


@dataclass(frozen=True, slots=True)
class _Error:
    """Squared errors of both means, and the degrees of freedom of their sum."""

    a: float
    b: float
    df: float

    @property
    def total(self) -> float:
        return self.a + self.b


def _errors(a: Moments, b: Moments, factor: float = 1.0) -> tuple[_Error, _Error]:
    """With one variance for both groups, and each with its own, for mean(b) - factor * mean(a)."""
    if min(a.n, b.n) < 2:
        raise TooLittle(f"groups of {a.n} and {b.n}: each needs two", "wait for more units")
    df = a.n + b.n - 2
    pooled = ((a.n - 1) * a.variance + (b.n - 1) * b.variance) / df
    if not pooled > 0:
        raise TooLittle("nothing varies", "measure an outcome that varies")
    own = (a.variance / a.n, b.variance / b.n)
    of_a, of_b = factor**2 * own[0], own[1]
    shares = of_a**2 / (a.n - 1) + of_b**2 / (b.n - 1)
    own_df = (of_a + of_b) ** 2 / shares if shares > 0 else df
    return _Error(pooled / a.n, pooled / b.n, df), _Error(*own, own_df)


def _factors(a: float, b: float, error: _Error, radius: float) -> tuple[float, float]:
    """Both ends of the f with (b - f a)^2 <= radius^2 (v_b + f^2 v_a); infinite where a is not told from 0."""
    if not (np.isfinite(radius) and a**2 > radius**2 * error.a):
        return -np.inf, np.inf
    square = a**2 - radius**2 * error.a
    half = max(0.0, (a * b) ** 2 - square * (b**2 - radius**2 * error.b)) ** 0.5
    return (a * b - half) / square, (a * b + half) / square


def _p(value: float, error: float, tuning: float, n: int, df: float) -> float:
    r, t2 = tuning / (tuning + n), (value / error) ** 2
    evidence = 0.5 * log(r) + 0.5 * (df + 1) * (log1p(t2 / df) - log1p(r * t2 / df))
    return min(1.0, exp(-evidence))


def _radius(tuning: float, n: int, df: float, alpha: float) -> float:
    r = tuning / (tuning + n)
    b = (alpha**2 * r) ** (1 / (df + 1))
    return (df * (1 - b) / (b - r)) ** 0.5 if b > r else float("inf")
