"""Steps of a rollout: harm comes first, days are kept, a person's override is one named step."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.rollouts import LEADS, START, rollout

from proveout.core.errors import ProveoutError
from proveout.core.initiative import Initiative, Kpi, Phase
from proveout.core.policy import Basis, Comparison, Criterion, Dimension, Weight
from proveout.core.verdict import Ruling, Verdict
from proveout.core.wave import Progress, Wave, WaveState
from proveout.gates import Known, forced_step, next_step
from proveout.gates.promoting import GOALS, GUARDRAILS, HEADROOM, RELIABLE, due

PENDING, SOAKING, PROMOTED, BACK = WaveState
ROLLOUT = rollout(trained_share=0.0)
RAIL = Kpi(id="errors", title="Errors", role="guardrail", direction="down")


def wave(number: int, state: WaveState, day: int | None = None, **more) -> Wave:
    """A wave that started so many days after the first day."""
    started = None if day is None else START + timedelta(days=day)
    name = "holdback" if number > ROLLOUT.n_waves else f"wave {number}"
    return Wave(number=number, name=name, state=state, started=started, **more)


def waves(*first: Wave) -> tuple[Wave, ...]:
    return (*first, *(wave(number, PENDING) for number in range(len(first) + 1, ROLLOUT.n_waves + 2)))


def ruling(name: str, verdict: Verdict, waived: str = "") -> Ruling:
    criterion = Criterion(
        id=name,
        title=name,
        phase=Phase.PRODUCTION_SCALING,
        dimension=Dimension.TECHNICAL,
        family="",
        weight=Weight.MUST,
        instrument="impact",
        estimate="x",
        comparison=Comparison.AT_LEAST,
        threshold=0,
        why="",
        basis=Basis.JUDGEMENT,
        remedy="",
    )
    return Ruling(criterion=criterion, verdict=verdict, sentence=f"{name} reads {verdict}", waived=waived)


class Seen(Known):
    """Known, with rulings by hand."""

    read: dict[str, Ruling]

    def rulings(self, criterion: str) -> list[Ruling]:
        return [self.read[criterion]] if criterion in self.read else []


def seen(now: tuple[Wave, ...], day: int, **verdicts: Verdict) -> Seen:
    """All criteria pass, but for those that are named."""
    named = {"rails": GUARDRAILS, "goals": GOALS, "service": RELIABLE, "room": HEADROOM}
    read = {name: ruling(name, Verdict.PASS) for name in (*named.values(), "guardrails-hold")}
    read |= {named[key]: ruling(named[key], verdict) for key, verdict in verdicts.items()}
    known = Seen(
        initiative=Initiative(initiative="x", rollout=ROLLOUT, kpis=(LEADS, RAIL)),
        progress=Progress(waves=now, registered=START),
        gates=(),
        decisions=(),
        trained=None,
        as_of=START + timedelta(days=day),
    )
    object.__setattr__(known, "read", read)
    return known


def step(now: tuple[Wave, ...], day: int, **verdicts: Verdict) -> tuple[int, WaveState, WaveState] | None:
    found = next_step(ROLLOUT, seen(now, day, **verdicts))
    return found and (found.wave, found.before, found.after)


@pytest.mark.parametrize(
    ("now", "day", "last"),
    [
        (waves(wave(1, SOAKING, 0)), 5, 1),
        (waves(wave(1, SOAKING, 0, manual=True, held="quarter's end")), 5, 1),
        (waves(wave(1, PROMOTED, 0)), 20, 1),
        (waves(wave(1, PROMOTED, 0), wave(2, PROMOTED, 28), wave(3, PROMOTED, 56)), 120, 3),
        (waves(wave(1, BACK, 0), wave(2, PROMOTED, 28), wave(3, SOAKING, 56)), 60, 3),
    ],
)
def test_harm_takes_the_system_back_whoever_has_it_and_whatever_else_is_to_be_done(now, day, last):
    found = next_step(ROLLOUT, seen(now, day, rails=Verdict.FAIL))
    assert found
    assert (found.wave, found.after) == (last, BACK)
    assert GUARDRAILS in found.reason
    assert next_step(ROLLOUT, seen(now, day, rails=Verdict.UNDECIDED)) is None


def test_a_goal_that_gets_worse_does_the_same_and_one_of_which_nothing_is_known_holds_nothing():
    promoted = waves(wave(1, PROMOTED, 0))
    assert step(promoted, 20, goals=Verdict.FAIL) == (1, PROMOTED, BACK)
    assert step(promoted, 28, goals=Verdict.UNDECIDED) == (2, PENDING, SOAKING)


def test_a_waiver_bears_the_harm():
    known = seen(waves(wave(1, PROMOTED, 0)), 20)
    known.read[GUARDRAILS] = ruling(GUARDRAILS, Verdict.FAIL, waived="mended on Monday")
    assert next_step(ROLLOUT, known) is None


def test_a_service_that_fails_takes_it_from_waves_that_soak_and_starts_no_other():
    soaking = waves(wave(1, PROMOTED, 0), wave(2, SOAKING, 28))
    assert step(soaking, 30, service=Verdict.FAIL) == (2, SOAKING, BACK)
    promoted = waves(wave(1, PROMOTED, 0))
    assert step(promoted, 20, service=Verdict.FAIL) is None
    assert step(promoted, 28, service=Verdict.FAIL) == (2, PENDING, PENDING)
    assert step(promoted, 28, service=Verdict.UNDECIDED) == (2, PENDING, SOAKING)


def test_harm_that_is_still_shown_starts_nothing():
    assert step(waves(), 0, rails=Verdict.FAIL) == (1, PENDING, PENDING)
    assert step(waves(), 0, rails=Verdict.UNDECIDED) == (1, PENDING, SOAKING)


def test_waves_keep_their_distance_from_the_last_start():
    late = waves(wave(1, PROMOTED, 70))
    assert due(ROLLOUT, late[1], seen(late, 70)) == START + timedelta(days=98)
    assert step(late, 97) is None
    assert step(late, 98) == (2, PENDING, SOAKING)
    assert due(ROLLOUT, late[-1], seen(late, 70)) == ROLLOUT.sustain_until + timedelta(days=1)


def test_an_override_takes_the_step_that_was_named_against_what_is_not_known():
    found = forced_step(ROLLOUT, seen(waves(), 0, room=Verdict.UNDECIDED), 1, SOAKING, by="Bo", reason="seen")
    assert (found.before, found.after, found.by, found.override) == (PENDING, SOAKING, "Bo", True)
    assert [c.name for c in found.conditions if not c.met] == [HEADROOM]


@pytest.mark.parametrize(
    ("now", "day", "number", "to", "words"),
    [
        (waves(), 0, 9, SOAKING, "no wave 9"),
        (waves(), 0, 2, SOAKING, "wave 2 is pending"),
        (waves(wave(1, PROMOTED, 0)), 40, 1, SOAKING, "wave 1 is promoted"),
        (tuple(wave(n, PROMOTED, 0) for n in (1, 2, 3, 4)), 300, 4, SOAKING, "all waves are through"),
        (waves(), 0, 1, PROMOTED, "wave 1 is pending"),
        (waves(), -1, 1, SOAKING, f"from {START} on"),
        (waves(wave(1, SOAKING, 0)), 3, 1, SOAKING, "soaking already"),
        (waves(wave(1, SOAKING, 0)), 3, 1, PROMOTED, f"from {START + timedelta(days=14)} on"),
        (waves(wave(1, SOAKING, 0, manual=True, held="quarter's end")), 20, 1, PROMOTED, "a person holds"),
        (waves(wave(1, BACK, 0)), 20, 1, SOAKING, "was rolled back"),
        (waves(*(wave(n, PROMOTED, 0) for n in (1, 2, 3))), 100, 4, SOAKING, str(ROLLOUT.sustain_until)[:5]),
    ],
)
def test_an_override_that_means_something_else_is_refused(now, day, number, to, words):
    known = seen(now, day, room=Verdict.UNDECIDED, service=Verdict.UNDECIDED)
    with pytest.raises(ProveoutError, match=words):
        forced_step(ROLLOUT, known, number, to, by="Bo", reason="seen")


def test_an_override_goes_against_no_harm_and_not_against_nothing():
    with pytest.raises(ProveoutError, match="harm is shown"):
        forced_step(ROLLOUT, seen(waves(), 0, rails=Verdict.FAIL), 1, SOAKING, by="Bo", reason="seen")
    with pytest.raises(ProveoutError, match="nothing stands against"):
        forced_step(ROLLOUT, seen(waves(), 0), 1, SOAKING, by="Bo", reason="seen")


def test_a_hold_is_said_once():
    known = seen(waves(), 0, room=Verdict.UNDECIDED)
    first = next_step(ROLLOUT, known)
    assert first
    held = replace(known.progress.waves[0], held=first.reason)
    again = seen((held, *known.progress.waves[1:]), 0, room=Verdict.UNDECIDED)
    assert next_step(ROLLOUT, again) is None
