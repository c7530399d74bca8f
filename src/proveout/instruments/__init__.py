"""One folder per way of knowing, all of the same shape.

card.yml      what it answers, estimate names, assumptions, sources, remedies
__init__.py   VERSION and how it is to be run (the constants of `Instrument`)
settings.py   the block that people write in YAML: a dataclass `Settings`
queries.py    settings -> questions (SQL only, no data)
measure.py    answers -> Finding (pure)
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from proveout.core.diagnostic import Fault
from proveout.core.evidence import Finding
from proveout.core.initiative import Initiative
from proveout.core.probe import Recording
from proveout.core.question import Answers, Preparation, Query, Question

NAMES = (
    "interviews",
    "process",
    "availability",
    "kpis",
    "business_case",
    "quality",
    "agreement",
    "prototype",
    "architecture",
    "integration",
    "pilot",
    "usage",
    "service",
    "feedback",
    "drift",
    "survey",
    "change",
    "training",
    "workflow",
    "support",
    "impact",
    "capacity",
)


@dataclass(frozen=True)
class Instrument:
    """An instrument by name; its modules are imported when they are first needed.

    The package of the instrument may set:
        VERSION (str): changes when its figures would.
        READS (tuple[str, ...]): fields of the initiative that it sees; all others are blank.
        GOOD_FOR_DAYS (int | None): after which its evidence is stale, unless the block says otherwise.
        TAKES_FAILURES (bool): whether unanswered questions are findings for it rather than the end.
        DEPENDS_ON_TODAY (bool): whether the day is part of what it measures.
        IMPLIED_BY (str): field of the initiative that calls for it without a block under `evidence`.
    """

    name: str

    def _part(self, module: str) -> Any:
        return import_module(f"{__name__}.{self.name}.{module}" if module else f"{__name__}.{self.name}")

    def _constant(self, name: str, default: Any) -> Any:
        return getattr(self._part(""), name, default)

    @cached_property
    def version(self) -> str:
        """Version of the method."""
        return self._part("").VERSION

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """Fields of the initiative that it sees."""
        return self._constant("READS", ())

    @cached_property
    def good_for_days(self) -> int | None:
        """After how many days its evidence is stale."""
        return self._constant("GOOD_FOR_DAYS", None)

    @cached_property
    def takes_failures(self) -> bool:
        """Whether an unanswered question is a finding."""
        return self._constant("TAKES_FAILURES", False)

    @cached_property
    def depends_on_today(self) -> bool:
        """Whether the day is part of what it measures."""
        return self._constant("DEPENDS_ON_TODAY", False)

    @cached_property
    def implied_by(self) -> str:
        """Field of the initiative that calls for it without a block."""
        return self._constant("IMPLIED_BY", "")

    @cached_property
    def settings_type(self) -> type:
        """The dataclass of the block people write."""
        return self._part("settings").Settings

    def questions(self, settings: Any, initiative: Initiative) -> tuple[Question, ...]:
        """What it needs to know from the data."""
        return self._part("queries").questions(settings, initiative)

    def follow_up(self, settings: Any, answers: Answers, initiative: Initiative) -> tuple[Query | Preparation, ...]:
        """What it needs to know once the first answers are there; only of sources that were asked before."""
        return getattr(self._part("queries"), "follow_up", lambda settings, answers, initiative: ())(
            settings, answers, initiative
        )

    def recording(self, settings: Any, initiative: Initiative) -> Recording | None:
        """What `proveout probe` is to call and to write down, if anything."""
        return self._optional("recording", None)(settings, initiative)

    def builds_on(self, settings: Any, initiative: Initiative) -> tuple[str, ...]:
        """Ids of the blocks whose evidence it needs."""
        return self._optional("builds_on", ())(settings, initiative)

    def faults(self, settings: Any, initiative: Initiative) -> tuple[Fault, ...]:
        """Mistakes that can be seen before anything is measured; paths start at the top of the block."""
        return self._optional("faults", ())(settings, initiative)

    def measure(self, settings: Any, answers: Answers, initiative: Initiative) -> Finding:
        """Answers to figures.

        Raises:
            TooLittle: There is not enough to measure; `flow` records it as an outcome.
        """
        return self._part("measure").measure(settings, answers, initiative)

    def _optional(self, name: str, nothing: Any) -> Callable[[Any, Initiative], Any]:
        return getattr(self._part("queries"), name, lambda settings, initiative: nothing)


def declared_as() -> dict[str, str]:
    """By instrument, what people declare so that it measures something."""
    implied = {name: instrument(name).implied_by for name in NAMES}
    return {
        name: f"`{key}`" if key else f"a block with `instrument: {name}` under `evidence`"
        for name, key in implied.items()
    }


def instrument(name: str) -> Instrument:
    """The instrument of that name.

    Raises:
        KeyError: There is none.
    """
    if name not in NAMES:
        raise KeyError(name)
    return Instrument(name)
