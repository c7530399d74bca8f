"""How far people agree, and on what they do not."""

from collections.abc import Callable, Iterator

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Bar, Bars, Exhibit, Table
from proveout.core.question import Answers
from proveout.core.wording import figure, reading
from proveout.instruments.agreement.decisions import Decisions, quoted
from proveout.instruments.agreement.settings import Settings
from proveout.stats.agreement import alpha_of_ratings, cohen_kappa, fleiss_kappa, gwet_ac1, pairs_agreeing
from proveout.stats.consensus import clustered_share

DOMINATING = 0.8
"""From this share on, one label makes agreement by chance so likely that kappa and alpha fall for small reasons."""
MOST_CONFUSED = 5
MANY = 30
"""Decisions after which one who always decides the same is named."""


def agreeing(settings: Settings, found: Decisions, answers: Answers) -> Part:
    """Alpha, kappa, and the share of pairs of people who said the same."""
    people = len(np.unique(found.person))
    estimates = [
        exact("n_cases", len(found.cases), method="cases decided by two people or more"),
        exact("n_people", people, method="people who decided such cases"),
    ]
    checks: list[Check] = []

    def tried(name: str, ask: Callable[[], Estimate]) -> None:
        try:
            estimates.append(ask().named(name))
        except TooLittle as little:
            checks.append(
                Check(name=f"{name} can be measured", passed=False, note=f"{little.message}; {little.remedy}")
            )

    tried("alpha", lambda: alpha_of_ratings(found.unit, found.value, scale=settings.scale))
    if found.labels:
        tried("kappa", lambda: _kappa(settings, found, people))
        tried("percent_agreement", lambda: _pairs(found))
        checks += (*_dominated(found), *_indifferent(found))
    return Part(estimates=tuple(estimates), checks=tuple(checks), exhibits=tuple(_shown(found, answers)))


def _kappa(settings: Settings, found: Decisions, people: int) -> Estimate:
    if people != 2:
        return fleiss_kappa(found.counts)
    one, other = np.unique(found.person)
    by_case = np.full((len(found.cases), 2), -1)
    for column, person in enumerate((one, other)):
        mine = found.person == person
        by_case[found.unit[mine], column] = found.label[mine]
    k = len(found.labels)
    table = np.bincount(by_case[:, 0] * k + by_case[:, 1], minlength=k * k).reshape(k, k)
    return cohen_kappa(table, weights="quadratic" if settings.scale == "ordinal" else "none")


def _pairs(found: Decisions) -> Estimate:
    return clustered_share(np.arange(len(found.cases)), pairs_agreeing(found.counts))


def _dominated(found: Decisions) -> Iterator[Check]:
    share = np.bincount(found.label, minlength=len(found.labels)) / len(found.label)
    most = int(share.argmax())
    name = "No label dominates"
    if share[most] < DOMINATING or len(found.labels) < 2:
        yield Check(name=name, passed=bool(share[most] < DOMINATING), note=_most(found, most, share))
        return
    ac1 = gwet_ac1(found.counts)
    note = (
        f"{_most(found, most, share)}: chance alone agrees often, so that kappa and alpha are low when a few cases "
        f"differ; AC1, which is not, is {reading(ac1)}. Add cases on which the rarer decisions are likely"
    )
    yield Check(name=name, passed=False, note=note)


def _indifferent(found: Decisions) -> Iterator[Check]:
    """People who always decide the same, where others do not."""
    k = len(found.labels)
    by_person = np.bincount(found.person * k + found.label, minlength=len(found.people) * k).reshape(-1, k)
    n = by_person.sum(axis=1)
    always = [found.people[at] for at in np.flatnonzero((n >= MANY) & (by_person.max(axis=1) == n))]
    if always and (found.counts.sum(axis=0) > 0).sum() > 1:
        note = f"{quoted(always)} always decided the same, in {MANY} cases or more each"
        yield Check(name="Everybody tells cases apart", passed=False, note=note)


def _most(found: Decisions, most: int, share: np.ndarray) -> str:
    return f"{figure(float(share[most]), 'share')} of the decisions are {found.labels[most]!r}"


def _shown(found: Decisions, answers: Answers) -> Iterator[Exhibit]:
    if found.labels:
        share = np.bincount(found.label, minlength=len(found.labels)) / len(found.label)
        order = np.argsort(-share, kind="stable")
        bars = tuple(Bar(label=found.labels[k], value=float(share[k])) for k in order if share[k] > 0)
        yield Bars(title="What people decide", unit="share", bars=bars)
        yield from _confused(found)
    disputed = answers.tables["disputed"]
    rows = tuple(
        (str(c), int(m), str(said))
        for c, m, said, apart in zip(*(disputed[name] for name in ("c", "m", "said", "apart")), strict=True)
        if apart > 0
    )
    if rows:
        note = "Talk about these first: they show which rule is missing."
        columns = ("case", "people", "what they decided")
        yield Table(title="Cases on which people differ most", columns=columns, rows=rows, note=note)


def _confused(found: Decisions) -> Iterator[Table]:
    both = (found.counts.T @ found.counts).astype(float)
    i, j = np.triu_indices(len(found.labels), k=1)
    pairs = both[i, j]
    order = [at for at in np.argsort(-pairs, kind="stable")[:MOST_CONFUSED] if pairs[at] > 0]
    rows = tuple(
        (found.labels[i[at]], found.labels[j[at]], int(pairs[at]), float(pairs[at] / pairs.sum())) for at in order
    )
    if rows:
        yield Table(
            title="Labels that people confuse",
            columns=("one says", "another says", "pairs of people", "of all that differ"),
            units=("", "", "", "share"),
            rows=rows,
        )
