"""Whether two growing groups have the same median, or another quantile, looked at after every unit.

A yardstick: no instrument uses it yet.
"""

from math import exp

import numpy as np

from proveout.core.errors import TooLittle
from proveout.stats.mixture import beta_binomial_wealth, normal_tuning


def same_quantile_p(a: np.ndarray, b: np.ndarray, *, q: float, planned: float, alpha: float = 0.05) -> float:
    r"""p-value of two groups having one quantile in common, valid at every look, for any distribution.

    For a value x that could be the quantile of both, someone bets on both shares of values up to x not being q; the p
    is that of the x which earns least:

    .. math:: p = \min\Bigl(1, \max_x \frac{1}{W_a(x)W_b(x)}\Bigr), \quad
        W(x) = W\bigl(n(\hat F(x)-q),\; nq(1-q)\bigr)

    with W as in `beta_binomial_wealth`, and the share between that below x and that up to x which earns least.

    Args:
        a: Shape (n,), n >= 1, values of one group in any order.
        b: Shape (m,), m >= 1, values of the other in the same unit.
        q: The quantile, in (0, 1); 0.5 for the median.
        planned: Values of a group at which the test should be strongest, fixed beforehand.
        alpha: Error for which it should be strongest, in (0, 1).

    Returns:
        In [0, 1].

    Raises:
        TooLittle: A group is empty.

    Assumes: independent units.
    Source: Howard and Ramdas (2022), Bernoulli 28, 1704-1728, section 4. Oracle:
    tests/oracles/test_quantile_sequence.py (the tests of their library confseq). Calibrated:
    tests/calibration/test_quantile_sequence.py.
    """
    if not min(len(a), len(b)):
        raise TooLittle("a quantile of no values", "wait for the first")
    tuning = normal_tuning(planned * q * (1 - q), alpha=alpha)
    arms = [_Arm(np.sort(values), q, tuning) for values in (a, b)]
    between = np.unique(np.concatenate([arm.values for arm in arms]))
    between = between[(between >= min(arm.middle for arm in arms)) & (between <= max(arm.middle for arm in arms))]
    return min(1.0, exp(-float((arms[0].least(between) + arms[1].least(between)).min())))


class _Arm:
    """Bets on one group, values sorted."""

    def __init__(self, values: np.ndarray, q: float, tuning: float) -> None:
        from scipy.optimize import fminbound

        self.values, self.q, self.tuning, n = values, q, tuning, len(values)
        self.share = float(np.asarray(fminbound(self.wealth, 0.0, 1.0, xtol=1e-9)))
        self.middle = values[min(int(self.share * n), n - 1)]

    def wealth(self, share: float) -> float:
        """Its logarithm, when that share of the values lies below."""
        n, q = len(self.values), self.q
        return beta_binomial_wealth(n * (share - q), n * q * (1 - q), tuning=self.tuning, below=q, above=1 - q)

    def least(self, candidates: np.ndarray) -> np.ndarray:
        """The least there can be if each candidate is the quantile."""
        below, up_to = (
            np.searchsorted(self.values, candidates, side=side) / len(self.values) for side in ("left", "right")
        )
        return np.array([self.wealth(share) for share in np.clip(self.share, below, up_to)])
