"""From tables as people export them to one sheet per person and wave."""

import numpy as np
import pytest

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.initiative import Group, GroupId, Initiative
from proveout.instruments import instrument
from proveout.instruments.survey.questionnaire import Questionnaire
from proveout.instruments.survey.settings import Answered, Settings

from .asking import AIM, figures, note, see, sheet

LONG = {"person": "person", "item": "item", "value": "value"}


def one_by_one(people: list[str], value: int, **more) -> list[dict]:
    return [{"person": p, "item": item, "value": value, **more} for p in people for item in AIM]


def test_a_blank_sheet_takes_nobody_away(tmp_path):
    rows = [sheet(f"p{i}", "", 5) for i in range(6)] + [sheet(f"P{i}", "", "") for i in range(4)]
    found = see(tmp_path, rows, answers={"person": "person"})
    assert figures(found, "score")["feasibility"].n == 6
    assert note(found, "holds an answer").note.startswith("4 hold none")


def test_answers_of_nobody_are_not_those_of_one(tmp_path):
    rows = [*one_by_one([f"p{i}" for i in range(6)], 5), *one_by_one([""] * 6, 1)]
    found = see(tmp_path, rows, answers=LONG)
    assert (figures(found, "score")["feasibility"].value, figures(found, "score")["feasibility"].n) == (5, 6)
    assert note(found, "whose it is").note.startswith("72 answers do not")


def test_items_by_another_name_are_asked_for(tmp_path):
    rows = [row | {"item": f"Q{row['item']}"} for row in one_by_one(["a", "b"], 5)]
    with pytest.raises(ProveoutError, match="no row is an answer") as caught:
        see(tmp_path, rows, answers=LONG)
    assert "say under `columns`" in caught.value.remedy


def test_an_item_that_was_answered_twice_is_named(tmp_path):
    people = [f"p{i}" for i in range(6)]
    rows = one_by_one(people, 1) + one_by_one([p.upper() for p in people], 5) + one_by_one(people, "")
    found = see(tmp_path, rows, answers=LONG)
    assert (figures(found, "score")["feasibility"].value, figures(found, "score")["feasibility"].n) == (5, 6)
    assert note(found, "Every item was answered once").note.startswith("72 answers")
    assert note(see(tmp_path, rows[72:], answers=LONG), "Every item was answered").passed


@pytest.mark.parametrize("long", [False, True])
def test_the_latest_sheet_counts_where_it_is_known_when(tmp_path, long):
    people = [f"p{i}" for i in range(6)]
    later, earlier = ({"at": at} for at in ("2026-02-10T09:00:00+01:00", "2026-02-10T08:30:00Z"))
    rows = [row | when for when, value in ((earlier, 5), (later, 1)) for row in
            (one_by_one(people, value) if long else [sheet(p, "", value) for p in people])]  # fmt: skip
    told = (LONG if long else {"person": "person"}) | {"at": "at"}
    assert figures(see(tmp_path, rows, answers=told), "score")["feasibility"].value == 5
    rows[0]["at"] = "yesterday"
    assert note(see(tmp_path, rows, answers=told), "known when").note.startswith("1 rows")


def test_groups_of_one_title_are_told_apart_by_their_id(tmp_path):
    groups = tuple(Group(id=GroupId(id_), title="Staff", size=9) for id_ in ("north", "south"))
    rows = [sheet(f"{team}{i}", team, 2 + (team == "north")) for team in ("north", "south") for i in range(6)]
    found = see(tmp_path, [*rows, sheet("x", "Staff", 1)], groups)
    scores = figures(found, "group_score")
    assert (scores["north: feasibility"].value, scores["south: feasibility"].value) == (3, 2)
    assert note(found, "a title of its own").note.startswith("north, south have the same title")
    assert note(found, "declared group").note.startswith("1 answers")


def test_a_group_without_a_title_is_not_that_of_blank_cells(tmp_path):
    rows = [sheet(f"p{i}", "", 5) for i in range(6)] + [sheet(f"q{i}", "it", 1) for i in range(6)]
    found = see(tmp_path, rows, (Group(id=GroupId("it"), size=9),))
    assert figures(found, "buy_in")["it: feasibility"].value == 1


def test_a_group_that_was_invited_must_be_declared():
    settings = Settings(questionnaire="nps", answers=Answered(source="a"), invited={"IT": 3, "sals": 9})
    declared = Initiative(groups=(Group(id=GroupId("it"), size=9),))
    (fault,) = instrument("survey").faults(settings, declared)
    assert (fault.path, fault.message) == (("invited", "sals"), 'there is no group "sals"')
    assert instrument("survey").faults(settings, Initiative()) == ()


