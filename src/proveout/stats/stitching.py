"""Boundaries in closed form that hold for ever, and grow no faster than the law of the iterated logarithm asks.

A yardstick, as published in confseq: no instrument uses it yet.
"""

from math import inf, log

ETA, POWER = 2.0, 1.4
"""How fast the pieces grow of which a boundary is stitched, and how fast their errors shrink: Howard et al.'s."""


def poly_stitching(
    v: float, *, start: float, scale: float = 0.0, alpha: float = 0.05, power: float = POWER, eta: float = ETA
) -> float:
    r"""A boundary for sums of fair increments, for any time from a variance on.

    .. math:: \sqrt{k_1^2 v\ell + (k_2c\ell)^2} + k_2c\ell, \quad
        \ell = s\log\log(\eta v/m) + \log\frac{\zeta(s)}{\alpha\log^s\eta}, \quad
        k_1 = \frac{\eta^{1/4}+\eta^{-1/4}}{\sqrt2}, \; k_2 = \frac{\sqrt\eta+1}{2}

    Args:
        v: The sum of variances so far.
        start: m, positive: up to there the boundary is flat.
        scale: c, how heavy the tail is, in the unit of the increments; 0 for sub-Gaussian ones, may be negative.
        alpha: Error over all times together, in (0, 1).
        power: s, above 1.
        eta: Above 1.

    Returns:
        In the unit of the sum.

    Source: Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics 49, 1055-1080, theorem 1. Oracle:
    tests/oracles/test_stitching.py (the tests of their library confseq). Calibrated: tests/calibration/test_mixture.py.
    """
    from scipy.special import zeta

    v = max(v, start)
    bits = power * log(log(eta * v / start)) + log(float(zeta(power)) / (alpha * log(eta) ** power))
    k1, k2 = _constants(eta)
    skew = k2 * scale * bits
    return (k1**2 * v * bits + skew**2) ** 0.5 + skew


def quantile_stitching(
    q: float,
    t: float,
    *,
    start: float,
    alpha: float = 0.05,
    delta: float = 0.5,
    power: float = POWER,
    eta: float = ETA,
) -> float:
    r"""How many more than q t of t values can lie below a quantile, for all quantiles and at all times at once.

    Stitched twice, over times and over quantiles, with :math:`t' = \max(t, m)`, r the quantile moved towards one half:

    .. math:: \delta\sqrt{\frac{\eta t'r(1-r)}{m}} + \sqrt{k_1^2 r(1-r)t'\ell + (k_2c\ell)^2} + k_2c\ell, \;
        c = \frac{1-2q}{3}, \;
        \ell = s\log\log\frac{\eta t'}{m} + s\log\Bigl(\sqrt{\tfrac{t'}{m}}\tfrac{|\mathrm{logit}\,q|}{2\delta}+1\Bigr)
        + \log\frac{2\zeta(s)(2\zeta(s)+1)}{\alpha\log^s\eta}

    Args:
        q: The quantile, in (0, 1).
        t: Values so far.
        start: m, at least 1: the count from which on it is about tightest.
        alpha: Error over all times and quantiles together, in (0, 1).
        delta: Distance of the quantiles of which it is stitched, positive.
        power: s, above 1.
        eta: Above 1.

    Returns:
        A count.

    Source: Howard and Ramdas (2022), Bernoulli 28, 1704-1728, theorem 3. Oracle: tests/oracles/test_stitching.py
    (confseq). Calibrated: tests/calibration/test_quantile_sequence.py.
    """
    from scipy.special import expit, logit, zeta

    t = max(t, start)
    away = float(logit(q))
    r = q if q >= 0.5 else min(0.5, float(expit(away + 2 * delta * (start * eta / t) ** 0.5)))
    pieces = (t / start) ** 0.5 * abs(away) / (2 * delta) + 1
    both = 2 * float(zeta(power))
    bits = power * (log(log(eta * t / start)) + log(pieces)) + log(both * (both + 1) / (alpha * log(eta) ** power))
    k1, k2 = _constants(eta)
    skew = k2 * (1 - 2 * q) / 3 * bits
    spread = r * (1 - r) * t
    return delta * (eta * spread / start) ** 0.5 + (k1**2 * spread * bits + skew**2) ** 0.5 + skew


def _constants(eta: float) -> tuple[float, float]:
    return (eta**0.25 + eta**-0.25) / 2**0.5, (eta**0.5 + 1) / 2


def distribution_band(t: float, *, start: float, alpha: float = 0.05, factor: float = 0.85) -> float:
    r"""How far the share of values below any point lies from its probability, at all points and all times at once.

    .. math:: A\sqrt{\frac{\log(1 + \log(t/m)) + C}{t}}

    with the smallest C whose error is at most alpha.

    Args:
        t: Values so far.
        start: m, at least 1: before that many values nothing is known.
        alpha: Error over all points and times together, in (0, 1).
        factor: A, above 1/sqrt(2).

    Returns:
        Half the width of the band, as a share; infinite before `start`.

    Source: Howard and Ramdas (2022), Bernoulli 28, 1704-1728, theorem 2. Oracle: tests/oracles/test_stitching.py
    (confseq). Calibrated: tests/calibration/test_quantile_sequence.py.
    """
    from scipy.optimize import root_scalar

    if t < start:
        return inf
    most = 1.0
    while _band_error(most, factor) > alpha:
        most *= 2
    constant = root_scalar(lambda c: min(_band_error(c, factor), 1.0) - alpha, bracket=(most / 2, most)).root
    return factor * ((log(1 + log(t / start)) + float(constant)) / t) ** 0.5


def _band_error(constant: float, factor: float) -> float:
    """The error of the band, with the pieces of times that make it smallest."""
    import numpy as np

    eta = 1 + np.linspace(1e-6, 2 * factor**2 - 1, 20_001)
    rate = 2 / eta * np.maximum(0.0, factor - np.sqrt(2 * (eta - 1) / constant)) ** 2
    rate, eta = rate[rate > 1], eta[rate > 1]
    if not len(rate):
        return inf
    return float((4 * np.exp(-rate * constant) * (1 + 1 / ((rate - 1) * np.log(eta)))).min())
