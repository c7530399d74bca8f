"""The pilot as declared: who takes part, who gets the system, what is compared, and when one looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from proveout.core.declared import DECLARED, Name
from proveout.core.looks import check_looks, share_passed, with_last
from proveout.core.question import Rows

CONTROL = "control"
"""What `assign` calls the arm without the system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """A controlled pilot. `proveout pilot plan` says what it can show; `assign` draws the arms and registers it."""

    __pydantic_config__ = DECLARED

    start: date
    """First day on which those in the pilot arm have the system."""
    end: date
    """Last day whose outcomes count."""
    roster: Rows | None = None
    """Who takes part: `unit`, and where known `team`, `stratum`, `size` and `baseline`. `assign` draws from it."""
    assignment: Rows
    """Who is in which arm: `unit`, `team`, `arm`, `stratum`, `assigned_at`; a CSV file that `assign` writes."""
    randomise: Literal["teams", "units"] = "teams"
    """What gets an arm: whole teams (people who talk to one another), or units one by one."""
    method: Literal["stratified", "matched-pairs", "constrained"] = "stratified"
    """How: within strata; in pairs that are alike; or only among draws that are balanced in size and baseline."""
    treated_share: Annotated[float, Gt(0), Lt(1)] = 0.5
    """The share that gets the system."""
    treated: Name = "pilot"
    """Name of the arm that has the system; every other arm is compared with it."""
    seed: Annotated[int, Ge(0)] | None = None
    """Of the draw. Leave it out, and one is drawn when the design is registered: nobody can try draws beforehand."""
    looks: tuple[date, ...] = ()
    """Days after which the results are looked at, fixed beforehand; the last day of the pilot is always one."""
    spending: Literal["obrien-fleming", "pocock"] = "obrien-fleming"
    """How the error that may be made is spread over the looks: little at first, or evenly."""
    arriving: bool = False
    """Whether units come in one after the other, each with one outcome, instead of a fixed group."""
    outcomes: Mapping[str, Rows] = field(default_factory=dict)
    """By KPI: `unit`, `day`, `value`; `weight` for a ratio of sums; days before the start too, or `before`."""
    exposures: Rows | None = None
    """Who really used the system: `unit` and `at`."""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"ends on {self.end}, before it starts on {self.start}")
        if self.treated == CONTROL:
            raise ValueError(f"the arm with the system cannot be called {CONTROL}")
        if self.arriving and self.randomise == "teams":
            raise ValueError("units that arrive get an arm one by one: declare `randomise: units`")
        check_looks(self.looks, self.start, self.end, of="pilot")

    @property
    def calendar(self) -> tuple[date, ...]:
        """All looks, the last day among them."""
        return with_last(self.looks, self.end)

    @property
    def days(self) -> int:
        """How long it runs."""
        return (self.end - self.start).days + 1

    def share(self, day: date) -> float:
        """How much of the planned time has passed at the end of a day, 0 to 1."""
        return share_passed(day, self.start, self.end)