def test_a_reversed_item_that_was_not_declared_is_no_reliability(tmp_path):
    rng = np.random.default_rng(3)
    own = Questionnaire(items={name: name for name in "abcd"})
    rows = []
    for _ in range(60):
        like = rng.normal()
        a, b, c, d = (int(np.clip(round(3 + sign * like + rng.normal(0, 0.6)), 1, 5)) for sign in (1, 1, 1, -1))
        rows.append({"a": a, "b": b, "c": c, "d": d})
    found = see(tmp_path, rows, questionnaire=own, answers={})
    assert figures(found, "reliability")["all"].value == figures(found, "alpha")["all"].value < 0.5
    assert note(found, "run the same way").note.startswith("d: ")
    turned = Questionnaire(items=own.items, reversed=("d",))
    right = see(tmp_path, rows, questionnaire=turned, answers={})
    assert figures(right, "reliability")["all"].value == figures(right, "omega")["all"].value > 0.8
    assert not [check for check in right.checks if "run the same way" in check.name]


def test_random_answers_are_no_agreement(tmp_path):
    rng = np.random.default_rng(0)
    rows = [sheet(f"p{i}", "team", *rng.integers(1, 6, 12)) for i in range(20)]
    for check in see(tmp_path, rows).checks:
        assert "its people agree" not in check.name or check.passed is None, check
    alike = [sheet(f"p{i}", "team", 4, 4, 5) for i in range(20)]
    assert note(see(tmp_path, alike), "team: feasibility: its people agree").passed


def test_the_middle_stands_for_the_lesser_half_only(tmp_path):
    own = Questionnaire(items={"a": "I like it.", "b": "I want it.", "c": "It helps."}, missing="centre")
    rows = [{"a": 5, "b": 5 if i < 6 else "", "c": ""} for i in range(12)]
    found = figures(see(tmp_path, rows, questionnaire=own, answers={}), "score")["all"]
    assert (found.n, found.value) == (6, pytest.approx(13 / 3))


@pytest.mark.parametrize("long", [False, True])
def test_many_answers_that_cannot_be_read_are_not_left_out(tmp_path, long):
    words = ("not at all", "rather not", "partly", "yes", "very much")
    nay, yea = [f"n{i}" for i in range(6)], [f"y{i}" for i in range(6)]
    rows = one_by_one(yea, "very much") + one_by_one(nay, "notat all") if long else [
        sheet(p, "", "notat all" if p in nay else "very much") for p in nay + yea]  # fmt: skip
    told = (LONG if long else {"person": "person"}) | {"words": words}
    with pytest.raises(ProveoutError, match="72 answers cannot be read, such as 'notat all'"):
        see(tmp_path, rows, answers=told)


def test_placeholders_are_not_answered(tmp_path):
    rows = [sheet(f"p{i}", "", 4, 4, 4, 4, "n/a", 4, "-", 4) for i in range(8)]
    found = see(tmp_path, rows, answers={"person": "person"})
    assert figures(found, "score").keys() == {"acceptability", "feasibility"}
    assert not [check for check in found.checks if "Answers lie" in check.name]


def test_answers_of_days_to_come_do_not_count(tmp_path):
    rows = [sheet(f"p{i}", "", 4, at="2026-02-01") for i in range(6)]
    rows += [sheet(f"q{i}", "", 1, at="2026-03-02") for i in range(5)]
    found = see(tmp_path, rows, answers={"person": "person", "at": "at"})
    assert (figures(found, "score")["feasibility"].value, figures(found, "score")["feasibility"].n) == (4, 6)
    assert note(found, "a day to come").note.startswith("5 rows are of days after 2026-03-01")
    with pytest.raises(TooLittle, match="nobody answered until 2026-03-01"):
        see(tmp_path, rows[6:], answers={"person": "person", "at": "at"})


@pytest.mark.parametrize(
    ("team", "declared", "said"), [("reps", True, "no group can stop"), ("", False, "no answer says in team")]
)
def test_it_is_said_why_nobody_decides(tmp_path, team, declared, said):
    groups = (Group(id=GroupId("reps"), size=9, can_stop=False),) if declared else ()
    found = see(tmp_path, [sheet(f"p{i}", team, 4) for i in range(6)], groups)
    assert note(found, "buy-in of each group is known").note.startswith(said)
