"""Whether things happen as often as their probabilities say."""

from dataclasses import dataclass

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.proportion import wilson

STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Cases with about the same score: the ends of their scores, how many, and how often it happened."""

    lower: float
    upper: float
    n: int
    mean_score: float
    rate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class BrierParts:
    """Murphy's parts of the Brier score: score = reliability - resolution + uncertainty + within.

    Args:
        score: Mean squared distance of score and truth.
        reliability: What wrong probabilities cost; 0 is best.
        resolution: What telling cases apart gains.
        uncertainty: The score of always saying the base rate.
        within: What is lost by taking the cases of a bin together; near 0.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float


def reliability(scores: np.ndarray, truth: np.ndarray, *, bins: int = 10, level: float = 0.95) -> tuple[Bin, ...]:
    """Score and rate in bins of about as many cases; equal scores stay together.

    Args:
        scores: Shape (n,), probabilities, 0 to 1.
        truth: Shape (n,), 0 or 1.
        bins: How many at most.
        level: Coverage of each rate's interval, in (0, 1).

    Returns:
        From the lowest scores to the highest.

    Raises:
        TooLittle: No cases.
        ValueError: A score outside 0 to 1.

    Source: Murphy and Winkler (1977), Applied Statistics 26, 41-47. Oracle: tests/oracles/test_calibration.py.
    """
    s, t = np.asarray(scores, float), np.asarray(truth, float)
    if not len(s):
        raise TooLittle("no scores", "test on at least one case")
    if not (s.min() >= 0 and s.max() <= 1):
        raise ValueError(f"scores from {s.min():g} to {s.max():g} are no probabilities")
    _, inverse, counts = np.unique(s, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2
    code = (bins * middle / len(s)).astype(int)[inverse]
    found = []
    for k in np.unique(code):
        inside = code == k
        n = int(inside.sum())
        found.append(
            Bin(
                lower=float(s[inside].min()),
                upper=float(s[inside].max()),
                n=n,
                mean_score=float(s[inside].mean()),
                rate=wilson(round(float(t[inside].sum())), n, level=level),
            )
        )
    return tuple(found)


def calibration_error(scores: np.ndarray, truth: np.ndarray, *, bins: int = 10, level: float = 0.95) -> Estimate:
    r"""How far rates lie from scores, on average, less what chance alone would show.

    .. math:: \sum_b \frac{n_b}{n}\bigl(|d_b| - E|N(\delta_b, s_b^2)| + \delta_b\bigr), \quad
        d_b = \bar y_b - \bar p_b,\; s_b^2 = \bar y_b(1-\bar y_b)/n_b,\; \delta_b^2 = \max(0, d_b^2 - s_b^2)

    held at 0, with an interval from the variances of :math:`|N(\delta_b, s_b^2)|` that is cautious near 0.

    Args:
        scores: Shape (n,), probabilities, 0 to 1.
        truth: Shape (n,), 0 or 1.
        bins: Of equal size, as `reliability` makes them.
        level: Coverage of the interval, in (0, 1).

    Returns:
        Estimate with unit ``share``: 0.05 for rates that are off by five points on average.

    Raises:
        TooLittle: Fewer than ten cases a bin on average.
        ValueError: A score outside 0 to 1.

    Assumes: independent cases; what differs within a bin and cancels is not seen.
    Source: Kumar, Liang and Ma (2019), NeurIPS 32, section 5 and appendix, for the correction.
    Oracle: tests/oracles/test_calibration.py. Calibrated: tests/calibration/test_calibration.py.
    """
    from scipy.special import ndtri

    found = reliability(scores, truth, bins=bins, level=level)
    n = np.array([b.n for b in found], float)
    if n.sum() < 10 * bins:
        raise TooLittle(f"{int(n.sum())} cases for {bins} bins", f"test on at least {10 * bins} cases")
    rate = np.array([b.rate.value for b in found])
    apart = np.abs(rate - [b.mean_score for b in found])
    shrunk = (rate * n + 1) / (n + 2)
    spread = np.sqrt(shrunk * (1 - shrunk) / n)
    share = n / n.sum()
    plain = float(share @ apart)
    likely = np.sqrt(np.maximum(apart**2 - spread**2, 0))
    folded = _folded_mean(likely, spread)
    value = max(0.0, plain - float(share @ (folded - likely)))
    half = float(ndtri(0.5 + level / 2)) * float(share**2 @ (likely**2 + spread**2 - folded**2)) ** 0.5
    return _corrected(plain, value, half, float(share @ spread) * (2 / np.pi) ** 0.5, found, int(n.sum()), level)


def _corrected(
    plain: float, value: float, half: float, by_chance: float, found: tuple[Bin, ...], n: int, level: float
) -> Estimate:
    """The lower end is 0 while chance alone might show as much."""
    return Estimate(
        name="calibration_error",
        value=value,
        lower=0.0 if plain - half <= by_chance else max(0.0, min(value, plain - by_chance) - half),
        upper=min(1.0, max(value, plain) + half),
        unit="share",
        n=n,
        level=level,
        method=f"mean distance of rate and score in {len(found)} bins, corrected for chance",
    )


def _folded_mean(mean: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Expectation of the size of a normal variable."""
    from scipy.special import ndtr

    z = mean / spread
    return spread * np.sqrt(2 / np.pi) * np.exp(-(z**2) / 2) + mean * (1 - 2 * ndtr(-z))


def brier_parts(scores: np.ndarray, truth: np.ndarray, *, bins: int = 10) -> BrierParts:
    """The Brier score and what it is made of.

    Args:
        scores: Shape (n,), probabilities, 0 to 1.
        truth: Shape (n,), 0 or 1.
        bins: As `reliability` makes them.

    Raises:
        TooLittle: No cases.
        ValueError: A score outside 0 to 1.

    Source: Murphy (1973), J. Applied Meteorology 12, 595-600; Stephenson, Coelho and Jolliffe (2008), Weather and
    Forecasting 23, 752-757, for what lies within bins. Oracle: tests/oracles/test_calibration.py.
    """
    found = reliability(scores, truth, bins=bins)
    t = np.asarray(truth, float)
    share = np.array([b.n for b in found]) / len(t)
    rate, mean = np.array([b.rate.value for b in found]), np.array([b.mean_score for b in found])
    base = float(t.mean())
    score = float(((np.asarray(scores, float) - t) ** 2).mean())
    wrong, apart, uncertain = float(share @ (rate - mean) ** 2), float(share @ (rate - base) ** 2), base * (1 - base)
    return BrierParts(
        score=score,
        reliability=wrong,
        resolution=apart,
        uncertainty=uncertain,
        within=score - wrong + apart - uncertain,
    )


def recalibration(scores: np.ndarray, truth: np.ndarray, *, level: float = 0.95) -> tuple[Estimate, Estimate]:
    r"""Slope b and intercept a that would make the probabilities right.

    .. math:: \mathrm{logit}\,P = a + b\,\mathrm{logit}\,p

    Args:
        scores: Shape (n,), probabilities, 0 to 1; 0 and 1 are taken for the nearest that the number of cases allows.
        truth: Shape (n,), 0 or 1.
        level: Coverage of the intervals, in (0, 1).

    Returns:
        Slope (1 when right; below 1 the scores are too extreme) and intercept (0 when right).

    Raises:
        TooLittle: One class only, scores that are all alike, or scores that separate the classes entirely.
        ValueError: A score outside 0 to 1.

    Assumes: independent cases; enough for Wald's interval.
    Source: Cox (1958), Biometrika 45, 562-565; Steyerberg (2009), Clinical Prediction Models, section 15.3.
    Oracle: tests/oracles/test_calibration.py. Calibrated: tests/calibration/test_calibration.py.
    """
    from scipy.special import logit, ndtri

    s, t = np.asarray(scores, float), np.asarray(truth, float)
    if len(s) and not (s.min() >= 0 and s.max() <= 1):
        raise ValueError(f"scores from {s.min():g} to {s.max():g} are no probabilities")
    if len(np.unique(t)) < 2 or len(np.unique(s)) < 2:
        raise TooLittle("all cases have the same truth or score", "test on cases of both kinds")
    edge = 0.5 / len(s)
    x = np.column_stack([np.ones(len(s)), logit(np.clip(s, edge, 1 - edge))])
    b, information = _fitted(x, t)
    if np.linalg.cond(information) > 1e12 or np.abs(b).max() > 1e3:
        raise TooLittle("the scores separate the cases entirely", "test on more cases")
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    z = float(ndtri(0.5 + level / 2))
    intercept, slope = (
        Estimate(
            name=name,
            value=float(value),
            lower=float(value - z * error),
            upper=float(value + z * error),
            n=len(s),
            level=level,
            method="logistic recalibration",
        )
        for name, value, error in zip(("calibration_intercept", "calibration_slope"), b, errors, strict=True)
    )
    return slope, intercept


def _fitted(x: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of a logistic fit and their information, by Newton's method with steps that never lose."""
    from scipy.special import expit

    def likelihood(b: np.ndarray) -> float:
        odds = x @ b
        return float(truth @ odds - np.logaddexp(0, odds).sum())

    b, information = np.zeros(x.shape[1]), np.eye(x.shape[1])
    for _ in range(STEPS):
        p = expit(x @ b)
        information = x.T @ (x * (p * (1 - p))[:, None])
        if np.linalg.cond(information) > 1e12:
            break
        step = np.linalg.solve(information, x.T @ (truth - p))
        while likelihood(b + step) < likelihood(b) and np.abs(step).max() > 1e-12:
            step = step / 2
        b = b + step
        if np.abs(step).max() < 1e-10:
            break
    return b, information
