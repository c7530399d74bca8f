"""What a difference of means can be when outcomes are missing: bounds instead of a guess."""

from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.balance import Moments


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Between what the effect lies, as far as the data go.

    Args:
        lower: Lower bound, as if there were infinitely many units like these.
        upper: Upper bound, likewise.
        estimate: The difference among those who answered, with an interval that covers the effect wherever it lies
            between the bounds, sampling error included.
    """

    lower: float
    upper: float
    estimate: Estimate


def worst_case_bounds(
    a: Moments, missing_a: int, b: Moments, missing_b: int, *, low: float, high: float, level: float = 0.95
) -> Bounds:
    r"""Bounds that assume nothing of those who did not answer but that a value lies on the scale.

    .. math:: \bar y^{low}_b - \bar y^{high}_a \le \tau \le \bar y^{high}_b - \bar y^{low}_a,

    where missing outcomes are filled with the lowest or the highest value.

    Args:
        a: Moments of the answers in the control group, n >= 2, in unit u.
        missing_a: Units of the control group without an answer.
        b: Moments of the answers in the treated group, n >= 2.
        missing_b: Units of the treated group without an answer.
        low: Lowest value of the scale.
        high: Highest value of the scale.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Bounds of mean(b) - mean(a) over all units, in unit u.

    Raises:
        TooLittle: Fewer than two answers in a group, or nothing varies.
        ValueError: A mean outside the scale.

    Assumes: independent units; for teams see `worst_case_bounds_by_team`.
    Source: Manski (1990), American Economic Review 80(2), 319-323; Horowitz and Manski (2000), JASA 95, 77-84.
    Oracle: tests/oracles/test_missing_outcomes.py. Calibrated: tests/calibration/test_missing_outcomes.py.
    """
    if min(a.n, b.n) < 2:
        raise TooLittle(f"{a.n} and {b.n} answers: each group needs two", "ask those who did not answer once more")
    if not (low <= a.mean <= high and low <= b.mean <= high):
        raise ValueError(f"means of {a.mean:g} and {b.mean:g} on a scale of {low:g} to {high:g}")
    lowest = _difference(_filled(a, missing_a, high), _filled(b, missing_b, low))
    highest = _difference(_filled(a, missing_a, low), _filled(b, missing_b, high))
    found = covering(
        lowest[0],
        highest[0],
        (lowest[1], highest[1]),
        df=min(lowest[2], highest[2]),
        value=b.mean - a.mean,
        n=a.n + b.n + missing_a + missing_b,
        level=level,
        method=f"worst case for {missing_a + missing_b} missing outcomes; the value is of those who answered",
    )
    return _on_scale(lowest[0], highest[0], found, high - low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """What the teams of a group answered; each shape (G,).

    Args:
        sizes: Members who were asked, at least 1.
        answered: Of them those who did.
        totals: Sums of their answers, in unit u.
    """

    sizes: np.ndarray
    answered: np.ndarray
    totals: np.ndarray

    @property
    def means(self) -> np.ndarray:
        """Of the teams in which somebody answered."""
        some = self.answered > 0
        return self.totals[some] / self.answered[some]

    def filled(self, value: float) -> Moments:
        """Of team means in which everybody who is silent answered this."""
        return Moments.of((self.totals + (self.sizes - self.answered) * value) / self.sizes)


def worst_case_bounds_by_team(a: Teams, b: Teams, *, low: float, high: float, level: float = 0.95) -> Bounds:
    r"""`worst_case_bounds` where people of a team are alike: of means of teams, each of which counts the same.

    Args:
        a: The teams of the control group, 2 or more.
        b: The teams of the treated group, 2 or more.
        low: Lowest value of the scale.
        high: Highest value of the scale.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Bounds of the difference of mean team means, in unit u; `estimate.n` is the number of teams.

    Raises:
        TooLittle: Fewer than two teams in a group, nobody in a group answered, or nothing varies.

    Assumes: independent teams.
    Source: as `worst_case_bounds`; Hayes and Moulton (2017), Cluster Randomised Trials, 2nd edition, section 10.3, for
    means of clusters. Oracle: tests/oracles/test_missing_outcomes.py.
    Calibrated: tests/calibration/test_missing_outcomes.py.
    """
    if min(len(a.sizes), len(b.sizes)) < 2:
        raise TooLittle(f"{len(a.sizes)} and {len(b.sizes)} teams: each group needs two", "ask more teams")
    if not (len(a.means) and len(b.means)):
        raise TooLittle("nobody of a group answered", "ask them once more")
    lowest, highest = (_difference(a.filled(one), b.filled(other)) for one, other in ((high, low), (low, high)))
    n = len(a.sizes) + len(b.sizes)
    missing = sum(int((teams.sizes - teams.answered).sum()) for teams in (a, b))
    found = covering(
        lowest[0],
        highest[0],
        (lowest[1], highest[1]),
        df=min(lowest[2], highest[2]),
        value=float(b.means.mean() - a.means.mean()),
        n=n,
        level=level,
        method=f"means of {n} teams, worst case for {missing} missing outcomes; the value is of those who answered",
    )
    return _on_scale(lowest[0], highest[0], found, high - low)


def _on_scale(lower: float, upper: float, found: Estimate, span: float) -> Bounds:
    on_scale = replace(found, lower=max(-span, found.lower or 0.0), upper=min(span, found.upper or 0.0))
    return Bounds(lower=lower, upper=upper, estimate=on_scale)


def _filled(answers: Moments, missing: int, value: float) -> Moments:
    n = answers.n + missing
    gap = answers.mean - value
    squares = (answers.n - 1) * answers.variance + answers.n * missing / n * gap**2
    return Moments(n=n, mean=answers.mean - missing / n * gap, variance=squares / (n - 1))


def _difference(a: Moments, b: Moments) -> tuple[float, float, float]:
    """Welch's difference, error and degrees of freedom."""
    parts = a.variance / a.n, b.variance / b.n
    spread = parts[0] ** 2 / (a.n - 1) + parts[1] ** 2 / (b.n - 1)
    return b.mean - a.mean, sum(parts) ** 0.5, sum(parts) ** 2 / spread if spread else float(min(a.n, b.n) - 1)


