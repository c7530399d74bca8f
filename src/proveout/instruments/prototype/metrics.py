"""One metric of one set of answers, and the difference of two on the same cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.instruments.prototype.cases import Cases
from proveout.instruments.prototype.settings import ERRORS, Settings
from proveout.stats import bca, paired, roc, scoring
from proveout.stats.proportion import wilson

Score = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""Truth (n,), answers (n,), weights (b, n) to the metric (b,)."""

SCORES: Mapping[str, Score] = {
    "accuracy": scoring.accuracy,
    "balanced_accuracy": scoring.balanced_accuracy,
    "precision": scoring.precision,
    "recall": scoring.recall,
    "f1": scoring.f1,
    "matthews": scoring.matthews,
    "log_loss": scoring.log_loss,
    "brier": scoring.brier_score,
    "mae": scoring.mae,
    "rmse": scoring.rmse,
    "r_squared": scoring.r_squared,
}
SHARES = ("accuracy", "balanced_accuracy", "precision", "recall", "auc", "precision_at_k", "rubric_pass_share")
BOUNDED = (*SHARES, "f1", "ndcg", "average_precision")
"""From 0 to 1: where all cases are right, or all wrong, resamples say the same, which is not certainty."""
MOST_DRAWN = 2000
"""More cases or clusters than this are resampled in so many lots: as good, and a matrix that fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric as the settings ask for it."""

    name: str
    k: int = 10

    @property
    def sign(self) -> int:
        """1 where more is better, -1 for an error."""
        return -1 if self.name in ERRORS else 1

    @property
    def title(self) -> str:
        """As people say it."""
        short = self.name in ("auc", "mae", "rmse", "ndcg", "f1")
        return self.name.upper() if short else self.name.replace("_", " ").capitalize()

    @property
    def unit(self) -> str:
        """Of its value."""
        return "share" if self.name in SHARES else ""

    def of(self, cases: Cases, answer: np.ndarray, *, level: float = 0.95) -> Estimate:
        """The metric with its interval."""
        weighted = cases.weight is not None
        if self.name == "auc":
            found = roc.auc(answer, cases.truth, clusters=cases.clusters, level=level)
        elif counted := None if weighted or cases.clusters is not None else self.counted(cases.truth, answer):
            found = wilson(*counted, level=level)
        else:
            found = bootstrapped(self.statistic(cases, answer), cases, level=level)
            if self.name in BOUNDED and found.exact and found.value in (0, 1):
                few = self.fewest(cases, answer)
                bound = wilson(int(found.value) * few, few, level=level)
                found = replace(bound, n=found.n, method=f"{bound.method} of {few}, all alike")
        return found.named(self.name, unit=self.unit)

    def fewest(self, cases: Cases, answer: np.ndarray) -> int:
        """The units of chance behind it; where it has several shares, behind the one that has fewest."""
        units = cases.query if cases.clusters is None else cases.clusters
        units = np.arange(len(cases)) if units is None else units
        each = [cases.truth == code for code in np.unique(cases.truth)]
        among = {"precision": [answer == 1], "recall": [cases.truth == 1], "f1": [cases.truth == 1]}
        sides = {**among, "balanced_accuracy": each}.get(self.name, [np.full(len(cases), True)])
        return min(len(np.unique(units[side])) for side in sides)

    def counted(self, truth: np.ndarray, answer: np.ndarray) -> tuple[int, int] | None:
        """Successes and trials, where the metric is a share of cases that are counted."""
        right = truth == answer
        if self.name == "accuracy":
            return int(right.sum()), len(truth)
        among = {"precision": answer == 1, "recall": truth == 1}.get(self.name)
        if among is None:
            return None
        if not among.any():
            raise TooLittle("no case is answered with yes", "lower the threshold, or test on more cases")
        return int((right & among).sum()), int(among.sum())

    def statistic(self, cases: Cases, answer: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """The metric as a function of how often each case counts."""
        if cases.query is not None:
            first, values = self.by_query(cases, answer)
            return lambda counts: counts[:, first] @ values / counts[:, first].sum(axis=1)
        weight = 1.0 if cases.weight is None else cases.weight
        return lambda counts: SCORES[self.name](cases.truth, answer, counts * weight)

    def by_query(self, cases: Cases, answer: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of a ranking: a position in each list, and the list's value; ties count against it."""
        query, truth = cases.query, cases.truth
        order = np.lexsort((truth, -answer, query))  # pyright: ignore[reportArgumentType, reportCallIssue]
        starts = np.flatnonzero(np.diff(query[order], prepend=-1))  # pyright: ignore[reportOptionalSubscript]
        of_list = {
            "ndcg": lambda gains: scoring.ndcg(gains, self.k),
            "precision_at_k": lambda gains: scoring.precision_at(gains, self.k),
            "average_precision": scoring.average_precision,
        }[self.name]
        values = np.array([of_list(gains) for gains in np.split(truth[order], starts[1:])])
        known = ~np.isnan(values)
        if not known.any():
            raise TooLittle("no list holds anything relevant", "test on lists whose truth is above 0 somewhere")
        return order[starts][known], values[known]

    def value(self, cases: Cases, answer: np.ndarray) -> float:
        """The metric alone."""
        if self.name == "auc":
            return roc.auc(answer, cases.truth).value
        return float(self.statistic(cases, answer)(np.ones((1, len(cases))))[0])

    def gain(self, cases: Cases, answer: np.ndarray, other: np.ndarray) -> Estimate:
        """By how much the first answers are better than the others on the same cases; positive is better."""
        plain = cases.weight is None and cases.clusters is None
        if self.name == "auc":
            return roc.auc_difference(answer, other, cases.truth, clusters=cases.clusters).named("gain", unit="share")
        if self.name == "accuracy" and plain:
            return paired.paired_difference(*crossed(cases.truth, answer, other)).named("gain", unit="share")
        a, b = self.statistic(cases, answer), self.statistic(cases, other)
        found = bootstrapped(lambda counts: self.sign * (a(counts) - b(counts)), cases)
        return found.named("gain", unit=self.unit)


def metric(settings: Settings) -> Metric:
    """The one that counts."""
    return Metric(name=settings.main, k=settings.k)


def crossed(truth: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[int, int, int, int]:
    """How often both, only the first, only the second and neither is right."""
    right_a, right_b = truth == a, truth == b
    counts = (right_a & right_b, right_a & ~right_b, ~right_a & right_b, ~right_a & ~right_b)
    return tuple(int(one.sum()) for one in counts)  # pyright: ignore[reportReturnType]


def bootstrapped(statistic: Callable[[np.ndarray], np.ndarray], cases: Cases, *, level: float = 0.95) -> Estimate:
    """BCa interval; lists of a ranking and declared clusters are drawn as a whole."""
    clusters = cases.query if cases.clusters is None else cases.clusters
    codes = np.arange(len(cases)) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    n, what = int(codes.max()) + 1, "cases" if clusters is None else "clusters"
    if n <= MOST_DRAWN:
        return bca.bca(statistic, len(cases), clusters=clusters, level=level)
    lots = (np.random.default_rng(0).permutation(n) % MOST_DRAWN)[codes]
    found = bca.bca(statistic, len(cases), clusters=lots, level=level)
    return replace(found, n=n, method=f"BCa bootstrap of {n} {what} in {MOST_DRAWN} lots")


def shifted(found: Estimate, name: str, *, by: float, sign: int = 1) -> Estimate:
    """The distance from `by`, on the side that the sign says."""
    ends = [None if end is None else sign * (end - by) for end in (found.lower, found.value, found.upper)]
    lower, value, upper = ends if sign > 0 else ends[::-1]
    return replace(found, name=name, lower=lower, value=value, upper=upper)
