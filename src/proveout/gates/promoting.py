"""From what is known to the next step of a rollout. No data means hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from proveout.core.choice import GOING_ON
from proveout.core.decision import Record, last_choice
from proveout.core.errors import ProveoutError
from proveout.core.initiative import Initiative, Phase
from proveout.core.rollout import Rollout
from proveout.core.verdict import GateVerdict, Ruling, Verdict
from proveout.core.wave import Condition, Progress, Transition, Wave, WaveState
from proveout.core.wording import figure
from proveout.gates.judging import telling_ruling

GUARDRAILS_IN_PILOT, GUARDRAILS, GOALS, RELIABLE, HEADROOM = (
    "guardrails-hold",
    "guardrails-kept",
    "goals-unhurt",
    "service-reliable",
    "headroom",
)
"""Criteria of the policy that waves wait for."""
HARMS = {
    WaveState.SOAKING: (GUARDRAILS, GOALS, RELIABLE),
    WaveState.PROMOTED: (GUARDRAILS, GOALS),
}
"""What takes the system back from a wave once it is shown to fail; a service that fails can be mended where it is."""
NEXT = {WaveState.PENDING: WaveState.SOAKING, WaveState.SOAKING: WaveState.PROMOTED}


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that a step rests on.

    Args:
        initiative: With its rollout.
        progress: How the rollout stands.
        gates: The verdicts of today.
        decisions: Ledger records of kind ``decision``, oldest first.
        trained: By wave, units trained so far and units in all; None where nobody says who is.
        untold: Why nobody says so, and what to do.
        as_of: The day that counts as today.
    """

    initiative: Initiative
    progress: Progress
    gates: Sequence[GateVerdict]
    decisions: Sequence[Record]
    trained: Mapping[int, tuple[int, int]] | None
    untold: str = ""
    as_of: date

    def rulings(self, criterion: str) -> list[Ruling]:
        """All rulings of a criterion."""
        return [r for gate in self.gates for r in gate.rulings if r.criterion.id == criterion]


def active_wave(waves: Sequence[Wave]) -> Wave | None:
    """The first wave that is not through; None when all are."""
    return next((wave for wave in waves if wave.state is not WaveState.PROMOTED), None)


def next_step(rollout: Rollout, known: Known) -> Transition | None:
    """The step that is due, a hold among them; None when nothing is due, or the same hold was said before.

    Harm comes first: whichever wave has the system loses it as soon as harm is shown, the last one first, also where a
    person holds it. Then pending -> soaking when its day has come and all conditions hold; soaking -> promoted when it
    has soaked and all hold. Whatever is not known holds. What a person holds, or what was rolled back, waits for a
    person.
    """
    for wave in reversed(known.progress.waves):
        if shown := shown_harm(HARMS.get(wave.state, ()), known):
            return _step(wave, WaveState.ROLLED_BACK, _listed(shown, (False,)), shown, known)
    wave = active_wave(known.progress.waves)
    if wave is None or wave.manual or wave.state is WaveState.ROLLED_BACK or known.as_of < due(rollout, wave, known):
        return None
    found = conditions(rollout, wave, known)
    if all(condition.met for condition in found):
        return _step(wave, NEXT[wave.state], "all conditions hold", found, known)
    reason = _listed(found, (False, None))
    return None if reason == wave.held else _step(wave, wave.state, reason, found, known)


def forced_step(rollout: Rollout, known: Known, number: int, to: WaveState, *, by: str, reason: str) -> Transition:
    """The step that a person takes against what a wave waits for; no date is lifted, and no harm that is shown.

    Raises:
        ProveoutError: The wave is there already, is not the next one, is held or was rolled back, its day has not come,
            harm is shown, or nothing stands against it.
    """
    wave = _named(known.progress.waves, number, to)
    if (day := due(rollout, wave, known)) > known.as_of:
        raise ProveoutError(
            f"{wave.name} may go from {wave.state} to {to} from {day} on", "an override lifts no date; wait for the day"
        )
    if shown := shown_harm((GUARDRAILS, GOALS, RELIABLE), known):
        raise ProveoutError(
            f"harm is shown: {_listed(shown, (False,))}",
            "`proveout rollout advance` takes the system back; a waiver of the criterion bears the harm until a day",
        )
    found = conditions(rollout, wave, known)
    if all(condition.met for condition in found):
        raise ProveoutError(f"nothing stands against {wave.name}", "`proveout rollout advance` takes the step")
    return replace(_step(wave, to, reason, found, known), by=by, override=True)


def _named(waves: Sequence[Wave], number: int, to: WaveState) -> Wave:
    """The wave that is to be forced, if that is its next step."""
    wave, at_hand = next((w for w in waves if w.number == number), None), active_wave(waves)
    if wave is None:
        raise ProveoutError(f"there is no wave {number}", f"name one from 1 to {len(waves)}; the holdback is the last")
    if wave.state is to:
        raise ProveoutError(f"{wave.name} is {to} already", "nothing was done")
    if at_hand is None:
        raise ProveoutError("all waves are through", "`proveout rollout roll-back` takes the system back")
    if wave is not at_hand:
        raise ProveoutError(f"{wave.name} is {wave.state}", f"at hand is {at_hand.name}; it is {at_hand.state}")
    if wave.state is WaveState.ROLLED_BACK:
        raise ProveoutError(f"{wave.name} was rolled back", "put it in line again with --resume first")
    if wave.manual:
        raise ProveoutError(f"a person holds {wave.name}: {wave.held}", "lift the hold with --resume first")
    if NEXT[wave.state] is not to:
        raise ProveoutError(f"{wave.name} is {wave.state}", f"its next step is to {NEXT[wave.state]}")
    return wave


