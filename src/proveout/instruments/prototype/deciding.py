"""What decisions cost, which cases can be left to people, and which mistakes are made."""

from dataclasses import replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Table
from proveout.core.wording import figure
from proveout.instruments.prototype.cases import FEWEST, Cases
from proveout.instruments.prototype.metrics import Metric, bootstrapped
from proveout.instruments.prototype.settings import Costs, Settings
from proveout.stats.proportion import wilson
from proveout.stats.threshold import cheapest_threshold, cross_fitted_costs
from proveout.stats.two_sample import fold_of

FOLDS = 5
MOST_CLASSES = 12


def saving(settings: Settings, cases: Cases, answer: np.ndarray | None) -> Part:
    """What the prototype's decisions save per case, and what they would at the cheapest threshold."""
    costs = settings.costs
    if costs is None:
        return Part()
    if not cases.binary or answer is None:
        note = "costs are of wrong answers of yes or no; declare `columns.answer`, or `columns.score` and `threshold`"
        return Part(checks=(Check(name="Savings can be measured", passed=None, note=note),))
    wrong = np.where(np.isnan(answer), 1 - cases.truth, answer)
    paid = _cost(wrong, cases.truth, costs)
    other, against = _paid_otherwise(cases, costs)
    saved = _saved("cost_saving", other, paid, cases, costs, against)
    note = f"{_average(paid, other, costs)} instead of {_average(other, other, costs)} by {against}"
    saves = None if saved.lower is not None and saved.lower <= 0 <= (saved.upper or 0) else saved.value > 0
    checks = [Check(name="The prototype saves money by its decisions", passed=saves, note=note)]
    if cases.score is None or np.isnan(cases.score).any():
        return Part(estimates=(saved,), checks=tuple(checks))
    best = cross_fitted_costs(
        cases.score, cases.truth, false_positive=costs.false_positive, false_negative=costs.false_negative, folds=FOLDS
    )
    if settings.threshold != "cheapest" or cases.answer is not None:
        checks.append(_cheaper_cut(paid, best, cases, costs))
    saved_at_best = _saved("best_cost_saving", other, best, cases, costs, against)
    at_best = replace(saved_at_best, method=f"{saved_at_best.method}; each threshold chosen on other cases")
    return Part(estimates=(saved, at_best), checks=tuple(checks))


def _cheaper_cut(paid: np.ndarray, best: np.ndarray, cases: Cases, costs: Costs) -> Check:
    """Whether another threshold would cost less; what is promised of the answers is not promised of it."""
    name = "No other threshold is cheaper"
    gained = _saved("gain", paid, best, cases, costs, "its own answers")
    if gained.lower is None or gained.lower <= 0:
        return Check(name=name, passed=True, note="none saves more than chance would")
    assert cases.score is not None  # noqa: S101 looked at before
    cut = cheapest_threshold(
        cases.score, cases.truth, false_positive=costs.false_positive, false_negative=costs.false_negative
    )
    right = figure(float(((cases.score >= cut) == cases.truth).mean()), "share")
    rule = ("always yes" if cut < 0 else "always no") if not np.isfinite(cut) else f"yes from {figure(cut)} on"
    note = f"{rule}: {_average(best, best, costs)} instead of {_average(paid, paid, costs)}, and {right} are right then"
    return Check(name=name, passed=None, note=f"{note}; if you take it, test it on new cases")


def _saved(name: str, other: np.ndarray, paid: np.ndarray, cases: Cases, costs: Costs, against: str) -> Estimate:
    """Mean of what is saved per case, over the cases that both decide."""
    keep = ~np.isnan(other)
    if keep.sum() < FEWEST:
        raise TooLittle(f"{int(keep.sum())} case(s) with today's decision", "have more cases decided both ways")
    saved, kept = (other - paid)[keep], cases.at(keep)
    weight = np.ones(len(saved)) if kept.weight is None else kept.weight
    found = bootstrapped(lambda counts: counts @ (saved * weight) / (counts @ weight), kept)
    return replace(found, name=name, unit=f"{costs.currency}/case", method=f"against {against}; {found.method}")


