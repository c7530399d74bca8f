"""Means and ratios of two groups with the part taken out that a measurement before the start foretells."""

from dataclasses import dataclass, replace
from math import exp, log

import numpy as np

from proveout.core.errors import TooLittle
from proveout.stats.balance import Moments
from proveout.stats.difference import Tested, welch


@dataclass(frozen=True, slots=True, kw_only=True)
class JointMoments:
    """Moments of several columns of one group.

    Args:
        n: Units.
        means: Shape (k,).
        covariances: Shape (k, k), divided by n - 1.
    """

    n: int
    means: np.ndarray
    covariances: np.ndarray


def adjusted_means(a: JointMoments, b: JointMoments) -> tuple[Moments, Moments]:
    r"""The outcome less what the covariate foretells; compare them with `welch` or `ratio_of_means`.

    .. math:: y - \theta(x - \bar x), \quad \theta = Cov(y, x) / Var(x)

    over both groups together.

    Args:
        a: Moments of (outcome, covariate) in the control group, n >= 2.
        b: The same of the treated group.

    Returns:
        Moments of both groups in the unit of the outcome; a covariate that does not vary changes nothing.

    Raises:
        TooLittle: Fewer than two units in a group.

    Assumes: independent units, some 30 or more in each group (theta is taken for known), and a covariate that the
    treatment cannot have moved, such as the same outcome before the start. For clusters use `cr2_coefficient`.
    Source: Deng, Xu, Kohavi and Walker (2013), WSDM '13, 123-132. Oracle: tests/oracles/test_covariate_adjusted.py
    (tea-tasting's documentation). Calibrated: tests/calibration/test_covariate_adjusted.py.
    """
    fixed = [_with_ones(arm) for arm in (a, b)]
    return adjusted_ratios(fixed[0], fixed[1])


def _with_ones(arm: JointMoments) -> JointMoments:
    """A mean is a ratio whose denominators are all 1."""
    covariances = np.zeros((4, 4))
    covariances[np.ix_([0, 2], [0, 2])] = arm.covariances
    return JointMoments(n=arm.n, means=np.array([arm.means[0], 1, arm.means[1], 1]), covariances=covariances)


def adjusted_ratios(a: JointMoments, b: JointMoments) -> tuple[Moments, Moments]:
    r"""A ratio of totals less what the same ratio before the start foretells, by the delta method.

    .. math:: R = \bar y/\bar d, \quad R_0 = \bar x/\bar e, \quad R - \theta(R_0 - R_{0,both}), \quad
        \theta = Cov(r, r_0)/Var(r_0), \quad r = \frac{y - R d}{\bar d},\; r_0 = \frac{x - R_0 e}{\bar e}

    Args:
        a: Moments of (numerator, denominator, numerator before, denominator before) in the control group, n >= 2; the
            denominators' means positive.
        b: The same of the treated group.

    Returns:
        For both groups the adjusted ratio as the mean, and the variance of one unit's linearised part.

    Raises:
        TooLittle: Fewer than two units in a group, or denominators that add up to nothing.

    Assumes: as `adjusted_means`; enough units for the ratio to be near linear.
    Source: Deng, Knoblich and Lu (2018), KDD '18, 233-242. Oracle: tests/oracles/test_covariate_adjusted.py
    (tea-tasting's documentation, GrowthBook's fixture). Calibrated: tests/calibration/test_covariate_adjusted.py.
    """
    if min(a.n, b.n) < 2:
        raise TooLittle(f"groups of {a.n} and {b.n}: each needs two", "compare larger groups")
    if not min(*a.means[[1, 3]], *b.means[[1, 3]]) > 0:
        raise TooLittle("denominators that add up to nothing", "compare groups in which something happened")
    both = _together(a, b)
    after, before = _gradients(both)
    spread = float(before @ both.covariances @ before)
    theta = float(after @ both.covariances @ before) / spread if spread > 0 else 0.0
    foretold = both.means[2] / both.means[3]
    control, treated = (_adjusted(arm, theta, foretold) for arm in (a, b))
    return control, treated


def _together(a: JointMoments, b: JointMoments) -> JointMoments:
    n = a.n + b.n
    apart = b.means - a.means
    squares = (a.n - 1) * a.covariances + (b.n - 1) * b.covariances + a.n * b.n / n * np.outer(apart, apart)
    return JointMoments(n=n, means=(a.n * a.means + b.n * b.means) / n, covariances=squares / (n - 1))


def _gradients(arm: JointMoments) -> tuple[np.ndarray, np.ndarray]:
    y, d, x, e = arm.means
    return np.array([1 / d, -y / d**2, 0, 0]), np.array([0, 0, 1 / e, -x / e**2])


def _adjusted(arm: JointMoments, theta: float, foretold: float) -> Moments:
    after, before = _gradients(arm)
    direction = after - theta * before
    y, d, x, e = arm.means
    mean = float(y / d - theta * (x / e - foretold))
    return Moments(n=arm.n, mean=mean, variance=float(direction @ arm.covariances @ direction))


def ratio_of_means(a: Moments, b: Moments, *, level: float = 0.95) -> Tested:
    r"""Difference of two means as a share of the first, on the scale of logarithms.

    .. math:: \exp\Bigl(\log\frac{\bar x_b}{\bar x_a} \pm t_\nu\,se\Bigr) - 1, \quad
        se^2 = \frac{s_a^2}{n_a\bar x_a^2} + \frac{s_b^2}{n_b\bar x_b^2}

    Args:
        a: Moments of the control group, n >= 2, in unit u; its mean well above 0.
        b: Moments of the treated group, n >= 2, in the same unit; its mean well above 0.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate as a pure number, 0.1 for a tenth more; its interval never goes below -1. The standard error is that
        of the ratio.

    Raises:
        TooLittle: Fewer than two observations in a group, nothing varies, or a mean less than two standard errors
            above 0, so that a share of it means nothing.

    Assumes: independent units, groups large enough for means to be about normal.
    Source: Hedges, Gurevitch and Curtis (1999), Ecology 80, 1150-1156. Oracle:
    tests/oracles/test_covariate_adjusted.py (tea-tasting's documentation). Calibrated:
    tests/calibration/test_covariate_adjusted.py.
    """
    for group, word in ((a, "control"), (b, "treated")):
        if group.mean <= 2 * (group.variance / max(1, group.n)) ** 0.5:
            raise TooLittle(f"the mean of the {word} group is hardly above 0", "look at the absolute difference")
    logs = [Moments(n=arm.n, mean=log(arm.mean), variance=arm.variance / arm.mean**2) for arm in (a, b)]
    tested = welch(logs[0], logs[1], level=level)
    found, lower, upper = tested.estimate, tested.estimate.lower, tested.estimate.upper
    estimate = replace(
        found,
        value=exp(found.value) - 1,
        lower=None if lower is None else exp(lower) - 1,
        upper=None if upper is None else exp(upper) - 1,
        method="relative difference of means, on logarithms",
    )
    return Tested(estimate=estimate, standard_error=exp(found.value) * tested.standard_error, p_value=tested.p_value)
