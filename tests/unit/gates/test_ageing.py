"""Evidence grows old, and that matters until its gate is left behind."""

from dataclasses import replace
from datetime import UTC, date, datetime

from proveout.core.choice import Choice
from proveout.core.decision import Record
from proveout.core.estimate import exact
from proveout.core.evidence import Evidence, Finding
from proveout.core.initiative import Initiative, Phase
from proveout.core.policy import Basis, Comparison, Criterion, Dimension, Policy
from proveout.core.verdict import GateVerdict, Verdict
from proveout.gates import Left, ends, find_pathologies, judge, left_at

MADE, END, DECIDED, TODAY = date(2026, 1, 1), date(2026, 6, 30), date(2026, 2, 1), date(2026, 12, 1)
TALKS = Evidence(
    block="talks",
    instrument="interviews",
    version="1",
    key="k",
    finding=Finding(estimates=(exact("users_share", 0.9), exact("groups_heard", 1.0))),
    as_of=MADE,
    measured_at=datetime(2026, 1, 1, tzinfo=UTC),
    good_until=END,
)


def criterion(phase: Phase) -> Criterion:
    return Criterion(
        id=f"users-heard-{phase}",
        title="Users were heard",
        phase=phase,
        dimension=Dimension.ORGANISATIONAL,
        family="interviews",
        instrument="interviews",
        estimate="users_share",
        comparison=Comparison.AT_LEAST,
        threshold=0.5,
        why="Who is not asked does not use it.",
        basis=Basis.JUDGEMENT,
        remedy="Ask.",
    )


def decided(phase: Phase, choice: Choice, day: date) -> Record:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    body = {"phase": phase, "choice": choice, "verdict": Verdict.PASS}
    return Record(sequence=1, previous="", hash="", kind="decision", initiative="i", key=phase, at=at, body=body)


GO = decided(Phase.PROBLEM_VALIDATION, Choice.GO, DECIDED)


def judged(phase: Phase, *decisions: Record, evidence: Evidence = TALKS, then: Evidence | None = None) -> GateVerdict:
    policy = Policy(policy="test", version="1", criteria=(criterion(phase),))
    left = {phase: Left(at=at, evidence={then.block: then} if then else {}) for phase, at in left_at(decisions).items()}
    told = {"interviews": "a block"}
    return judge(Initiative(), policy, [evidence], as_of=TODAY, instruments=told, left=left)[phase.number - 1]


def last_days(phase: Phase, *decisions: Record, evidence: Evidence = TALKS) -> dict[str, date]:
    return ends([evidence], [judged(phase, *decisions, evidence=evidence)], decisions, TODAY)


def test_what_was_good_when_people_decided_stays_good_for_that_gate() -> None:
    first = Phase.PROBLEM_VALIDATION
    assert judged(first).verdict is Verdict.UNDECIDED
    assert judged(first, GO).verdict is Verdict.PASS
    assert judged(first, GO).rulings[0].sentence.startswith("Users share")
    assert last_days(first) == {"talks": END}
    assert last_days(first, GO) == {}


def test_what_was_too_old_when_people_decided_stays_too_old() -> None:
    late = decided(Phase.PROBLEM_VALIDATION, Choice.GO, date(2026, 7, 1))
    assert judged(Phase.PROBLEM_VALIDATION, late).verdict is Verdict.UNDECIDED
    assert last_days(Phase.PROBLEM_VALIDATION, late) == {"talks": END}


def test_a_figure_that_turned_is_held_against_a_gate_that_was_left() -> None:
    turned = replace(TALKS, finding=Finding(estimates=(exact("users_share", 0.1),)))
    assert judged(Phase.PROBLEM_VALIDATION, GO, evidence=turned).verdict is Verdict.FAIL


def test_the_same_data_do_not_turn_because_days_went_by() -> None:
    """Such as a drill that is a year old now: what it said when people decided counts, and is what is cited."""
    today = replace(TALKS, finding=Finding(estimates=(exact("users_share", 0.1),)), good_until=None)
    gate = judged(Phase.PROBLEM_VALIDATION, GO, evidence=today, then=TALKS)
    assert gate.verdict is Verdict.PASS
    assert gate.rulings[0].evidence == TALKS.digest
    assert gate.rulings[0].sentence.startswith("As read on 2026-01-01, and nothing but time has changed since: Users")
    better = replace(TALKS, finding=Finding(estimates=(exact("users_share", 0.8),)), good_until=None)
    gate = judged(Phase.PROBLEM_VALIDATION, GO, evidence=better, then=today)
    assert gate.rulings[0].evidence == better.digest


def test_a_decision_to_go_back_and_one_at_another_gate_do_not_count() -> None:
    back = decided(Phase.PROBLEM_VALIDATION, Choice.RECYCLE, date(2026, 3, 1))
    assert judged(Phase.PROBLEM_VALIDATION, GO, back).verdict is Verdict.UNDECIDED
    assert judged(Phase.PILOT, GO).verdict is Verdict.UNDECIDED
    assert last_days(Phase.PILOT, GO) == {"talks": END}


def test_the_last_gate_is_never_left_behind() -> None:
    last = Phase.PRODUCTION_SCALING
    assert judged(last, decided(last, Choice.GO, DECIDED)).verdict is Verdict.UNDECIDED
    assert last_days(last, decided(last, Choice.GO, DECIDED)) == {"talks": END}


def test_what_stays_good_still_tells_of_pathologies() -> None:
    def built_for_nobody(*decisions: Record) -> bool | None:
        gate = judged(Phase.PROBLEM_VALIDATION, *decisions)
        found = find_pathologies(Initiative(), [TALKS], [gate], as_of=TODAY, decisions=decisions)
        return next(one.present for one in found if one.name == "built-for-nobody")

    assert built_for_nobody() is None
    assert built_for_nobody(GO) is False