def due(rollout: Rollout, wave: Wave, known: Known) -> date:
    """The first day on which a wave may take its next step.

    A wave that waits: the day of the plan, and `every_days` after the last start; the holdback's comes after the last
    outcome. A wave that soaks: when it has soaked.
    """
    if wave.state is WaveState.SOAKING:
        return (wave.started or known.as_of) + timedelta(days=rollout.soak_days)
    if wave.number > rollout.n_waves:
        return rollout.sustain_until + timedelta(days=1)
    before = [w.started for w in known.progress.waves if w.started and w.number < wave.number]
    return max([rollout.planned_start(wave.number), *(day + timedelta(days=rollout.every_days) for day in before)])


def conditions(rollout: Rollout, wave: Wave, known: Known) -> tuple[Condition, ...]:
    """What must hold before a wave takes its next step."""
    soaks = wave.state is WaveState.SOAKING
    return tuple(soak_conditions(known) if soaks else entry_conditions(rollout, wave, known))


def shown_harm(criteria: Iterable[str], known: Known) -> tuple[Condition, ...]:
    """Which of these criteria are shown to fail, and not waived."""
    found = (_ruled(criterion, known, harmful=True) for criterion in criteria if known.rulings(criterion))
    return tuple(condition for condition in found if condition.met is False)


def entry_conditions(rollout: Rollout, wave: Wave, known: Known) -> Iterator[Condition]:
    """What must hold before a wave gets the system."""
    changes = known.progress.changes
    yield Condition(
        name="the design is the one that was registered",
        met=not changes,
        why="; ".join(changes) or f"registered on {known.progress.registered}",
    )
    last = Phase.PRODUCTION_SCALING if wave.number > rollout.n_waves else Phase.PILOT
    for gate in known.gates:
        if gate.phase.number <= last.number:
            yield _gate(gate, known)
    yield _trained(rollout, wave, known)
    yield _ruled(HEADROOM, known)
    if any(kpi.role == "guardrail" for kpi in known.initiative.kpis):
        yield _ruled(GUARDRAILS_IN_PILOT if wave.number == 1 else GUARDRAILS, known)
    yield from shown_harm((GUARDRAILS, GOALS, RELIABLE) if wave.number == 1 else (GOALS, RELIABLE), known)


def soak_conditions(known: Known) -> Iterator[Condition]:
    """What must hold before a wave that has the system is promoted."""
    if any(kpi.role == "guardrail" for kpi in known.initiative.kpis):
        yield _ruled(GUARDRAILS, known, harmful=True)
    yield _ruled(RELIABLE, known, harmful=True)


def _gate(gate: GateVerdict, known: Known) -> Condition:
    decided = last_choice(known.decisions, gate.phase)
    name = f"gate {gate.phase.number} ({gate.phase.label}) is passed or decided"
    if gate.verdict is Verdict.PASS:
        return Condition(name=name, met=True, why=gate.sentence)
    if decided in GOING_ON:
        return Condition(name=name, met=True, why=f"decided: {decided}; the verdict is {gate.verdict}")
    return Condition(name=name, met=False if gate.verdict is Verdict.FAIL else None, why=gate.sentence)


def _trained(rollout: Rollout, wave: Wave, known: Known) -> Condition:
    name = "its people are trained before they get access"
    if rollout.trained_share == 0:
        return Condition(name=name, met=True, why="the rollout asks for no training (trained_share: 0)")
    if known.trained is None:
        return Condition(name=name, met=None, why=known.untold)
    done, people = known.trained.get(wave.number, (0, 0))
    share = done / people if people else 0.0
    needed = f"{figure(rollout.trained_share, 'share')} needed"
    return Condition(name=name, met=share >= rollout.trained_share, why=f"{done:,} of {people:,} units; {needed}")


def _ruled(criterion: str, known: Known, *, harmful: bool = False) -> Condition:
    """A criterion of the policy, as it was ruled today; a waiver lets it pass and says so."""
    rulings = known.rulings(criterion)
    if not rulings:
        return Condition(name=criterion, met=None, why=f"the policy has no criterion {criterion}", harmful=harmful)
    telling = telling_ruling(rulings)
    why = telling.sentence if not telling.waived else f"waived: {telling.waived}"
    met = {Verdict.PASS: True, Verdict.FAIL: False, Verdict.UNDECIDED: None}[telling.verdict]
    return Condition(
        name=telling.criterion.title, met=True if telling.waived and met is not True else met, why=why, harmful=harmful
    )


def _listed(found: Sequence[Condition], states: Sequence[bool | None]) -> str:
    return "; ".join(f"{c.name}: {c.why}".removesuffix(".") for c in found if c.met in states)


def _step(wave: Wave, after: WaveState, reason: str, found: tuple[Condition, ...], known: Known) -> Transition:
    names = (GUARDRAILS_IN_PILOT, GUARDRAILS, GOALS, RELIABLE, HEADROOM)
    seen = {ruling.evidence for name in names for ruling in known.rulings(name) if ruling.evidence}
    return Transition(
        wave=wave.number,
        before=wave.state,
        after=after,
        on=known.as_of,
        reason=reason,
        conditions=found,
        evidence=tuple(sorted(seen)),
    )
