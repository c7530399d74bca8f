"""The plan for the people, from SQL to a finding."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.asking import measured

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.exhibit import Heatmap, Places, Table
from proveout.core.initiative import Effort, Group, GroupId, Initiative, Plan, Source
from proveout.core.sign_off import SignOff, Stance
from proveout.instruments import instrument
from proveout.instruments.change.settings import STEPS, Action, Affected, Readiness, Settings

TODAY = date(2026, 2, 10)
REPS, OPS, HEADS = GroupId("reps"), GroupId("ops"), GroupId("heads")
GROUPS = (
    Group(id=REPS, title="Sales reps", size=12),
    Group(id=OPS, title="Operations", size=8),
    Group(id=HEADS, title="Heads", size=2),
)
PLANNED = (
    Affected(group=REPS, influence=4, affected=5, sponsor="Jonas", message="Less searching, more selling"),
    Affected(group=OPS, influence=2, affected=2, sponsor="Priya", message="Notes come by themselves"),
    Affected(group=HEADS, influence=5, affected=1, sponsor="Jonas", message="Give people time for it"),
)
ACTIONS = (
    Action(group=REPS, kind="involvement", title="Two reps design it", owner="Ines", due=date(2026, 2, 20)),
    Action(group=OPS, kind="training", title="Half a day", owner="Priya", due=date(2026, 2, 12)),
    Action(
        group=HEADS, kind="message", title="Talk to each", owner="Ines", due=date(2026, 2, 1), done=date(2026, 2, 1)
    ),
)

LATE = (ACTIONS[0], replace(ACTIONS[1], due=date(2026, 2, 9)), ACTIONS[2])


def see(
    folder: Path,
    rows: list[tuple] | None = None,
    *,
    groups=GROUPS,
    sign_offs=(),
    plan=None,
    planned=PLANNED,
    **declared,
):
    """Write the answers, ask, measure."""
    told = {"groups": planned, "actions": ACTIONS, **declared}
    if rows is not None:
        with (folder / "ready.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("person", "group", *STEPS), *rows])
        told["readiness"] = told.get("readiness") or Readiness(source="ready", person="person")
    settings = Settings(**told)
    sources = {"ready": Source(location="ready.csv")}
    initiative = Initiative(sources=sources, groups=groups, plan=plan or Plan())
    return measured("change", settings, initiative, folder, TODAY, sign_offs=sign_offs)


def stopping(group: str, *steps: int) -> list[tuple]:
    """A person for each step, who stops there; at 5 nobody stops."""
    return [(f"{group}{i}", group, *[3 if k == step else 4 for k in range(5)]) for i, step in enumerate(steps)]


READY = [*stopping("reps", 1, 1, 1, 1, 0, 5, 5, 3), *stopping("Operations", 2, 2, 2, 5, 5, 5)]


def figure(finding, name: str):
    (found,) = [e for e in finding.estimates if e.name == name]
    return found


def note(finding, name: str):
    (found,) = [check for check in finding.checks if name in check.name]
    return found


def test_a_group_is_prepared_with_sponsor_message_and_action(tmp_path):
    assert figure(see(tmp_path), "groups_prepared_share").value == 1
    lacking = (replace(PLANNED[0], sponsor=""), PLANNED[1], PLANNED[2])
    idle = (replace(ACTIONS[0], due=None), *ACTIONS[1:])
    found = see(tmp_path, groups=(*GROUPS, Group(id=GroupId("it"), size=3)), actions=idle)
    assert figure(found, "groups_prepared_share").value == 2 / 4
    assert "an action with an owner and a date" in note(found, "Sales reps is prepared").note
    assert "no entry" in note(found, "it is prepared").note
    assert note(see(tmp_path, planned=lacking), "Sales reps is prepared").note == "it lacks a sponsor"


@pytest.mark.parametrize(
    ("planned", "actions", "lacks"),
    [
        (replace(PLANNED[1], sponsor="TODO"), ACTIONS, "a sponsor"),
        (replace(PLANNED[1], message="tbd"), ACTIONS, "a message"),
        (PLANNED[1], (replace(ACTIONS[1], owner="-"),), "an action"),
        (PLANNED[1], LATE, "an action"),
        (PLANNED[1], (replace(ACTIONS[1], done=date(2026, 2, 20)),), "an action"),
    ],
)
def test_placeholders_and_days_that_have_passed_prepare_nobody(tmp_path, planned, actions, lacks):
    found = see(tmp_path, planned=(PLANNED[0], planned, PLANNED[2]), actions=actions)
    assert lacks in note(found, "Operations is prepared").note


def test_effort_is_added_up_as_it_is_written(tmp_path):
    for technical, people in ((0.3, 1.2), (1.1, 4.4), (0.7, 2.8)):
        found = see(tmp_path, effort={"model": technical, "training": people})
        assert figure(found, "organisational_effort_share").value == 0.8


def test_the_barrier_is_the_step_at_which_most_stop(tmp_path):
    found = see(tmp_path, READY)
    assert figure(found, "barriers_treated_share").value == 1  # involvement against desire, training against knowledge
    assert "its barrier, desire, is treated" in note(found, "Sales reps: its barrier").name
    assert figure(found, "untreated_resistance_share").value == 2 / 9  # who stop at awareness and at ability
    one = see(tmp_path, stopping("reps", 1, 5, 5, 5, 5))
    assert "untreated_resistance_share" not in {e.name for e in one.estimates}  # of one person it would tell all
    (heat,) = [x for x in found.exhibits if isinstance(x, Heatmap)]
    assert heat.values[0] == (1 / 8, 4 / 8, 0, 1 / 8, 0, 2 / 8)
    (places,) = [x for x in found.exhibits if isinstance(x, Places)]
    assert [(p.label, p.x, p.size) for p in places.places] == [("Sales reps", 4, 12), ("Operations", 2, 8)]


def test_a_barrier_without_an_action_is_named(tmp_path):
    found = see(tmp_path, READY, actions=(replace(ACTIONS[0], kind="training"), *ACTIONS[1:]))
    assert figure(found, "barriers_treated_share").value == 1 / 2
    treated = note(found, "Sales reps: its barrier")
    assert treated.passed is False and "no action against it" in treated.note
    other = see(tmp_path, READY, actions=(replace(ACTIONS[0], kind="training", treats=("desire",)), *ACTIONS[1:]))
    assert figure(other, "barriers_treated_share").value == 1


def test_who_was_not_asked_is_not_ready(tmp_path):
    few = figure(see(tmp_path, stopping("reps", 5, 5, 5, 5, 5)), "barriers_treated_share")
    assert (few.lower, few.upper) == (0, 1)  # of twelve; the others may stop somewhere
    half = figure(see(tmp_path, stopping("reps", 5, 5, 5, 5, 5, 5)), "barriers_treated_share")
    assert (half.lower, half.upper) == (1 / 2, 1)
    nothing = see(tmp_path)
    assert (figure(nothing, "barriers_treated_share").lower, figure(nothing, "barriers_treated_share").upper) == (0, 1)
    assert "ask people" in note(nothing, "how far people have come").note


def test_few_answers_show_nobody(tmp_path):
    found = see(tmp_path, [*READY[:8], *stopping("Operations", 0, 0, 0, 0)])
    (table,) = [x for x in found.exhibits if isinstance(x, Table) and x.title == "Groups"]
    assert {row[0]: row[4] for row in table.rows} == {"Sales reps": "desire", "Operations": "", "Heads": ""}
    assert note(found, "Operations: its barrier is known").passed is False


def test_effort_by_kind_and_in_the_plan(tmp_path):
    by_kind = see(tmp_path, effort={"model": 20, "integration": 10, "training": 50, "process": 40})
    assert figure(by_kind, "organisational_effort_share").value == 90 / 120
    planned = Plan(effort=Effort(technical_days=30, organisational_days=120))
    assert figure(see(tmp_path, plan=planned), "organisational_effort_share").value == 0.8
    both = see(tmp_path, plan=planned, effort={"training": 10})
    assert note(both, "the same of the effort").passed is False
    assert not [e for e in see(tmp_path).estimates if e.name == "organisational_effort_share"]


def test_actions_become_late_by_themselves(tmp_path):
    found = see(tmp_path, actions=LATE)
    assert figure(found, "overdue_actions").value == 1
    assert figure(found, "actions_done_share").value == 1 / 3
    assert "due on 2026-02-09, by Priya" in note(found, "Half a day is done").note
    assert found.changes_on == date(2026, 2, 21)
    early = (replace(ACTIONS[2], done=date(2026, 3, 1)),)
    assert figure(see(tmp_path, actions=early), "overdue_actions").value == 1
    assert "to come" in note(see(tmp_path, actions=early), "Talk to each is done").note
    assert figure(see(tmp_path, actions=early), "actions_done_share").value == 0


def test_sign_offs_are_counted_by_group_and_silence_is_no_yes(tmp_path):
    yes = SignOff(group="reps", stance=Stance.APPROVE, by="Nadia", on=TODAY)
    but = SignOff(group="ops", stance=Stance.MINOR_ISSUE, by="Tom", delegated_by="Priya", comment="train us", on=TODAY)
    no = SignOff(group="heads", stance=Stance.MAJOR_ISSUE, by="Lea", comment="no time", on=TODAY)
    silent = figure(see(tmp_path, sign_offs=(yes, but)), "signed_share")
    assert (silent.lower, silent.upper) == (2 / 3, 1)
    found = see(tmp_path, sign_offs=(yes, but, no))
    assert (figure(found, "signed_share").lower, figure(found, "signed_share").upper) == (2 / 3, 2 / 3)
    assert "Tom for Priya" in note(found, "Operations has signed").note
    assert note(found, "Heads has signed").passed is False
    without = (*GROUPS[:2], replace(GROUPS[2], can_stop=False))
    assert figure(see(tmp_path, groups=without, sign_offs=(yes, but)), "signed_share").exact
    nobody = tuple(replace(group, can_stop=False) for group in GROUPS)
    assert figure(see(tmp_path, groups=nobody), "signed_share").upper == 1
    assert figure(see(tmp_path, groups=nobody), "signed_share").lower == 0


def test_a_signature_under_another_plan_is_none(tmp_path):
    old = SignOff(group="reps", stance=Stance.APPROVE, by="Nadia", on=TODAY, current=False)
    found = see(tmp_path, sign_offs=(old,))
    assert (figure(found, "signed_share").lower, figure(found, "signed_share").upper) == (0, 1)
    assert "changed since" in note(found, "Sales reps has signed").note


def test_groups_that_nobody_asks_are_named(tmp_path):
    found = see(tmp_path, READY[:3], groups=(*GROUPS[:1], replace(GROUPS[1], can_stop=False)), planned=PLANNED[:2],
                actions=ACTIONS[:2])  # fmt: skip
    assert "Operations" in note(found, "goes on without some groups").note


def test_answers_that_are_not_what_they_should_be(tmp_path):
    rows = [*READY, ("reps0", "reps", 5, 5, 5, 5, 5), ("x", "guests", 3, 3, 3, 3, 3), ("y", "reps", "", 2, 9, "no", 4)]
    found = see(tmp_path, rows)
    assert note(found, "answered once").note.startswith("1 answers")
    assert note(found, "declared group").note.startswith("1 of")
    assert note(found, "between 1 and 5").note.startswith("2 answers")
    assert note(found, "all steps").note.startswith("1 people")
    with pytest.raises(ProveoutError, match="no column will"):
        see(tmp_path, READY, readiness=Readiness(source="ready", desire="will"))
    with pytest.raises(TooLittle, match="no groups"):
        see(tmp_path, groups=())


def test_a_file_that_is_not_there(tmp_path):
    finding = see(tmp_path, readiness=Readiness(source="ready"))
    assert finding.outcome == "unreachable"


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"groups": (PLANNED[0], PLANNED[0])}, "stands there twice"),
        ({"groups": PLANNED[:1], "actions": ACTIONS}, "has no entry"),
    ],
)
def test_declarations_that_cannot_be(declared, said):
    with pytest.raises(ValueError, match=said):
        Settings(**declared)


def test_groups_that_are_not_declared():
    (fault,) = instrument("change").faults(
        Settings(groups=(Affected(group=GroupId("rep")),)), Initiative(groups=GROUPS)
    )
    assert "reps" in fault.hint


def test_answers_are_read_as_those_of_a_survey(tmp_path):
    agreed = [(person, group, *["4 - agree"] * 5) for person, group, *_ in stopping("Operations", *range(5))]
    again = [(person.upper(), group, *["2 (no)"] * 5) for person, group, *_ in agreed[:2]]
    blank = [(person, group, *[""] * 5) for person, group, *_ in agreed]
    found = see(tmp_path, [*READY[:8], *agreed, *again, *blank])
    assert note(found, "Operations: its barrier").note.startswith("most")
    assert note(found, "answered once").note.startswith("2 answers")
    assert note(found, "holds an answer").note.startswith("5 hold none")
    assert not [check for check in found.checks if "between 1 and 5" in check.name]


def test_more_answers_than_people_are_named(tmp_path):
    found = see(tmp_path, [*READY, *stopping("heads", 1, 1, 1)])
    assert note(found, "than there are").note.startswith("Heads: there are fewer")


def test_an_answer_without_a_group_is_of_no_group(tmp_path):
    untitled = (*GROUPS, Group(id=GroupId("it"), size=20))
    found = see(tmp_path, [*READY, *[("", "", *[1] * 5)] * 6], groups=untitled)
    assert note(found, "of a declared group").note == "6 of 20 are of none"
    (heat,) = [x for x in found.exhibits if isinstance(x, Heatmap)]
    assert "it" not in heat.rows
