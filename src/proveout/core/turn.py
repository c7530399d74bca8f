"""A gate that was behind and is open again, or is closed again."""

from dataclasses import dataclass

from proveout.core.initiative import Phase
from proveout.core.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What `proveout watch` says once.

    Args:
        phase: The gate.
        reference: The verdict with which it was left behind.
        verdict: What it reads now.
        reasons: Of each must-criterion that keeps it open, one sentence and what would settle it; none when it closed.
    """

    phase: Phase
    reference: Verdict
    verdict: Verdict
    reasons: tuple[str, ...] = ()

    @property
    def reopened(self) -> bool:
        """Whether it reads worse than when it was left behind."""
        return worse(self.verdict, self.reference)

    @property
    def sentence(self) -> str:
        """Such as: `Gate 2 (Technical feasibility) is open again: undecided, it was pass.`"""
        name = f"Gate {self.phase.number} ({self.phase.label})"
        if self.reopened:
            return f"{name} is open again: it reads {self.verdict}, and was left behind as {self.reference}."
        return f"{name} is closed again: it reads {self.verdict}."


def worse(now: Verdict, before: Verdict) -> bool:
    """Whether a verdict is worse than another: pass, undecided, fail."""
    order = (Verdict.PASS, Verdict.UNDECIDED, Verdict.FAIL)
    return order.index(now) > order.index(before)
