"""The ways that cases took, each explained by the documented process as far as there is time for it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from proveout.instruments.workflow.automaton import MOST_CELLS, Alignment, Automaton, Deviation

MOST_WORK = 10_000_000_000
"""Costs that are computed, in about two minutes; of one variant a tenth of it."""
BLOCK = 2_000
"""Variants that are explained together."""
FEWEST_TIMED = 5
"""Cases without which nothing is said of how long they take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way in which cases went.

    Args:
        n: How many cases.
        told: Its activities as the log names them, as `alike` compares them.
        steps: The same as the document names them; what it does not name, as the log does.
        days: How long such a case takes from its first event to its last, on average.
    """

    n: int
    told: tuple[str, ...]
    steps: tuple[str, ...]
    days: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What was explained, the most frequent first.

    Args:
        variants: Those for which there was time.
        alignments: Of each of them the cheapest explanation.
    """

    variants: tuple[Variant, ...]
    alignments: tuple[Alignment, ...]

    @property
    def n_cases(self) -> int:
        """In all of them together."""
        return sum(variant.n for variant in self.variants)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What becomes of a deviation.

    Args:
        deviation: Which.
        n: In how many cases it occurs.
        times: How often.
        longer: By how many days these cases take longer than conforming ones, on average; None of too few.
    """

    deviation: Deviation
    n: int
    times: int
    longer: float | None


def explained(known: Automaton, variants: Sequence[Variant]) -> Explained:
    """The most frequent variants, as many as there is time for."""
    short = [variant for variant in variants if _feasible(known, variant)]
    found, alignments, work = list[Variant](), list[Alignment](), 0
    while len(found) < len(short):
        block = short[len(found) : len(found) + BLOCK]
        while block and work + known.work([one.steps for one in block]) > MOST_WORK:
            block = block[: len(block) // 2]
        if not block:
            break
        steps = [one.steps for one in block]
        alignments += known.aligned(steps)
        work += known.work(steps)
        found += block
    return Explained(variants=tuple(found), alignments=tuple(alignments))


def _feasible(known: Automaton, variant: Variant) -> bool:
    cells = known.n * (len(variant.steps) + 1)
    return cells <= 2 * MOST_CELLS and known.work([variant.steps]) <= MOST_WORK / 10


def told(found: Explained) -> list[Told]:
    """All deviations, in the most cases first."""
    cases, times, days = defaultdict[Deviation, int](int), defaultdict[Deviation, int](int), defaultdict(float)
    good, good_days = 0, 0.0
    for variant, alignment in zip(found.variants, found.alignments, strict=True):
        if not alignment.cost:
            good, good_days = good + variant.n, good_days + variant.n * variant.days
        deviations = alignment.deviations
        for one in deviations:
            times[one] += variant.n
        for one in set(deviations):
            cases[one] += variant.n
            days[one] += variant.n * variant.days

    def longer(one: Deviation) -> float | None:
        enough = min(good, cases[one]) >= FEWEST_TIMED
        return days[one] / cases[one] - good_days / good if enough else None

    order = sorted(cases, key=lambda one: (-cases[one], str(one)))
    return [Told(deviation=one, n=cases[one], times=times[one], longer=longer(one)) for one in order]
