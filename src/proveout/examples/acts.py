"""What people did in a story, day by day; `flow` does it again when the story is told."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Signs:
    """Somebody signs for a group."""

    on: date
    group: str
    stance: str
    by: str
    comment: str


@dataclass(frozen=True, kw_only=True)
class Draws:
    """The arms of the pilot are drawn, or the waves of the rollout, and the design is registered."""

    on: date
    what: Literal["pilot", "rollout"]


@dataclass(frozen=True, kw_only=True)
class Decides:
    """A gate is decided, with the verdict of that day beside it."""

    on: date
    gate: int
    choice: str = "go"
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Advances:
    """The rollout takes the steps that are due."""

    on: date


@dataclass(frozen=True, kw_only=True)
class Holds:
    """Somebody holds the wave at hand."""

    on: date
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Resumes:
    """Somebody lets it go on, and the rollout takes the steps that are due."""

    on: date
    by: str
    reason: str


Act = Signs | Draws | Decides | Advances | Holds | Resumes
