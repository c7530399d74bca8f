"""The rules by which gates judge, as values. The rules themselves are data: `gates/policies/standard.yml`."""

from dataclasses import dataclass, field
from enum import StrEnum

from proveout.core.declared import DECLARED
from proveout.core.digest import digest
from proveout.core.initiative import Phase


class Dimension(StrEnum):
    """The three sides of an initiative; none makes up for another."""

    BUSINESS = "business"
    TECHNICAL = "technical"
    ORGANISATIONAL = "organisational"


class Weight(StrEnum):
    """MUST decides, SHOULD warns, TRIAL is computed and shown without a say."""

    MUST = "must"
    SHOULD = "should"
    TRIAL = "trial"


class Comparison(StrEnum):
    """Which side of the threshold is good; the threshold itself is."""

    AT_LEAST = "at-least"
    AT_MOST = "at-most"


class Quantifier(StrEnum):
    """With several estimates of the name (KPIs, needs): must every one hold, or is any enough?"""

    EVERY = "every"
    ANY = "any"


class Blocks(StrEnum):
    """With several blocks of an instrument: every one, or those that report the figure, such as one of two surveys."""

    EVERY = "every"
    REPORTING = "reporting"


class Spared(StrEnum):
    """When a criterion cannot be asked of an initiative.

    No group that can stop it is large enough to be surveyed; or the pilot, as it was registered, is a switchback, or is
    not.
    """

    SMALL_GROUPS = "small-groups"
    SWITCHBACK = "switchback"
    NO_SWITCHBACK = "no-switchback"


class Basis(StrEnum):
    """Where a threshold comes from."""

    SOURCED = "sourced"
    JUDGEMENT = "judgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A threshold on an estimate."""

    __pydantic_config__ = DECLARED

    id: str
    """Stable name, such as `users-heard`."""
    title: str
    """What must hold, in plain words."""
    phase: Phase
    """The gate it belongs to."""
    dimension: Dimension
    """Business, technical or organisational."""
    family: str
    """The article's metric family or activity, such as `stakeholder interviews`."""
    weight: Weight = Weight.MUST
    """Must, should, or on trial."""
    instrument: str
    """The instrument whose evidence it reads."""
    estimate: str
    """The name of the estimate it reads."""
    comparison: Comparison
    """Which side of the threshold is good."""
    threshold: float
    """The threshold, in the estimate's unit."""
    unit: str = ""
    """That unit, such as `share`, for as long as nothing is measured."""
    quantifier: Quantifier = Quantifier.EVERY
    """Must every estimate of the name hold, or is any enough?"""
    of_blocks: Blocks = Blocks.EVERY
    """With several blocks of the instrument: must every one report it, or only those that can?"""
    subjects_of: str = ""
    """Another estimate of the instrument; whatever it names must have this figure as well, or it is undecided."""
    spared_if: Spared | None = None
    """When it cannot be asked, and counts as neither."""
    why: str
    """Why it matters, with the article's reason."""
    basis: Basis
    """Whether the threshold is sourced or our judgement."""
    source: str = ""
    """The source of a sourced threshold."""
    remedy: str
    """What to do when it fails or cannot be decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All criteria by which an initiative is judged."""

    __pydantic_config__ = DECLARED

    policy: str
    """Name of the policy."""
    version: str
    """Version of the policy; verdicts name its digest."""
    criteria: tuple[Criterion, ...] = field(default=())
    """One entry per criterion."""

    @property
    def digest(self) -> str:
        """The identity that every verdict names."""
        return digest(self)
