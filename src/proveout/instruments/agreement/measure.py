"""Answers to figures."""

from collections.abc import Iterator

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Finding
from proveout.core.initiative import Initiative
from proveout.core.question import Answers
from proveout.instruments.agreement import checks, exhibits
from proveout.instruments.agreement.panel import Panel, codes, known, panel, probabilities
from proveout.instruments.agreement.queries import CASES, DECISIONS
from proveout.instruments.agreement.settings import Settings
from proveout.stats.agreement import cohen_kappa, fleiss_kappa, krippendorff_alpha
from proveout.stats.cluster import cr2_mean
from proveout.stats.consensus import dawid_skene, leave_one_out, majority
from proveout.stats.label_errors import label_errors
from proveout.stats.mean import t_mean
from proveout.stats.proportion import wilson


def measure(settings: Settings, answers: Answers, initiative: Initiative) -> Finding:
    """Agreement, the ceiling that it sets, and what is probably wrong.

    Raises:
        TooLittle: No case that two people decided, or everybody always says the same.
        ProveoutError: A decision that the scale does not know.
    """
    data = panel(settings, answers.tables[DECISIONS])
    estimates = [
        krippendorff_alpha(data.slots, scale=settings.scale).named("alpha"),
        exact("n_cases", len(data.cases)),
        exact("n_people", len(data.people)),
    ]
    found = [*checks.of_panel(data)]
    shown = [exhibits.disagreement(data)]
    if data.labels:
        estimates += [*_kappa(settings, data), _percent_agreement(data)]
        credit = leave_one_out(data.case, data.value, n_labels=len(data.labels))
        ceiling, model = _ceiling(data, credit), _model(settings, answers, data)
        estimates += [ceiling, *model]
        found += [*checks.of_labels(data), *(checks.of_model(one, ceiling) for one in model)]
        shown = [exhibits.people(data, credit, model), exhibits.confusion(data), *shown]
    estimates += _consensus(settings, answers, data)
    errors, listed = _label_errors(settings, answers)
    return Finding(
        estimates=(*estimates, *errors),
        checks=(*found, *checks.of_cases(settings, answers)),
        exhibits=(*shown, *listed),
    )


def _kappa(settings: Settings, data: Panel) -> Iterator[Estimate]:
    """Cohen's for two people, Fleiss' where every case was decided by as many; otherwise alpha alone tells."""
    counts = data.counts
    if len(data.people) == 2:
        k = len(data.labels)
        first, second = (np.full(len(data.cases), -1) for _ in range(2))
        for column, person in ((first, 0), (second, 1)):
            column[data.case[data.person == person]] = data.value[data.person == person]
        table = np.bincount(first * k + second, minlength=k * k).reshape(k, k)
        yield cohen_kappa(table, weights="none" if settings.scale == "nominal" else "quadratic").named("kappa")
    elif len(set(counts.sum(axis=1).tolist())) == 1:
        yield fleiss_kappa(counts).named("kappa")


def _percent_agreement(data: Panel) -> Estimate:
    counts = data.counts
    m = counts.sum(axis=1)
    shares = ((counts**2).sum(axis=1) - m) / (m * (m - 1))
    if shares.min() == shares.max():
        return wilson(round(float(shares.sum())), len(shares)).named("percent_agreement")
    estimate = t_mean(shares)
    return Estimate(
        name="percent_agreement",
        value=estimate.value,
        lower=max(0.0, estimate.lower or 0.0),
        upper=min(1.0, 1.0 if estimate.upper is None else estimate.upper),
        unit="share",
        n=estimate.n,
        method="mean over cases of the share of pairs who agree",
    )


def _ceiling(data: Panel, credit: np.ndarray) -> Estimate:
    sizes = np.bincount(data.case)
    totals = np.bincount(data.case, credit)
    if (credit == credit[0]).all():
        n = len(data.cases)
        return wilson(round(float(credit[0]) * n), n).named("human_ceiling")
    estimate = cr2_mean(sizes, totals)
    return Estimate(
        name="human_ceiling",
        value=estimate.value,
        lower=max(0.0, estimate.lower or 0.0),
        upper=min(1.0, 1.0 if estimate.upper is None else estimate.upper),
        unit="share",
        n=estimate.n,
        method="each person against the majority of the others, ties as chance; clustered by case",
    )


def _model(settings: Settings, answers: Answers, data: Panel) -> list[Estimate]:
    """The model against the majority of the people, where the table has its decisions."""
    if not settings.model:
        return []
    decided = codes(data.labels, known(answers.tables[CASES], "m", data.cases))
    shares = majority(data.case, data.value, n_labels=len(data.labels))
    there = decided >= 0
    if not there.any():
        raise TooLittle(f"no decision of the model in {settings.model!r} is one of the people's", "mend the column")
    leading = shares == shares.max(axis=1, keepdims=True)
    credit = (leading[np.arange(len(decided)), decided] / leading.sum(axis=1))[there]
    return [wilson(round(float(credit.sum())), len(credit)).named("model_against_people")]


def _consensus(settings: Settings, answers: Answers, data: Panel) -> Iterator[Estimate]:
    """How often the consensus is right, where the truth is known."""
    if not settings.truth or not data.labels:
        return
    truth = codes(data.labels, known(answers.tables[CASES], "t", data.cases))
    told = truth >= 0
    if not told.any():
        raise TooLittle(f"no truth in {settings.truth!r} is one of the people's decisions", "mend the column")
    shares = majority(data.case, data.value, n_labels=len(data.labels))
    weighed = dawid_skene(data.case, data.person, data.value, n_labels=len(data.labels)).labels
    for subject, decided in (("majority", shares.argmax(axis=1)), ("weighed by person", weighed)):
        right = int((decided == truth)[told].sum())
        yield wilson(right, int(told.sum())).named("consensus_accuracy", subject=subject)


def _label_errors(settings: Settings, answers: Answers) -> tuple[list[Estimate], list[exhibits.Table]]:
    if not settings.probabilities:
        return [], []
    label, p, cases = probabilities(settings, answers.tables[CASES])
    if not len(label):
        raise TooLittle("no case has a known label and all probabilities", "look at `label` and `probabilities`")
    found = label_errors(label, p)
    share = exact(
        "label_error_share",
        len(found.ranked) / len(label),
        unit="share",
        n=len(label),
        method="confident learning; candidates for a person to look at, not a rate of errors",
    )
    return [share], [exhibits.suspects(tuple(settings.probabilities), label, p, cases, found.ranked)]
