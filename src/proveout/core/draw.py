"""What came of a draw, as people are shown it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


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
