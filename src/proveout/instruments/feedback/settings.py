"""The block that people write."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import MinLen

from proveout.core.declared import DECLARED, Level, Name
from proveout.core.question import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Rows):
    """What people reported: a row per item. Columns that are not named are not read; texts never are."""

    id: str = ""
    """The column that names the item; of several rows with one id, the one closed last counts."""
    at: Name = "at"
    """The column that says when it was reported."""
    closed_at: str = "closed_at"
    """The column that says when it was answered or done, empty while it is open. None (`""`): `status` says it."""
    status: str = ""
    """The column that says how it stands; with it, `done` decides what is closed, and not `closed_at`."""
    done: tuple[str, ...] = ()
    """Values of `status`, in any case, that mean answered or done."""
    kind: str = ""
    """The column that says what it is, such as bug, wish, question."""
    severity: str = ""
    """The column that says how bad it is."""
    severe: tuple[str, ...] = ()
    """Values of `severity`, in any case, that must not stay open."""
    release: str = ""
    """The column that names the release it was reported against."""
    closed_in: str = ""
    """The column that names the release that closed it; without it, the newest release at that time."""
    theme: str = ""
    """The column that says what it is about, as somebody coded it."""

    def __post_init__(self) -> None:
        if self.severe and not self.severity:
            raise ValueError("`severe` needs `severity`, the column that says how bad an item is")
        if bool(self.status) != bool(self.done):
            raise ValueError("`status` and `done` go together: the column, and its values that mean closed")
        if not self.closed_at and not self.status:
            raise ValueError("name `closed_at` or `status`, or nothing says what is closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings(Rows):
    """How satisfied people are: the last answer of each person counts."""

    person: Name = "person"
    """The column that says who, as the pilot's assignment names units."""
    at: Name = "at"
    """The column that says when."""
    score: Name = "score"
    """The column with the answer."""
    scale: Annotated[tuple[float, ...], MinLen(2)] = (1.0, 5.0)
    """Lowest and highest answer there is."""

    def __post_init__(self) -> None:
        if len(self.scale) != 2 or self.scale[0] >= self.scale[1]:
            raise ValueError(f"a scale is its lowest and its highest answer, not {list(self.scale)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What people reported, and how satisfied they are; either or both."""

    __pydantic_config__ = DECLARED

    items: Items | None = None
    """What people reported."""
    ratings: Ratings | None = None
    """How satisfied they are; by arm where a pilot is declared."""
    level: Level = 0.95
    """Coverage of the intervals."""

    def __post_init__(self) -> None:
        if self.items is None and self.ratings is None:
            raise ValueError("name `items` or `ratings`, or both")
