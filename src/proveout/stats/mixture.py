"""Boundaries that a sum of fair increments crosses at no time with more than a chosen probability."""

from collections.abc import Callable
from math import inf, log, log1p


def normal_tuning(planned: float, *, alpha: float = 0.05, one_sided: bool = False) -> float:
    r"""The tuning that makes a mixture boundary about tightest at the planned variance.

    .. math:: \rho = \frac{v}{2\log(1/\alpha) + \log(1 + 2\log(1/\alpha))}

    with twice alpha for one side.

    Args:
        planned: v, the sum of variances up to then, positive; for outcomes of one variance 1, the number of them.
        alpha: Error over all times together, in (0, 1), below 0.5 for one side.
        one_sided: Whether only sums that are too large count.

    Returns:
        In the unit of `planned`, to be fixed before the first look.

    Source: Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics 49, 1055-1080, section 3.5. Oracle:
    tests/oracles/test_mixture.py (the tests of their library confseq).
    """
    bits = 2 * log(1 / (alpha * (2 if one_sided else 1)))
    return planned / (bits + log1p(bits))


def normal_wealth(s: float, v: float, *, tuning: float, one_sided: bool = False) -> float:
    r"""Logarithm of what a gambler has who bets that increments are not fair, for sums with sub-Gaussian tails.

    .. math:: \tfrac12\log\frac{\rho}{v+\rho} + \frac{s^2}{2(v+\rho)} \quad
        \Bigl(+ \log 2\Phi\bigl(s/\sqrt{v+\rho}\bigr) \text{ for one side}\Bigr)

    Args:
        s: The sum of increments.
        v: The sum of their variances, in the square of its unit.
        tuning: From `normal_tuning`.
        one_sided: Whether only sums that are too large count.

    Returns:
        Above log(1/alpha) at any time with a probability of at most alpha, when increments are fair.

    Source: Howard et al. (2021), propositions 5 and 6. Oracle: tests/oracles/test_mixture.py (confseq).
    """
    from scipy.special import log_ndtr

    wealth = 0.5 * log(tuning / (v + tuning)) + s**2 / (2 * (v + tuning))
    return wealth + log(2) + float(log_ndtr(s / (v + tuning) ** 0.5)) if one_sided else wealth


def gamma_exponential_wealth(s: float, v: float, *, tuning: float, scale: float) -> float:
    r"""The same on one side for sums with heavier, sub-exponential tails, as of values bounded on one side.

    With :math:`a = \rho/c^2`, :math:`b = (v+\rho)/c^2`, :math:`x = (cs+v+\rho)/c^2`, and P the regularised lower
    incomplete gamma function:

    .. math:: a\log a - \log\Gamma(a) - \log P(a, a) + \log\Gamma(b) + \log P(b, x) - b\log x + x - a

    Args:
        s: The sum of increments.
        v: The sum of their variances.
        tuning: From `normal_tuning` for one side.
        scale: c, positive: how heavy the tail is, in the unit of the increments.

    Returns:
        As for `normal_wealth`.

    Source: Howard et al. (2021), proposition 9. Oracle: tests/oracles/test_mixture.py (confseq).
    """
    from scipy.special import gammainc, gammaln

    a, b, x = tuning / scale**2, (v + tuning) / scale**2, (scale * s + v + tuning) / scale**2
    start = a * log(a) - gammaln(a) - log(gammainc(a, a))
    return float(start + gammaln(b) + log(gammainc(b, x)) - b * log(x) + x - a)


def gamma_poisson_wealth(s: float, v: float, *, tuning: float, scale: float) -> float:
    r"""The same on one side for sums with tails as of counts: increments bounded above by `scale`.

    With :math:`a = \rho/c^2`, :math:`b = (v+\rho)/c^2`, :math:`x = s/c + b`, and Q the regularised upper incomplete
    gamma function:

    .. math:: a\log a - \log\Gamma(a) - \log Q(a, a) + \log\Gamma(x) + \log Q(x, b) - x\log b + v/c^2

    Args:
        s: The sum of increments.
        v: The sum of their variances.
        tuning: From `normal_tuning` for one side.
        scale: c, positive: the largest increment there is.

    Returns:
        As for `normal_wealth`.

    Source: Howard et al. (2021), proposition 10. Oracle: tests/oracles/test_mixture.py (confseq).
    """
    from scipy.special import gammaincc, gammaln

    a, b = tuning / scale**2, (v + tuning) / scale**2
    x = s / scale + b
    start = a * log(a) - gammaln(a) - log(gammaincc(a, a))
    return float(start + gammaln(x) + log(gammaincc(x, b)) - x * log(b) + v / scale**2)


def beta_binomial_wealth(
    s: float, v: float, *, tuning: float, below: float, above: float, one_sided: bool = False
) -> float:
    r"""The same for increments between `-below` and `above`, such as a yes or no less its probability.

    With g below, h above, :math:`r = \max(\rho - gh, gh/1000)` and B the (incomplete) beta function:

    .. math:: \frac{v}{gh}\log(g+h) - \frac{v+hs}{h(g+h)}\log g - \frac{v-gs}{g(g+h)}\log h
        + \log\frac{B\bigl(\tfrac{r+v-gs}{g(g+h)}, \tfrac{r+v+hs}{h(g+h)}\bigr)}
        {B\bigl(\tfrac{r}{g(g+h)}, \tfrac{r}{h(g+h)}\bigr)}

    Args:
        s: The sum of increments, at most v / below.
        v: The sum of their variances: `below * above` for each.
        tuning: From `normal_tuning`.
        below: g, positive.
        above: h, positive.
        one_sided: Whether only sums that are too large count.

    Returns:
        As for `normal_wealth`.

    Source: Howard et al. (2021), propositions 7 and 8. Oracle: tests/oracles/test_mixture.py (confseq).
    """
    g, h = below, above
    r, x = max(tuning - g * h, 1e-3 * g * h), h / (g + h) if one_sided else 1.0
    start = _log_beta(r / (g * (g + h)), r / (h * (g + h)), x)
    now = _log_beta((r + v - g * s) / (g * (g + h)), (r + v + h * s) / (h * (g + h)), x)
    odds = (v + h * s) / (h * (g + h)) * log(g) + (v - g * s) / (g * (g + h)) * log(h)
    return v / (g * h) * log(g + h) - odds + now - start


def _log_beta(a: float, b: float, x: float) -> float:
    from scipy.special import betainc, betaln

    return float(betaln(a, b) + (0 if x == 1 else log(betainc(a, b, x))))


def boundary(wealth: Callable[[float], float], *, alpha: float = 0.05, most: float = inf) -> float:
    """The sum at which a wealth reaches 1/alpha: fair increments get there at any time with probability alpha at most.

    Args:
        wealth: Logarithm of the wealth at a sum, at one time, growing with the sum: one of the above.
        alpha: Error over all times together, in (0, 1).
        most: The largest sum there can be.

    Returns:
        In the unit of the sum; `most` where even that is not enough.

    Source: Howard et al. (2021), Ville's inequality. Oracle: tests/oracles/test_mixture.py (confseq). Calibrated:
    tests/calibration/test_mixture.py.
    """
    from scipy.optimize import root_scalar

    goal = log(1 / alpha)
    if most < inf and wealth(most) < goal:
        return most
    high = min(most, 1.0)
    while wealth(high) < goal:
        high = min(2 * high, most)
    return float(root_scalar(lambda s: wealth(s) - goal, bracket=(0.0, high), xtol=1e-10).root)
