"""From answers to scores: one per person and scale, and the figure of a group."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.instruments.survey.questionnaire import Questionnaire
from proveout.stats.bounded import bounded_mean, scale_mean
from proveout.stats.proportion import wilson

FAIR_RESPONSE = 0.5
"""Of fewer answers it is not known what the others think."""


def turned(values: np.ndarray, asked: Questionnaire) -> np.ndarray:
    """Answers with the reversed items turned round, shape (n, k)."""
    found = values.copy()
    for k, item in enumerate(asked.items):
        if item in asked.reversed:
            found[:, k] = asked.lowest + asked.highest - found[:, k]
    return found


def scored(values: np.ndarray, asked: Questionnaire) -> Mapping[str, np.ndarray]:
    """By scale one score per person, shape (n,), NaN where too many items are missing.

    Means stay on the scale of the answers, or go from 0 to 100; for shares the mean answer.
    """
    place = {item: k for k, item in enumerate(asked.items)}
    right = turned(values, asked)
    scores = {}
    for scale, items in asked.of_scale.items():
        own = right[:, [place[item] for item in items]]
        there = np.isfinite(own)
        if asked.missing == "centre":
            own = np.where(there, own, (asked.lowest + asked.highest) / 2)
            own[~there.any(axis=1)] = np.nan
        least = 0.5 if asked.missing == "half" else 1.0
        enough = np.isfinite(own).mean(axis=1) >= least
        with np.errstate(invalid="ignore"):
            mean = np.nansum(own, axis=1) / np.isfinite(own).sum(axis=1)
        if asked.score == "percent":
            mean = (mean - asked.lowest) / (asked.highest - asked.lowest) * 100
        scores[scale] = np.where(enough, mean, np.nan)
    return scores


def summary(scores: np.ndarray, asked: Questionnaire) -> Estimate:
    """The figure of some people: a mean, a share, or the net of two shares.

    Raises:
        TooLittle: Fewer than two scores.
    """
    x = scores[np.isfinite(scores)]
    if asked.score == "top":
        assert asked.good_from is not None  # noqa: S101 the questionnaire says so
        return wilson(int((x >= asked.good_from).sum()), len(x), level=asked.level)
    low, high = asked.ends
    if asked.score == "net":
        assert asked.good_from is not None and asked.bad_to is not None  # noqa: S101 the questionnaire says so
        net = 100.0 * (x >= asked.good_from) - 100.0 * (x <= asked.bad_to)
        found = scale_mean(net, low=low, high=high, level=asked.level)
        return replace(found, method=f"share of the good less share of the bad answers, {found.method}")
    return scale_mean(np.clip(x, low, high), low=low, high=high, level=asked.level)


def as_support(scores: np.ndarray, asked: Questionnaire, members: int | None) -> Estimate:
    """The mean of a group, turned to a scale from 1 to 5; where most did not answer, they may all be against it.

    Raises:
        TooLittle: Fewer than two scores.
    """
    low, high = asked.ends
    x = np.clip(1 + 4 * (scores[np.isfinite(scores)] - low) / (high - low), 1.0, 5.0)
    if len(x) < 2:
        raise TooLittle(f"{len(x)} answer(s)", "ask more people")
    found = bounded_mean(x, low=1.0, high=5.0, level=asked.level, population=members)
    method = found.method if (low, high) == (1.0, 5.0) else f"{found.method}, turned to 1 to 5"
    if members is None or len(x) >= FAIR_RESPONSE * members:
        return replace(found, method=method)
    silent = members - len(x)
    lowest = (float(x.sum()) + silent * 1.0) / members
    return replace(found, lower=lowest, method=f"{method}; {silent} of {members} are silent, and may be against it")
