"""The pilot as declared: who takes part, who gets the system, what is compared, and when one looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

from proveout.core.declared import DECLARED, Name
from proveout.core.looks import check_looks, share_passed, with_last
from proveout.core.question import Rows
from proveout.core.registration import Registration
from proveout.core.schedule import Span, Switchback, Waves, check_first_look

CONTROL = "control"
"""What `assign` calls the arm without the system."""
FEWEST_FOR_COVARIATE = 7
"""Teams (or units) beyond strata, from which on the time before is taken off: with seven it gains where the correlation
is above about 0.7, with six pairs only where it is 0.99. Eight teams are in tests/calibration/test_pilots.py."""


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
    waves: Waves | None = None
    """Instead of two arms: all start, wave by wave, in an order that is drawn."""
    switchback: Switchback | None = None
    """Instead of two arms: each team has the system in some periods and not in others, as is drawn."""
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
        if self.waves and self.switchback:
            raise ValueError("declare `waves` or `switchback`, not both")
        if self.in_time:
            self._check_schedule(self.in_time)

    def _check_schedule(self, schedule: Waves | Switchback) -> None:
        if self.method != "stratified" or self.treated_share != 0.5 or self.arriving:
            raise ValueError(
                "who has the system changes over time, and is drawn within strata: leave out `method`, `treated_share` "
                "and `arriving`"
            )
        schedule.check(self.start, self.end)
        check_first_look(self.calendar, self.start, schedule.period_days * (2 if self.switchback else 1))

    def spans(self, arm: str) -> tuple[Span, ...]:
        """When units of an arm have the system; nobody has it who is in no arm of the design."""
        if self.waves:
            return self.waves.spans(arm)
        if self.switchback:
            return self.switchback.spans(arm, self.start, self.end)
        return (Span(self.start),) if arm == self.treated else ()

    def serves(self, arm: str, day: date) -> bool:
        """Whether units of an arm have the system on a day."""
        return any(span.holds(day) for span in self.spans(arm))

    @property
    def arms(self) -> tuple[str, ...]:
        """Their names as `assign` spells them; schedules of a switchback are too many to be listed."""
        if self.switchback:
            return ()
        return self.waves.arms if self.waves else (self.treated, CONTROL)

    @property
    def in_time(self) -> Waves | Switchback | None:
        """The schedule of a design in which who has the system changes; None for two arms side by side."""
        return self.waves or self.switchback

    @property
    def known_seed(self) -> int:
        """Of the draw; 0 as long as none is known."""
        return self.seed or 0

    @property
    def calendar(self) -> tuple[date, ...]:
        """All looks, the last day among them."""
        return with_last(self.looks, self.end)

    @property
    def n_pairs(self) -> int:
        """How many times two periods there are in a switchback."""
        return self.days // (2 * self.switchback.period_days) if self.switchback else 0

    @property
    def days(self) -> int:
        """How long it runs."""
        return (self.end - self.start).days + 1

    def share(self, day: date) -> float:
        """How much of the planned time has passed at the end of a day, 0 to 1."""
        return share_passed(day, self.start, self.end)


def with_arms(pilot: Pilot | None) -> Pilot | None:
    """The pilot where each unit has its arm for good; None where there is none, or all take turns."""
    return None if pilot and pilot.switchback else pilot


def with_seed(pilot: Pilot, registered: Registration | None) -> Pilot:
    """The pilot with the seed of its first draw, where that was not declared but drawn and registered."""
    return pilot if pilot.seed is not None or registered is None else replace(pilot, seed=registered.seeds.get(1))