def trimming_bounds(
    answers_a: np.ndarray, missing_a: int, answers_b: np.ndarray, missing_b: int, *, level: float = 0.95
) -> Bounds:
    r"""Bounds of the effect on those who would answer in either group, by trimming the group that answers more.

    With response shares :math:`p_a < p_b`, :math:`q = 1 - p_a/p_b` of the answers in b come from units that would not
    have answered in a; they may be b's highest, or its lowest:

    .. math:: E[Y_b \mid Y_b \le y_{1-q}] - \bar y_a \le \tau \le E[Y_b \mid Y_b \ge y_q] - \bar y_a

    Args:
        answers_a: Shape (n_a,), n_a >= 2: the answers in the control group, in unit u.
        missing_a: Units of the control group without an answer.
        answers_b: Shape (n_b,), n_b >= 2: the answers in the treated group.
        missing_b: Units of the treated group without an answer.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Bounds of b - a in unit u; ties at the cut are counted in part, so that scores on a scale may be trimmed too.

    Raises:
        TooLittle: Fewer than two answers in a group, or nothing varies.

    Assumes: units assigned at random and independent; the treatment moves answering in one direction only (nobody
    answers because of it while another stops because of it).
    Source: Lee (2009), Review of Economic Studies 76, 1071-1102, propositions 1a and 3.
    Oracle: tests/oracles/test_missing_outcomes.py. Calibrated: tests/calibration/test_missing_outcomes.py.
    """
    a, b = np.asarray(answers_a, float), np.asarray(answers_b, float)
    if min(len(a), len(b)) < 2:
        raise TooLittle(f"{len(a)} and {len(b)} answers: each group needs two", "ask those who did not once more")
    share_a, share_b = len(a) / (len(a) + missing_a), len(b) / (len(b) + missing_b)
    of_shares = (1 - share_a) / len(a) + (1 - share_b) / len(b)
    fewer, more = (a, b) if share_a <= share_b else (b, a)
    kept = min(share_a, share_b) / max(share_a, share_b)
    ends = [_trimmed(np.sort(more)[::step], kept, of_shares) for step in (1, -1)]
    sign = 1 if share_a <= share_b else -1
    (first, first_variance), (last, last_variance) = ends[::sign]
    plain = float(fewer.var(ddof=1)) / len(fewer)
    lower, upper = sorted((sign * (first - float(fewer.mean())), sign * (last - float(fewer.mean()))))
    found = covering(
        lower,
        upper,
        ((first_variance + plain) ** 0.5, (last_variance + plain) ** 0.5),
        df=min(len(a), len(b)) - 1,
        value=min(max(float(b.mean() - a.mean()), lower), upper),
        n=len(a) + len(b) + missing_a + missing_b,
        level=level,
        method=f"trimmed by {1 - kept:.1%} for unequal response; the value is of all who answered",
    )
    return Bounds(lower=lower, upper=upper, estimate=found)


