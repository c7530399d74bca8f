"""How sure a pilot is to be of each KPI: the error that its looks leave, and the power that is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from proveout.core.initiative import Kpi
from proveout.core.looks import ALPHA
from proveout.core.pilot import Pilot
from proveout.core.sizing import Look
from proveout.stats.group_sequential import left_over, spent

MISSED = 0.2
"""How often an effect as large as was planned for may be missed: 80% power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is asked of the pilot for one KPI.

    Args:
        alpha: Two-sided error of the interval of the last look.
        power: How often what is to be shown is to show.
        error: Two-sided, over all looks.
    """

    alpha: float
    power: float
    error: float

    def of(self, pilot: Pilot, n_ways: float) -> "Aim":
        """The same, where the draw can come out in so many ways: the fewer, the less the looks before can spend."""
        return replace(self, alpha=_left(pilot, self.error, n_ways))


def aim_of(kpi: Kpi, pilot: Pilot, kpis: Sequence[Kpi]) -> Aim:
    """A goal is to be told from nothing; a guardrail, on one side, from what cannot be borne.

    All guardrails must hold, so that power, not error, multiplies: each has 1 - beta / (their number + 1).

    Source: Schultzberg, Ankargren and Frånberg (2024), Risk-aware product decisions in A/B tests with multiple metrics.
    """
    if kpi.role == "goal":
        return Aim(alpha=_left(pilot, ALPHA), power=1 - MISSED, error=ALPHA)
    guardrails = sum(one.role == "guardrail" for one in kpis)
    return Aim(alpha=_left(pilot, 2 * ALPHA), power=1 - MISSED / (guardrails + 1), error=2 * ALPHA)


def _left(pilot: Pilot, alpha: float, n_ways: float | None = None) -> float:
    if pilot.arriving:
        return alpha
    return left_over([pilot.share(day) for day in pilot.calendar], n_ways, alpha=alpha, kind=pilot.spending)


def calendar(pilot: Pilot) -> tuple[Look, ...]:
    """The looks, and the error that may be spent by each; units that arrive have an interval that spends none."""
    return tuple(
        Look(
            day=day,
            n_days=(day - pilot.start).days + 1,
            spent=None if pilot.arriving else spent(pilot.share(day), ALPHA, pilot.spending),
        )
        for day in pilot.calendar
    )


def too_many_looks(pilot: Pilot, smallest: float, n_ways: float) -> Iterator[str]:
    """Where what the looks before leave is less than any p-value that the draw can give."""
    left = _left(pilot, ALPHA, n_ways)
    if smallest <= ALPHA and smallest > left:
        before = len(pilot.calendar) - 1
        yield (
            f"the {before} look(s) before leave an error of {left:.2g} for the last, and no p-value of this draw is"
            f" below {smallest:.2g}: its interval stays open, and nothing can pass. Take fewer looks, or more teams"
        )


def words_of_looks(pilot: Pilot) -> Iterator[str]:
    """What should be thought of before the looks are registered."""
    if not pilot.looks and not pilot.arriving:
        yield "no looks are declared: one looks once, at the end; looks on the way cost some power, reckoned with here"
