"""The block that people write."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from proveout.core.declared import DECLARED, Level, Name
from proveout.core.question import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class People(Rows):
    """A table of people, and when."""

    person: Name = "person"
    """The column that says who."""
    at: str = "at"
    """The column that says when; empty where the table does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Who is meant to use the system, who was trained, who was let in, and who uses it."""

    __pydantic_config__ = DECLARED

    events: People
    """Each use of the system: who and when."""
    access: People | None = None
    """Who was given access, and since when. Without it, everybody in `eligible` counts as let in, at its `at`."""
    eligible: People | None = None
    """Who is meant to use it; those with access when not given. Its `at` is read only where `access` is not given."""
    group: str = ""
    """Column of `eligible` (or of `access`) by which people are told apart, such as their department."""
    team: str = ""
    """Column of `eligible` (or of `access`) that says whose use goes together; the intervals then take whole teams."""
    trained: People | None = None
    """Who was trained, and when."""
    active_uses: Annotated[int, Ge(1)] = 1
    """How many uses in a week make an active week."""
    last_weeks: Annotated[int, Ge(1)] = 4
    """Over how many complete weeks the share of active people goes."""
    retained_after_weeks: Annotated[int, Ge(1)] = 4
    """Whoever uses it in one of the four weeks from then on, counted from the first use, has stayed."""
    level: Level = 0.95
    """Coverage of the intervals."""

    def __post_init__(self) -> None:
        if self.access is None and self.eligible is None:
            raise ValueError("name `access` or `eligible`, or both")

    @property
    def let_in(self) -> People | None:
        """The table that says who may use it."""
        return self.access or self.eligible
