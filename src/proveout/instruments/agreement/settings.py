"""The block that people write."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MinLen

from proveout.core.declared import DECLARED, Name, check_one_role_each
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
class Elsewhere:
    """A column of another table."""

    __pydantic_config__ = DECLARED

    source: SourceName
    """The source."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT, instead of a table."""
    column: Name
    """The column."""
    case: str = ""
    """The column that says which case; named as among the decisions when empty."""


Beside = str | Elsewhere
"""A column beside the decisions, or one of another table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Decisions of several people on the same cases: a row per decision, or a row per case with a column per person.

    Or labels that a model doubts, or both.
    """

    __pydantic_config__ = DECLARED

    ratings: Ratings | None = None
    """Where the decisions are."""
    case: Name = "case"
    """The column that says which case was decided."""
    person: Name = "person"
    """The column that says by whom; not needed with `people`."""
    decision: Name = "decision"
    """The column that says how; not needed with `people`."""
    people: Annotated[tuple[Name, ...], MinLen(2)] | None = None
    """The columns of the people, where each row is a case."""
    time: str = ""
    """The column that says when it was decided, to see whether a person drifts; not with `people`."""
    scale: Literal["nominal", "ordinal", "interval"] = "nominal"
    """`nominal`: decisions are the same or not; `ordinal`: they have an order; `interval`: they are numbers."""
    order: tuple[Name, ...] = ()
    """All decisions from lowest to highest, for the ordinal scale; not needed where they are numbers."""
    truth: Beside = ""
    """The column with what turned out to be right, where that is known; or where it is, with its `source`."""
    model: Beside = ""
    """The column with the decision of a model, to be held against the people; or where it is, with its `source`."""
    label: Beside = ""
    """The column with the label that a case was given, such as for training, to be looked through for errors; or where
    it is, with its `source`, which then holds the probabilities too."""
    probabilities: Annotated[Mapping[Name, Name], MinLen(2)] | None = None
    """By label the column with its probability, 0 to 1, by a model that did not see the case (cross-validated)."""

    def __post_init__(self) -> None:
        if self.order and self.scale != "ordinal":
            raise ValueError("`order` is for `scale: ordinal`")
        if len({name.strip().casefold() for name in self.order}) < len(self.order):
            raise ValueError("`order` names a decision twice")
        if self.people and len(set(self.people)) < len(self.people):
            raise ValueError("`people` names a column twice")
        if self.people and self.time:
            raise ValueError("`time` is for a row per decision; with `people` each row is a case")
        beside = {name: at for name in ("truth", "model") if isinstance(at := getattr(self, name), str)}
        own = {"case": self.case, "time": self.time}
        own |= {} if self.people else {"person": self.person, "decision": self.decision}
        check_one_role_each({**own, **beside, **{f"people[{i}]": name for i, name in enumerate(self.people or ())}})
        if bool(self.label) != bool(self.probabilities):
            raise ValueError("to find wrong labels, give both `label` and `probabilities`")
        if not self.ratings and not isinstance(self.label, Elsewhere):
            raise ValueError("declare `ratings`, or a `label` with its `source`, or both")
        if not self.ratings and (self.truth or self.model):
            raise ValueError("`truth` and `model` are held against decisions; declare `ratings`")
