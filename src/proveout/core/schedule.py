"""Designs in which who has the system changes over time: who has it when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated

from annotated_types import Ge, Interval, Lt

from proveout.core.declared import DECLARED
from proveout.core.rollout import HOLDBACK, wave_name

FIRST, SECOND = "on-off", "off-on"
"""Two periods, the system in the first or in the second of them."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Switchback:
    """Each team has the system in one period of every two, and chance says in which: it is its own comparison."""

    __pydantic_config__ = DECLARED

    carry_over_days: Annotated[int, Ge(0)]
    """How long what a team had before still shows: so many days at the start of each period are left out.

    With 0 the effect allows for what a period leaves in the next, and its interval is about half as wide again.
    """
    period_days: Annotated[int, Interval(ge=1, le=92)] = 7
    """Length of a period; longer than what is left out of it."""

    def check(self, start: date, end: date) -> None:
        """Look whether periods fit into a pilot, two by two.

        Raises:
            ValueError: They do not.
        """
        if self.period_days <= self.carry_over_days:
            raise ValueError(
                f"periods of {self.period_days} day(s), of which {self.carry_over_days} are left out, hold nothing"
            )
        days, pair = (end - start).days + 1, 2 * self.period_days
        if days % pair:
            last = start + timedelta(days=max(1, days // pair) * pair - 1)
            raise ValueError(f"periods of {self.period_days} day(s) come two by two: end on {last}, or that much later")

    def arm(self, first: Iterable[bool]) -> str:
        """As the assignment spells a schedule, from whether the system is there in the first period of each two."""
        return " ".join(FIRST if on else SECOND for on in first)

    def first(self, arm: str, start: date, end: date) -> tuple[bool, ...] | None:
        """The other way round; None for what is no schedule of this pilot."""
        words = arm.split(" ")
        n_pairs = ((end - start).days + 1) // (2 * self.period_days)
        fits = len(words) == n_pairs and all(word in (FIRST, SECOND) for word in words)
        return tuple(word == FIRST for word in words) if fits else None

    def spans(self, arm: str, start: date, end: date) -> tuple[Span, ...]:
        """When the units of an arm have the system; never where it is no schedule, nor after the pilot."""
        length, found = timedelta(days=self.period_days), []
        for pair, on in enumerate(self.first(arm, start, end) or ()):
            day = start + length * (2 * pair + (not on))
            found.append(Span(day, day + length - timedelta(days=1)))
        return tuple(found)


def check_first_look(looks: Sequence[date], start: date, days: int) -> None:
    """Refuse a look at which nothing is whole yet.

    Raises:
        ValueError: The first look comes before so many days are over.
    """
    if looks and (looks[0] - start).days + 1 < days:
        raise ValueError(f"the look of {looks[0]} comes before the first {days} days are over: nothing is to be seen")
