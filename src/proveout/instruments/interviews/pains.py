"""How many have a pain, and how bad it is."""

from collections.abc import Sequence

from proveout.core.estimate import Estimate
from proveout.core.initiative import Initiative
from proveout.instruments.interviews.coding import Person
from proveout.instruments.interviews.interview import code_of
from proveout.instruments.interviews.settings import HIGHEST, LOWEST
from proveout.stats.bounded import scale_mean
from proveout.stats.finite_population import wilson_finite
from proveout.stats.proportion import wilson


def pain_estimates(coded: Sequence[Person], initiative: Initiative) -> list[Estimate]:
    """Prevalence and severity of every pain; nothing at all without coded interviews."""
    if not coded:
        return []
    counts = ranked(coded)
    found = [wilson(count, len(coded)).named("pain_prevalence", subject=code) for code, count in counts.items()]
    for code in counts:
        if ratings := severities(coded, code):
            mean = scale_mean(ratings, low=LOWEST, high=HIGHEST)
            found.append(mean.named("pain_severity", subject=code))
    found += _of_everybody(coded, counts, initiative)
    if (addressed := _addressed(coded, counts, initiative)) is not None:
        found.append(addressed)
    return found


def ranked(coded: Sequence[Person]) -> dict[str, int]:
    """How many people have each pain, most first, then by name."""
    codes = sorted({code for person in coded for code in person.pains or ()})
    counts = {code: sum(code in (person.pains or ()) for person in coded) for code in codes}
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def severities(coded: Sequence[Person], code: str) -> list[int]:
    """The ratings of those who rated it."""
    return [rating for person in coded if (rating := (person.pains or {}).get(code)) is not None]


def population(coded: Sequence[Person], initiative: Initiative) -> int | None:
    """How many people are affected in all; None when that is not known, or the sizes cannot be right."""
    sizes = {group.id: group.size for group in initiative.groups}
    if not sizes or any(person.group not in sizes for person in coded):
        return None
    heard = {group: sum(person.group == group for person in coded) for group in sizes}
    return sum(sizes.values()) if all(heard[group] <= sizes[group] for group in sizes) else None


def _of_everybody(coded: Sequence[Person], counts: dict[str, int], initiative: Initiative) -> list[Estimate]:
    """The same shares, of the declared groups alone: narrower, as nobody else is meant."""
    everybody = population(coded, initiative)
    if everybody is None:
        return []
    return [
        wilson_finite(count, len(coded), everybody).named("pain_prevalence_finite", subject=code)
        for code, count in counts.items()
    ]


def _addressed(coded: Sequence[Person], counts: dict[str, int], initiative: Initiative) -> Estimate | None:
    declared = code_of(initiative.problem.pain) if initiative.problem else ""
    if declared:
        share, method = wilson(counts.get(declared, 0), len(coded)), f"Wilson score interval; pain {declared}"
    elif counts:
        most = next(iter(counts))
        share = wilson(counts[most], len(coded))
        method = f"Wilson score interval; {most}, the most prevalent, reads too high: name yours in problem.pain"
    else:
        return None
    return _with_method(share.named("addressed_pain_prevalence"), method)


def _with_method(estimate: Estimate, method: str) -> Estimate:
    from dataclasses import replace

    return replace(estimate, method=method)
