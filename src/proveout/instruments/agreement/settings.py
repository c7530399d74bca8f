"""The block that people write."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MinLen

from proveout.core.declared import DECLARED, Name
from proveout.core.question import SourceName


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """Where the decisions are."""

    __pydantic_config__ = DECLARED

    source: SourceName
    """The source."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT that yields the decisions, instead of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Decisions of several people on the same cases: a row per decision, or a row per case with a column per person."""

    __pydantic_config__ = DECLARED

    ratings: Ratings
    """Where the decisions are."""
    case: Name = "case"
    """The column that says which case was decided."""
    person: Name = "person"
    """The column that says by whom; not needed with `people`."""
    decision: Name = "decision"
    """The column that says how; not needed with `people`."""
    people: Annotated[tuple[Name, ...], MinLen(2)] | None = None
    """The columns of the people, where each row is a case."""
    scale: Literal["nominal", "ordinal", "interval"] = "nominal"
    """`nominal`: decisions are the same or not; `ordinal`: they have an order; `interval`: they are numbers."""
    order: tuple[str, ...] = ()
    """All decisions from lowest to highest, for the ordinal scale."""
    truth: str = ""
    """A column with what turned out to be right, where that is known."""
    model: str = ""
    """A column with the decision of a model, to be held against those of the people."""
    label: str = ""
    """A column with the label that the case was given, such as for training; it is looked through for errors."""
    probabilities: Mapping[Name, Name] | None = None
    """By label the column with its probability, by a model that did not see the case."""

    def __post_init__(self) -> None:
        if (self.scale == "ordinal") != bool(self.order):
            raise ValueError("`order` lists the decisions of an ordinal scale from lowest to highest, and only of that")
        if bool(self.label) != bool(self.probabilities):
            raise ValueError("to find wrong labels, give both `label` and `probabilities`")
        if self.probabilities is not None and len(self.probabilities) < 2:
            raise ValueError("`probabilities` needs two labels or more")
        if len(set(self.order)) != len(self.order):
            raise ValueError("`order` names a decision twice")
