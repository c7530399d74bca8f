"""Verdicts: what the evidence says of each criterion and gate."""

from dataclasses import dataclass
from enum import StrEnum

from proveout.core.estimate import Estimate
from proveout.core.initiative import Phase
from proveout.core.policy import Criterion


class Verdict(StrEnum):
    """What the evidence says."""

    PASS = "pass"
    FAIL = "fail"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One criterion held against one estimate.

    Args:
        criterion: The criterion as it was judged, overrides included.
        verdict: PASS, FAIL or UNDECIDED.
        block: The declared block whose evidence was read, or empty.
        evidence: Digest of that evidence, or empty.
        estimate: The figure, or None when there is none.
        margin: Distance from the threshold to the near end of the interval, positive on the good side.
        sentence: The ruling in one plain sentence.
        settle: For an undecided criterion, what would settle it.
        waived: The waiver's reason and end, or why it is spared, or empty. A waived criterion keeps its verdict.
        spared: Whether nobody waived it, but the policy itself does not ask for it here.
        moved_from: The threshold in force when this evidence was first seen, if it was another one.
        caution: For a criterion that passes, what must not be overlooked, as the instrument says it.
    """

    criterion: Criterion
    verdict: Verdict
    block: str = ""
    evidence: str = ""
    estimate: Estimate | None = None
    margin: float | None = None
    sentence: str
    settle: str = ""
    waived: str = ""
    spared: bool = False
    moved_from: float | None = None
    caution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateVerdict:
    """A gate: as strong as its weakest must-criterion."""

    phase: Phase
    verdict: Verdict
    rulings: tuple[Ruling, ...]
    sentence: str
    policy: str  # digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathology:
    """A way to fail that shows in the figures.

    Args:
        name: As in the docs, such as ``technology-first``.
        title: The article's words.
        present: True, False, or None when the evidence cannot tell.
        figures: The figures that gave it away, one sentence each.
        remedy: What to do.
    """

    name: str
    title: str
    present: bool | None
    figures: tuple[str, ...]
    remedy: str = ""
