"""Feature flags that serve the recorded arms: an evaluator at hand, and definitions for flagd."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from proveout.core.schedule import Span
from proveout.delivery.assignment import Seat

SCHEMA = "https://flagd.dev/schema/v0/flags.json"


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Answers whether a unit has the system: a look-up in what was drawn, and nothing else.

    Args:
        flag: The flag's key: the initiative's name.
        arms: Arm by unit.
        spans: By arm, when it has the system; an arm that is not there never has it.
        start: First day on which anybody has it.
        design: Digest of the design, told with every answer.
    """

    flag: str
    arms: Mapping[str, str]
    spans: Mapping[str, tuple[Span, ...]]
    start: date
    design: str = ""

    @classmethod
    def of(cls, flag: str, seats: Iterable[Seat], spans: Callable[[str], tuple[Span, ...]], start: date) -> "Evaluator":
        """From the seats of the assignment file and when each of their arms has the system."""
        seats = tuple(seats)
        design = seats[0].design if seats else ""
        arms = {seat.unit: seat.arm for seat in seats}
        return cls(flag, arms, {arm: spans(arm) for arm in set(arms.values())}, start, design)

    def has(self, unit: str, today: date) -> bool:
        """Whether the unit has the system on a day; nobody who was not assigned does."""
        for span in self.spans.get(self.arms.get(unit, ""), ()):  # noqa: SIM110 `any` takes a quarter of the time
            if span.holds(today):
                return True
        return False

    def answer(self, unit: str, today: date) -> dict[str, Any]:
        """As the OpenFeature Remote Evaluation Protocol puts it: always with variant and reason."""
        arm, on = self.arms.get(unit), self.has(unit, today)
        reason = "DEFAULT" if arm is None or today < self.start else "TARGETING_MATCH"
        return {
            "key": self.flag,
            "value": on,
            "variant": "on" if on else "off",
            "reason": reason,
            "metadata": {"arm": arm or "", "design": self.design},
        }


def flag_definitions(evaluator: Evaluator) -> dict[str, Any]:
    """The same as a file for flagd: on for those who have the system, on the days on which they have it."""
    units: dict[Span, list[str]] = {}
    for unit, arm in sorted(evaluator.arms.items()):
        for span in evaluator.spans.get(arm, ()):
            units.setdefault(span, []).append(unit)
    by_span = sorted(units.items(), key=lambda pair: pair[0].first) or [(Span(evaluator.start), [])]
    rules = [{"and": [*_during(span), {"in": [{"var": "targetingKey"}, chosen]}]} for span, chosen in by_span]
    return {
        "$schema": SCHEMA,
        "flags": {
            evaluator.flag: {
                "state": "ENABLED",
                "variants": {"on": True, "off": False},
                "defaultVariant": "off",
                "targeting": {"if": [rules[0] if len(rules) == 1 else {"or": rules}, "on", "off"]},
                "metadata": {"design": evaluator.design},
            }
        },
    }


def _during(span: Span) -> Iterator[dict[str, Any]]:
    """Conditions on the moment of asking, in seconds by UTC."""
    now = {"var": "$flagd.timestamp"}
    yield {">=": [now, _seconds(span.first)]}
    if span.last:
        yield {"<": [now, _seconds(span.last + timedelta(days=1))]}


def _seconds(day: date) -> int:
    return int(datetime.combine(day, datetime.min.time(), UTC).timestamp())
