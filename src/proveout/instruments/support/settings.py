"""The block that people write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Literal

from annotated_types import Ge, Interval

from proveout.core.declared import DECLARED, Name

Element = Literal[
    "owner", "on_call", "escalation", "slo", "runbook", "retraining_cadence", "rollback", "data_owner", "model_owner",
    "incident_process", "budget",
]  # fmt: skip
MEANING: Mapping[Element, str] = {
    "owner": "who answers for the system",
    "on_call": "who is there when it fails, at which hours",
    "escalation": "whom they call when they cannot mend it",
    "slo": "how available and how fast it is to be",
    "runbook": "what to do when something fails",
    "retraining_cadence": "when the model is looked at and trained again",
    "rollback": "how to go back to the work without it",
    "data_owner": "who answers for the data that it needs",
    "model_owner": "who answers for the model",
    "incident_process": "how incidents are reported, and learnt from",
    "budget": "what it costs to run, and who pays",
}
"""What each element is to say."""
ALWAYS: tuple[Element, ...] = ("owner", "escalation", "runbook", "rollback", "incident_process", "budget")
"""Elements that no system can do without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What shows an element: a document, or where else it is recorded, or only somebody's word."""

    __pydantic_config__ = DECLARED

    record: str = ""
    """Path of the document, in the initiative's folder."""
    reference: str = ""
    """Where else it is recorded, such as a ticket or a page; nobody looks there, so it counts as a word."""
    said: str = ""
    """What somebody says, where nothing is written down yet; counts as half."""
    by: str = ""
    """Who says so."""

    def __post_init__(self) -> None:
        given = [name for name in ("record", "reference", "said") if getattr(self, name).strip()]
        if not given:
            raise ValueError("give `record` (a document), `reference` (where it is), or `said` (somebody's word)")
        if "record" in given and "://" in self.record:
            raise ValueError("`record` is a file in the folder; for an address use `reference`")
        if "record" in given and self.record.strip().removeprefix("./") == "initiative.yml":
            raise ValueError("the declaration is no document; write down what it says, and name that file as `record`")
        if "said" in given and not self.by.strip():
            raise ValueError("`said` needs `by`: whose word it is")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget(Proof):
    """The money to run it."""

    __pydantic_config__ = DECLARED

    months_funded: Annotated[float, Ge(0)]
    """For how many months it is agreed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One try of the way back."""

    __pydantic_config__ = DECLARED

    started_at: datetime
    """When it began."""
    ended_at: datetime
    """When the work ran without the system again."""
    worked: bool = True
    """Whether it did."""
    record: str = ""
    """Path of its protocol, in the initiative's folder."""
    by: str = ""
    """Who did it."""

    def __post_init__(self) -> None:
        if (self.started_at.tzinfo is None) != (self.ended_at.tzinfo is None):
            raise ValueError("one of the drill's times names its zone and the other does not")
        if self.ended_at <= self.started_at:
            raise ValueError(f"the drill ended at {self.ended_at}, not after its start at {self.started_at}")
        if not self.record.strip() and not self.by.strip():
            raise ValueError("a drill needs its `record`, or `by`: whose word it is")

    @property
    def minutes(self) -> float:
        """How long it took."""
        return (self.ended_at - self.started_at).total_seconds() / 60

    @property
    def day(self) -> date:
        """The day on which it ended."""
        return self.ended_at.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The support plan: each element with what shows it."""

    __pydantic_config__ = DECLARED

    elements: Mapping[Element, Proof] = field(default_factory=dict)
    """By element what shows it, all but the budget."""
    budget: Budget | None = None
    """The money to run it."""
    not_needed: Mapping[Element, Name] = field(default_factory=dict)
    """Elements that this system does not need, each with the reason."""
    drill: Drill | None = None
    """The last try of the way back."""
    drill_valid_days: Annotated[int, Interval(gt=0, le=730)] = 365
    """After so many days a drill shows nothing any more."""

    def __post_init__(self) -> None:
        if "budget" in self.elements:
            raise ValueError("the budget stands under `budget`, with `months_funded`")
        if both := sorted(self.not_needed.keys() & {*self.elements, *(("budget",) if self.budget else ())}):
            raise ValueError(f"{both[0]} is both there and not needed")
        if always := sorted(self.not_needed.keys() & {*ALWAYS}):
            raise ValueError(f"every system needs `{always[0]}`; it cannot be left out")

    @property
    def proofs(self) -> Mapping[Element, Proof]:
        """All elements that are there, the budget among them."""
        return {**self.elements, **({"budget": self.budget} if self.budget else {})}

    @property
    def needed(self) -> tuple[Element, ...]:
        """The elements that must be there."""
        return tuple(element for element in MEANING if element not in self.not_needed)

    @property
    def records(self) -> tuple[str, ...]:
        """All documents that are named."""
        named = [proof.record for proof in self.proofs.values()] + ([self.drill.record] if self.drill else [])
        return tuple(dict.fromkeys(path for path in named if path.strip()))
