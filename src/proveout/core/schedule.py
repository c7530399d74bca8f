"""Designs in which who has the system changes over time: who has it when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated

from annotated_types import Ge, Interval, Lt

from proveout.core.declared import DECLARED
from proveout.core.rollout import HOLDBACK, wave_name


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which an arm has the system: from the first to the last, or for good."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waves:
    """Stepped waves: everybody starts, in an order that is drawn; those that wait are the comparison."""

    __pydantic_config__ = DECLARED

    starts: tuple[date, ...]
    """First day of each wave; that of the first is the `start` of the pilot."""
    holdback_share: Annotated[float, Ge(0), Lt(1)] = 0.25
    """Share of the teams that wait until the pilot is over; with 0 all have the system from the last wave on."""
    period_days: Annotated[int, Interval(ge=1, le=92)] = 7
    """Length of the periods in which outcomes are compared; a wave starts with a period."""

    @property
    def arms(self) -> tuple[str, ...]:
        """As the assignment spells them, the holdback last."""
        names = tuple(wave_name(i + 1) for i in range(len(self.starts)))
        return (*names, HOLDBACK) if self.holdback_share else names

    def spans(self, arm: str) -> tuple[Span, ...]:
        """When the units of a wave have the system; an arm that is none of the waves never has."""
        return tuple(Span(start) for name, start in zip(self.arms, self.starts, strict=False) if name == arm)

    def check(self, start: date, end: date) -> None:
        """Look whether the waves fit into a pilot.

        Raises:
            ValueError: They do not.
        """
        if not self.starts or self.starts[0] != start:
            first = self.starts[0] if self.starts else "never"
            raise ValueError(f"the first wave starts {first}, the pilot on {start}: they start together")
        for before, after in pairwise(self.starts):
            if after <= before:
                raise ValueError(f"the wave of {after} does not come after that of {before}")
        if self.starts[-1] > end:
            raise ValueError(f"the wave of {self.starts[-1]} starts after the end of the pilot, {end}")
        for day in self.starts:
            if (day - start).days % self.period_days:
                raise ValueError(f"the wave of {day} starts within a period of {self.period_days} days from {start} on")
        if len(self.starts) == 1 and not self.holdback_share:
            raise ValueError("one wave and no holdback: there is nobody to compare with")


def check_first_look(looks: Sequence[date], start: date, days: int) -> None:
    """Refuse a look at which nothing is whole yet.

    Raises:
        ValueError: The first look comes before so many days are over.
    """
    if looks and (looks[0] - start).days + 1 < days:
        raise ValueError(f"the look of {looks[0]} comes before the first {days} days are over: nothing is to be seen")
