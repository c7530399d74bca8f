"""The rollout in waves, as declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Interval, Lt

from proveout.core.declared import DECLARED
from proveout.core.looks import check_looks, share_passed, with_last
from proveout.core.question import Rows

HOLDBACK = "holdback"
"""What `plan` calls those who wait until the effect is known to last."""


def wave_name(number: int) -> str:
    """What a wave is called in the assignment: `wave 1` and so on."""
    return f"wave {number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """A rollout in waves of random order, with a holdback. `proveout rollout plan` draws it, `advance` drives it."""

    __pydantic_config__ = DECLARED

    start: date
    """First day of the first wave."""
    sustain_until: date
    """Last day whose outcomes count for the verdict; until then the holdback waits."""
    n_waves: Annotated[int, Interval(ge=1, le=50)] = 4
    """How many waves there are before the holdback."""
    every_days: Annotated[int, Gt(0)] = 28
    """Days from one wave to the next, at the least."""
    soak_days: Annotated[int, Ge(0)] = 14
    """How long a wave runs before it is looked at."""
    holdback_share: Annotated[float, Ge(0), Lt(1)] = 0.1
    """Share of the teams that get the system last; at least four teams where there are so many."""
    period_days: Annotated[int, Interval(ge=1, le=92)] = 7
    """Length of the periods in which outcomes are compared."""
    order: Literal["randomised", "declared"] = "randomised"
    """Whether `plan` draws the order, or the roster says it (`wave`: 1, 2, ...; empty for the holdback)."""
    randomise: Literal["teams", "units"] = "teams"
    """What gets a wave: whole teams (people who talk to one another), or units one by one."""
    seed: Annotated[int, Ge(0)] = 0
    """Of the draw: the same seed and roster give the same waves."""
    roster: Rows | None = None
    """Who is to get the system: `unit`, and where known `team`, `stratum`, `size`, `baseline`, `wave`."""
    assignment: Rows
    """Who is in which wave: `unit`, `team`, `arm`, `stratum`; a CSV file that `plan` writes."""
    outcomes: Mapping[str, Rows] = field(default_factory=dict)
    """By KPI: `unit`, `day`, `value`; `weight` for a ratio of sums; days before the start too."""
    elsewhere: Mapping[str, Rows] = field(default_factory=dict)
    """By KPI the same of those who never get the system, such as other regions: `unit` names the series. Where nobody
    waits they are made into a synthetic control: the last resort, and weaker evidence."""
    trained: Rows | None = None
    """Who has been trained: `unit`, and where known `at`. A wave starts when its units have been."""
    trained_share: Annotated[float, Interval(ge=0, le=1)] = 0.9
    """Share of a wave's units that must be trained before it starts."""
    looks: tuple[date, ...] = ()
    """Days after which the verdict is looked at, fixed beforehand; the last day is always one."""
    lasting_from_days: Annotated[int, Ge(0)] = 56
    """From so many days after the start of a wave on its effect counts as the lasting one."""
    retained_share: Annotated[float, Gt(0), Interval(le=1)] = 0.5
    """How much of the effect must be left half a year on, at the pace at which it changes now."""
    met_share: Annotated[float, Gt(0), Interval(le=1)] = 0.75
    """Objective: share of periods in which the promised benefit is to be met; the rest is the error budget."""

    def __post_init__(self) -> None:
        if self.sustain_until <= self.planned_start(self.n_waves):
            raise ValueError(
                f"the last wave starts on {self.planned_start(self.n_waves)}, after sustain_until {self.sustain_until}"
            )
        check_looks(self.looks, self.start, self.sustain_until, of="rollout")
        if unknown := sorted(self.elsewhere.keys() - self.outcomes.keys()):
            raise ValueError(f"`elsewhere` names {unknown[0]}, of which there are no `outcomes`")

    def planned_start(self, number: int) -> date:
        """First day on which a wave may start, by the plan."""
        return self.start + timedelta(days=(number - 1) * self.every_days)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the waves as the assignment spells them, the holdback last."""
        return (*(wave_name(i + 1) for i in range(self.n_waves)), HOLDBACK)

    @property
    def calendar(self) -> tuple[date, ...]:
        """All looks, the last day among them."""
        return with_last(self.looks, self.sustain_until)

    def share(self, day: date) -> float:
        """How much of the planned time has passed at the end of a day, 0 to 1."""
        return share_passed(day, self.start, self.sustain_until)
