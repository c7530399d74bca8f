"""What came of a draw, as people are shown it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
    """

    file: str
    arms: Mapping[str, tuple[int, int]]
    new_units: int
    strata: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    digest: str = ""
    notes: tuple[str, ...] = ()
