"""What the prototype is held against: today's decisions, and the simplest rules there are."""

from collections.abc import Iterator

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.evidence import Check
from proveout.instruments.prototype.fields import Fields
from proveout.instruments.prototype.performance import Judged, Rival
from proveout.instruments.prototype.settings import OF_SCORES, Settings
from proveout.stats.one_rule import one_rule

SEED = 0


OF_THE_YES = ("precision", "f1")
"""Metrics of which always no has none; always yes has."""


def rivals(settings: Settings, one: Judged, seen: Fields | None) -> tuple[tuple[Rival, ...], tuple[Check, ...]]:
    """Today's process and one baseline, as far as they are declared.

    Args:
        settings: As declared.
        one: The prototype's answers.
        seen: The fields of those cases, where some are declared.
    """
    found: list[Rival] = []
    checks: list[Check] = []
    today = one.cases.today
    if today is None:
        note = "declare `columns.today`, what today's process decided on the same cases"
        checks.append(Check(name="Today's decisions are known", passed=None, note=note))
    elif settings.main in ("log_loss", "brier"):
        note = f"today's decisions are yes or no, and {settings.main} is about probabilities; take `accuracy` or `auc`"
        checks.append(Check(name="Today's decisions can be compared", passed=None, note=note))
    else:
        found.append(Rival(name="today", key="today", answer=today))
    simple = [*_simple(settings, one, seen)]
    if simple:
        found.append(max(simple, key=lambda rival: _worth(one, rival)))
    else:
        note = "declare `baseline: {column: ...}`, a column with the answers of a simple rule"
        checks.append(Check(name="There is a simple rule to compare with", passed=None, note=note))
    return tuple(found), tuple(checks)


def _worth(one: Judged, rival: Rival) -> float:
    """How good it is where it has an answer."""
    both = ~np.isnan(rival.answer)
    cases = one.cases.at(both)
    if not both.any():
        return -np.inf
    try:
        value = one.metric.sign * one.metric.value(cases, rival.answer[both])
    except TooLittle:
        return -np.inf
    return -np.inf if np.isnan(value) else value


def _simple(settings: Settings, one: Judged, seen: Fields | None) -> Iterator[Rival]:
    """The rules that are asked for; by default whatever there is."""
    wanted = settings.baseline
    if one.cases.baseline is not None:
        yield Rival(name="baseline", key="baseline", answer=one.cases.baseline, method="as declared")
    if wanted in ("", "majority"):
        yield _constant(settings, one)
    if wanted == "persistence" or (wanted == "" and settings.kind == "regression" and one.cases.time is not None):
        yield _persistence(one)
    if wanted in ("", "one-rule") and seen is not None and settings.kind == "classification":
        yield from _best_field(settings, one, seen)


def _constant(settings: Settings, one: Judged) -> Rival:
    """The same answer to every case, the best that there is."""
    truth = one.cases.truth
    if settings.kind == "ranking":
        order = np.random.default_rng(SEED).random(len(truth))
        return Rival(name="any order", key="baseline", answer=order, method="drawn by a fixed lot")
    if settings.kind == "regression":
        middle = float(np.median(truth) if settings.main == "mae" else truth.mean())
        return Rival(name="one number", key="baseline", answer=np.full(len(truth), middle), method=f"always {middle:g}")
    if settings.main in OF_SCORES:
        share = float(truth.mean())
        return Rival(name="one score", key="baseline", answer=np.full(len(truth), share), method=f"always {share:.3g}")
    codes, counts = np.unique(truth, return_counts=True)
    often = 1.0 if settings.main in OF_THE_YES else codes[np.argmax(counts)]
    says = f"always {one.cases.classes[int(often)]!r}"
    return Rival(name="majority", key="baseline", answer=np.full(len(truth), often), method=says)


def _persistence(one: Judged) -> Rival:
    """The truth of the case before, of the same cluster where clusters are declared."""
    cases = one.cases
    answer = np.full(len(cases), np.nan)
    if cases.time is not None:
        timed = np.flatnonzero(~np.isnat(cases.time))
        series = np.zeros(len(cases)) if cases.clusters is None else cases.clusters
        order = timed[np.lexsort((cases.time[timed], series[timed]))]
        same = series[order[1:]] == series[order[:-1]]
        answer[order[1:][same]] = cases.truth[order[:-1][same]]
    return Rival(name="persistence", key="baseline", answer=answer, method="the truth of the case before")


def _best_field(settings: Settings, one: Judged, seen: Fields) -> Iterator[Rival]:
    """The best single field: one rule where cases are counted, else its score, both from other cases."""
    from scipy.special import expit

    if not one.cases.binary or not seen.alone:
        return
    answer = np.full(len(one.cases), np.nan)
    truth = one.cases.truth[seen.at]
    if settings.main == "accuracy":
        rule = one_rule(seen.columns, truth, positive=one.cases.classes[1])
        answer[seen.at] = rule.answers
        yield Rival(name="best single field", key="baseline", answer=answer, method=rule.words)
        return
    best = seen.best
    if best is None:
        return
    scores = seen.alone[best]
    if settings.main in OF_SCORES:
        answer[seen.at] = expit(scores)
        yield Rival(name="best single field", key="baseline", answer=answer, method=f"the score of {best} alone")
        return
    cut = np.quantile(scores, 1 - truth.mean())
    answer[seen.at] = (scores >= cut).astype(float)
    method = f"{best} alone, as many yes as there are"
    yield Rival(name="best single field", key="baseline", answer=answer, method=method)
