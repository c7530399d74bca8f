"""The block that people write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Gt, Interval

from proveout.core.declared import DECLARED, Name, check_one_role_each
from proveout.core.question import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff(Rows):
    """Who is to be trained: a row per person."""

    person: Name = "person"
    """The column that says who, as the other tables name people; case does not matter."""
    role: Name = "role"
    """The column that says in which role."""

    def __post_init__(self) -> None:
        check_one_role_each({"person": self.person, "role": self.role})


@dataclass(frozen=True, slots=True, kw_only=True)
class Completions(Rows):
    """Who finished which module, and when."""

    person: Name = "person"
    """The column that says who."""
    module: Name = "module"
    """The column that says which module."""
    at: Name = "at"
    """The column that says when it was finished; a row without a time does not count."""

    def __post_init__(self) -> None:
        check_one_role_each({"person": self.person, "module": self.module, "at": self.at})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements(Rows):
    """Statements of a learning record store (xAPI, IEEE 9274.1.1), as JSON lines."""

    activities: Mapping[Name, Name] = field(default_factory=dict)
    """By the id of an activity its module; else the last part of the id is the module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results(Rows):
    """Results of tests: a row per person and test."""

    person: Name = "person"
    """The column that says who."""
    test: Name = "test"
    """The column that says which: before the training, or after it."""
    score: Name = "score"
    """The column with the result."""
    at: str = ""
    """The column that says when."""
    before: Name = "pre"
    """What `test` says of the one before."""
    after: Name = "post"
    """What `test` says of the one after; the last one of each person counts."""
    full_score: Annotated[float, Gt(0)] = 100.0
    """The best result that there is."""
    competent_from: Annotated[float, Interval(gt=0, le=1)] = 0.8
    """From which share of the full score on a person is competent."""

    def __post_init__(self) -> None:
        check_one_role_each({"person": self.person, "test": self.test, "score": self.score, "at": self.at})
        if self.before.casefold() == self.after.casefold():
            raise ValueError(f"`before` and `after` are both {self.before!r}; nobody could tell the tests apart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access(Rows):
    """Who was let into the system, or first used it, and when."""

    person: Name = "person"
    """The column that says who."""
    at: Name = "at"
    """The column that says when."""
    sampled_from: Annotated[int, Interval(ge=1)] | None = None
    """How many people are in, where the table holds a random sample of them; none where it lists everybody."""

    def __post_init__(self) -> None:
        check_one_role_each({"person": self.person, "at": self.at})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Who needs which modules, who finished them, and what came of it."""

    __pydantic_config__ = DECLARED

    roles: Mapping[Name, tuple[Name, ...]]
    """By role the modules that it needs."""
    people: Staff
    """Who is to be trained."""
    completions: Completions | None = None
    """Who finished what."""
    statements: Statements | None = None
    """The same from a learning record store."""
    tests: Results | None = None
    """What they could do before and after."""
    access: Access | None = None
    """Who was let in."""
    level: Annotated[float, Interval(gt=0, lt=1)] = 0.95
    """Coverage of the intervals."""

    def __post_init__(self) -> None:
        if not self.roles:
            raise ValueError("name the roles, each with the modules that it needs")
        if self.completions is None and self.statements is None:
            raise ValueError("name `completions` (a table) or `statements` (xAPI), or both")
        for role, modules in self.roles.items():
            if len({name.casefold() for name in modules}) < len(modules):
                raise ValueError(f"the role {role} names a module twice")
