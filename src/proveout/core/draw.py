"""What came of a draw, as people are shown it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

UNLIKE = 0.5
"""Standard deviations of teams (or units) by which arms differ much before the start: our judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How unlike the two arms are in something that was known before the start.

    Args:
        of: In what: size, or baseline.
        treated: Mean over the teams (or units) with the system.
        control: Over those without.
        difference: In standard deviations of teams (or units).
    """

    of: str
    treated: float
    control: float
    difference: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """How unlike two arms come out in many draws of the same kind, in standard deviations.

    Args:
        of: In what: size, or baseline.
        median: Of the draws.
        nine_in_ten: What nine in ten of them stay below.
    """

    of: str
    median: float
    nine_in_ten: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Arms that were drawn, or would be.

    Args:
        file: Where they are written.
        arms: By arm: how many teams, and how many units, all batches together.
        new_units: How many of them are new.
        strata: By stratum: units in each arm.
        digest: Of the design.
        notes: What people should know.
        when: By arm, when it has the system, in words; empty for two arms side by side.
        anew: Whether another draw is made when the design is registered.
        adds: Whether others have their arms already.
        balance: How unlike two arms side by side are before the start.
        likely: How unlike they come out in draws of that kind; said before the draw that counts.
        alike: Whether the method draws arms that are alike.
        first: What is to be mended before anything is drawn; empty for nothing.
        next: What comes next.
    """

    file: str
    arms: Mapping[str, tuple[int, int]]
    new_units: int
    strata: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    digest: str = ""
    notes: tuple[str, ...] = ()
    when: Mapping[str, str] = field(default_factory=dict)
    anew: bool = False
    adds: bool = False
    balance: tuple[Balance, ...] = ()
    likely: tuple[Likely, ...] = ()
    alike: bool = False
    first: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the pilot stands, as `proveout pilot status` tells it.

    Args:
        drawn: The arms; None where nobody is assigned.
        start: First day.
        end: Last day.
        looks: Days after which is looked.
        today: The day that counts as today.
        registered: The day of the registration, None without one.
        changes: What is not as it was registered.
        otherwise: Where the gate judges otherwise than on that day, by another policy or version of Proveout.
        serving: How many units have the system today, and of how many; None for two arms side by side.
        elsewhere: How many units are registered whose arms were drawn elsewhere; None for arms of ours, or none.
        next: What comes next.
    """

    drawn: Drawn | None
    start: date
    end: date
    looks: tuple[date, ...]
    today: date
    registered: date | None
    changes: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    serving: tuple[int, int] | None = None
    elsewhere: int | None = None
    next: str = ""
