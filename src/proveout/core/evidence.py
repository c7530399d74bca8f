"""What one instrument found for one declared block."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from proveout.core.digest import digest
from proveout.core.estimate import Estimate
from proveout.core.exhibit import Exhibit


class Outcome(StrEnum):
    """Whether something was measured, and if not, why not."""

    MEASURED = "measured"
    TOO_LITTLE = "too-little"
    NOT_APPLICABLE = "not-applicable"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One assumption behind the figures, and whether the data bear it out.

    Args:
        name: The assumption, in a few words.
        passed: True, False, or None when the data cannot tell.
        note: The figures that say so, and what to do when it does not hold.
    """

    name: str
    passed: bool | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Why a figure is missing or does not decide, and what to do about it, as the instrument knows.

    Args:
        subject: Whose figures; empty for figures of no subject.
        figures: Their names; none for all that are missing.
        reason: In a clause.
        remedy: In sentences.
        caution: What must not be overlooked where the figure passes, in sentences.
    """

    subject: str = ""
    figures: tuple[str, ...] = ()
    reason: str
    remedy: str
    caution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What `measure` returns: figures if and only if the outcome is MEASURED.

    Args:
        outcome: Whether something was measured.
        reason: Why not, when it was not.
        remedy: What to do about it.
        estimates: The figures.
        checks: The assumptions behind them.
        exhibits: What there is to see.
        hints: What to do about figures that are missing or do not decide, where more is known than the policy says.
        unread: What could not be read while the rest could, one sentence each; `flow` fills it in.
        changes_on: First day on which the same data would give another finding, if there is one.

    Raises:
        ValueError: Figures without a measurement, a measurement without figures, or no reason given.
    """

    outcome: Outcome = Outcome.MEASURED
    reason: str = ""
    remedy: str = ""
    estimates: tuple[Estimate, ...] = ()
    checks: tuple[Check, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    hints: tuple[Hint, ...] = ()
    unread: tuple[str, ...] = ()
    changes_on: date | None = None

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.MEASURED) != bool(self.estimates):
            raise ValueError(f"estimates exist if and only if measured, not when {self.outcome}")
        if self.outcome is not Outcome.MEASURED and not self.reason:
            raise ValueError(f"{self.outcome} needs a reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one question that an instrument asks itself came to."""

    estimates: tuple[Estimate, ...] = ()
    checks: tuple[Check, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()


def found_in(parts: Sequence[Part], *, changes_on: date | None = None) -> Finding:
    """A measurement of several parts, in their order."""
    return Finding(
        estimates=tuple(estimate for part in parts for estimate in part.estimates),
        checks=tuple(check for part in parts for check in part.checks),
        exhibits=tuple(exhibit for part in parts for exhibit in part.exhibits),
        changes_on=changes_on,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The identity of what was read: the digest of a file's bytes; empty for a live database."""

    source: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A finding with its provenance.

    Args:
        block: Id of the declared block, as in the YAML.
        instrument: Name of the instrument.
        version: Version of the instrument's method; it changes when its figures would.
        key: Digest of instrument, version, settings and fingerprints. Same key, same evidence.
        finding: Outcome, figures, checks and exhibits.
        sources: Fingerprints of what was read.
        as_of: The day that counted as today.
        measured_at: When, timezone-aware UTC.
        good_until: First day on which it is stale, or None.
    """

    block: str
    instrument: str
    version: str
    key: str
    finding: Finding
    sources: tuple[Fingerprint, ...] = ()
    as_of: date
    measured_at: datetime
    good_until: date | None = None

    @property
    def digest(self) -> str:
        """The identity by which a gate record names this evidence."""
        return digest(self)

    def holds(self, as_of: date) -> bool:
        """Whether the same data would give the same finding on that day; evidence of a later day never counts."""
        changes = self.finding.changes_on
        return self.as_of <= as_of and (changes is None or as_of < changes)

    def stale(self, as_of: date) -> bool:
        """Whether the evidence is too old to count on that day."""
        return self.good_until is not None and as_of >= self.good_until
