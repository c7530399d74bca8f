"""An event log in a CSV file against a documented process, from SQL to a finding."""

import time

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Outcome
from proveout.core.exhibit import ProcessMap, Table
from proveout.instruments.workflow import explained, queries
from proveout.instruments.workflow.settings import AiStep, Log, Rule, Settings, Step, seconds_of
from proveout.show.charts import draw

from .asking import GOOD, START, STEPS, figure, log_of, note, see

BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
<startEvent id="s"/><userTask id="a" name="Receive"/><task id="b" name=" Answer "/><endEvent id="e"/>
<sequenceFlow id="1" sourceRef="s" targetRef="a"/><sequenceFlow id="2" sourceRef="a" targetRef="b"/>
<sequenceFlow id="3" sourceRef="b" targetRef="e"/></process></definitions>"""


def test_what_happens_is_held_against_what_is_documented(tmp_path):
    found = see(tmp_path, log_of(GOOD, (10, "receive,Answer,call back,Close"), (10, "Receive,Answer")))
    assert figure(found, "documented_share").value == pytest.approx(170 / 180)
    assert figure(found, "conforming_share").value == 30 / 50
    assert figure(found, "deviations_per_case").value == 20 / 50
    assert figure(found, "fitness").value == pytest.approx((30 + 10 * (1 - 1 / 7) + 10 * (1 - 1 / 5)) / 50)
    assert figure(found, "lived_share").value == 1
    assert "call back" in note(found, "Everything that happens is documented").note
    (table,) = [x for x in found.exhibits if isinstance(x, Table)]
    assert {row[:3] for row in table.rows} == {("extra call back", "Answer", 10), ("skipped Close", "Answer", 10)}


def test_how_much_longer_cases_take_that_deviate(tmp_path):
    """Every step takes an hour; those with a step more take an hour longer, those of fewer than five are not told."""
    found = see(tmp_path, log_of(GOOD, (10, "Receive,chat,Look up,Answer,Close"), (4, "Receive,Answer")), steps=STEPS)
    (table,) = [x for x in found.exhibits if isinstance(x, Table)]
    assert {row[0]: row[-1] for row in table.rows} == {"extra chat": pytest.approx(1 / 24), "skipped Close": None}


def test_names_and_what_is_no_work(tmp_path):
    rows = log_of((30, "Eingang,created,Answer,Close"))
    found = see(tmp_path, rows, names={"eingang": "receive", "Ausgang": "Close"}, ignored=("Created",))
    assert figure(found, "conforming_share").value == 1
    assert "Ausgang" in note(found, "All names can be found").note
    assert "Look up never happened" in note(found, "is documented happens").note


def test_who_ignores_much_looks_at_another_process(tmp_path):
    rows = log_of((30, "Receive,chat,wait,Answer,Close"))
    found = see(tmp_path, rows, ignored=("chat", "wait"))
    assert figure(found, "conforming_share").value == 1
    told = note(found, "Only what is no work is ignored")
    assert told.passed is False and told.note.startswith("40% of the rows")


def test_the_document_as_bpmn(tmp_path):
    (tmp_path / "support").mkdir()
    (tmp_path / "support" / "desk.bpmn").write_text(BPMN, encoding="utf-8")
    found = see(tmp_path, log_of((30, "Receive,Answer")), bpmn="support/desk.bpmn")
    assert figure(found, "conforming_share").value == 1
    with pytest.raises(TooLittle, match="no file support/none"):
        see(tmp_path, log_of((30, "Receive,Answer")), bpmn="support/none.bpmn")
    (tmp_path / "support" / "desk.bpmn").write_text("not xml", encoding="utf-8")
    with pytest.raises(ProveoutError, match="no sound XML"):
        see(tmp_path, log_of((30, "Receive,Answer")), bpmn="support/desk.bpmn")


@pytest.mark.parametrize(
    ("rule", "kept", "n"),
    [
        (Rule(kind="response", first="a", then="b"), 1, 3),
        (Rule(kind="precedence", first="a", then="b"), 2, 3),
        (Rule(kind="succession", first="a", then="b"), 1, 4),
        (Rule(kind="absence", first="c"), 4, 5),
        (Rule(kind="exactly", first="a", times=2), 2, 5),
        (Rule(kind="starts-with", first="A"), 3, 5),
        (Rule(kind="ends-with", first="b"), 2, 5),
        (Rule(kind="not-together", first="a", then="b"), 2, 4),
        (Rule(kind="four-eyes", first="a", then="b"), 1, 2),
        (Rule(kind="within", first="a", then="b", within="90min"), 1, 3),
    ],
)
def test_rules(tmp_path, rule, kept, n):
    """Five kinds of cases, ten of each: who does a and b, and when, differs."""
    traces = ("a/x,b/y", "a/x,c,b/x,a", "c2,b", "a,a", "d")
    found = see(tmp_path, log_of(*((10, trace) for trace in traces)), steps=("a", "b"), rules=(rule,))
    share = figure(found, "rule_kept_share", rule.title)
    assert (share.value, share.n) == (pytest.approx(kept / n), 10 * n)


def test_rules_that_say_nothing_are_named(tmp_path):
    rules = (
        Rule(kind="response", first="Escalate", then="Close"),
        Rule(kind="response", first="Close", then="Receive"),
    )
    found = see(tmp_path, log_of(GOOD), rules=rules)
    unheard = note(found, "can be checked")
    assert unheard.passed is False and "knows Escalate" in unheard.note and "Receive" in unheard.note
    unknown = figure(found, "rule_kept_share", rules[0].title)
    assert (unknown.lower, unknown.upper) == (0, 1)
    assert figure(found, "rule_kept_share", rules[1].title).value == 0


def test_a_rule_that_is_misspelt_is_not_kept(tmp_path):
    """Absence of what is not there is no evidence, unless the document knows it."""
    rules = (
        Rule(kind="absence", first="Send wthout check"),
        Rule(kind="not-together", first="Answer", then="Clsoe"),
        Rule(kind="absence", first="Escalate"),
    )
    steps = ("Receive", "Answer", Step(step="Escalate", optional=True), "Close")
    found = see(tmp_path, log_of((80, "Receive,Send without check,Answer,Close")), steps=steps, rules=rules)
    for rule in rules[:2]:
        unknown = figure(found, "rule_kept_share", rule.title)
        assert (unknown.lower, unknown.upper) == (0, 1)
        assert note(found, f"{rule.title!r} can be checked").passed is False
    assert figure(found, "rule_kept_share", rules[2].title).value == 1


def test_rules_name_what_the_log_or_the_document_names(tmp_path):
    rules = (
        Rule(kind="absence", first="Escalate"),
        Rule(kind="four-eyes", first="Answer", then="Escalate"),
        Rule(kind="within", first="ANSWER", then="escalate", within="1h"),
    )
    rows = log_of((20, "Receive,Answer/x,hand up/x"), (20, "Receive,Answer/x,escalate/y"))
    found = see(tmp_path, rows, steps=("Receive", "Answer", "Escalate"), rules=rules, names={"Hand up": "Escalate"})
    assert [figure(found, "rule_kept_share", rule.title).value for rule in rules] == [0, 0.5, 1]


def test_four_eyes_are_of_two_people_who_are_known(tmp_path):
    rule = Rule(kind="four-eyes", first="Write", then="Approve")
    same = see(tmp_path, log_of((80, "Write/Ann Lee,Approve/ann  lee")), steps=("Write", "Approve"), rules=(rule,))
    assert figure(same, "rule_kept_share", rule.title).value == 0
    rows = log_of((200, "Write/Ann,Approve/n/a"), (80, "Write/Ann,Approve/Bob"))
    rows = [(case, activity, at, "" if who == "n" else who) for case, activity, at, who in rows]
    found = see(tmp_path, rows, steps=("Write", "Approve"), rules=(rule,))
    share = figure(found, "rule_kept_share", rule.title)
    assert share.n == 280 and share.lower < 80 / 280 and share.upper > 0.99
    assert note(found, "It is known by whom").note == "in 200 of 280 cases it is not said by whom"
    nobody = see(tmp_path, log_of((30, "Write/Ann,Approve/none")), steps=("Write", "Approve"), rules=(rule,))
    unknown = figure(nobody, "rule_kept_share", rule.title)
    assert (unknown.lower, unknown.upper) == (0, 1)


def test_times_are_those_of_the_world(tmp_path):
    """12:00 at +05:00 is 07:00 UTC, before 09:00; also where a time that cannot be read makes all of them text."""
    rows = [("c99", "A", "soon", "x")]
    for case in range(30):
        rows += [(f"c{case}", "A", "2026-01-01T12:00:00+05:00", "x"), (f"c{case}", "B", "2026-01-01T09:00:00Z", "y")]
    rule = Rule(kind="within", first="A", then="B", within="2h")
    found = see(tmp_path, rows, steps=("A", "B"), rules=(rule,))
    assert figure(found, "conforming_share").value == 1
    assert figure(found, "rule_kept_share", rule.title).value == 1
    assert not [check for check in found.checks if check.name == "One time zone"]
    bare = [(case, activity, at.replace("Z", ""), who) for case, activity, at, who in rows]
    assert note(see(tmp_path, bare, steps=("A", "B")), "One time zone").note.startswith("30 of 60 times name")


def test_accents_are_written_in_two_ways(tmp_path):
    found = see(tmp_path, log_of((30, "Pru\u0308fen,A  B")), steps=("Pr\u00fcfen", "a b"))
    assert figure(found, "conforming_share").value == 1


def test_nothing_is_certain_of_twenty_cases(tmp_path):
    good = see(tmp_path, log_of((20, "a,b")), steps=("a", "b"))
    assert 0.5 < figure(good, "fitness").lower < 1 and figure(good, "fitness").upper == 1
    bad = see(tmp_path, log_of((30, "x,y")), steps=("a", "b"))
    assert figure(bad, "fitness").value == 0 and figure(bad, "fitness").upper < 0.3
    assert figure(bad, "deviations_per_case").value == 4


def test_a_document_that_allows_everything_says_nothing(tmp_path):
    rng = np.random.default_rng(1)
    rows = log_of(*((1, ",".join(rng.choice(list("ABCDE"), 8))) for _ in range(60)))
    anything = Step(one_of=tuple((name,) for name in "ABCDE"), repeat=True)
    found = see(tmp_path, rows, steps=(anything,))
    assert figure(found, "fitness").value == 1 and figure(found, "guidance").value == 0
    assert figure(found, "precision").value < 0.5
    good = see(tmp_path, log_of(GOOD))
    assert figure(good, "guidance").value > 0.8 and figure(good, "precision").value > 0.7


def test_activities_that_are_lumped_into_one_step_are_named(tmp_path):
    names = {"Receive": "Answer", "Look up": "Answer", "Close": "Answer"}
    found = see(tmp_path, log_of(GOOD), steps=(Step(step="Answer", repeat=True),), names=names)
    assert figure(found, "fitness").value == 1 and figure(found, "guidance").value == 0
    assert "Answer, Close, Look up, Receive are one step" in note(found, "stands for one activity").note
    apart = see(tmp_path, log_of((30, "Eingang,Look up,Answer,Close")), names={"Eingang": "Receive"})
    assert not [check for check in apart.checks if "stands for one" in check.name]


def test_what_is_ignored_may_be_work(tmp_path):
    found = see(tmp_path, log_of((40, ",".join("A" + "Z" * 30))), steps=("A",), ignored=("Z",))
    share = figure(found, "documented_share")
    assert share.value == 1 and share.lower < 0.05
    assert (
        figure(see(tmp_path, log_of((40, "A,B,C,D,Z")), steps=tuple("ABCD"), ignored=("z",)), "documented_share").lower
        > 0.9
    )


@pytest.mark.parametrize("limit", ["variants", "work"])
def test_cases_that_are_not_looked_at_may_have_gone_in_any_way(tmp_path, monkeypatch, limit):
    rule = Rule(kind="absence", first="x")
    if limit == "variants":
        monkeypatch.setattr(
            queries, "STEPS", queries.STEPS.replace("from variants", "from (from variants limit 1) as v")
        )
    else:
        monkeypatch.setattr(explained, "MOST_WORK", 300_000)
        monkeypatch.setattr(explained, "BLOCK", 1)
    found = see(
        tmp_path, log_of((80, "a,b"), *((1, "a" + ",x" * i) for i in range(1, 21))), steps=("a", "b"), rules=(rule,)
    )
    share, fitness = figure(found, "conforming_share"), figure(found, "fitness")
    assert 80 <= share.n < 100 and share.lower < 0.8 and share.upper >= 0.98
    assert fitness.lower < 0.8 < fitness.value
    assert figure(found, "deviations_per_case").upper is None
    assert note(found, "All cases are looked at").passed is False
    if limit == "variants":
        assert figure(found, "documented_share").lower < 0.5
        kept = figure(found, "rule_kept_share", rule.title)
        assert kept.value == 1 and kept.lower < 0.8


def test_cases_that_nobody_can_explain_in_time_are_unknown(tmp_path, monkeypatch):
    monkeypatch.setattr(explained, "MOST_WORK", 1)
    found = see(tmp_path, log_of((80, "a,b")), steps=("a", "b"))
    for name in ("fitness", "conforming_share", "precision", "guidance"):
        assert (figure(found, name).lower, figure(found, name).upper) == (0, 1)
    assert note(found, "All cases are looked at").passed is False


def test_steps_of_ai(tmp_path):
    steps = (
        AiStep(step="look UP", fallback="by hand", owner="Ines", decided_by="the agent"),
        AiStep(step="Answer", fallback="by hand"),
        AiStep(step="Guess", fallback="none needed", owner="Ines"),
    )
    silent = see(tmp_path, log_of(GOOD), ai_steps=(AiStep(step="Answer", fallback="none", owner="TBD"),))
    assert note(silent, "goes on without AI").note == "it lacks a fallback, an owner"
    found = see(tmp_path, log_of(GOOD), ai_steps=steps)
    assert figure(found, "ai_steps_with_fallback_share").value == 1 / 3
    assert figure(found, "ai_steps_documented_share").value == 2 / 3
    assert figure(found, "ai_steps_with_human_decision_share").value == 1 / 3
    assert note(found, "Answer goes on without AI").note == "it lacks an owner"
    assert "a place in the documented process" in note(found, "Guess goes on").note
    none = see(tmp_path, log_of(GOOD))
    assert not [e for e in none.estimates if e.name.startswith("ai_")]
    assert note(none, "in which steps AI takes part").passed is False


def test_the_picture_shows_what_is_not_documented(tmp_path):
    found = see(tmp_path, log_of(GOOD, (5, "Receive,Close"), (5, "Receive,chat,Answer,Close")))
    picture = found.exhibits[0]
    assert isinstance(picture, ProcessMap)
    names = {node.id: node.label for node in picture.nodes}
    off = {(names[e.source], names[e.target]) for e in picture.edges if e.deviates}
    assert off == {("Receive", "Close"), ("Receive", "chat"), ("chat", "Answer")}
    assert {node.label for node in picture.nodes if node.deviates} == {"chat"}
    never = {(names[e.source], names[e.target]) for e in picture.edges if not e.frequency}
    assert never == {("Receive", "Answer")}
    drawn = draw(picture)
    assert "not documented" in drawn and "Red and dotted" in drawn


def test_rows_that_cannot_be_used(tmp_path):
    rows = [*log_of(GOOD), ("", "Close", f"{START}", ""), ("c1", "", f"{START}", ""), ("c1", "Close", "soon", "")]
    told = note(see(tmp_path, rows), "Every row of the log").note
    assert (
        told
        == "left out of 123 rows: 1 with no case, 1 with no activity, 1 with no time that can be read, such as 'soon'"
    )
    with pytest.raises(TooLittle, match="19 cases"):
        see(tmp_path, log_of((19, "Receive,Answer,Close")))
    with pytest.raises(TooLittle, match="0 cases"):
        see(tmp_path, [])
    with pytest.raises(TooLittle, match=r"3 with no time that can be read, such as '1\.2\.26 9h'") as caught:
        see(tmp_path, [("c1", "Close", "1.2.26 9h", "")] * 3)
    assert "2026-01-31 14:00" in caught.value.remedy


def test_a_column_that_is_not_there(tmp_path):
    assert see(tmp_path, log_of(GOOD), log=Log(source="log", case="ticket")).outcome is Outcome.BROKEN


def test_thousands_of_variants_take_seconds(tmp_path):
    rng = np.random.default_rng(4)
    names = np.array(["Receive", "Look up", "Answer", "Close", "chat", "wait"])
    traces = [(1, ",".join(names[rng.integers(0, 6, rng.integers(4, 20))])) for _ in range(5_000)]
    start = time.perf_counter()
    found = see(tmp_path, log_of(*traces))
    assert figure(found, "conforming_share").n == 5_000
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize(("text", "seconds"), [("30min", 1800), ("2d", 172_800), ("1.5 h", 5400), ("1 week", 604_800)])
def test_times(text, seconds):
    assert seconds_of(text) == seconds


def test_a_level_that_says_nothing_is_refused():
    declared = {"log": {"source": "l"}, "steps": ["a"]}
    assert TypeAdapter(Settings).validate_python(declared | {"level": 0.9}).level == 0.9
    with pytest.raises(ValidationError, match=r"greater than or equal to 0\.9"):
        TypeAdapter(Settings).validate_python(declared | {"level": 0.01})


@pytest.mark.parametrize("text", ["2 months", "3 mo", "1y", "2 wochen", "5"])
def test_times_whose_length_is_not_known(text):
    with pytest.raises(ValueError, match="a month as so many days"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Settings(log=Log(source="l")), "either as `bpmn`"),
        (lambda: Settings(log=Log(source="l"), steps=("a",), bpmn="b"), "either as `bpmn`"),
        (lambda: Settings(log=Log(source="l"), steps=("a",), process="b"), "BPMN file"),
        (lambda: Rule(kind="response", first="a"), "needs `then`"),
        (lambda: Rule(kind="absence", first="a", then="b"), "has no `then`"),
        (lambda: Rule(kind="within", first="a", then="b"), "with a time"),
        (lambda: Rule(kind="within", first="a", then="b", within="soon"), "is no time"),
        (
            lambda: Settings(log=Log(source="l"), steps=("a",), rules=(Rule(kind="absence", first="a"),) * 2),
            "two rules",
        ),
        (
            lambda: Settings(log=Log(source="l"), steps=("a",), rules=(Rule(kind="four-eyes", first="a", then="b"),)),
            "by whom",
        ),
        (lambda: Log(source="l", case="at"), "same column"),
        (lambda: Rule(kind="within", first="a", then="b", within="2 months"), "a month as so many days"),
    ],
)
def test_declarations_that_cannot_be(make, said):
    with pytest.raises(ValueError, match=said):
        make()
