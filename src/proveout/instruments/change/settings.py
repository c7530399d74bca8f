"""The block that people write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from annotated_types import Ge, Interval

from proveout.core.declared import DECLARED, Name, check_one_role_each
from proveout.core.initiative import GroupId
from proveout.core.question import Rows
from proveout.core.wording import says_something

Step = Literal["awareness", "desire", "knowledge", "ability", "reinforcement"]
STEPS: tuple[Step, ...] = ("awareness", "desire", "knowledge", "ability", "reinforcement")
Kind = Literal["message", "sponsor", "involvement", "training", "coaching", "recognition"]
TREATS: Mapping[Kind, tuple[Step, ...]] = {
    "message": ("awareness",),
    "sponsor": ("awareness", "desire"),
    "involvement": ("desire",),
    "training": ("knowledge",),
    "coaching": ("ability",),
    "recognition": ("reinforcement",),
}
"""Which steps each kind of action helps with, unless the action says otherwise."""
ORGANISATIONAL = ("interviews", "communication", "involvement", "training", "process", "support", "management")
EffortKind = Literal[
    "data", "model", "integration", "infrastructure", "testing", "interviews", "communication", "involvement",
    "training", "process", "support", "management",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness(Rows):
    """How far people have come: a row per person with an answer to each of five steps, from 1 to 5."""

    person: str = ""
    """The column that says who; of several rows of one person the last counts."""
    group: Name = "group"
    """The column that says of which group: its id or its title."""
    awareness: Name = "awareness"
    """I know why the change is made."""
    desire: Name = "desire"
    """I want to take part."""
    knowledge: Name = "knowledge"
    """I know what I am to do differently."""
    ability: Name = "ability"
    """I am able to do it, day by day."""
    reinforcement: Name = "reinforcement"
    """When I do it, it is noticed and valued."""

    def __post_init__(self) -> None:
        check_one_role_each({name: getattr(self, name) for name in ("person", "group", *STEPS)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A group that is affected, and what is prepared for it."""

    __pydantic_config__ = DECLARED

    group: GroupId
    """Which declared group."""
    influence: Annotated[float, Interval(ge=1, le=5)] = 3.0
    """How much it can do for or against the change, from 1 to 5."""
    affected: Annotated[float, Interval(ge=1, le=5)] = 3.0
    """How much its work changes, from 1 to 5."""
    sponsor: str = ""
    """Who speaks for the change, to this group."""
    message: str = ""
    """What it is told: why, what changes for it, from when on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that is done for a group."""

    __pydantic_config__ = DECLARED

    group: GroupId
    """For which group."""
    kind: Kind
    """What kind of action."""
    title: Name
    """What is done."""
    owner: str = ""
    """Who does it."""
    due: date | None = None
    """Until when."""
    done: date | None = None
    """When it was done."""
    treats: tuple[Step, ...] = ()
    """Which steps it helps with; by its kind when empty."""

    @property
    def helps(self) -> tuple[Step, ...]:
        """The steps that it helps with."""
        return self.treats or TREATS[self.kind]

    def planned(self, today: date) -> bool:
        """Whether it is more than an intention: done, or somebody's with a day that has not passed."""
        if self.done:
            return self.done <= today
        return says_something(self.owner) and self.due is not None and self.due >= today


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The plan for the people: by group what is prepared, what stands in its way, and what is done about it."""

    __pydantic_config__ = DECLARED

    groups: tuple[Affected, ...]
    """One entry per affected group."""
    actions: tuple[Action, ...] = ()
    """What is done."""
    readiness: Readiness | None = None
    """How far people have come."""
    effort: Mapping[EffortKind, Annotated[float, Ge(0)]] = field(default_factory=dict)
    """Person-days by kind; `plan.effort` where nothing is said."""

    def __post_init__(self) -> None:
        ids = [one.group for one in self.groups]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"the group {twice[0]} stands there twice")
        if unknown := sorted({one.group for one in self.actions} - {*ids}):
            raise ValueError(f"an action is for the group {unknown[0]}, which has no entry under `groups`")
