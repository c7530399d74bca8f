"""Answers in a CSV file, from SQL to a finding."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from proveout import data
from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Outcome
from proveout.core.initiative import Group, GroupId, Initiative, Source
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.survey.library import LIBRARY
from proveout.instruments.survey.questionnaire import Questionnaire
from proveout.instruments.survey.settings import Answered, Settings

from .asking import AIM, figures, note, see, sheet

REPS = Group(id=GroupId("reps"), title="Sales reps", size=12)
OPS = Group(id=GroupId("ops"), title="Operations", size=8)
HEADS = Group(id=GroupId("heads"), title="Heads", size=2)
GUESTS = Group(id=GroupId("guests"), title="Guests", size=9, can_stop=False)


@pytest.fixture
def crowd():
    """Twelve reps who like it, eight in operations who do not, and two heads."""
    rng = np.random.default_rng(5)
    rows = [sheet(f"r{i}", "reps", *rng.integers(4, 6, 12)) for i in range(10)]
    rows += [sheet(f"o{i}", "Operations", *rng.integers(1, 4, 12)) for i in range(7)]
    return [*rows, sheet("h1", "heads", 5), sheet("h2", "heads", 5)]


def test_buy_in_is_that_of_each_group_and_not_of_the_average(tmp_path, crowd):
    finding = see(tmp_path, crowd[:17], (REPS, OPS), questionnaire="aim-iam-fim")
    reps, ops = (figures(finding, "buy_in")[f"{name}: acceptability"] for name in ("Sales reps", "Operations"))
    by_hand = [np.mean([row[item] for item in AIM[:4]]) for row in crowd[10:17]]
    assert ops.value == pytest.approx(np.mean(by_hand))
    total = sum(by_hand)  # the eighth may still say 1, or 5
    assert (ops.lower, ops.upper) == pytest.approx(((total + 1) / 8, (total + 5) / 8))
    assert reps.lower > 3.5 > ops.upper
    assert figures(finding, "stakeholder").keys() == figures(finding, "buy_in").keys()
    assert figures(finding, "response_rate")["Operations"].value == 7 / 8


def test_a_group_that_did_not_answer_is_missed(tmp_path, crowd):
    finding = see(
        tmp_path,
        crowd[:10],
        (REPS, OPS, GUESTS),
        questionnaire="oric",
        answers={"person": "person", "group": "team", "columns": dict(zip(LIBRARY["oric"].items, AIM, strict=True))},
    )
    assert "Operations: commitment" in figures(finding, "stakeholder")
    assert "Operations: commitment" not in figures(finding, "buy_in")
    assert not any("Guests" in subject for subject in figures(finding, "stakeholder"))
    assert figures(finding, "response_rate")["Operations"].value == 0
    assert note(finding, "Operations: commitment: its buy-in is known").passed is False


def test_where_most_are_silent_they_may_all_be_against_it(tmp_path, crowd):
    few = see(tmp_path, crowd[:5], (replace(REPS, size=40),), questionnaire="aim-iam-fim")
    found = figures(few, "buy_in")["Sales reps: acceptability"]
    assert found.value > 4 and found.lower < 2
    assert "35 of 40 are silent" in found.method


@pytest.mark.parametrize("team", ["rpes", ""])
def test_answers_of_no_known_group_may_be_against_it(tmp_path, team):
    rows = [sheet(f"y{i}", "reps", 4, 5) for i in range(12)]
    nay = [sheet(f"n{i}", team, 1) for i in range(8)]

    def lower(*more: dict) -> float:
        found = see(tmp_path, [*rows, *more], (replace(REPS, size=20),))
        return figures(found, "buy_in")["Sales reps: feasibility"].lower

    assert lower() > 4
    assert lower(*nay) == pytest.approx((12 * 5 + 8) / 20)
    assert lower(*nay) < lower(nay[0]) < lower()


def test_more_answers_than_people_are_no_buy_in(tmp_path, crowd):
    rows = [{key: value for key, value in row.items() if key != "person"} for row in crowd[:10]]
    for size in (6, 3):
        found = see(tmp_path, rows, (replace(REPS, size=size),), questionnaire="aim-iam-fim", answers={"group": "team"})
        assert figures(found, "buy_in") == {} and len(figures(found, "stakeholder")) == 3
        assert note(found, "more people answered than there are").passed is False


def test_more_answers_than_people_are_no_response_rate(tmp_path, crowd):
    rows = [{key: value for key, value in row.items() if key != "person"} for row in crowd[:10]]
    found = see(tmp_path, rows, (replace(REPS, size=6),), questionnaire="aim-iam-fim", answers={"group": "team"})
    rate = figures(found, "response_rate")["Sales reps"]
    assert (rate.lower, rate.upper) == (0, 1)


def test_another_scale_is_refused_and_a_slip_is_not(tmp_path, crowd):
    seven = [{k: v + 2 if k in AIM else v for k, v in row.items()} for row in crowd]
    with pytest.raises(ProveoutError, match=r"off the scale from 1 to 5, such as [67]:"):
        see(tmp_path, seven, (REPS,), questionnaire="aim-iam-fim")
    slip = [crowd[0] | {AIM[0]: 44}, *crowd[1:]]
    assert note(see(tmp_path, slip, (REPS,), questionnaire="aim-iam-fim"), "between").note.startswith(
        "1 do not, such as 44"
    )


def test_asking_some_only_is_said(tmp_path, crowd):
    found = see(tmp_path, crowd[:10], (replace(REPS, size=19),), questionnaire="aim-iam-fim", invited={"reps": 10})
    assert figures(found, "response_rate")["Sales reps"].value == 1
    assert "only some were asked" in note(found, "Everybody was asked").note


def test_the_same_answer_by_all_who_answered_is_certain_of_them_only(tmp_path):
    def of(size: int):
        rows = [sheet(f"p{i}", "reps", 4) for i in range(6)]
        found = see(tmp_path, rows, (replace(REPS, size=size),), questionnaire="aim-iam-fim")
        return figures(found, "buy_in")["Sales reps: acceptability"]

    assert of(6).exact
    assert of(8).lower < 3.6 and of(12).lower < 3
    assert of(13).lower == pytest.approx((6 * 4 + 7 * 1) / 13)  # most are silent, and may be against it


def test_more_support_is_never_worse(tmp_path):
    def lower(*last: int) -> float:
        rows = [sheet(f"p{i}", "reps", 5) for i in range(11)] + [sheet("p11", "reps", *last)]
        found = see(tmp_path, rows, (replace(REPS, size=20),), questionnaire="aim-iam-fim")
        return figures(found, "buy_in")["Sales reps: acceptability"].lower

    assert lower(5) > lower(4) > lower(1)


def test_small_groups_are_hidden_also_from_subtraction(tmp_path, crowd):
    finding = see(tmp_path, crowd, (REPS, OPS, HEADS), questionnaire="aim-iam-fim")
    shown = {subject.partition(":")[0] for subject in figures(finding, "group_score")}
    assert shown == {"Sales reps", "Operations"}
    assert figures(finding, "score")["feasibility"].n == 17  # of all 19, subtraction would show the two heads
    assert "2 answers are in no figure of a scale" in note(finding, "large enough to be shown").note
    assert not any("Heads" in subject for name in ("buy_in", "stakeholder") for subject in figures(finding, name))
    assert "they sign off" in note(finding, "Every group can be surveyed").note
    for exhibit in finding.exhibits:
        assert {bar.label for bar in exhibit.bars} == {"all", "Sales reps", "Operations"}


def test_a_long_table_gives_the_same(tmp_path, crowd):
    wide = see(tmp_path, crowd[:17], (REPS, OPS), questionnaire="aim-iam-fim")
    rows = [{"who": r["person"], "team": r["team"], "q": i.upper(), "a": r[i]} for r in crowd[:17] for i in AIM]
    told = {"person": "who", "group": "team", "item": "q", "value": "a"}
    long = see(tmp_path, rows, (REPS, OPS), questionnaire="aim-iam-fim", answers=told)
    assert [(e.name, e.subject, e.value) for e in long.estimates] == [
        (e.name, e.subject, e.value) for e in wide.estimates
    ]


def test_the_usability_scale_turns_every_other_item_round(tmp_path):
    items = tuple(LIBRARY["sus"].items)
    rows = [sheet(f"p{i}", "", *[4, 2] * 5, items=items) for i in range(6)]
    rows[0] |= {"sus_1": "", "sus_2": ""}  # as the middle: Brooke
    finding = see(tmp_path, rows, questionnaire="sus", answers={"person": "person"})
    assert figures(finding, "score")["all"].value == pytest.approx((5 * 75 + 70) / 6)
    assert finding.exhibits[0].reference == 68
    assert "73rd percentile 75, 15th percentile 52" in finding.exhibits[0].note
    assert figures(finding, "usability")[""].value == figures(finding, "score")["all"].value


def test_recommendation_is_the_net_of_two_shares(tmp_path):
    rows = [{"recommend": score} for score in [10, 9, 9, 8, 7, 6, 0, 10, 9, 5]]
    found = figures(see(tmp_path, rows, questionnaire="nps", answers={}), "score")["all"]
    assert found.value == pytest.approx(100 * (5 - 3) / 10)
    assert found.unit == "point"
    promoters, detractors = 0.5, 0.3
    error = 100 * ((promoters + detractors - (promoters - detractors) ** 2) / 9) ** 0.5
    assert found.upper - found.value == pytest.approx(2.262157 * error, rel=1e-5)


def test_satisfaction_is_a_share(tmp_path):
    rows = [{"satisfied": score} for score in [5, 4, 4, 3, 2, 1, 5, 5]]
    found = figures(see(tmp_path, rows, questionnaire="csat", answers={}), "score")["all"]
    assert (found.value, found.unit) == (5 / 8, "share")
    assert "Wilson" in found.method


def test_half_of_the_items_is_enough_where_the_authors_say_so(tmp_path):
    items = tuple(LIBRARY["nomad"].items)
    rows = [sheet(f"p{i}", "", 4, items=items) | {"action_2": 2} for i in range(8)]
    rows[0] |= {f"action_{i}": "" for i in range(1, 4)}
    rows[1] |= {f"action_{i}": "not relevant to my role" for i in range(1, 5)}
    finding = see(tmp_path, rows, questionnaire="nomad", answers={"person": "person"})
    assert figures(finding, "score")["action"].n == 7
    assert figures(finding, "score")["coherence"].n == 8
    assert figures(finding, "score")["action"].value == 4
    assert "the first stands in row 2 of action_1" in note(finding, "Answers lie between").note


def test_answers_in_words(tmp_path):
    words = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")
    rows = [sheet(f"p{i}", "", "agree", "Strongly Agree", "agree", "agree ") for i in range(6)]
    told = {"person": "person", "words": words}
    finding = see(tmp_path, rows, questionnaire="aim-iam-fim", answers=told)
    assert figures(finding, "score")["acceptability"].value == 4.25
    numbered = [sheet(f"p{i}", "", "4 - agree") for i in range(6)]
    found = see(tmp_path, numbered, questionnaire="aim-iam-fim", answers={"person": "person"})
    assert figures(found, "score")["feasibility"].value == 4
    with pytest.raises(ProveoutError, match="no answer can be read") as caught:
        see(tmp_path, rows, questionnaire="aim-iam-fim", answers={"person": "person"})
    assert "declare `words`" in caught.value.remedy


def test_reliability_sees_items_that_do_not_belong(tmp_path):
    rng = np.random.default_rng(2)
    rows = []
    for i in range(80):
        like = rng.normal()
        values = np.clip(np.round(3 + like + rng.normal(0, 0.5, 12)), 1, 5).astype(int)
        values[4:8] = rng.integers(1, 6, 4)
        rows.append(sheet(f"p{i}", "", *values))
    finding = see(tmp_path, rows, questionnaire="aim-iam-fim", answers={"person": "person"})
    found = figures(finding, "reliability")
    assert found["acceptability"].lower > 0.8
    assert found["appropriateness"].upper < 0.7
    assert figures(finding, "alpha").keys() == figures(finding, "omega").keys() == found.keys()


def test_the_reliability_of_few_people_shows_nobody(tmp_path):
    rows = [sheet(f"p{i}", "", *np.roll([1, 2, 3, 4, 5, 2, 3, 4, 1, 5, 2, 3], i)) for i in range(9)]
    for row in rows[4:]:
        row[AIM[0]] = ""
    finding = see(tmp_path, rows, questionnaire="aim-iam-fim", answers={"person": "person"})
    assert "acceptability" not in figures(finding, "alpha")
    assert "feasibility" in figures(finding, "alpha")
    assert note(finding, "acceptability: it measures one thing").note.startswith("4 people")


def test_careless_answers_are_named_and_count(tmp_path):
    items = tuple(LIBRARY["sus"].items)
    rows = [sheet(f"p{i}", "", *[5, 1] * 5, items=items, took=90) for i in range(6)]
    rows.append(sheet("p6", "", 3, items=items, took=4))
    told = {"person": "person", "seconds": "took"}
    finding = see(tmp_path, rows, questionnaire="sus", answers=told)
    assert note(finding, "one answer to all").note.startswith("1 of 7")
    assert note(finding, "faster than one can read").note.startswith("1 of 7")
    assert figures(finding, "score")["all"].n == 7


def test_comments_are_shown_only_with_consent(tmp_path):
    rows = [sheet(f"p{i}", "", 4, said="Anna Meier is against it" if i == 2 else "") for i in range(6)]
    told = {"person": "person", "comment": "said"}
    hidden = see(tmp_path, rows, questionnaire="aim-iam-fim", answers=told)
    assert "Anna" not in repr(hidden)
    assert note(hidden, "What people wrote").note.startswith("1 people")
    shown = see(tmp_path, rows, questionnaire="aim-iam-fim", answers=told, show_comments=True)
    assert "Anna" in repr(shown.exhibits)


def test_the_last_sheet_of_a_person_counts(tmp_path):
    rows = [sheet(f"p{i % 6}", "", 1 if i < 6 else 5) for i in range(12)]
    finding = see(tmp_path, [*rows, sheet("p9", "", "")], questionnaire="aim-iam-fim", answers={"person": "person"})
    assert figures(finding, "score")["feasibility"].value == 5
    assert note(finding, "answered once").note.startswith("6 sheets")
    assert note(finding, "holds an answer").note.startswith("1 hold none")


def test_the_step_at_which_a_group_stops(tmp_path):
    steps = tuple(LIBRARY["readiness"].items)
    rows = [sheet(f"r{i}", "reps", 5, 2, 4, 1, 1, items=steps) for i in range(6)]
    rows += [sheet(f"o{i}", "ops", 5, items=steps) for i in range(6)] + [sheet("h1", "heads", 1, items=steps)]
    found = see(tmp_path, rows, (REPS, OPS, HEADS), questionnaire="readiness")
    assert note(found, "Sales reps has no barrier").note == "most who stop do so at desire"
    assert note(found, "Operations has no barrier").passed
    assert len([check for check in found.checks if "has no barrier" in check.name]) == 2


def test_the_record_tells_which_words_were_asked(tmp_path, crowd):
    asked = note(see(tmp_path, crowd), "what was asked").note
    other = replace(LIBRARY["aim-iam-fim"], items=dict(LIBRARY["aim-iam-fim"].items) | {"aim_1": "I approve."})
    assert asked.startswith("12 items (en), version ")
    assert asked != note(see(tmp_path, crowd, questionnaire=other), "what was asked").note


def test_a_questionnaire_of_ones_own(tmp_path):
    own = Questionnaire(items={"a": "I like it.", "b": "I hate it.", "c": "Good."}, reversed=("b",), highest=7)
    rows = [{"a": 6, "b": 2, "c": 6}] * 5 + [{"a": 5, "b": 2, "c": 5.5}]
    finding = see(tmp_path, rows, questionnaire=own, answers={}, buy_in=("all",))
    assert figures(finding, "score")["all"].value == pytest.approx((5 * 6 + 5.5) / 6)
    assert figures(finding, "buy_in")["everybody: all"].value == pytest.approx(1 + 4 * (35.5 / 6 - 1) / 6)
    assert note(finding, "by a published questionnaire").passed is None


def test_too_few_people(tmp_path):
    with pytest.raises(TooLittle, match="4 people answered"):
        see(tmp_path, [sheet(f"p{i}", "", 3) for i in range(4)], questionnaire="aim-iam-fim", answers={})
    with pytest.raises(TooLittle, match="nobody has answered"):
        see(tmp_path, [], questionnaire="nps", answers={"columns": {"recommend": "person"}})


def test_a_column_that_is_not_there(tmp_path):
    with pytest.raises(ProveoutError, match="no column fim_4") as caught:
        rows = [{k: v for k, v in sheet(f"p{i}", "", 3).items() if k != "fim_4"} for i in range(6)]
        see(tmp_path, rows, questionnaire="aim-iam-fim")
    assert "fim_3" in caught.value.remedy


def test_a_file_that_is_not_there(tmp_path):
    settings = Settings(questionnaire="nps", answers=Answered(source="answers"))
    tool, initiative = instrument("survey"), Initiative(sources={"answers": Source(location="gone.csv")})
    tables, failures = data.ask(tool.questions(settings, initiative), initiative.sources, tmp_path)
    finding = tool.measure(settings, Answers(tables=tables, failures=failures, as_of=date(2026, 3, 1)), initiative)
    assert finding.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"questionnaire": "suz"}, "no questionnaire 'suz'"),
        ({"questionnaire": "nps", "answers": Answered(source="a", columns={"x": "y"})}, "no item x"),
        ({"questionnaire": "oric", "buy_in": ("faith",)}, "no scale faith"),
        ({"questionnaire": "nps", "buy_in": ("all",)}, "`nps` does not ask for support"),
        ({"questionnaire": "aim-iam-fim", "buy_in": ()}, "buy-in is told on all scales"),
        ({"questionnaire": "oric", "buy_in": ("commitment",)}, "buy-in is told on all scales"),
        ({"questionnaire": Questionnaire(items={"x": "I like cake."}), "buy_in": ("all",)}, "fewer than 3 items"),
        (
            {"questionnaire": Questionnaire(items={"x": "I like it."}, score="top", good_from=4), "buy_in": ("all",)},
            "buy-in is a mean",
        ),
        ({"questionnaire": "csat", "answers": Answered(source="a", words=("no", "yes"))}, "2 words"),
    ],
)
def test_declarations_that_cannot_be(declared, said):
    with pytest.raises(ValueError, match=said):
        Settings(**{"answers": Answered(source="a"), **declared})


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"lowest": 5, "highest": 1}, "the first must be lower"),
        ({"reversed": ("c",)}, "no item c"),
        ({"scales": {"s": ()}}, "has no items"),
        ({"scales": {"s": ("a", "a")}}, "names an item twice"),
        ({"score": "top"}, "good_from"),
        ({"score": "net", "good_from": 9}, "bad_to"),
    ],
)
def test_questionnaires_that_cannot_be(declared, said):
    with pytest.raises(ValueError, match=said):
        Questionnaire(items={"a": "A."}, **declared)


@pytest.mark.parametrize(
    ("words", "said"), [("I like it!", "a and b have the same words"), ("TODO", "b has no"), (" - ", "b has no words")]
)
def test_items_are_different_sentences(words, said):
    with pytest.raises(ValueError, match=said):
        Questionnaire(items={"a": "I  like it.", "b": words, "c": "I want it."})


@pytest.mark.parametrize("told", [{"item": "q"}, {"item": "q", "value": "a"}, {"person": "x", "group": "X"},
                                  {"words": ("yes", "Yes ")}, {"wave": "w", "waves": ("a", "A")},
                                  {"waves": ("a", "b")}])  # fmt: skip
def test_tables_that_cannot_be(told):
    with pytest.raises(ValueError):
        Answered(source="a", **told)


def test_every_questionnaire_says_where_it_comes_from():
    for name, asked in LIBRARY.items():
        assert asked.source and asked.licence and asked.title, name
        assert sorted(item for items in asked.of_scale.values() for item in items) == sorted(asked.items), name
