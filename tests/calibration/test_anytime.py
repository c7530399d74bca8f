"""The error of looking after every unit, beside that of a plain t-test."""

import numpy as np
import pytest

from proveout.core.errors import TooLittle
from proveout.stats.anytime import anytime_coefficient, anytime_difference, anytime_ratio, best_tuning
from proveout.stats.asymptotic_sequence import asymptotic_interval
from proveout.stats.balance import Moments
from proveout.stats.difference import welch

TRIALS, UNITS, FIRST = 1_000, 200, 4


@pytest.mark.parametrize("kind", ["normal", "lognormal", "yes or no"])
def test_looks_after_every_unit_are_wrong_no_more_often_than_promised(kind):
    """The design notes: at most 5.3% in all three; plain tests reject far more."""
    from scipy.stats import binom, t

    rng = np.random.default_rng(5)
    draw = {
        "normal": lambda: rng.normal(size=(TRIALS, UNITS)),
        "lognormal": lambda: rng.lognormal(0, 1, (TRIALS, UNITS)) - np.exp(0.5),
        "yes or no": lambda: rng.integers(0, 2, (TRIALS, UNITS)) - 0.5,
    }[kind]
    y, arm = draw(), np.tile([-1.0, 1.0], UNITS // 2)
    n = np.arange(1, UNITS + 1)
    value = (y * arm).cumsum(axis=1) / n  # half the difference of the arms
    mean = y.cumsum(axis=1) / n
    rest = (y**2).cumsum(axis=1) / n - mean**2 - value**2
    tuning = best_tuning(UNITS, 2)
    wrong = peeked = 0
    for k in range(FIRST - 1, UNITS, 2):  # both arms are of one size at every other unit, so that the fit is simple
        error = np.sqrt(np.maximum(rest[:, k], 1e-12) / (k + 1 - 2))
        radius = anytime_coefficient(0.0, 1.0, n=k + 1, parameters=2, tuning=tuning).upper or np.inf
        wrong = wrong | (np.abs(value[:, k]) > radius * error)
        peeked = peeked | (np.abs(value[:, k]) > t.ppf(0.975, k - 1) * error)
    assert np.sum(wrong) <= binom.ppf(0.9995, TRIALS, 0.053)
    assert np.sum(peeked) > 0.15 * TRIALS


FEW, LOOKS = 40, (*range(4, 41, 3), 60, 100, 150, 200)
"""The tuning is for few units, the looks go on after them."""


def yes(random, share, n):
    return (random.random(n) < share).astype(float)


KINDS = {
    "yes or no, alike": (lambda r, n: yes(r, 0.5, n), lambda r, n: yes(r, 0.5, n), 0.5, 0.5, 0.5),
    "yes or no, rare": (lambda r, n: yes(r, 0.1, n), lambda r, n: yes(r, 0.2, n), 0.1, 0.2, 0.5),
    "yes or no, one arm of few": (lambda r, n: yes(r, 0.2, n), lambda r, n: yes(r, 0.2, n), 0.2, 0.2, 0.8),
    "skewed": (
        lambda r, n: r.lognormal(0, 1, n),
        lambda r, n: 1.5 * r.lognormal(0, 1, n),
        np.exp(0.5),
        1.5 * np.exp(0.5),
        0.5,
    ),
    "few vary more": (lambda r, n: r.normal(1, 0.9, n), lambda r, n: r.normal(1, 0.3, n), 1.0, 1.0, 0.8),
    "ratio of sums": (lambda r, n: yes(r, 0.2, n), lambda r, n: yes(r, 0.3, n), 0.2, 0.3, 0.5),
}


def growing(kind, random):
    """Both arms at each look, and the truth: values, or ratios over denominators of unequal size."""
    control, treated, mean0, mean1, share = KINDS[kind]
    n = max(LOOKS)
    w, d = random.random(n) < share, random.lognormal(0, 0.6, n) if kind == "ratio of sums" else np.ones(n)
    y = np.where(w, treated(random, n), control(random, n)) * d
    for look in LOOKS:
        arms = [(y[:look][part], d[:look][part]) for part in (~w[:look], w[:look])]
        if min(len(part) for part, _ in arms) > 1:
            yield *(linearised(*arm) for arm in arms), mean1 - mean0, mean1 / mean0 - 1


def linearised(y, d):
    ratio = y.sum() / d.sum()
    return Moments(n=len(y), mean=float(ratio), variance=float(np.var((y - ratio * d) / d.mean(), ddof=1)))


def misses(estimate, truth):
    return estimate.lower is not None and not estimate.lower <= truth <= estimate.upper


@pytest.mark.parametrize("kind", KINDS)
def test_arms_that_grow_from_four_units_on(kind):
    """The asymptotic sequence errs too often, and so does a share of a control mean that counts as known."""
    from scipy.stats import binom

    random, tuning, trials = np.random.default_rng(12), best_tuning(FEW, 2), 300
    wrong = dict.fromkeys(("difference", "ratio", "asymptotic", "known"), 0)
    for _ in range(trials):
        now = dict.fromkeys(wrong, False)
        for a, b, difference, share in growing(kind, random):
            try:
                found = anytime_difference(a, b, tuning=tuning).estimate
                ratio = anytime_ratio(a, b, tuning=tuning) if a.mean else None
            except TooLittle:
                continue
            plain = welch(a, b)
            now["difference"] |= misses(found, difference)
            now["ratio"] |= ratio is not None and misses(ratio, share)
            now["asymptotic"] |= misses(asymptotic_interval(plain, FEW), difference)
            now["known"] |= misses(found, share * a.mean)
        for method in wrong:
            wrong[method] += now[method]
    assert wrong["difference"] <= binom.ppf(0.9995, trials, 0.05)
    assert wrong["ratio"] <= binom.ppf(0.9995, trials, 0.05)
    assert (wrong["asymptotic"] > 0.07 * trials) == (kind != "yes or no, rare")
    assert wrong["known"] > 0.07 * trials or kind != "yes or no, rare"
