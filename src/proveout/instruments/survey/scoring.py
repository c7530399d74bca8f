"""From answers to scores: one per person and scale, and the figure of a group."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.instruments.survey.questionnaire import Questionnaire
from proveout.stats.bounded import bounded_mean, scale_mean
from proveout.stats.mover import independent_sum
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

    The figure of a group is the mean of these: answers, 0 to 100, 0 or 1 for a share, or 100, 0 or -100 for a net.
    """
    place = {item: k for k, item in enumerate(asked.items)}
    right = turned(values, asked)
    scores = {}
    for scale, items in asked.of_scale.items():
        own = right[:, [place[item] for item in items]]
        there = np.isfinite(own)
        if asked.missing == "centre":
            own = np.where(there, own, (asked.lowest + asked.highest) / 2)
        least = 1.0 if asked.missing == "complete" else 0.5
        enough = there.mean(axis=1) >= least
        with np.errstate(invalid="ignore"):
            mean = np.nansum(own, axis=1) / np.isfinite(own).sum(axis=1)
        scores[scale] = np.where(enough, _as_score(mean, asked), np.nan)
    return scores


def _as_score(mean: np.ndarray, asked: Questionnaire) -> np.ndarray:
    """From a person's mean answer to what is averaged over people."""
    if asked.score == "percent":
        return (mean - asked.lowest) / (asked.highest - asked.lowest) * 100
    if asked.score == "top":
        return 1.0 * (mean >= asked.good_from)
    if asked.score == "net":
        return 100.0 * (mean >= asked.good_from) - 100.0 * (mean <= asked.bad_to)
    return mean


def summary(scores: np.ndarray, asked: Questionnaire) -> Estimate:
    """The figure of some people: a mean, a share, or the net of two shares.

    Raises:
        TooLittle: Fewer than two scores.
    """
    x = scores[np.isfinite(scores)]
    if asked.score == "top":
        return wilson(int(x.sum()), len(x), level=asked.level)
    low, high = asked.ends
    found = scale_mean(np.clip(x, low, high), low=low, high=high, level=asked.level)
    what = "share of the good less share of the bad answers, " if asked.score == "net" else ""
    return replace(found, method=what + found.method)


def change(old: np.ndarray, new: np.ndarray, asked: Questionnaire) -> Estimate:
    """The mean of what changed, of the same people.

    Raises:
        TooLittle: Nobody.
    """
    low, high = asked.ends
    return scale_mean(np.clip(new - old, low - high, high - low), low=low - high, high=high - low, level=asked.level)


def difference(old: np.ndarray, new: np.ndarray, asked: Questionnaire) -> Estimate:
    """What changed, of different people: the figure of the later ones less that of the earlier.

    Raises:
        TooLittle: Nobody on one side.
    """
    before, now = summary(old, asked), summary(new, asked)
    assert before.lower is not None and before.upper is not None  # noqa: S101 a bounded scale has two ends
    less = replace(before, value=-before.value, lower=-before.upper, upper=-before.lower)
    return replace(independent_sum([now, less]), n=len(old) + len(new))


def as_support(scores: np.ndarray, asked: Questionnaire, members: int | None, unplaced: int = 0) -> Estimate:
    """The mean of a group, turned to a scale from 1 to 5; where most did not answer, they may all be against it.

    So may those sheets of no declared group that can be this group's.

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
        own = unplaced if members is None else min(unplaced, members - len(x))
        if not own:
            return replace(found, method=method)
        against = np.append(x, np.ones(own))
        worst = bounded_mean(against, low=1.0, high=5.0, level=asked.level, population=members)
        assert found.lower is not None and worst.lower is not None  # noqa: S101 a bounded scale has two ends
        method += f"; {own} answers of no known group may be its own, and against it"
        return replace(found, lower=min(found.lower, worst.lower), method=method)
    silent = members - len(x)
    lowest = (float(x.sum()) + silent * 1.0) / members
    return replace(found, lower=lowest, method=f"{method}; {silent} of {members} are silent, and may be against it")
