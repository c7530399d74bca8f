"""The block that people write."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Interval, MinLen

from proveout.core.declared import DECLARED, Name
from proveout.core.question import SourceName

PLACEHOLDERS = (
    "select",
    "please select",
    "?",
    "-",
    "--",
    "n/a",
    "#n/a",
    "na",
    "nan",
    "null",
    "none",
    "nil",
    "missing",
    "unknown",
    "not available",
    "not specified",
    "not provided",
    "tbd",
)
"""What forms and exports write where nothing was filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """How full a field must be."""

    __pydantic_config__ = DECLARED

    filled: Annotated[float, Interval(ge=0, le=1)] = 1.0
    """The share of rows in which it must be filled; 0 for a field that must be there but may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Everybody or everything that the need should cover, one key each."""

    __pydantic_config__ = DECLARED

    source: SourceName
    """Where the population is listed."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT that yields the population, instead of a table."""
    key: Name
    """Its key; the need's own `key` holds the same values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Another system with which the need must join."""

    __pydantic_config__ = DECLARED

    source: SourceName
    """The other system."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT, instead of a table."""
    key: str = ""
    """The need's column that joins; its `key` when empty."""
    to_key: str = ""
    """The other system's column; named as the need's column when empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Data that the initiative cannot do without."""

    __pydantic_config__ = DECLARED

    id: Name
    """Short name."""
    source: SourceName
    """Where the data are."""
    table: str = ""
    """Which table of the source, where it has several."""
    query: str = ""
    """A SELECT that yields the data, instead of a table."""
    fields: tuple[Name, ...] | Mapping[Name, Filled] = ()
    """The columns that are needed: a list, or each with the share of rows in which it must be filled."""
    key: str = ""
    """The column that says whom or what a row is about."""
    time: str = ""
    """The column that says when; a date or a time in ISO 8601."""
    history_days: Annotated[float, Gt(0)] | None = None
    """How many days the data must reach back, from their first day to their last."""
    max_age_days: Annotated[float, Gt(0)] | None = None
    """How many days old the newest row may be."""
    population: Population | None = None
    """Whom or what the data should cover."""
    like_the_rest: tuple[Name, ...] = ()
    """Columns of the population in which those covered are compared with those left out."""
    joins: tuple[Join, ...] = ()
    """Other systems whose keys must be found."""
    placeholders: tuple[str, ...] = PLACEHOLDERS
    """Entries that count as empty, in any case; the list replaces the usual one."""
    sample: bool = False
    """Whether the source holds a sample of the rows, so that its shares have an interval; a whole table is counted."""

    def __post_init__(self) -> None:
        if (self.history_days or self.max_age_days) and not self.time:
            raise ValueError("history_days and max_age_days need `time`, the column that says when")
        if self.population and not self.key:
            raise ValueError("a population needs `key`, the column that says whom a row is about")
        if self.like_the_rest and not self.population:
            raise ValueError("like_the_rest names columns of the population; declare `population`")
        if any(not join.key for join in self.joins) and not self.key:
            raise ValueError("a join needs `key`, its own or that of the need")

    @property
    def minimum(self) -> Mapping[str, float]:
        """The share of rows in which each needed field must be filled."""
        if isinstance(self.fields, Mapping):
            return {name: asked.filled for name, asked in self.fields.items()}
        return dict.fromkeys(self.fields, 1.0)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that must be there."""
        keys = (self.key, self.time, *(join.key for join in self.joins))
        return tuple(dict.fromkeys(name for name in (*self.minimum, *keys) if name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What data the initiative needs."""

    __pydantic_config__ = DECLARED

    needs: Annotated[tuple[Need, ...], MinLen(1)]
    """One entry per table, extract or system."""

    def __post_init__(self) -> None:
        ids = [need.id for need in self.needs]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"two needs are called {twice[0]}; each needs a name of its own")
