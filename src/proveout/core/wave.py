"""How the waves of a rollout stand, and the steps that brought them there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class WaveState(StrEnum):
    """Where a wave stands."""

    PENDING = "pending"
    SOAKING = "soaking"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled-back"

    @property
    def has_system(self) -> bool:
        """Whether its units have the system."""
        return self in (WaveState.SOAKING, WaveState.PROMOTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that must hold before a wave moves on.

    Args:
        name: What must hold, in a few words.
        met: True, False, or None when nothing says so: no data means hold.
        why: The figures, or what is missing.
        harmful: Whether, when it is shown not to hold, the wave is rolled back.
    """

    name: str
    met: bool | None
    why: str = ""
    harmful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step of one wave, as it stands in the ledger; `after` equal to `before` is a hold.

    Args:
        wave: Its number, from 1; the holdback has the last.
        before: Where it stood.
        after: Where it stands now.
        on: The day that counted as today.
        by: Who did it; empty for `advance` by itself.
        reason: Why, in a sentence.
        conditions: What was looked at.
        evidence: Digests of the evidence that the conditions rest on.
        manual: Whether a person holds it; it stays until a person resumes.
        override: Whether a person went on against conditions.
    """

    wave: int
    before: WaveState
    after: WaveState
    on: date
    by: str = ""
    reason: str
    conditions: tuple[Condition, ...] = ()
    evidence: tuple[str, ...] = ()
    manual: bool = False
    override: bool = False

    @property
    def is_hold(self) -> bool:
        """Whether nothing moved."""
        return self.before is self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """How one wave stands.

    Args:
        number: From 1; the holdback has the last.
        name: As the assignment spells it.
        teams: How many were drawn into it.
        units: How many people or machines.
        state: Where it stands.
        first: First day on which it ever had the system, None before.
        started: First day with the system as it has it now: the last start, where it was rolled back and came again.
        ended: The day on which it was rolled back, None otherwise.
        held: Why it does not move on, as it was last said, or why it was rolled back; empty when nothing holds it.
        manual: Whether a person holds it.
    """

    number: int
    name: str
    teams: int = 0
    units: int = 0
    state: WaveState = WaveState.PENDING
    first: date | None = None
    started: date | None = None
    ended: date | None = None
    held: str = ""
    manual: bool = False


def moved(wave: Wave, step: Transition) -> Wave:
    """The wave after a step; a person who lets a held wave go on leaves it waiting for nobody."""
    if step.is_hold:
        return replace(wave, held=step.reason if step.manual or not step.by else "", manual=step.manual)
    wave = replace(wave, state=step.after, held="", manual=False)
    if step.after is WaveState.SOAKING:
        return replace(wave, first=wave.first or step.on, started=step.on, ended=None)
    if step.after is WaveState.ROLLED_BACK:
        return replace(wave, ended=step.on, held=step.reason)
    return wave


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The rollout as the ledger holds it.

    Args:
        waves: By number, the holdback last.
        steps: All transitions, oldest first.
        registered: The day on which it was planned.
        changes: What is not as it was registered.
        begun: Day of the first record of the initiative.
        file: SHA-256 of the assignment that was drawn; empty where it is not known.
    """

    waves: tuple[Wave, ...]
    steps: tuple[Transition, ...] = ()
    registered: date
    changes: tuple[str, ...] = ()
    begun: date | None = None
    file: str = ""

    @property
    def starts(self) -> dict[str, date]:
        """By the wave's name, the first day on which it ever had the system."""
        return {wave.name: day for wave in self.waves if (day := wave.first or wave.started)}

    @property
    def serving(self) -> frozenset[str]:
        """Names of the waves that have the system now."""
        return frozenset(wave.name for wave in self.waves if wave.state.has_system)


def replayed(waves: Sequence[Wave], steps: Sequence[Transition]) -> tuple[Wave, ...]:
    """The waves after all steps."""
    now = {wave.number: wave for wave in waves}
    for step in steps:
        now[step.wave] = moved(now[step.wave], step)
    return tuple(now.values())
