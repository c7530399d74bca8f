"""The block that people write."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal
from unicodedata import normalize

from annotated_types import Ge

from proveout.core.declared import DECLARED, Level, Name, check_one_role_each
from proveout.core.question import Rows

RuleKind = Literal[
    "response", "precedence", "succession", "absence", "exactly", "starts-with", "ends-with", "not-together",
    "four-eyes", "within",
]  # fmt: skip
OF_TWO = ("response", "precedence", "succession", "not-together", "four-eyes", "within")
OF_ORDER = ("response", "precedence", "succession", "starts-with", "ends-with", "within")
_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604_800.0),
}


def seconds_of(text: str) -> float:
    """A time such as ``2d``, ``36h`` or ``30 min`` in seconds.

    Raises:
        ValueError: It is none.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", text.lower())
    if not found or found[2] not in _SECONDS:
        raise ValueError(f"{text!r} is no time; write it as 30min, 36h, 2d or 1w, and a month as so many days")
    return float(found[1]) * _SECONDS[found[2]]


def alike(name: str) -> str:
    """A name as it is compared: without case, without spaces around it, and with accents written in one way."""
    return normalize("NFC", " ".join(name.split())).casefold()


def spelt(name: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """How the log may call what a rule names: the same, or by the activities that `names` gives to that step."""
    return (name, *(told for told, step in names.items() if alike(step) == alike(name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Log(Rows):
    """What really happened: a row per event."""

    case: Name = "case"
    """The column that says to which case (deal, ticket, order) an event belongs."""
    activity: Name = "activity"
    """The column that says what was done."""
    at: Name = "at"
    """The column that says when."""
    resource: str = ""
    """The column that says by whom; needed for four eyes."""

    def __post_init__(self) -> None:
        named = {"case": self.case, "activity": self.activity, "at": self.at, "resource": self.resource}
        check_one_role_each(named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the documented process, or several of which some are done. Larger structures are drawn in BPMN."""

    __pydantic_config__ = DECLARED

    step: str = ""
    """Its name."""
    optional: bool = False
    """Whether it may be left out."""
    repeat: bool = False
    """Whether it may be done again."""
    one_of: tuple[tuple[Name, ...], ...] = ()
    """Ways of which one is taken; each is a list of steps in their order, an empty one for doing nothing."""
    some_of: tuple[tuple[Name, ...], ...] = ()
    """Ways of which one or more are taken, side by side."""
    in_any_order: tuple[tuple[Name, ...], ...] = ()
    """Ways that are all taken, side by side."""

    def __post_init__(self) -> None:
        given = [name for name in ("step", "one_of", "some_of", "in_any_order") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("give a `step`, or one of `one_of`, `some_of` and `in_any_order`")

    @property
    def names(self) -> tuple[str, ...]:
        """All steps in it."""
        ways = (*self.one_of, *self.some_of, *self.in_any_order)
        return (self.step,) if self.step else tuple(name for way in ways for name in way)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something that must hold in every case."""

    __pydantic_config__ = DECLARED

    kind: RuleKind
    """`response`: A is followed by B; `precedence`: B only after A; `succession`: both; `absence`: A never; `exactly`:
    A so many times; `starts-with`, `ends-with`: A; `not-together`: A and B not in one case; `four-eyes`: nobody does
    both A and B of a case; `within`: B follows A within a time."""
    first: Name
    """A."""
    then: str = ""
    """B."""
    times: Annotated[int, Ge(1)] = 1
    """For `exactly`."""
    within: str = ""
    """For `within`: such as 2d or 36h."""
    name: str = ""
    """As people say it."""

    def __post_init__(self) -> None:
        if (self.kind in OF_TWO) != bool(self.then):
            raise ValueError(f"the rule {self.kind} {'needs' if self.kind in OF_TWO else 'has no'} `then`")
        if (self.kind == "within") != bool(self.within):
            raise ValueError("`within` goes with the rule of that name, and it with a time")
        if self.within:
            seconds_of(self.within)

    @property
    def title(self) -> str:
        """As people say it."""
        if self.name:
            return self.name
        words = {
            "response": f"{self.first} is followed by {self.then}",
            "precedence": f"{self.then} only after {self.first}",
            "succession": f"{self.first} and {self.then} go together, in this order",
            "absence": f"no {self.first}",
            "exactly": f"{self.first} {self.times} time(s)",
            "starts-with": f"begins with {self.first}",
            "ends-with": f"ends with {self.first}",
            "not-together": f"not both {self.first} and {self.then}",
            "four-eyes": f"{self.first} and {self.then} by different people",
            "within": f"{self.then} within {self.within} after {self.first}",
        }
        return words[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class AiStep:
    """A step in which AI takes part."""

    __pydantic_config__ = DECLARED

    step: Name
    """Which documented step."""
    fallback: str = ""
    """What people do when the system is down or wrong."""
    owner: str = ""
    """Who answers for the step."""
    decided_by: str = ""
    """Who decides at the end; empty where nobody does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The process as it is documented, what really happened, and where AI takes part."""

    __pydantic_config__ = DECLARED

    log: Log
    """What really happened."""
    bpmn: str = ""
    """Path of the documented process, BPMN 2.0, below the initiative's folder."""
    process: str = ""
    """Which process of the BPMN file, by its id or name, where it holds several."""
    steps: tuple[Name | Step, ...] = ()
    """The documented process as a list of steps, instead of BPMN."""
    names: Mapping[Name, Name] = field(default_factory=dict)
    """By activity of the log the documented step, where they are called otherwise; case does not matter."""
    ignored: tuple[Name, ...] = ()
    """Activities of the log that are no work, such as `created`; they count neither way."""
    rules: tuple[Rule, ...] = ()
    """What must hold in every case."""
    ai_steps: tuple[AiStep, ...] = ()
    """Steps in which AI takes part."""
    level: Level = 0.95
    """Coverage of the intervals."""

    def __post_init__(self) -> None:
        if bool(self.bpmn) == bool(self.steps):
            raise ValueError("give the documented process, either as `bpmn` or as `steps`")
        if self.process and not self.bpmn:
            raise ValueError("`process` names one of a BPMN file")
        titles = [rule.title for rule in self.rules]
        if twice := sorted({title for title in titles if titles.count(title) > 1}):
            raise ValueError(f"two rules are called {twice[0]!r}; give each a `name` of its own")
        if any(rule.kind == "four-eyes" for rule in self.rules) and not self.log.resource:
            raise ValueError("four eyes need `resource`, the column that says by whom")
