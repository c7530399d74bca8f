"""Verdicts, sentences, waivers, overrides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from proveout.core.estimate import Estimate, exact
from proveout.core.evidence import Check, Evidence, Finding, Hint, Outcome
from proveout.core.initiative import Block, Group, GroupId, Initiative, Override, Phase, Waiver
from proveout.core.pilot import Pilot, Rows
from proveout.core.policy import Basis, Blocks, Comparison, Criterion, Dimension, Policy, Quantifier, Spared, Weight
from proveout.core.question import SourceName
from proveout.core.registration import Registration
from proveout.core.schedule import Switchback
from proveout.core.verdict import GateVerdict, Verdict
from proveout.gates import criterion_verdict, judge

TODAY = date(2026, 3, 1)
PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.UNDECIDED
PREVALENCE = Criterion(
    id="pain-shared",
    title="The pain is shared",
    phase=Phase.PROBLEM_VALIDATION,
    dimension=Dimension.BUSINESS,
    family="stakeholder interviews",
    instrument="interviews",
    estimate="pain_prevalence",
    comparison=Comparison.AT_LEAST,
    threshold=0.3,
    why="A pain that few have is no business problem.",
    basis=Basis.JUDGEMENT,
    remedy="Interview more people.",
)


def share(value: float, lower: float | None, upper: float | None, **more: Any) -> Estimate:
    fields: dict[str, Any] = {"n": 12, "method": "Wilson score interval", "unit": "share"} | more
    return Estimate(name="pain_prevalence", value=value, lower=lower, upper=upper, **fields)


def evidence(*estimates: Estimate, block: str = "talks", **more: Any) -> Evidence:
    fields: dict[str, Any] = {"finding": Finding(estimates=estimates)} if estimates else {}
    fields |= {"instrument": "interviews", "version": "1", "key": f"key-{block}"}
    return Evidence(block=block, as_of=date(2026, 1, 1), measured_at=datetime(2026, 2, 1, tzinfo=UTC), **fields | more)


def first_gate(
    *items: Evidence,
    criteria: tuple[Criterion, ...] = (PREVALENCE,),
    initiative: Initiative = Initiative(),  # noqa: B008
    first_thresholds: Mapping[str, float] | None = None,
    registration: Registration | None = None,
) -> GateVerdict:
    policy = Policy(policy="test", version="1", criteria=criteria)
    gates = judge(
        initiative,
        policy,
        items,
        as_of=TODAY,
        instruments={"interviews": "a block"},
        first_thresholds=first_thresholds,
        registration=registration,
    )
    assert [gate.phase for gate in gates] == list(Phase)
    return gates[0]


@pytest.mark.parametrize(
    ("comparison", "lower", "upper", "verdict"),
    [
        (Comparison.AT_LEAST, 0.3, 0.6, PASS),
        (Comparison.AT_LEAST, 0.3, None, PASS),
        (Comparison.AT_LEAST, 0.29, 0.6, UNDECIDED),
        (Comparison.AT_LEAST, None, 0.6, UNDECIDED),
        (Comparison.AT_LEAST, 0.1, None, UNDECIDED),
        (Comparison.AT_LEAST, None, None, UNDECIDED),
        (Comparison.AT_LEAST, 0.1, 0.3, UNDECIDED),
        (Comparison.AT_LEAST, 0.1, 0.29, FAIL),
        (Comparison.AT_LEAST, None, 0.29, FAIL),
        (Comparison.AT_MOST, 0.1, 0.3, PASS),
        (Comparison.AT_MOST, None, 0.3, PASS),
        (Comparison.AT_MOST, 0.1, None, UNDECIDED),
        (Comparison.AT_MOST, 0.3, 0.6, UNDECIDED),
        (Comparison.AT_MOST, 0.31, 0.6, FAIL),
        (Comparison.AT_MOST, 0.31, None, FAIL),
    ],
)
def test_the_whole_interval_decides(
    comparison: Comparison, lower: float | None, upper: float | None, verdict: Verdict
) -> None:
    value = lower if lower is not None else upper if upper is not None else 0.9
    gate = first_gate(evidence(share(value, lower, upper)), criteria=(replace(PREVALENCE, comparison=comparison),))
    assert gate.rulings[0].verdict is verdict
    assert gate.verdict is verdict


@pytest.mark.parametrize(
    ("comparison", "lower", "upper", "margin"),
    [
        (Comparison.AT_LEAST, 0.4, 0.6, 0.1),
        (Comparison.AT_LEAST, 0.2, 0.6, -0.1),
        (Comparison.AT_LEAST, 0.1, 0.2, -0.1),
        (Comparison.AT_LEAST, None, 0.6, None),
        (Comparison.AT_MOST, 0.1, 0.2, 0.1),
        (Comparison.AT_MOST, 0.2, 0.6, -0.3),
        (Comparison.AT_MOST, 0.5, 0.6, -0.2),
    ],
)
def test_the_margin_is_positive_on_the_good_side(
    comparison: Comparison, lower: float | None, upper: float | None, margin: float | None
) -> None:
    value = lower if lower is not None else upper
    assert value is not None
    gate = first_gate(evidence(share(value, lower, upper)), criteria=(replace(PREVALENCE, comparison=comparison),))
    assert gate.rulings[0].margin == (pytest.approx(margin) if margin is not None else None)


def test_sentences_are_plain() -> None:
    gate = first_gate(evidence(share(0.58, 0.32, 0.81, subject="research")))
    assert gate.rulings[0].sentence == (
        "Pain prevalence (research): 58% (95% interval: 32% to 81%); at least 30% is needed."
    )
    assert gate.sentence == "Passes: the one must-criterion holds."
    gate = first_gate(evidence(share(0.5, 0.29999, 0.81)))
    assert gate.rulings[0].sentence == (
        "Pain prevalence: 50% (95% interval: 29.999% to 81%) does not decide; at least 30% is needed."
    )
    assert gate.sentence == "Undecided: 1 of 1 must-criteria (pain-shared)."
    at_most = replace(PREVALENCE, comparison=Comparison.AT_MOST)
    gate = first_gate(evidence(exact("pain_prevalence", 0.5, unit="share")), criteria=(at_most,))
    assert gate.rulings[0].sentence == "Pain prevalence: 50%; at most 30% is allowed."
    assert gate.sentence == "Fails: 1 of 1 must-criteria (pain-shared)."


def test_what_was_not_measured_is_undecided_and_says_what_to_do() -> None:
    missing = Finding(outcome=Outcome.UNREACHABLE, reason="there is no file talks.csv.", remedy="Check the path.")
    cases = [
        ((), "No evidence: nothing is declared for the instrument `interviews`.", "Declare a block, and check again."),
        (
            (evidence(finding=missing),),
            "Not measured (unreachable): there is no file talks.csv.",
            "Check the path.",
        ),
        (
            (evidence(exact("other", 1)),),
            "Not measured: `talks` does not report `pain_prevalence`.",
            "Interview more people.",
        ),
    ]
    for items, sentence, settle in cases:
        gate = first_gate(*items)
        (ruling,) = gate.rulings
        assert (ruling.verdict, ruling.sentence, ruling.settle) == (UNDECIDED, sentence, settle)
        assert ruling.estimate is None
        assert gate.sentence == "Undecided: not measured; none of 1 must-criteria has evidence."
    unknown = first_gate(evidence(share(1, 0.9, 1)), criteria=(replace(PREVALENCE, instrument="prototype"),))
    assert unknown.verdict is UNDECIDED
    assert unknown.rulings[0].sentence == "Not measured: there is no instrument `prototype` yet."


def test_stale_evidence_decides_nothing() -> None:
    gate = first_gate(evidence(share(0.9, 0.8, 1.0), good_until=TODAY))
    (ruling,) = gate.rulings
    assert ruling.verdict is UNDECIDED
    assert ruling.estimate is not None
    assert ruling.sentence.startswith("Stale: measured as of 2026-01-01, good until 2026-03-01; Pain prevalence: 90%")
    assert ruling.settle.startswith("Measure it again with present data;")
    assert first_gate(evidence(share(0.9, 0.8, 1.0), good_until=date(2026, 3, 2))).verdict is PASS


def test_the_quantifier_says_whether_one_is_enough() -> None:
    items = evidence(share(0.9, 0.8, 1.0, subject="a"), share(0.1, 0.0, 0.2, subject="b"))
    every, any_ = first_gate(items), first_gate(items, criteria=(replace(PREVALENCE, quantifier=Quantifier.ANY),))
    assert (every.verdict, any_.verdict) == (FAIL, PASS)
    assert len(every.rulings) == 2
    assert criterion_verdict(()) is UNDECIDED


def test_a_declared_block_without_evidence_is_missed_even_when_another_passes() -> None:
    blocks = {id: Block(id=id, instrument="interviews", settings=None) for id in ("talks", "more_talks")}
    gate = first_gate(evidence(share(0.9, 0.8, 1.0)), initiative=Initiative(evidence=blocks))
    assert gate.verdict is UNDECIDED
    assert gate.rulings[1].sentence == "No evidence: `more_talks` was not measured."
    enough = (replace(PREVALENCE, quantifier=Quantifier.ANY),)
    assert first_gate(evidence(share(0.9, 0.8, 1.0)), initiative=Initiative(evidence=blocks), criteria=enough).verdict


def test_a_subject_without_the_figure_is_undecided_where_the_criterion_covers_all() -> None:
    found = evidence(
        share(0.9, 0.8, 1.0, subject="hours"),
        *(exact("definition_complete", 1, subject=kpi) for kpi in ("hours", "errors")),
    )
    assert first_gate(found).verdict is PASS
    gate = first_gate(found, criteria=(replace(PREVALENCE, subjects_of="definition_complete"),))
    assert gate.verdict is UNDECIDED
    assert gate.rulings[1].sentence == "Not measured: `talks` does not report `pain_prevalence` of errors."
    nothing = first_gate(
        evidence(exact("other", 1)), criteria=(replace(PREVALENCE, subjects_of="definition_complete"),)
    )
    assert [r.sentence for r in nothing.rulings] == ["Not measured: `talks` does not report `pain_prevalence`."]


def test_the_reason_that_the_instrument_gives_goes_before_the_advice_of_the_policy() -> None:
    """Also before checks that failed over something else of the same subject."""
    waits = Hint(subject="errors", reason="the first look is after Monday", remedy="Nothing to do until then.")
    wide = Hint(subject="hours", figures=("pain_prevalence",), reason="Pain: 50%", remedy="Decide as it is.")
    other = Check(name="errors: every outcome counts", passed=False, note="2 rows left out")
    finding = Finding(
        estimates=(
            share(0.5, 0.2, 0.8, subject="hours"),
            *(exact("definition_complete", 1, subject=kpi) for kpi in ("hours", "errors", "waits")),
        ),
        checks=(other,),
        hints=(waits, wide),
    )
    criterion = replace(PREVALENCE, subjects_of="definition_complete")
    found, missing, unsaid = first_gate(evidence(finding=finding), criteria=(criterion,)).rulings
    assert found.sentence.endswith("at least 30% is needed. Pain: 50%.") and found.settle == "Decide as it is."
    assert missing.sentence.endswith("of errors: the first look is after Monday.")
    assert missing.settle == "Nothing to do until then."
    assert unsaid.settle == PREVALENCE.remedy


def test_a_gate_is_as_strong_as_its_weakest_must_criterion() -> None:
    good, bad, unclear = share(0.9, 0.8, 1.0), share(0.1, 0.0, 0.2), share(0.3, 0.1, 0.5)
    names = {"good": good, "bad": bad, "unclear": unclear}
    found = evidence(*(e.named(name) for name, e in names.items()))

    def gate(**weights: Weight) -> GateVerdict:
        criteria = tuple(replace(PREVALENCE, id=name, estimate=name, weight=w) for name, w in weights.items())
        return first_gate(found, criteria=criteria)

    must, should, trial = Weight.MUST, Weight.SHOULD, Weight.TRIAL
    assert gate(good=must, bad=must, unclear=must).verdict is FAIL
    assert gate(good=must, bad=must, unclear=must).sentence == (
        "Fails: 1 of 3 must-criteria (bad); 1 is undecided (unclear)."
    )
    assert gate(good=must, bad=should, unclear=must).verdict is UNDECIDED
    assert gate(good=must, bad=should, unclear=should).verdict is PASS
    assert gate(good=must, bad=should).sentence == (
        "Passes: the one must-criterion holds; 1 should-criterion warns (bad)."
    )
    assert gate(good=must, bad=trial, unclear=trial).verdict is PASS
    assert gate(good=should).verdict is UNDECIDED
    assert gate(good=should).sentence == "Undecided: no must-criterion counts."


def test_an_override_is_kept_in_sight() -> None:
    override = Override(threshold=0.25, weight="should", reason="Few people do this work.")
    gate = first_gate(evidence(share(0.58, 0.28, 0.81)), initiative=Initiative(gates={"pain-shared": override}))
    (ruling,) = gate.rulings
    assert ruling.verdict is PASS
    assert (ruling.criterion.threshold, ruling.criterion.weight) == (0.25, Weight.SHOULD)
    assert ruling.sentence.endswith(
        "; at least 25% is needed (threshold 25% instead of the policy's 30% and should instead of the policy's must: "
        "Few people do this work)."
    )
    assert gate.verdict is UNDECIDED


def test_a_waiver_holds_for_its_time_and_never_turns_green() -> None:
    waiver = Waiver(criterion="pain-shared", reason="Known from last year", by="the board", until=TODAY)
    bad = evidence(share(0.1, 0.0, 0.2), exact("other", 1))
    other = replace(PREVALENCE, id="other", estimate="other")
    waived = first_gate(bad, initiative=Initiative(waivers=(waiver,)))
    assert waived.verdict is UNDECIDED
    assert waived.rulings[0].verdict is FAIL
    assert waived.rulings[0].waived == "Known from last year (by the board, until 2026-03-01)"
    assert waived.sentence == "Undecided: no must-criterion counts; 1 is waived and counted as neither (pain-shared)."
    rest = first_gate(bad, initiative=Initiative(waivers=(waiver,)), criteria=(PREVALENCE, other))
    assert rest.verdict is PASS
    assert "1 is waived and counted as neither (pain-shared)" in rest.sentence
    ended = replace(waiver, until=date(2026, 2, 28))
    assert first_gate(bad, initiative=Initiative(waivers=(ended,)), criteria=(PREVALENCE, other)).verdict is FAIL


def test_a_threshold_changed_after_the_evidence_was_seen_is_flagged() -> None:
    gate = first_gate(evidence(share(0.58, 0.32, 0.81)), first_thresholds={"pain-shared:key-talks": 0.5})
    (ruling,) = gate.rulings
    assert ruling.moved_from == 0.5
    assert ruling.sentence.endswith("; the threshold was 50% when this evidence was first seen.")
    same = first_gate(evidence(share(0.58, 0.32, 0.81)), first_thresholds={"pain-shared:key-talks": 0.3})
    assert same.rulings[0].moved_from is None


def test_every_verdict_names_policy_and_evidence() -> None:
    found = evidence(share(0.9, 0.8, 1.0))
    gate = first_gate(found)
    assert gate.policy == Policy(policy="test", version="1", criteria=(PREVALENCE,)).digest
    assert gate.rulings[0].evidence == found.digest


@dataclass(frozen=True)
class OfSomethingElse:
    """Settings of a block that says nothing of the figure."""

    silent_on: tuple[str, ...] = ("pain_prevalence",)


def test_a_block_about_something_else_does_not_hold_a_gate_up_before_it_is_measured():
    criterion = replace(PREVALENCE, of_blocks=Blocks.REPORTING)
    pending = Evidence(
        block="other", instrument="interviews", version="1", key="k", as_of=TODAY,
        measured_at=datetime(2026, 2, 1, tzinfo=UTC),
        finding=Finding(outcome=Outcome.TOO_LITTLE, reason="nobody has answered"),
    )  # fmt: skip
    for settings, verdict in ((OfSomethingElse(), PASS), (OfSomethingElse(silent_on=()), UNDECIDED)):
        declared = {
            "talks": Block(id="talks", instrument="interviews", settings=None),
            "other": Block(id="other", instrument="interviews", settings=settings),
        }
        told = first_gate(
            evidence(share(0.6, 0.5, 0.7)), pending, criteria=(criterion,), initiative=Initiative(evidence=declared)
        )
        assert told.verdict is verdict
    alone = {"other": Block(id="other", instrument="interviews", settings=OfSomethingElse())}
    assert first_gate(criteria=(criterion,), initiative=Initiative(evidence=alone)).verdict is UNDECIDED


@pytest.mark.parametrize(
    ("sizes", "spared"), [((4, 3), True), ((4, 5), False), ((), False)]
)  # fmt: skip
def test_groups_too_small_to_be_surveyed_are_spared_and_that_passes_nothing(sizes, spared):
    criterion = replace(PREVALENCE, spared_if=Spared.SMALL_GROUPS)
    groups = tuple(Group(id=GroupId(f"g{i}"), size=size) for i, size in enumerate(sizes))
    groups += (Group(id=GroupId("guests"), size=90, can_stop=False),)
    gate = first_gate(criteria=(criterion,), initiative=Initiative(groups=groups))
    assert gate.verdict is UNDECIDED
    assert ("by the policy" in gate.rulings[0].waived) is spared
    other = replace(PREVALENCE, id="other")
    both = first_gate(evidence(share(0.6, 0.5, 0.7)), criteria=(criterion, other), initiative=Initiative(groups=groups))
    assert both.verdict is PASS


def test_a_group_that_is_small_on_paper_is_not_spared_when_it_was_asked():
    criterion = replace(PREVALENCE, spared_if=Spared.SMALL_GROUPS, subjects_of="stakeholder")
    groups = (Group(id=GroupId("reps"), size=4),)
    asked = evidence(exact("stakeholder", 1, subject="reps"))
    (ruling,) = first_gate(asked, criteria=(criterion,), initiative=Initiative(groups=groups)).rulings
    assert not ruling.waived and ruling.verdict is UNDECIDED


def registered(**pilot: Any) -> Registration:
    return Registration(design={"pilot": pilot}, file="", n_units=9, at=TODAY)


TURNS = registered(switchback={"period_days": 7})


@pytest.mark.parametrize(
    ("spared_if", "registration", "spared"),
    [
        (Spared.SWITCHBACK, TURNS, True),
        (Spared.SWITCHBACK, registered(switchback=None), False),
        (Spared.SWITCHBACK, registered(arriving=True), True),
        (Spared.SWITCHBACK, None, False),
        (Spared.NO_SWITCHBACK, TURNS, False),
        (Spared.NO_SWITCHBACK, registered(switchback=None), True),
        (Spared.NO_SWITCHBACK, registered(waves={"starts": []}), True),
        (Spared.NO_SWITCHBACK, None, False),
        (Spared.NO_SWITCHBACK, Registration(design={"pilot": None}, file="", n_units=0, at=TODAY), False),
    ],
)
def test_a_criterion_that_the_registered_design_has_no_use_for_is_not_asked_and_passes_nothing(
    spared_if, registration, spared
):
    criterion = replace(PREVALENCE, spared_if=spared_if)
    turns = Switchback(period_days=7, carry_over_days=0)
    declared = Initiative(
        pilot=Pilot(
            start=TODAY, end=TODAY + timedelta(days=13), assignment=Rows(source=SourceName("a")), switchback=turns
        )
    )
    gate = first_gate(criteria=(criterion,), registration=registration, initiative=declared)
    (ruling,) = gate.rulings
    assert (gate.verdict, ruling.verdict, ruling.spared) == (UNDECIDED, UNDECIDED, spared)
    assert ("the registered design is" in ruling.sentence) is spared
    assert ("1 is not asked by the policy and counted as neither (pain-shared)" in gate.sentence) is spared
    told = first_gate(evidence(share(0.1, 0.0, 0.2)), criteria=(criterion,), registration=registration)
    assert told.verdict is FAIL  # the data have an answer


def test_a_waiver_is_none_of_the_policy_whatever_its_reason():
    waiver = Waiver(criterion="pain-shared", reason="by the policy: of the house", by="me", until=TODAY)
    gate = first_gate(evidence(share(0.1, 0.0, 0.2)), initiative=Initiative(waivers=(waiver,)))
    assert "1 is waived" in gate.sentence and not gate.rulings[0].spared
