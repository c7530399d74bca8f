"""How good the prototype is: against its promise, against today's decisions, against a simple rule."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Bar, Intervals, Table
from proveout.core.wording import reading
from proveout.instruments.prototype.cases import FEWEST, MOST_UNANSWERED, Cases
from proveout.instruments.prototype.metrics import Metric, crossed, metric, shifted
from proveout.instruments.prototype.settings import OF_SCORES, Settings
from proveout.stats.paired import mcnemar


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """What is held against the truth: cases with an answer to each, as the metric takes it."""

    cases: Cases
    answer: np.ndarray
    metric: Metric


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rival:
    """Answers of another kind to the same cases; NaN where it has none.

    Args:
        name: As it stands in tables.
        key: Of its gain: ``today`` or ``baseline``.
        answer: Shape (n,), as the metric takes it.
        method: How it comes to its answers.
    """

    name: str
    key: str
    answer: np.ndarray
    method: str = ""


def decided(settings: Settings, cases: Cases) -> np.ndarray | None:
    """Yes or no, or a code of a class; NaN where there is no answer, None where there are no decisions."""
    if cases.answer is not None:
        return cases.answer
    if cases.score is None or not cases.binary:
        return None
    if settings.threshold == "cheapest":
        return _cheapest(settings, cases)
    return np.where(np.isnan(cases.score), np.nan, (cases.score >= settings.threshold).astype(float))


def _cheapest(settings: Settings, cases: Cases) -> np.ndarray:
    """Decisions at thresholds that were chosen on other cases: where they cost nothing, they were right."""
    from proveout.stats.threshold import cross_fitted_costs

    costs = settings.costs
    assert costs is not None and cases.score is not None  # noqa: S101 settings say so
    found = np.full(len(cases), np.nan)
    known = ~np.isnan(cases.score)
    truth = cases.truth[known]
    paid = cross_fitted_costs(
        cases.score[known], truth, false_positive=costs.false_positive, false_negative=costs.false_negative
    )
    found[known] = np.where(paid > 0, 1 - truth, truth)
    return found


def judged(settings: Settings, cases: Cases) -> tuple[Judged, tuple[Check, ...]]:
    """The answers that the metric is about. What has none counts as wrong; without a decision it is left out.

    Raises:
        TooLittle: Most cases have no answer.
        ProveoutError: There is no column to take answers from.
    """
    of_decisions = settings.kind == "classification" and settings.main not in OF_SCORES
    answer = decided(settings, cases) if of_decisions else cases.score
    if settings.kind == "regression" and cases.answer is not None:
        answer = cases.answer
    if answer is None:
        raise ProveoutError("the predictions hold no answers", "declare `columns.answer` or `columns.score`")
    lacking = np.isnan(answer)
    n_lacking = int(lacking.sum())
    if n_lacking > MOST_UNANSWERED * len(cases):
        message = f"{n_lacking:,} of {len(cases):,} cases have no answer that can be read"
        raise TooLittle(message, _vocabulary(settings, cases))
    checks = ()
    if n_lacking:
        how = "count as wrong" if of_decisions else "are left out, so that all figures are about the rest"
        note = f"{n_lacking:,} of {len(cases):,} cases have none that can be read; they {how}"
        checks = (Check(name="Every case has an answer", passed=False, note=note),)
    if of_decisions:
        wrong = 1 - cases.truth if cases.binary else np.full(len(cases), -1.0)
        return Judged(cases=cases, answer=np.where(lacking, wrong, answer), metric=metric(settings)), checks
    keep = ~lacking
    if keep.sum() < FEWEST:
        raise TooLittle(f"{int(keep.sum())} case(s) with an answer; {FEWEST} are the least", "test on more cases")
    return Judged(cases=cases.at(keep), answer=answer[keep], metric=metric(settings)), checks


def _vocabulary(settings: Settings, cases: Cases) -> str:
    if cases.classes and cases.answer is not None:
        words = " or ".join(repr(name) for name in cases.classes[:5])
        return f"answers must be spelt as the truth is: {words}"
    if settings.run:
        return "run `proveout probe` until every case is answered"
    return "find out why, and test again"


def performance(settings: Settings, one: Judged, rivals: tuple[Rival, ...]) -> Part:
    """The main metric, its promise, and its gain over each rival."""
    found = one.metric.of(one.cases, one.answer)
    estimates, checks = [found], [*_limits(one)]
    bars = [Bar(label="prototype", value=found.value, lower=found.lower, upper=found.upper, note=f"{found.n:,}")]
    promise = settings.promise
    if promise is None:
        note = f"declare `promise`, what {found.name} was promised to be before the test"
        checks.append(Check(name="Something was promised", passed=None, note=note))
    else:
        estimates.append(shifted(found, "promise_margin", by=promise.figure, sign=one.metric.sign))
    rows = []
    for rival in rivals:
        gain, bar, row, said = _against(one, rival)
        estimates += gain
        bars += bar
        rows += row
        checks += said
    shown = Intervals(
        title=f"{one.metric.title} of the prototype and of its rivals",
        unit=one.metric.unit,
        bars=tuple(bars),
        reference=promise.figure if promise else None,
        reference_label="promised" if promise else "",
        note="less is better" if one.metric.sign < 0 else "",
    )
    exhibits = (shown, *_table(rows))
    return Part(estimates=tuple(estimates), checks=tuple(checks), exhibits=exhibits)


def _limits(one: Judged) -> Iterator[Check]:
    """Where weights and clusters do not count."""
    cases = one.cases
    if cases.weight is not None:
        what = "AUC, calibration" if one.metric.name == "auc" else "calibration"
        yield Check(name="Weights count", passed=None, note=f"in all metrics but {what}, and not between groups")
    if cases.clusters is not None:
        n = len(np.unique(cases.clusters))
        note = f"{n:,} clusters are the units of chance; intervals of calibration and between groups take cases as such"
        yield Check(
            name="Clusters are enough to tell chance from more", passed=True if n >= FEWEST else None, note=note
        )


def _against(one: Judged, rival: Rival) -> tuple[list[Estimate], list[Bar], list[tuple], list[Check]]:
    """Gain, picture, row of a table and checks of one rival, on the cases that both answer."""
    name = f"The prototype is better than {rival.name}"
    both = ~np.isnan(rival.answer)
    n_both = int(both.sum())
    checks = []
    if n_both < len(both):
        note = f"{n_both:,} of {len(both):,} cases have an answer of both; the gain is about these"
        checks.append(Check(name=f"{rival.name.capitalize()} answers every case", passed=None, note=note))
    try:
        if n_both < FEWEST:
            raise TooLittle(f"{n_both} case(s) with an answer of both", "have more cases decided both ways")
        cases, answer, other = one.cases.at(both), one.answer[both], rival.answer[both]
        measured, answer, how = _alike(one.metric, answer, other)
        alone = measured.of(cases, other)
        gain = measured.gain(cases, answer, other)
    except TooLittle as little:
        note = f"{little.message}; {little.remedy}"
        return [], [], [], [*checks, Check(name=name, passed=None, note=note)]
    method = "; ".join(filter(None, (f"over {rival.name}", rival.method, how, gain.method)))
    gain = replace(gain, name=f"gain_over_{rival.key}", method=method)
    bar = Bar(label=rival.name, value=alone.value, lower=alone.lower, upper=alone.upper, note=rival.method)
    if gain.lower is not None and gain.lower <= 0:
        worse = gain.upper is not None and gain.upper < 0
        note = f"on {n_both:,} cases the gain is {reading(gain)}" + ("" if worse else ", which may be chance")
        checks.append(Check(name=name, passed=False if worse else None, note=note))
    return [gain], [bar], _row(one, cases, answer, other, rival), checks


def _alike(metric: Metric, answer: np.ndarray, other: np.ndarray) -> tuple[Metric, np.ndarray, str]:
    """A score and a yes or no are compared as decisions: as many cases are selected as the other selects.

    The area under the curve of a single decision would be that of its one point, to the score's advantage.
    """
    if metric.name != "auc" or len(np.unique(other)) != 2:
        return metric, answer, ""
    n_yes = int((other == other.max()).sum())
    selected = np.zeros(len(answer))
    by_lot = np.random.default_rng(0).permutation(len(answer))  # ties are broken by lot, not by the file's order
    selected[np.lexsort((by_lot, -answer))[:n_yes]] = 1.0
    return Metric(name="balanced_accuracy"), selected, f"balanced accuracy when the highest {n_yes:,} scores are a yes"


def _row(one: Judged, cases: Cases, answer: np.ndarray, other: np.ndarray, rival: Rival) -> list[tuple]:
    if not cases.classes or (one.metric.name in OF_SCORES and one.metric.name != "auc"):
        return []
    if len(np.unique(answer)) > len(cases.classes) + 1 or len(np.unique(other)) > len(cases.classes) + 1:
        return []
    both, first, second, neither = crossed(cases.truth, answer, other)
    return [(rival.name, both, first, second, neither, mcnemar(first, second))]


def _table(rows: list[tuple]) -> Iterator[Table]:
    if rows:
        yield Table(
            title="Case by case: who is right",
            columns=("against", "both right", "only the prototype", "only the other", "neither", "p"),
            rows=tuple(rows),
            note="p: McNemar's test of whether the two are right equally often",
        )
