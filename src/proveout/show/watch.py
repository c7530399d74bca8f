"""How the evidence is kept up: when it was last measured, what expires next, what turned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from proveout.core.assessment import Assessment

_NAMED, _TURNS = 4, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A line or two for everybody who asks whether this still holds.

    Args:
        measured: When what was measured last.
        expiry: What expires next and when, and what is too old already.
        turns: What turned, the newest first, each with its day; said by `proveout watch`.
    """

    measured: str
    expiry: tuple[str, ...]
    turns: tuple[tuple[str, str], ...]


def watch(assessment: Assessment) -> Watch:
    """Put into words how the evidence of an assessment is kept up."""
    return Watch(
        measured=_measured(assessment),
        expiry=tuple(_expiry(assessment.ends, assessment.as_of)) if assessment.evidence else (),
        turns=tuple(
            (record.at.date().isoformat(), str(record.body["sentence"]))
            for record in assessment.turns[: -_TURNS - 1 : -1]
        ),
    )


def _measured(assessment: Assessment) -> str:
    if not assessment.evidence:
        return "Nothing was measured yet."
    last = max(item.measured_at for item in assessment.evidence)
    blocks = [item.block for item in assessment.evidence if item.measured_at.date() == last.date()]
    return f"Last measured on {last:%Y-%m-%d} at {last:%H:%M} UTC: {_listed(blocks)}."


def _expiry(ends: Mapping[str, date], as_of: date) -> Iterator[str]:
    old = sorted((day, block) for block, day in ends.items() if day <= as_of)
    coming = sorted((day, block) for block, day in ends.items() if day > as_of)
    if old:
        yield f"Too old for a gate that reads it: {_listed([f'{block} since {day}' for day, block in old])}."
    if coming:
        day = coming[0][0]
        n = (day - as_of).days
        blocks = _listed([block for end, block in coming if end == day])
        yield f"Expires next: {blocks} on {day}, in {n} {'day' if n == 1 else 'days'}."
    if not ends:
        yield "No gate that is still to be left behind rests on evidence that expires."


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: _NAMED - 1])} and {len(names) - _NAMED + 1} more"
