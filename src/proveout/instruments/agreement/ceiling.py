"""How near each person comes to the others, and a model to all of them: what can be asked of a model at most."""

from collections.abc import Iterator

import numpy as np

from proveout.core.errors import TooLittle
from proveout.core.estimate import Estimate
from proveout.core.evidence import Check, Part
from proveout.core.exhibit import Bar, Intervals
from proveout.core.wording import figure, interval, reading
from proveout.instruments.agreement.decisions import Decisions, quoted
from proveout.stats.balance import simultaneous
from proveout.stats.cluster import cr2_mean
from proveout.stats.consensus import against_others, clustered_share
from proveout.stats.mean import t_mean
from proveout.stats.proportion import difference

FEWEST_OF_A_PERSON = 10
"""Decisions without which nothing is said of a person."""
FEWEST_OF_A_HALF = 20
"""Decisions in each half of a person's time without which drift is not looked for."""
MOST_PEOPLE = 20
"""Shown; of more, those who are farthest from the others."""
FEW_PEOPLE = 10


def ceiling(found: Decisions, model: np.ndarray | None) -> Part:
    """Each person against the majority of the others; a model against the same majorities.

    Args:
        found: The decisions.
        model: Per decision the code of the model's label for its case, -1 where it has none, the number of labels for
            one that no person uses; None without a model.
    """
    k = len(found.labels) + 1
    score = against_others(found.unit, found.label, n_labels=k)
    human = clustered_share(found.unit, score).named("human_ceiling")
    bars = _people(found, score)
    estimates: list[Estimate] = [human]
    checks = [_few(found, score), *_apart(found, score), *_drift(found, score)]
    if model is not None and (model >= 0).sum() > 1 and len(np.unique(found.unit[model >= 0])) >= FEWEST_OF_A_PERSON:
        against = _model(found, score, model)
        estimates += against
        bars = (_bar("the model", against[0]), *bars)
        checks += _beats(against)
    elif model is not None:
        note = "the model has decided hardly any of the cases that people decided"
        checks.append(Check(name="The model can be held against people", passed=None, note=note))
    shown = Intervals(
        title="How often each decides as the majority of the others does",
        unit="share",
        bars=bars[:MOST_PEOPLE],
        reference=human.value,
        reference_label="human ceiling",
        note=f"{len(bars)} in all; ties among the others count in part",
    )
    return Part(estimates=tuple(estimates), checks=tuple(checks), exhibits=(shown,) if bars else ())


def distances(found: Decisions) -> Part:
    """On a scale of numbers: how far each person is from the mean of the others."""
    n = np.bincount(found.unit)[found.unit]
    total = np.bincount(found.unit, weights=found.value)[found.unit]
    off = np.abs(found.value - (total - found.value) / (n - 1))
    bars = []
    for person in np.unique(found.person):
        mine = off[found.person == person]
        if len(mine) >= FEWEST_OF_A_PERSON:
            bars.append(_bar(found.people[person], t_mean(mine)))
    bars.sort(key=lambda bar: -bar.value)
    if not bars:
        return Part()
    title = "How far each is from the mean of the others, on average"
    note = "in the unit of the decisions; farthest first"
    return Part(exhibits=(Intervals(title=title, unit="", bars=tuple(bars[:MOST_PEOPLE]), note=note),))


def _bar(label: str, estimate: Estimate) -> Bar:
    note = f"{estimate.n:,} cases"
    return Bar(label=label, value=estimate.value, lower=estimate.lower, upper=estimate.upper, note=note)


def _of_each(found: Decisions, score: np.ndarray, level: float) -> Iterator[tuple[str, Estimate]]:
    """Of people with enough decisions."""
    order = np.argsort(found.person, kind="stable")
    starts = np.flatnonzero(np.diff(found.person[order], prepend=-1))
    for mine in np.split(order, starts[1:]):
        if len(mine) >= FEWEST_OF_A_PERSON:
            yield found.people[found.person[mine[0]]], clustered_share(found.unit[mine], score[mine], level=level)


def _people(found: Decisions, score: np.ndarray) -> tuple[Bar, ...]:
    bars = [_bar(name, estimate) for name, estimate in _of_each(found, score, 0.95)]
    return tuple(sorted(bars, key=lambda bar: bar.value))


