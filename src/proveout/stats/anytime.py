"""Intervals that hold at every moment at once, where independent units keep coming in."""

from math import exp, log, log1p

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate


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
    df, r = n - parameters, tuning / (tuning + n)
    t2 = (value / standard_error) ** 2
    evidence = 0.5 * log(r) + 0.5 * (df + 1) * (log1p(t2 / df) - log1p(r * t2 / df))
    return min(1.0, exp(-evidence))


def _radius(tuning: float, n: int, df: int, alpha: float) -> float:
    r = tuning / (tuning + n)
    b = (alpha**2 * r) ** (1 / (df + 1))
    return (df * (1 - b) / (b - r)) ** 0.5 if b > r else float("inf")
