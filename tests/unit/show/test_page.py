"""Words for an assessment, before anything is drawn."""

from dataclasses import replace

from tests.unit.show.invented import assessment, rulings

from proveout.core.initiative import Phase
from proveout.core.policy import Quantifier
from proveout.core.verdict import GateVerdict, Verdict
from proveout.show.line import line
from proveout.show.page import page


def _first(gate_rulings, verdict=Verdict.UNDECIDED, **changes):
    whole = replace(assessment(), **changes)
    gate = replace(whole.gates[0], rulings=tuple(gate_rulings), verdict=verdict)
    return page(replace(whole, gates=(gate, *whole.gates[1:])))


def test_failing_musts_come_before_undecided_ones_and_waived_ones_not_at_all():
    titles = [step.title for step in page(assessment()).steps]
    assert titles == ["A positive return is likely", "The money comes back soon", "Data are fresh enough"]


def test_a_passed_gate_asks_for_a_decision():
    passed = [ruling for ruling in rulings() if ruling.verdict is Verdict.PASS]
    (step,) = _first(passed, Verdict.PASS, decisions=()).steps
    assert "proveout decide problem-validation go" in step.text


def test_a_decision_says_what_comes_next():
    passed = [ruling for ruling in rulings() if ruling.verdict is Verdict.PASS]
    (record,) = assessment().decisions
    (step,) = _first(passed, Verdict.PASS).steps
    assert "phase: technical-feasibility" in step.text
    killed = replace(record, body=record.body | {"choice": "kill", "reason": "No case."})
    (step,) = _first(rulings(), Verdict.FAIL, decisions=(record, killed)).steps
    assert (step.title, step.text.endswith("No case.")) == ("Stopped", True)


def test_what_asks_for_the_same_is_asked_once():
    failing = next(ruling for ruling in rulings() if ruling.criterion.id == "return-likely")
    (step,) = _first([failing, failing, failing], Verdict.FAIL).steps
    assert step.title == "A positive return is likely and 2 more"


def test_where_any_is_enough_the_others_are_neither_open_nor_to_do():
    passed, failed = rulings()[0], rulings()[1]
    some = [
        replace(ruling, criterion=replace(passed.criterion, quantifier=Quantifier.ANY)) for ruling in (passed, failed)
    ]
    shown = _first(some, Verdict.PASS)
    assert [item.tone for item in shown.due[0].lines] == ["pass", "spare"]
    assert shown.due[0].lines[1].settle == ""
    assert shown.due[0].counts == "1 pass"


def test_a_waiver_keeps_the_verdict_and_is_never_green():
    waived = line(next(ruling for ruling in rulings() if ruling.waived))
    assert (waived.tone, waived.word) == ("waived", "fail, waived")
    assert any("until 2026-03-31" in remark for remark in waived.remarks)


def test_what_the_policy_does_not_ask_is_no_waiver_and_says_why():
    first = next(ruling for ruling in rulings() if ruling.verdict is Verdict.UNDECIDED)
    why = "by the policy: the registered design is no switchback"
    spared = line(replace(first, waived=why, spared=True, sentence=f"Not asked, {why}.", settle=""))
    assert (spared.tone, spared.word, spared.settle, spared.remarks) == ("spare", "not asked", "", ())
    assert spared.open


def test_value_and_threshold_can_be_told_apart():
    near = line(next(ruling for ruling in rulings() if ruling.criterion.id == "log-quality"))
    assert near.value == "96.9%" and near.threshold == "at least 97%"
    assert near.word == "warning"


def test_a_moved_threshold_is_remarked_once():
    moved = next(ruling for ruling in rulings() if ruling.moved_from is not None)
    assert any("90%" in remark for remark in line(moved).remarks)
    said = replace(moved, sentence="93%; the threshold was 90% when this evidence was first seen.")
    assert not any("first seen" in remark for remark in line(said).remarks)


def test_only_the_gate_asked_for_counts():
    shown = page(assessment(gate=Phase.PILOT))
    assert [gate.number for gate in shown.due] == [4]
    assert shown.verdict is Verdict.UNDECIDED


def test_a_gate_without_rulings_is_said_without_a_crash():
    empty = GateVerdict(
        phase=Phase.PROBLEM_VALIDATION, verdict=Verdict.UNDECIDED, rulings=(), sentence="Undecided.", policy=""
    )
    shown = page(assessment(gates=(empty,)))
    assert shown.steps == () and shown.due[0].counts == ""
