"""The block that people write."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Gt, MinLen

from proveout.core.declared import DECLARED, Name
from proveout.core.question import Read, SourceName

PLACEHOLDERS = (
    "select", "please select", "?", "-", "--", "n/a", "#n/a", "na", "nan", "null", "none", "nil", "empty", "missing",
    "unknown", "not available", "not specified", "not provided", "tbd",
)  # fmt: skip
"""What forms and exports write where nothing was filled in."""


def flaw_of(pattern: str) -> str:
    """Why the database would not understand a regular expression; empty where it does."""
    if re.search(r"\(\?<?[=!]|\\[1-9]", pattern):
        return "looks ahead, looks back or refers back, which the database can not; write it without"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"is no regular expression: {error}"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must hold for every cell of a field."""

    __pydantic_config__ = DECLARED

    required: bool = False
    """Whether it must be filled."""
    unique: bool = False
    """Whether no value may come twice."""
    type: Literal["string", "integer", "number", "boolean", "date", "timestamp", ""] = ""
    """What it must be readable as."""
    minimum: float | str | None = None
    """The least that is allowed; dates in ISO 8601."""
    maximum: float | str | None = None
    """The most that is allowed."""
    above: float | str | None = None
    """What it must exceed."""
    below: float | str | None = None
    """What it must stay under."""
    allowed: tuple[str | int | float | bool, ...] = ()
    """The only values that are allowed."""
    pattern: str = ""
    """A regular expression that must be found in the text; write ^ and $ for all of it."""
    format: Literal["email", "date", "iban", "url", "uuid", ""] = ""
    """A common form."""
    unit: str = ""
    """What follows each number in a column of text, as in `12.5 kg`."""
    min_length: int | None = None
    """Fewest signs."""
    max_length: int | None = None
    """Most signs."""

    def __post_init__(self) -> None:
        if flaw := flaw_of(self.pattern):
            raise ValueError(f"the pattern {self.pattern} {flaw}")
        for low, high in (("minimum", "maximum"), ("min_length", "max_length"), ("above", "below")):
            least, most = getattr(self, low), getattr(self, high)
            if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
                raise ValueError(f"`{low}`, {least:g}, is more than `{high}`, {most:g}; nothing is both")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """What must hold within each row."""

    __pydantic_config__ = DECLARED

    name: Name
    """Short name."""
    that: Name
    """An SQL condition over the columns, such as `end_at >= start_at`; it says nothing of a row where it is NULL."""
    dimension: Literal["validity", "consistency", "timeliness"] = "consistency"
    """Which side of quality it belongs to."""

    def __post_init__(self) -> None:
        if not _closed(self.that):
            raise ValueError(
                f"the rule {self.name!r} closes a parenthesis that it does not open, or the other way round"
            )


