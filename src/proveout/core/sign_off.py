"""What the people of a group say of the plan, by name and for good."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Stance(StrEnum):
    """From yes to no; a minor issue is a yes that wants something, a major one a no that would become a yes."""

    APPROVE = "approve"
    MINOR_ISSUE = "minor-issue"
    MAJOR_ISSUE = "major-issue"
    REJECT = "reject"

    @property
    def supports(self) -> bool:
        """Whether the plan may go on."""
        return self in (Stance.APPROVE, Stance.MINOR_ISSUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """One signature.

    Args:
        group: Id of the group that is spoken for.
        stance: What is said.
        by: Who says it.
        delegated_by: Whose place that person takes; empty for their own.
        comment: What is wanted, or why.
        plan: Digest of the plan that was signed.
        on: The day, by the ledger's clock.
        current: Whether the plan is still the one that was signed.
    """

    group: str
    stance: Stance
    by: str
    delegated_by: str = ""
    comment: str = ""
    plan: str = ""
    on: date | None = None
    current: bool = True

    @property
    def person(self) -> str:
        """Whose signature it is, whoever gave it."""
        return self.delegated_by or self.by

    def is_of(self, signatory: str) -> bool:
        """Whether it is that person's, given by whomever; where nobody is named, anybody's."""
        return not signatory.strip() or " ".join(signatory.split()).casefold() == self.person.casefold()

    @property
    def who(self) -> str:
        """Who signed, and in whose place."""
        return f"{self.by} for {self.delegated_by}" if self.delegated_by else self.by
