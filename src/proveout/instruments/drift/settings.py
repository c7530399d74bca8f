"""The block that people write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Interval

from proveout.core.declared import DECLARED, Name
from proveout.core.question import Rows

Measure = Literal["jensen_shannon", "population_stability", "kolmogorov_smirnov", "wasserstein"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(Rows):
    """Cases of a time: a source of its own, or a stretch of one."""

    from_: date | None = None
    """First day; needs `time`."""
    until: date | None = None
    """Last day; needs `time`."""

    def __post_init__(self) -> None:
        if self.from_ and self.until and self.until < self.from_:
            raise ValueError(f"ends on {self.until}, before it starts on {self.from_}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How far a field may move."""

    __pydantic_config__ = DECLARED

    measure: Measure = "jensen_shannon"
    """The distance that counts; `wasserstein` is in standard deviations of the reference."""
    allowed: Annotated[float, Gt(0)] = 0.1
    """The distance that is still alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels(Rows):
    """A table to which the truth comes later."""

    key: Name
    """The column that says which case; the windows have one of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """A yes-or-no model whose performance is estimated from its scores, until the truth comes."""

    __pydantic_config__ = DECLARED

    score: Name
    """The column with the model's probability of yes, 0 to 1."""
    label: Name
    """The column with the truth: in the reference, and in the current cases where it is known."""
    positive: Name = "1"
    """The value of `label`, and of `answer`, that means yes."""
    answer: str = ""
    """The column with what the model answered; a score of `threshold` or more when left out."""
    threshold: Annotated[float, Interval(ge=0, le=1)] = 0.5
    """The score from which on the answer is yes."""
    labels: Labels | None = None
    """Where the truth of current cases comes later, if not into their own column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Two windows to compare."""

    __pydantic_config__ = DECLARED

    reference: Window
    """Cases like those that the model was made and tested with."""
    current: Window
    """Cases that it meets now."""
    time: str = ""
    """The column that says when a case came; a date or a time in ISO 8601."""
    chunk: Literal["day", "week", "month"] | None = None
    """Compare each day, week or month of the current window, too; needs `time`."""
    chunk_rows: Annotated[int, Ge(2)] | None = None
    """Compare each so many rows, in the order in which they stand, instead."""
    fields: tuple[Name, ...] | Mapping[Name, Field] = ()
    """The columns to compare, as a list or each with its measure and threshold; all of the reference when left out."""
    ignore: tuple[Name, ...] = ()
    """Columns not to compare, such as keys."""
    measure: Measure = "jensen_shannon"
    """The distance that counts for fields that name none."""
    allowed: Annotated[float, Gt(0)] = 0.1
    """The distance that is still alike, for fields that name none."""
    missing_allowed: Annotated[float, Interval(ge=0, le=1)] = 0.05
    """By how much the share of missing values may grow."""
    performance: Performance | None = None
    """How well the model does."""

    def __post_init__(self) -> None:
        dated = [w for w in (self.reference, self.current) if w.from_ or w.until]
        if (dated or self.chunk) and not self.time:
            raise ValueError("from, until and chunk need `time`, the column that says when")
        if self.chunk and self.chunk_rows:
            raise ValueError("chunk and chunk_rows exclude one another")
        if self.reference == self.current:
            raise ValueError("both windows are the same; give them dates, or sources, of their own")

    def asked(self, name: str) -> Field:
        """The measure and threshold of a field."""
        plain = Field(measure=self.measure, allowed=self.allowed)
        return self.fields.get(name, plain) if isinstance(self.fields, Mapping) else plain