def _closed(sql: str) -> bool:
    """Whether each parenthesis outside quotes has its counterpart, so that the condition stays one in a larger one."""
    depth, quote = 0, ""
    for sign in sql:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        else:
            depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth < 0:
            return False
    return not depth and not quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Depends:
    """A field that follows from others, as a city does from its post code."""

    __pydantic_config__ = DECLARED

    from_: Annotated[tuple[Name, ...], MinLen(1)]
    """The fields that determine."""
    to: Name
    """The field that follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Columns of another table."""

    __pydantic_config__ = DECLARED

    source: SourceName
    """Where it is."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT, instead of a table."""
    fields: tuple[Name, ...] = ()
    """Its columns; named as the referring ones when empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Values that must stand in another table."""

    __pydantic_config__ = DECLARED

    fields: Annotated[tuple[Name, ...], MinLen(1)]
    """The referring columns."""
    to: Elsewhere
    """Where they must be found."""

    def __post_init__(self) -> None:
        if self.to.fields and len(self.to.fields) != len(self.fields):
            raise ValueError(f"a reference pairs {len(self.fields)} fields with {len(self.to.fields)}; name as many")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that the initiative works on, and what must hold in it."""

    __pydantic_config__ = DECLARED

    id: Name
    """Short name."""
    source: SourceName
    """Where it is."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT that yields the table, instead of a table."""
    key: str | tuple[Name, ...] = ""
    """The column, or the columns together, of which no two rows hold the same."""
    time: str = ""
    """The column that says when; a date or a time in ISO 8601."""
    contract: str = ""
    """A data contract (ODCS 3) below the initiative's folder."""
    object: str = ""
    """The object of the contract's schema; the only one, or the one called as the table, when empty."""
    fields: Mapping[Name, Expected] = field(default_factory=dict)
    """What must hold for single fields; goes with the contract, and above it where both speak."""
    rules: tuple[RowRule, ...] = ()
    """What must hold within each row."""
    depends: tuple[Depends, ...] = ()
    """Fields that follow from others."""
    references: tuple[Reference, ...] = ()
    """Values that must stand in another table."""
    alike: bool = False
    """Whether rows that are equal but for case and blanks are looked for, over all columns but the key."""
    max_age_days: Annotated[float, Gt(0)] | None = None
    """How many days old a row may be, by `time`; the newest one counts."""
    every: Literal["day", "week", "month", ""] = ""
    """How often rows are expected, by `time`; completeness is mapped by it, by month when it is empty."""
    placeholders: tuple[str, ...] = PLACEHOLDERS
    """Entries of text that hide a missing value, in any case; the list replaces the usual one."""
    missing: Mapping[Name, tuple[str | int | float, ...]] = field(default_factory=dict)
    """By field, the entries that mean missing; an empty list says that every entry means something."""
    redact: tuple[Name, ...] = ()
    """Fields whose values are shown nowhere."""
    sample: bool = False
    """Whether the source holds a sample of the rows, so that shares have an interval; a whole table is counted."""
    distinct: Literal["approximate", "exact"] = "approximate"
    """How the different values of each field are counted for the profile; keys and references are always exact."""
    quantiles: Literal["sampled", "exact"] = "sampled"
    """Whether the quantiles of a large table come from some of its rows, spread evenly, or from all."""
    discover: bool = False
    """Whether to look for rules that the table itself suggests; they are shown and count for no figure."""

    def __post_init__(self) -> None:
        if self.max_age_days and not self.time:
            raise ValueError(f"{self.id}: max_age_days needs `time`, the column that says when")
        if self.every and not self.time:
            raise ValueError(f"{self.id}: every needs `time`, the column that says when")
        if self.object and not self.contract:
            raise ValueError(f"{self.id}: object names a part of the contract; set `contract`")
        names = [rule.name for rule in self.rules]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.id}: two rules have the same name; each needs its own")

    @property
    def period(self) -> str:
        """By what completeness is mapped."""
        return self.every or "month"

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of the key."""
        return (self.key,) if isinstance(self.key, str) and self.key else tuple(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How much the prototype erred in each case, to see which fault costs most."""

    __pydantic_config__ = DECLARED

    source: SourceName
    """Where its errors are."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT, such as one that computes the error from answer and truth."""
    key: Name
    """The column that holds the case."""
    to: str = ""
    """The column of the tables that holds the same case; their own key when empty."""
    error: Name
    """The column with the error: 0 or 1 for right or wrong, or how far off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Which tables must be good, and what good means."""

    __pydantic_config__ = DECLARED

    tables: Annotated[tuple[Table, ...], MinLen(1)]
    """One entry per table."""
    effect_on: Effect | None = None
    """The prototype's error by case."""

    def __post_init__(self) -> None:
        ids = [table.id for table in self.tables]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"two tables are called {twice[0]}; each needs a name of its own")


def read_of(where: Table | Elsewhere | Effect) -> Read:
    """What to read."""
    return Read(source=where.source, table=where.table, query=where.query)