def _few(found: Decisions, score: np.ndarray) -> Check:
    n = len(np.unique(found.person))
    values = [estimate.value for _, estimate in _of_each(found, score, 0.95)]
    spread = f"; they range from {figure(min(values), 'share')} to {figure(max(values), 'share')}" if values else ""
    note = f"the human ceiling speaks for these {n:,} people on more cases of the kind, not for others{spread}"
    return Check(name=f"{FEW_PEOPLE} people or more decide", passed=None if n < FEW_PEOPLE else True, note=note)


def _apart(found: Decisions, score: np.ndarray) -> Iterator[Check]:
    """People who are below all together, by intervals that hold at once."""
    n = sum(1 for _ in _of_each(found, score, 0.95))
    if n < 3:
        return
    level, mean = simultaneous(0.95, n), float(score.mean())
    below = [name for name, estimate in _of_each(found, score, level) if (estimate.upper or 0) < mean]
    note = f"{quoted(below)} agree less with the others than people do on average" if below else f"{n:,} people"
    yield Check(name="Nobody stands apart", passed=not below, note=note)


def _drift(found: Decisions, score: np.ndarray) -> Iterator[Check]:
    """A person's later half against the earlier one, by intervals that hold at once."""
    known = np.isfinite(found.seconds)
    if not known.any():
        return
    halves: list[tuple[str, np.ndarray, np.ndarray]] = []
    for person in np.unique(found.person[known]):
        mine = np.flatnonzero((found.person == person) & known)
        in_time = score[mine[np.argsort(found.seconds[mine], kind="stable")]]
        half = len(in_time) // 2
        if half >= FEWEST_OF_A_HALF:
            halves.append((found.people[person], in_time[half:], in_time[:half]))
    name = "Nobody drifts"
    if not halves:
        note = f"nobody decided {2 * FEWEST_OF_A_HALF} cases with a time"
        yield Check(name=name, passed=None, note=note)
        return
    level = simultaneous(0.95, len(halves))
    moved: list[tuple[float, str]] = []
    for person, later, earlier in halves:
        change = difference(round(later.sum()), len(later), round(earlier.sum()), len(earlier), level=level)
        if (change.lower or 0) > 0 or (change.upper or 0) < 0:
            ends = f"{figure(float(earlier.mean()), 'share')} to {figure(float(later.mean()), 'share')}"
            moved.append((-abs(change.value), f"{person} went from {ends}"))
    note = (
        "; ".join(text for _, text in sorted(moved)[:3])
        or f"{len(halves):,} people, the later half of their decisions against the earlier one"
    )
    yield Check(name=name, passed=not moved, note=note)


def _model(found: Decisions, score: np.ndarray, model: np.ndarray) -> list[Estimate]:
    """The model against the others of each person, and less that person, on the same cases."""
    has = model >= 0
    k = len(found.labels) + 1
    of_model = against_others(found.unit, found.label, n_labels=k, answer=np.where(has, model, k - 1))[has]
    unit = np.unique(found.unit[has], return_inverse=True)[1]
    agreement = clustered_share(unit, of_model).named("model_against_people")
    sizes, totals = np.bincount(unit), np.bincount(unit, weights=of_model - score[has])
    if np.ptp(totals / sizes) == 0:
        return [agreement]
    try:
        less = cr2_mean(sizes, totals)
    except TooLittle:
        return [agreement]
    lower, upper = (min(1.0, max(-1.0, end or 0.0)) for end in (less.lower, less.upper))
    gain = Estimate(
        name="model_less_people",
        value=less.value,
        lower=lower,
        upper=upper,
        unit="share",
        n=less.n,
        level=less.level,
        method=f"difference on the same cases, CR2 over {less.n:,} cases",
    )
    return [agreement, gain]


def _beats(against: list[Estimate]) -> Iterator[Check]:
    name = "The model is as near to people as people are to one another"
    if len(against) == 1:
        yield Check(name=name, passed=True, note="it decides as they do")
        return
    gain = against[1]
    passed = True if (gain.lower or 0) >= 0 else False if (gain.upper or 0) < 0 else None
    note = f"model less people {figure(gain.value, 'share')} ({interval(gain)}); the model {reading(against[0])}"
    yield Check(name=name, passed=passed, note=note)