def _trimmed(ordered: np.ndarray, kept: float, of_shares: float) -> tuple[float, float]:
    """Mean of the first `kept` of the values, the last of them in part, and its variance (Lee's proposition 3)."""
    n = len(ordered)
    weights = np.clip(kept * n - np.arange(n), 0, 1)
    mean = float(weights @ ordered / weights.sum())
    spread = float(weights @ (ordered - mean) ** 2 / max(weights.sum() - 1, 0.5))
    cut = float(ordered[np.flatnonzero(weights)[-1]])
    return mean, spread / (n * kept) + (cut - mean) ** 2 * ((1 - kept) / (n * kept) + of_shares)


def covering(
    lower: float,
    upper: float,
    errors: tuple[float, float],
    *,
    df: float,
    value: float,
    n: int,
    level: float = 0.95,
    method: str = "bounds with sampling error",
) -> Estimate:
    r"""An interval that covers an effect of which only bounds are known.

    .. math:: [\hat\theta_l - c\,se_l,\; \hat\theta_u + c\,se_u], \quad
        F_\nu\Bigl(c + \frac{\hat\theta_u - \hat\theta_l}{\max(se_l, se_u)}\Bigr) - F_\nu(-c) = level

    It is the two-sided interval where both bounds are one, and one-sided at both ends where they are far apart.

    Args:
        lower: Estimated lower bound, in unit u.
        upper: Estimated upper bound, not below it.
        errors: Standard errors of both, not negative, at least one of them positive.
        df: Degrees of freedom of the errors.
        value: What to show as the estimate, between the bounds.
        n: Number of independent units.
        level: Coverage of the effect, in (0, 1).
        method: How the bounds were computed.

    Returns:
        Estimate in unit u.

    Raises:
        TooLittle: No error, or no degree of freedom.

    Source: Imbens and Manski (2004), Econometrica 72, 1845-1857, with Student's t for the normal.
    Oracle: tests/oracles/test_missing_outcomes.py. Calibrated: tests/calibration/test_missing_outcomes.py.
    """
    if not max(errors) > 0 or not df > 0:
        raise TooLittle("nothing varies within the groups", "measure an outcome that varies")
    c = _multiple((upper - lower) / max(errors), df, level)
    return Estimate(
        name="difference",
        value=value,
        lower=min(value, lower - c * errors[0]),
        upper=max(value, upper + c * errors[1]),
        n=n,
        level=level,
        method=method,
    )


def _multiple(apart: float, df: float, level: float) -> float:
    """c, by halving between the one-sided and the two-sided quantile."""
    from scipy.special import stdtr, stdtrit

    low, high = float(stdtrit(df, level)), float(stdtrit(df, 0.5 + level / 2))
    for _ in range(60):
        middle = (low + high) / 2
        enough = stdtr(df, middle + apart) - stdtr(df, -middle) >= level
        low, high = (low, middle) if enough else (middle, high)
    return high