def _average(paid: np.ndarray, where: np.ndarray, costs: Costs) -> str:
    return figure(float(paid[~np.isnan(where)].mean()), f"{costs.currency}/case")


def _cost(answer: np.ndarray, truth: np.ndarray, costs: Costs) -> np.ndarray:
    wrong = np.where(truth == 1, costs.false_negative, costs.false_positive)
    return np.where(np.isnan(answer), np.nan, np.where(answer == truth, 0.0, wrong))


def _paid_otherwise(cases: Cases, costs: Costs) -> tuple[np.ndarray, str]:
    """What each case costs without the prototype: as today, else by the cheaper of always yes and always no."""
    truth = cases.truth
    if cases.today is not None and set(np.unique(cases.today[~np.isnan(cases.today)])) <= {0.0, 1.0}:
        return _cost(cases.today, truth, costs), "today's decisions"
    words = {"always no": 0.0, "always yes": 1.0}
    always = {word: _cost(np.full(len(truth), code), truth, costs) for word, code in words.items()}
    cheaper = min(always, key=lambda word: float(always[word].mean()))
    return always[cheaper], cheaper


def selective(settings: Settings, cases: Cases, answer: np.ndarray | None) -> Part:
    """Which share the prototype answers at the promised accuracy, when the rest goes to people."""
    if answer is None or settings.main != "accuracy":
        return Part()
    abstains = np.isnan(answer)
    if abstains.any() and not abstains.all():
        return _answered(cases, answer, ~abstains, "as it answered by itself")
    bar = settings.promise.at_least if settings.promise else None
    if bar is None or cases.score is None or not cases.binary or np.isnan(cases.score).any():
        return Part()
    middle = settings.threshold if isinstance(settings.threshold, float) else 0.5
    sure = np.abs(cases.score - middle)
    right = answer == cases.truth
    fold = fold_of(cases.truth, folds=FOLDS, seed=0)
    answered = np.zeros(len(cases), dtype=bool)
    for k in range(FOLDS):
        answered[fold == k] = sure[fold == k] >= _sure_enough(sure[fold != k], right[fold != k], bar)
    how = f"the surest cases, down to where {figure(bar, 'share')} of other cases were right"
    return _answered(cases, answer, answered, how)


def _sure_enough(sure: np.ndarray, right: np.ndarray, bar: float) -> float:
    """The lowest sureness down to which the share of right answers reaches the bar."""
    order = np.argsort(-sure, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last_of_ties = np.append(np.diff(sure[order]) != 0, True)
    enough = np.flatnonzero((share >= bar) & last_of_ties)
    return float(sure[order][enough[-1]]) if len(enough) else np.inf


def _answered(cases: Cases, answer: np.ndarray, answered: np.ndarray, how: str) -> Part:
    n, n_right = int(answered.sum()), int((answer[answered] == cases.truth[answered]).sum())
    share = wilson(n, len(cases)).named("answered_share")
    if n < FEWEST:
        note = f"{n} of {len(cases):,} cases are answered ({how}); that is too few to say how well"
        return Part(estimates=(share,), checks=(Check(name="Some cases can be left to it", passed=False, note=note),))
    accuracy = wilson(n_right, n)
    if cases.clusters is not None:
        accuracy = Metric(name="accuracy").of(cases.at(answered), answer[answered])
    return Part(estimates=(share, accuracy.named("selective_accuracy")))


def confusion(cases: Cases, answer: np.ndarray | None) -> Part:
    """What it says by what is true."""
    if answer is None or not cases.classes or len(cases.classes) > MOST_CLASSES:
        return Part()
    says = ("none", *cases.classes)
    codes = np.where(np.isnan(answer), -1, answer)
    rows = []
    for code, name in enumerate(cases.classes):
        true = cases.truth == code
        rows.append((name, *(int((true & (codes == said)).sum()) for said in range(-1, len(cases.classes)))))
    if not (codes < 0).any():
        says, rows = says[1:], [(row[0], *row[2:]) for row in rows]
    table = Table(
        title="What the prototype says, by what is true",
        columns=("true", *(f"says {name}" for name in says)),
        rows=tuple(rows),
    )
    return Part(exhibits=(table,))
