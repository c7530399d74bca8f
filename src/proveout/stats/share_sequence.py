"""One share, or one mean of bounded scores, looked at after every case.

A yardstick: no instrument uses it yet.
"""

from collections.abc import Callable, Sequence
from math import log

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.mixture import beta_binomial_wealth, normal_tuning


def share_at_every_look(successes: int, trials: int, *, planned: float, level: float = 0.95) -> Estimate:
    r"""A share of cases with an interval that may be looked at after every case.

    All p at which the wealth of someone who bets against p has not reached 1/alpha; see `beta_binomial_wealth`:

    .. math:: \Bigl\{p : W\bigl(x - np,\; np(1-p)\bigr) < 1/\alpha\Bigr\}

    Args:
        successes: x, from 0 to `trials`.
        trials: n, at least 1.
        planned: Cases at which the interval should be shortest, fixed beforehand.
        level: Coverage over all looks together, in (0, 1).

    Returns:
        Estimate of the share, ends within 0 to 1.

    Raises:
        TooLittle: There are no cases.

    Assumes: each case says yes with the same probability, whatever the cases before said.
    Source: Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics 49, 1055-1080. Oracle:
    tests/oracles/test_share_sequence.py (the tests of their library confseq). Calibrated:
    tests/calibration/test_share_sequence.py.
    """
    if trials < 1:
        raise TooLittle("a share of no cases", "wait for the first")
    alpha, value = 1 - level, successes / trials

    def excess(p: float) -> float:
        variance = p * (1 - p)
        tuning = normal_tuning(variance * planned, alpha=alpha)
        s, v = successes - trials * p, trials * variance
        return beta_binomial_wealth(s, v, tuning=tuning, below=p, above=1 - p) - log(1 / alpha)

    return Estimate(
        name="share",
        value=value,
        lower=_end(excess, value, 0.0),
        upper=_end(excess, value, 1.0),
        unit="share",
        n=trials,
        level=level,
        method="share, valid at every look (beta-binomial mixture)",
    )


NEXT_TO_NOTHING = 1e-9
"""The smallest share that is tried: where not even that is ruled out, the interval goes to the end."""


def _end(excess: Callable[[float], float], value: float, end: float) -> float:
    """Where the interval around the value stops on the way to an end of the scale."""
    from scipy.optimize import root_scalar

    inside, outside = (abs(x - NEXT_TO_NOTHING) for x in (value, end))
    if value == end or excess(outside) < 0:
        return end
    return float(root_scalar(excess, bracket=(outside, inside), xtol=1e-12).root)


def hoeffding_ends(
    values: Sequence[float] | np.ndarray, *, planned: float, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    r"""Both ends for the mean of scores from 0 to 1 after each of them, whatever their distribution.

    .. math:: \bar x_t \pm \frac1t\sqrt{(t/4+\rho)\bigl(\log(1 + t/(4\rho)) + 2\log(1/\alpha)\bigr)}

    Simpler than `betting_mean` and wider when scores vary little: what the betting is measured against.

    Args:
        values: Shape (n,), n >= 1, in the order in which they came, from 0 to 1.
        planned: Scores at which the interval should be shortest, fixed beforehand.
        level: Coverage over all moments together, in (0, 1).

    Returns:
        Lower and upper ends, shape (n,) each; what was ruled out once stays ruled out.

    Assumes: scores whose mean, given those before, stays the same.
    Source: Howard et al. (2021), Hoeffding's bound 1/4 on the variance with `normal_wealth`. Oracle:
    tests/oracles/test_share_sequence.py (confseq). Calibrated: tests/calibration/test_share_sequence.py.
    """
    x = np.asarray(values, float)
    t, tuning = np.arange(1, len(x) + 1), normal_tuning(planned / 4, alpha=1 - level)
    mean = np.cumsum(x) / t
    half = np.sqrt((t / 4 + tuning) * (np.log1p(t / 4 / tuning) + 2 * log(1 / (1 - level)))) / t
    lower, upper = np.maximum(mean - half, 0), np.minimum(mean + half, 1)
    return np.maximum.accumulate(lower), np.minimum.accumulate(upper)
