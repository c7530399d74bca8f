"""How well a classifier probably did where the truth is not known yet, from its own calibrated scores."""

from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.stats.bootstrap import percentile

DRAWS = 200
"""Of the bootstrap; fewer do for a picture."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Cases grouped by score and answer.

    Args:
        score: Shape (c,), 0 to 1.
        answered: Shape (c,), whether the answer was yes.
        n: Shape (c,), how many cases.
        positive: Shape (c,), how many of them were truly yes; None where that is not known.
    """

    score: np.ndarray
    answered: np.ndarray
    n: np.ndarray
    positive: np.ndarray | None = None


def isotonic(score: np.ndarray, n: np.ndarray, positive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""The rising curve of the chance of yes that fits best: pooled adjacent violators.

    Args:
        score: Shape (c,), any order; equal scores are pooled.
        n: Shape (c,), cases, positive.
        positive: Shape (c,), of them those that are yes.

    Returns:
        Distinct scores in rising order, and the fitted chance at each; straight between them, flat beyond.

    Raises:
        TooLittle: No cases.

    Source: Barlow, Bartholomew, Bremner and Brunk (1972), Statistical Inference under Order Restrictions; Zadrozny and
    Elkan (2002), KDD, 694-699. Oracle: tests/oracles/test_estimated_performance.py.
    """
    from scipy.optimize import isotonic_regression

    if not np.sum(n):
        raise TooLittle("no cases to calibrate on", "collect cases whose truth is known")
    knots, place = np.unique(score, return_inverse=True)
    cases, yes = (np.bincount(place, weights=x, minlength=len(knots)) for x in (n, positive))
    knots, cases, yes = (x[cases > 0] for x in (knots, cases, yes))
    fitted = isotonic_regression(yes / cases, weights=cases).x
    return knots, fitted


def estimated_performance(
    reference: Scored,
    current: Scored,
    metric: str = "accuracy",
    *,
    level: float = 0.95,
    seed: int = 0,
    draws: int = DRAWS,
) -> Estimate:
    r"""Expected accuracy or AUC without the truth (confidence-based performance estimation, CBPE).

    With the chance :math:`\hat c_i` of yes, calibrated by `isotonic` on the reference,

    .. math:: \widehat{acc} = \frac1n\sum_i \hat y_i\hat c_i + (1-\hat y_i)(1-\hat c_i), \quad
        \widehat{auc} = \frac{\sum_{ij}\hat c_i(1-\hat c_j)\,[\hat c_i > \hat c_j] + \tfrac12[\hat c_i = \hat c_j]}
        {\sum_i\hat c_i\sum_j(1-\hat c_j)}

    Args:
        reference: Cases with the truth, on which the scores are calibrated.
        current: Cases without it.
        metric: ``accuracy`` or ``auc``.
        level: Coverage of the interval, in (0, 1).
        seed: Of the bootstrap, which draws reference and current cases anew.
        draws: Of the bootstrap.

    Returns:
        Estimate with unit ``share`` of what the metric is expected to be, not of what luck made of it.

    Raises:
        TooLittle: No cases, the reference has no truth, or all of one kind for the AUC.

    Assumes: only the inputs moved, not what follows from them: the same score still means the same chance.
    Source: Kivimaki, Bialek, Nurminen and Kuberski (2025), Confidence-based estimators for predictive performance in
    model monitoring, JAIR 82; reproduces NannyML 0.13.1. Oracle: tests/oracles/test_estimated_performance.py.
    Calibrated: tests/calibration/test_estimated_performance.py.
    """
    truth, measured = _known(reference), _expected(metric)
    value = measured(_calibrated(truth, current))
    random = np.random.default_rng(seed)
    drawn = [measured(_calibrated(_drawn(truth, random), _drawn(current, random))) for _ in range(draws)]
    return _estimate(f"estimated_{metric}", value, drawn, current, level, "CBPE, isotonic calibration, bootstrap")


def realised_performance(
    current: Scored, metric: str = "accuracy", *, level: float = 0.95, seed: int = 0, draws: int = DRAWS
) -> Estimate:
    """Accuracy or AUC of cases whose truth has come.

    Args:
        current: Cases with the truth.
        metric: ``accuracy`` or ``auc``.
        level: Coverage of the interval, in (0, 1).
        seed: Of the bootstrap over cases.
        draws: Of the bootstrap.

    Returns:
        Estimate with unit ``share``.

    Raises:
        TooLittle: No cases with the truth, or all of one kind for the AUC.

    Source: Hanley and MacGibbon (2006), Computer Methods and Programs in Biomedicine 83, 57-62, for Poisson draws.
    Oracle: tests/oracles/test_estimated_performance.py.
    Calibrated: tests/calibration/test_estimated_performance.py.
    """
    truth, random = _known(current), np.random.default_rng(seed)
    drawn = [_REALISED[metric](_drawn(truth, random)) for _ in range(draws)]
    return _estimate(f"realised_{metric}", _REALISED[metric](truth), drawn, truth, level, "bootstrap over cases")


def performance_gap(
    reference: Scored,
    current: Scored,
    metric: str = "accuracy",
    *,
    level: float = 0.95,
    seed: int = 0,
    draws: int = DRAWS,
) -> Estimate:
    """Realised less expected performance of the same cases; below 0 when the relation itself has worsened.

    Args:
        reference: Cases with the truth, on which the scores are calibrated.
        current: Later cases with the truth.
        metric: ``accuracy`` or ``auc``.
        level: Coverage of the interval, in (0, 1).
        seed: Of the bootstrap, which draws reference and current cases anew.
        draws: Of the bootstrap.

    Returns:
        Estimate with unit ``share``; 0 when the same score still means the same chance.

    Raises:
        TooLittle: As `estimated_performance`.

    Source: as `estimated_performance`. Oracle: tests/oracles/test_estimated_performance.py.
    Calibrated: tests/calibration/test_estimated_performance.py.
    """
    before, after, random = _known(reference), _known(current), np.random.default_rng(seed)
    expected, realised = _expected(metric), _REALISED[metric]

    def gap(then: Scored, now: Scored) -> float:
        return realised(now) - expected(_calibrated(then, now))

    drawn = [gap(_drawn(before, random), _drawn(after, random)) for _ in range(draws)]
    return _estimate("performance_gap", gap(before, after), drawn, after, level, "realised less CBPE, bootstrap")


def _known(scored: Scored) -> Scored:
    if scored.positive is None or not np.sum(scored.n):
        raise TooLittle("no cases whose truth is known", "wait for the labels, or look at how they are joined")
    return scored


def _calibrated(reference: Scored, current: Scored) -> Scored:
    """Current cases with the calibrated chance in the place of the score."""
    assert reference.positive is not None  # noqa: S101  callers know
    knots, fitted = isotonic(reference.score, reference.n, reference.positive)
    return replace(current, score=np.interp(current.score, knots, fitted))


def _expected(metric: str):
    def measured(chances: Scored) -> float:
        c, n = chances.score, chances.n
        if metric == "accuracy":
            return float((n * np.where(chances.answered, c, 1 - c)).sum() / n.sum())
        return _area(c, n * c, n * (1 - c))

    return measured


def _accuracy(scored: Scored) -> float:
    yes = np.asarray(scored.positive, float)
    return float(np.where(scored.answered, yes, scored.n - yes).sum() / scored.n.sum())


def _auc(scored: Scored) -> float:
    yes = np.asarray(scored.positive, float)
    return _area(scored.score, yes, scored.n - yes)


def _area(score: np.ndarray, yes: np.ndarray, no: np.ndarray) -> float:
    """Chance that a yes has the higher score than a no, ties half."""
    knots, place = np.unique(score, return_inverse=True)
    ups, downs = (np.bincount(place, weights=x, minlength=len(knots)) for x in (yes, no))
    if ups.sum() <= 0 or downs.sum() <= 0:
        raise TooLittle("all cases are of one kind", "an AUC needs cases of both kinds")
    return float((ups * (np.cumsum(downs) - downs / 2)).sum() / (ups.sum() * downs.sum()))


_REALISED = {"accuracy": _accuracy, "auc": _auc}


def _drawn(scored: Scored, random: np.random.Generator) -> Scored:
    """About as many cases drawn with replacement: each cell a Poisson number of times."""
    if scored.positive is None:
        return replace(scored, n=random.poisson(scored.n))
    yes, no = random.poisson(scored.positive), random.poisson(scored.n - scored.positive)
    return replace(scored, n=yes + no, positive=yes)


def _estimate(name: str, value: float, draws: list[float], scored: Scored, level: float, method: str) -> Estimate:
    n = int(np.sum(scored.n))
    found = percentile(value, np.array(draws), n=n, level=level)
    return replace(found, name=name, unit="share", method=method)
