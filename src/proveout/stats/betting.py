"""Means of bounded scores, such as survey answers: exact for any number of them, and after every one."""

from collections.abc import Sequence

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate

GRID = 1_000
HEDGE, TRUNCATION = 0.5, 0.5


def betting_mean(values: Sequence[float] | np.ndarray, *, low: float, high: float, level: float = 0.95) -> Estimate:
    r"""Mean of scores on a bounded scale, by betting against every possible mean.

    On the scale from 0 to 1, for each mean m two gamblers bet that it is larger and smaller:

    .. math:: K^\pm_t(m) = \prod_{i\le t}\bigl(1 \pm \lambda^\pm_i(m)(x_i - m)\bigr), \quad
        \max\{\tfrac12 K^+, \tfrac12 K^-\} < 1/\alpha, \quad
        \dot\lambda_t = \sqrt{\frac{2\log(2/\alpha)}{\hat\sigma^2_{t-1} t\log(1+t)}}

    with bets cut at 1/(2m) and 1/(2(1 - m)). What was ruled out once stays ruled out.

    Args:
        values: Shape (n,), n >= 1, in the order in which they came, from `low` to `high`.
        low: Smallest score there is.
        high: Largest score there is.
        level: Coverage over all moments together, in (0, 1).

    Returns:
        Estimate in the unit of the scores.

    Raises:
        TooLittle: There are no values.
        ValueError: A value outside the scale.

    Assumes: scores whose mean, given those before, stays the same; nothing about their distribution.
    Source: Waudby-Smith and Ramdas (2024), JRSS B 86, 1-27, theorem 3. Oracle: tests/oracles/test_betting.py (their
    package confseq). Calibrated: tests/calibration/test_betting.py.
    """
    x = np.asarray(values, float)
    if not len(x):
        raise TooLittle("a mean of no scores", "collect at least one")
    if not high > low or x.min() < low or x.max() > high:
        raise ValueError(f"scores from {x.min():g} to {x.max():g} on a scale from {low:g} to {high:g}")
    lower, upper = (end[-1] for end in betting_ends((x - low) / (high - low), level=level))
    value, span = float(x.mean()), high - low
    return Estimate(
        name="mean",
        value=value,
        lower=min(low + span * float(lower), value),
        upper=max(low + span * float(upper), value),
        n=len(x),
        level=level,
        method="betting confidence sequence, valid at every look",
    )


def betting_ends(x: np.ndarray, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of the confidence sequence after each score.

    Args:
        x: Shape (n,), from 0 to 1, in order.
        level: Coverage over all moments together, in (0, 1).

    Returns:
        Lower and upper ends, shape (n,) each, outwards to the next of `GRID` steps; the whole scale where no mean is
        left, as happens when the mean moves or the scores are sorted.

    Source: as for `betting_mean`. Oracle: tests/oracles/test_betting.py.
    """
    alpha, n = 1 - level, len(x)
    t = np.arange(1, n + 1)
    mean = (0.5 + np.cumsum(x)) / (t + 1)
    squares = 0.25 + np.cumsum((x - mean) ** 2)
    before = np.concatenate([[0.25], squares[:-1]]) / t
    bets = np.sqrt(2 * np.log(1 / (alpha * HEDGE)) / (t * np.log1p(t) * before))
    m = np.linspace(0, 1, GRID + 1)
    out = np.zeros(GRID + 1, dtype=bool)
    up, down = np.zeros(GRID + 1), np.zeros(GRID + 1)
    with np.errstate(divide="ignore"):
        most_up, most_down = TRUNCATION / m, TRUNCATION / (1 - m)
        lower, upper = np.zeros(n), np.ones(n)
        for i, bet in enumerate(bets):
            up += np.log1p(np.minimum(bet, most_up) * (x[i] - m))
            down += np.log1p(-np.minimum(bet, most_down) * (x[i] - m))
            out |= np.maximum(up, down) + np.log(HEDGE) > -np.log(alpha)
            kept = np.flatnonzero(~out)
            if len(kept):
                lower[i], upper[i] = max(0.0, m[kept[0]] - 1 / GRID), min(1.0, m[kept[-1]] + 1 / GRID)
    return lower, upper
