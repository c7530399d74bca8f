"""Feature flags that serve the recorded arms: an evaluator at hand, and definitions for flagd."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from proveout.delivery.assignment import Seat

SCHEMA = "https://flagd.dev/schema/v0/flags.json"


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Answers whether a unit has the system: a look-up in what was drawn, and nothing else.

    Args:
        flag: The flag's key: the initiative's name.
        arms: Arm by unit.
        treated: The arms with the system.
        start: First day on which anybody has it.
        design: Digest of the design, told with every answer.
    """

    flag: str
    arms: Mapping[str, str]
    treated: frozenset[str]
    start: date
    design: str = ""

    @classmethod
    def of(cls, flag: str, seats: Iterable[Seat], treated: Collection[str], start: date) -> "Evaluator":
        """From the seats of the assignment file."""
        seats = tuple(seats)
        design = seats[0].design if seats else ""
        return cls(flag, {seat.unit: seat.arm for seat in seats}, frozenset(treated), start, design)

    def has(self, unit: str) -> bool:
        """Whether the unit is in the arm that gets the system; nobody who was not assigned is."""
        return self.arms.get(unit) in self.treated

    def answer(self, unit: str, today: date) -> dict[str, Any]:
        """As the OpenFeature Remote Evaluation Protocol puts it: always with variant and reason."""
        arm = self.arms.get(unit)
        on = arm in self.treated and today >= self.start
        reason = "DEFAULT" if arm is None or today < self.start else "TARGETING_MATCH"
        return {
            "key": self.flag,
            "value": on,
            "variant": "on" if on else "off",
            "reason": reason,
            "metadata": {"arm": arm or "", "design": self.design},
        }


def flag_definitions(evaluator: Evaluator) -> dict[str, Any]:
    """The same as a file for flagd: on for those in the arm with the system, from the first day on."""
    units = sorted(unit for unit in evaluator.arms if evaluator.has(unit))
    start = int(datetime.combine(evaluator.start, datetime.min.time(), UTC).timestamp())
    started = {">=": [{"var": "$flagd.timestamp"}, start]}
    chosen = {"in": [{"var": "targetingKey"}, units]}
    return {
        "$schema": SCHEMA,
        "flags": {
            evaluator.flag: {
                "state": "ENABLED",
                "variants": {"on": True, "off": False},
                "defaultVariant": "off",
                "targeting": {"if": [{"and": [started, chosen]}, "on", "off"]},
                "metadata": {"design": evaluator.design},
            }
        },
    }
