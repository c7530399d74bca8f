"""What a pathology is read from: signs, each with the figure that shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from proveout.core.decision import Record
from proveout.core.estimate import Estimate
from proveout.core.evidence import Evidence, Outcome
from proveout.core.initiative import Initiative, Phase
from proveout.core.policy import Comparison
from proveout.core.verdict import GateVerdict, Verdict
from proveout.core.wording import digits_to_tell, figure, reading, title
from proveout.gates.comparing import compare


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that is known of an initiative on a day."""

    initiative: Initiative
    evidence: Sequence[Evidence]
    gates: Sequence[GateVerdict]
    as_of: date
    decisions: Sequence[Record]
    ends: Mapping[str, date]

    def reached(self, phase: Phase) -> bool:
        """Whether the initiative stands in that phase or a later one."""
        return self.initiative.phase.number >= phase.number

    def measured(self, *instruments: str) -> tuple[Evidence, ...]:
        """Evidence of these instruments that has figures and is not too old."""
        return tuple(
            item
            for item in self.evidence
            if item.instrument in instruments
            and item.finding.outcome is Outcome.MEASURED
            and self.as_of < self.ends.get(item.block, date.max)
        )

    def estimates(self, instrument: str, name: str) -> tuple[Estimate, ...]:
        """Figures of that name."""
        return tuple(e for item in self.measured(instrument) for e in item.finding.estimates if e.name == name)


@dataclass(frozen=True)
class Sign:
    """One sign: there, not there, or (None) not to be told, with the sentence that says why."""

    present: bool | None
    sentence: str


_PRESENT = {Verdict.PASS: False, Verdict.FAIL: True, Verdict.UNDECIDED: None}


def sound(
    case: Case,
    instrument: str,
    name: str,
    comparison: Comparison,
    threshold: float,
    *,
    subjects: frozenset[str] | None = None,
) -> Iterator[Sign]:
    """A sign per figure of that name: there when the whole interval is on the bad side of the threshold.

    Args:
        case: The initiative.
        instrument: Whose figure it is.
        name: Of the estimate.
        comparison: Which side is sound.
        threshold: The threshold itself is sound.
        subjects: Only figures of these, where given.
    """
    found = [e for e in case.estimates(instrument, name) if subjects is None or e.subject in subjects]
    for estimate in found:
        limits = (estimate.value, estimate.lower, estimate.upper)
        digits = digits_to_tell(limits, threshold, estimate.unit)
        word = "at least" if comparison is Comparison.AT_LEAST else "at most"
        limit = figure(threshold, estimate.unit, digits=digits)
        sentence = f"{title(estimate)}: {reading(estimate, digits=digits)}; {word} {limit} would be sound."
        yield Sign(_PRESENT[compare(estimate, comparison, threshold)], sentence)
    if not found:
        yield missing(instrument, name)


def missing(instrument: str, name: str) -> Sign:
    """The figure that would tell is not there."""
    return Sign(None, f"Cannot be told without `{name}` from the instrument `{instrument}`.")


def combined(signs: Sequence[Sign]) -> tuple[bool | None, tuple[str, ...]]:
    """There if one sign is there; else not to be told if one is not; with the sentences of the signs that say so."""
    states = {sign.present for sign in signs}
    present = True if True in states else None if None in states or not states else False
    return present, tuple(sign.sentence for sign in signs if sign.present is present)
