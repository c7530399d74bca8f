"""The initiative as a team declares it. Field docstrings are the reference pages and the editor's hints."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, NewType

from annotated_types import Ge, Gt

from proveout.core.declared import DECLARED, Name
from proveout.core.digest import plain
from proveout.core.errors import ProveoutError
from proveout.core.pilot import Pilot
from proveout.core.question import Rows, SourceName
from proveout.core.rollout import Rollout
from proveout.core.value import ValueModel

GroupId = NewType("GroupId", str)
ObjectiveId = NewType("ObjectiveId", str)


class Phase(StrEnum):
    """The five phases; each ends in a gate of the same name."""

    PROBLEM_VALIDATION = "problem-validation"
    TECHNICAL_FEASIBILITY = "technical-feasibility"
    ORGANISATIONAL_READINESS = "organisational-readiness"
    PILOT = "pilot"
    PRODUCTION_SCALING = "production-scaling"

    @property
    def number(self) -> int:
        """1 to 5."""
        return list(Phase).index(self) + 1

    @property
    def label(self) -> str:
        """As people say it."""
        return self.value.replace("-", " ").capitalize()

    @classmethod
    def named(cls, name: str) -> "Phase":
        """The phase of that name or number.

        Raises:
            ProveoutError: There is none.
        """
        for phase in cls:
            if name.lower() in (phase.value, str(phase.number)):
                return phase
        raise ProveoutError(f"there is no phase {name!r}", f"one of 1 to 5, {', '.join(cls)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong today."""

    __pydantic_config__ = DECLARED

    statement: Name
    """The problem in one or two sentences, without naming a solution."""
    process: str = ""
    """The business process in which it occurs."""
    pain: str = ""
    """Code of the pain, as the interviews code it, that the initiative removes."""
    named_before_solution: date | None = None
    """The day on which the problem was written down, before anybody named a solution."""
    solution_named: date | None = None
    """The day on which a solution was first named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People who are affected."""

    __pydantic_config__ = DECLARED

    id: GroupId
    """Short name, used elsewhere in the declaration."""
    title: str = ""
    """As people say it."""
    size: Annotated[int, Gt(0)]
    """How many people are in the group."""
    role: Literal["user", "support", "management", "customer", "other"] = "user"
    """`user` for those who are meant to use the solution."""
    can_stop: bool = True
    """Whether the project stops without them; buy-in is asked of each such group, not of the average."""
    signatory: str = ""
    """Who signs the plan for it, by name; signatures of others count only when given in that person's place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who answers for the initiative."""

    __pydantic_config__ = DECLARED

    owner: str = ""
    """Who answers for the result."""
    sponsor: str = ""
    """Who pays, and clears the way."""
    production_owner: str = ""
    """Who will run it when the pilot is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time box of a phase."""

    __pydantic_config__ = DECLARED

    from_: date
    """First day."""
    until: date
    """Last day."""

    def __post_init__(self) -> None:
        if self.until < self.from_:
            raise ValueError(f"ends on {self.until}, before it starts on {self.from_}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Planned work by kind; the rule of thumb is 20% technical, 80% organisational."""

    __pydantic_config__ = DECLARED

    technical_days: Annotated[float, Ge(0)] = 0.0
    """Person-days on data, models and systems."""
    organisational_days: Annotated[float, Ge(0)] = 0.0
    """Person-days on people: interviews, training, process change, communication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotPlan:
    """The size and duration of the pilot, as planned now."""

    __pydantic_config__ = DECLARED

    units: Annotated[int, Gt(0)]
    """How many units (people, cases) take part, both arms together."""
    clusters: Annotated[int, Ge(0)] = 0
    """How many teams they work in; 0 when there are none."""
    weeks: Annotated[float, Gt(0)] = 6.0
    """How long it runs."""
    cases_per_day: Annotated[float, Gt(0)] | None = None
    """New cases of each arm on a working day; says what the pilot can show of a KPI that each case has or has not."""


def _phase_key(name: str) -> str:
    return name if name == "pilot_size" else name.replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Windows (by phase, such as `problem-validation`), effort and the planned pilot."""

    __pydantic_config__ = DECLARED | {"alias_generator": _phase_key}

    problem_validation: Window | None = None
    """Time box of phase 1; usually weeks 1 and 2."""
    technical_feasibility: Window | None = None
    """Time box of phase 2; weeks 3 and 4."""
    organisational_readiness: Window | None = None
    """Time box of phase 3; weeks 5 and 6."""
    pilot: Window | None = None
    """Time box of phase 4; weeks 7 to 12."""
    production_scaling: Window | None = None
    """Time box of phase 5; months 4 to 6."""
    effort: Effort | None = None
    """Planned work by kind."""
    pilot_size: PilotPlan | None = None
    """How many units the pilot will have, and for how long."""

    def window(self, phase: Phase) -> Window | None:
        """The time box of a phase, if one is planned."""
        return getattr(self, phase.value.replace("-", "_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """A business objective that KPIs serve."""

    __pydantic_config__ = DECLARED

    id: ObjectiveId
    """Short name, used by KPIs."""
    title: str = ""
    """As people say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where data are: a file (CSV, Parquet, JSON, XES), ``duckdb:file.duckdb``, or a ``postgresql://`` address.

    Short form: the location alone. Secrets come from the environment as ``${NAME}``.
    """

    __pydantic_config__ = DECLARED

    location: Name
    """Path below the initiative's folder, `duckdb:path`, `postgresql://...`, or `${NAME}` from the environment."""
    format: Literal["", "csv", "parquet", "json", "xes"] = ""
    """Only where the file's name does not tell."""
    delimiter: str = ""
    """Of a CSV file; found out when empty."""
    encoding: str = ""
    """Of a CSV file; UTF-8 when empty."""
    timeout_seconds: Annotated[float, Gt(0)] = 60.0
    """How long a question may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """How the KPI stands today. The query yields `unit` (who or what), `period` (when) and `value`."""

    __pydantic_config__ = DECLARED

    source: SourceName
    """Which source to ask."""
    query: str = ""
    """A SELECT that yields `unit`, `value`, and where known `period` and `cluster`; empty if the source has them."""
    table: str = ""
    """A table with those columns, instead of a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change from the baseline: relative (-0.5 for half) or absolute, in the KPI's unit."""

    __pydantic_config__ = DECLARED

    relative: float | None = None
    """As a share of the baseline."""
    absolute: float | None = None
    """In the KPI's unit."""

    def __post_init__(self) -> None:
        if (self.relative is None) == (self.absolute is None):
            raise ValueError("give either relative or absolute, not both")
        if self.relative is not None and self.relative < -1:
            raise ValueError(f"{self.relative:g} takes away more than all there is; -0.5 is half")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """What success is measured by."""

    __pydantic_config__ = DECLARED

    id: Name
    """Short name, used elsewhere in the declaration."""
    title: str = ""
    """As people say it."""
    role: Literal["goal", "guardrail"] = "goal"
    """A goal must improve; a guardrail must not get worse."""
    objective: ObjectiveId | None = None
    """The business objective that it serves."""
    unit: str = ""
    """Such as `hour/week`, `share`, `USD`."""
    direction: Literal["", "up", "down"] = ""
    """Which way is better."""
    baseline: Baseline | None = None
    """How it stands today, measured."""
    target: Change | None = None
    """What is promised."""
    minimum_worthwhile: Change | None = None
    """The smallest change that would be worth the trouble."""
    owner: str = ""
    """Who answers for it."""
    due: date | None = None
    """When the target is to be met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Another threshold or weight for one criterion of the policy, with a reason."""

    __pydantic_config__ = DECLARED

    threshold: float | None = None
    """Instead of the policy's."""
    weight: Literal["must", "should", "trial"] | None = None
    """Instead of the policy's."""
    reason: Name
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A criterion that does not hold the gate up for a while. It never turns green."""

    __pydantic_config__ = DECLARED

    criterion: str
    """Id of the criterion."""
    reason: Name
    """Why."""
    by: Name
    """Who allows it."""
    until: date
    """Last day on which it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One declared measurement: an instrument and its settings (an instance of the instrument's `Settings`)."""

    id: str
    instrument: str
    settings: Any
    good_for_days: int | None = None

    @property
    def silent_on(self) -> tuple[str, ...]:
        """Figures of its instrument that this block has nothing to say of, whatever its data; its settings know."""
        return getattr(self.settings, "silent_on", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiative:
    """An AI initiative as code."""

    __pydantic_config__ = DECLARED

    initiative: Name = "unnamed"
    """Short name: letters, digits and hyphens."""
    title: str = ""
    """As people say it."""
    problem: Problem | None = None
    """What is wrong today."""
    groups: tuple[Group, ...] = ()
    """Who is affected."""
    people: People = field(default_factory=People)
    """Who answers for the initiative."""
    phase: Phase = Phase.PROBLEM_VALIDATION
    """Where the initiative stands."""
    plan: Plan = field(default_factory=Plan)
    """Windows, effort and the planned pilot."""
    objectives: tuple[Objective, ...] = ()
    """Business objectives that KPIs serve."""
    sources: Mapping[SourceName, Source] = field(default_factory=dict)
    """Where the data are."""
    kpis: tuple[Kpi, ...] = ()
    """What success is measured by."""
    pilot: Pilot | None = None
    """The controlled pilot: who takes part, who gets the system, what is compared, and when one looks."""
    rollout: Rollout | None = None
    """The rollout in waves after the pilot: who is to get the system, in which order, and who waits."""
    value: ValueModel | None = None
    """What the initiative is worth."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """Blocks to measure, by id: `Block` values once loaded."""
    gates: Mapping[str, Override] = field(default_factory=dict)
    """Overrides of the policy, by criterion, each with a reason."""
    waivers: tuple[Waiver, ...] = ()
    """Criteria waived for a while."""
    policy: str = ""
    """A policy file that extends or replaces the standard one."""

    def only(self, names: tuple[str, ...]) -> "Initiative":
        """A copy in which everything but the named fields is left at its default.

        An instrument sees only what it says it reads, so that its evidence stays good when the rest changes.
        """
        return Initiative(**{f.name: getattr(self, f.name) for f in fields(self) if f.name in names})

    def pilot_design(self, criteria: Collection[str] | None = None) -> dict[str, Any]:
        """All that decides what the pilot shows, as plain values: its design, its KPIs, thresholds of its own.

        Args:
            criteria: Those of the pilot's gate, whose thresholds count; None for all.
        """
        pilot = self.pilot
        tables = [pilot.roster, pilot.assignment, pilot.exposures, *pilot.outcomes.values()] if pilot else []
        own = {id: override for id, override in self.gates.items() if criteria is None or id in criteria}
        return {"pilot": plain(pilot), **self._judged_by(tables), "gates": plain(own)}

    def rollout_design(self) -> dict[str, Any]:
        """The same of the rollout."""
        rollout = self.rollout
        tables = [rollout.roster, rollout.assignment, *rollout.outcomes.values()] if rollout else []
        return {"rollout": plain(rollout), **self._judged_by(tables)}

    def _judged_by(self, tables: Sequence[Rows | None]) -> dict[str, Any]:
        """What decides beside a design: where its tables are, its KPIs, thresholds of its own."""
        judged = ("role", "direction", "unit", "target", "minimum_worthwhile")
        names = sorted({table.source for table in tables if table})
        return {
            "sources": {name: plain(self.sources.get(name)) for name in names},
            "kpis": {kpi.id: {part: plain(getattr(kpi, part)) for part in judged} for kpi in self.kpis},
            "gates": plain(dict(self.gates)),
        }
