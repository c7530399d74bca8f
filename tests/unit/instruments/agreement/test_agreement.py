"""Tables in, finding out; the questions over small files."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.asking import measured

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Outcome
from proveout.core.initiative import Initiative, Source
from proveout.instruments.agreement.settings import Elsewhere, Ratings, Settings

LONG = "case,person,decision\n"
WORDS = {"y": "yes", "n": "no", "m": "maybe"}


def found(folder: Path, text: str = "", **settings):
    if text:
        (folder / "ratings.csv").write_text(text, encoding="utf-8")
        settings = {"ratings": Ratings(source="ratings"), **settings}
    sources = {path.stem: Source(location=path.name) for path in folder.glob("*.csv")}
    sources["gone"] = Source(location="gone.csv")
    initiative = Initiative(initiative="test", title="Test", sources=sources)
    return measured("agreement", Settings(**settings), initiative, folder, date(2026, 1, 1))


def estimate(finding, name, subject=""):
    return next((e for e in finding.estimates if (e.name, e.subject) == (name, subject)), None)


def value(finding, name, subject=""):
    return estimate(finding, name, subject).value


def check(finding, name):
    return next((check.passed, check.note) for check in finding.checks if check.name == name)


def exhibit(finding, title):
    return next(shown for shown in finding.exhibits if shown.title == title)


def rows(*cases):
    """Each case as a word, a letter per person: `yyn` is yes, yes, no; a dot for nobody."""
    return LONG + "".join(
        f"c{i:03},p{j},{WORDS[letter]}\n"
        for i, case in enumerate(cases)
        for j, letter in enumerate(case)
        if letter != "."
    )


def test_long_and_wide_tables_give_the_same(tmp_path):
    cases = ["yyn", "nnn", "yyy", "yny", "nny", "nnn", "yyy"] * 2
    long = found(tmp_path, rows(*cases))
    wide = "lead,ann,bob,cy\n" + "".join(
        f"{i:03},{','.join(WORDS[letter] for letter in case)}\n" for i, case in enumerate(cases)
    )
    other = found(tmp_path, wide, case="lead", people=("ann", "bob", "cy"))
    for name in ("alpha", "kappa", "percent_agreement", "human_ceiling", "n_cases", "n_people"):
        assert value(long, name) == pytest.approx(value(other, name))
    assert (value(long, "n_cases"), value(long, "n_people")) == (14, 3)
    assert value(long, "percent_agreement") == pytest.approx((4 + 3 / 3) / 7)


def test_the_ceiling_is_a_person_against_the_others(tmp_path):
    """Of `yyn`, two tie against one yes and one no: half a point each; the third is wrong."""
    finding = found(tmp_path, rows(*["yyn", "yyy", "nnn"] * 4))
    assert value(finding, "human_ceiling") == pytest.approx((0.5 + 0.5 + 0 + 3 + 3) / 9)
    shown = exhibit(finding, "How often each decides as the majority of the others does")
    assert [bar.label for bar in shown.bars] == ["p2", "p0", "p1"]
    assert [bar.value for bar in shown.bars] == pytest.approx([2 / 3, 5 / 6, 5 / 6])
    passed, note = check(finding, "10 people or more decide")
    assert passed is None
    assert "these 3 people" in note


def test_two_people_get_cohens_kappa(tmp_path):
    finding = found(tmp_path, rows(*["yy"] * 20, *["yn"] * 5, *["ny"] * 10, *["nn"] * 15))
    kappa = estimate(finding, "kappa")
    assert kappa.value == pytest.approx(0.4)
    assert kappa.method.startswith("Cohen")
    confused = exhibit(finding, "Labels that people confuse")
    assert confused.rows == (("no", "yes", 15, 1.0),)
    disputed = exhibit(finding, "Cases on which people differ most")
    assert disputed.rows[0] == ("c020", 2, "1 no, 1 yes")
    assert len(disputed.rows) == 5


def test_what_is_left_out_is_said(tmp_path):
    text = rows(*["yyn", "nn."] * 6, "y..") + "c000,p0,no\nc003,,yes\n,p1,yes\nc002,p9,\n"
    finding = found(tmp_path, text)
    assert value(finding, "n_cases") == 12
    assert check(finding, "Each case was decided by two people or more")[0] is False
    said = [one.note for one in finding.checks if one.name == "Every decision can be used"]
    assert said == [
        "1 of 35 decisions have no case and are left out",
        "1 of 35 decisions say nobody who decided and are left out",
    ]
    assert check(finding, "Nobody left a case out")[1].startswith("1 of 35 are empty")


def test_the_first_decision_of_a_person_on_a_case_counts(tmp_path):
    again = "".join(f"c{i:03},p0,{'yes' if i < 3 else 'no'}\n" for i in range(10))
    finding = found(tmp_path, rows(*["yy", "nn"] * 6) + again)
    assert value(finding, "alpha") == 1
    note = check(finding, "Each person decided a case once")[1]
    assert note.startswith("10 times a person decided the same case again, 6 times in the same way")
    timed = rows(*["yy", "nn"] * 6).replace("decision", "decision,at").replace("yes", "yes,2026-02-01")
    timed = timed.replace("no\n", "no,2026-02-01\n") + "c000,p0,no,2026-01-01\n"
    assert value(found(tmp_path, timed, time="at"), "alpha") < 1


def test_spelling_is_no_disagreement(tmp_path):
    text = rows(*["yy", "nn", "yn"] * 4) + "d,x,Yes\nd,y,yes \nb,x,no\nb,y,NO\n"
    finding = found(tmp_path, text)
    assert value(finding, "percent_agreement") == pytest.approx(10 / 14)
    passed, note = check(finding, "Decisions are spelt in one way")
    assert passed is None
    assert "'no', 'yes'" in note


def test_one_decision_that_is_nearly_the_only_one(tmp_path):
    finding = found(tmp_path, rows(*["yyy"] * 54, *["yyn", "nyy", "yny"] * 2))
    passed, note = check(finding, "No label dominates")
    assert passed is False
    assert "AC1" in note
    assert "96.7% of the decisions are 'yes'" in note
    assert value(finding, "alpha") < 0.1 < value(finding, "percent_agreement")


def test_somebody_who_always_decides_the_same(tmp_path):
    finding = found(tmp_path, rows(*["yyy", "nny"] * 40))
    assert check(finding, "Everybody tells cases apart")[1].startswith("'p2' always decided the same")
    assert check(finding, "Nobody stands apart")[1].startswith("'p2' agree less")


def test_an_order_makes_near_decisions_near(tmp_path):
    order = ("no", "maybe", "yes")
    near = found(tmp_path, rows(*["nm", "my", "nn", "yy", "mm"] * 3), scale="ordinal", order=order)
    far = found(tmp_path, rows(*["ny", "my", "nn", "yy", "mm"] * 3), scale="ordinal", order=order)
    assert value(near, "alpha") > value(far, "alpha")
    assert estimate(near, "kappa").method.startswith("Cohen's kappa, quadratic")
    numbered = rows(*["nm", "my", "nn", "yy", "mm"] * 3)
    for word, number in (("maybe", "2"), ("yes", "10"), ("no", "1")):
        numbered = numbered.replace(word, number)
    assert value(found(tmp_path, numbered, scale="ordinal"), "alpha") == pytest.approx(value(near, "alpha"))


def test_numbers(tmp_path):
    text = LONG + "".join(f"c{i},x,{i}\nc{i},y,{i + 0.5 * (i % 2)}\n" for i in range(20)) + "c1,z,much\n"
    finding = found(tmp_path, text, scale="interval")
    assert value(finding, "alpha") > 0.99
    assert estimate(finding, "human_ceiling") is None
    shown = exhibit(finding, "How far each is from the mean of the others, on average")
    assert [bar.value for bar in shown.bars] == pytest.approx([0.25, 0.25])
    assert check(finding, "Every decision can be used")[1] == "1 of 41 decisions hold no number and are left out"


def test_numbers_against_a_truth(tmp_path):
    (tmp_path / "known.csv").write_text("id,right\n" + "".join(f"c{i},{i + 1 + i % 2}\n" for i in range(20)))
    text = LONG + "".join(f"c{i},x,{i}\nc{i},y,{i + 2}\n" for i in range(20))
    truth = Elsewhere(source="known", column="right", case="id")
    assert value(found(tmp_path, text, scale="interval", truth=truth), "consensus_error") == pytest.approx(0.5)


def beside(n=40):
    """Person c errs on every fourth case; one label is wrong."""
    lines = ["case,person,decision,truth,model,label,p_yes,p_no"]
    for i in range(n):
        truth = "yes" if i % 2 else "no"
        label, p = "no" if i == 1 else truth, 0.95 if truth == "yes" else 0.05
        for person in ("a", "b", "c"):
            said = "no" if person == "c" and i % 4 == 1 else truth
            lines.append(f"c{i:02},{person},{said},{truth},{truth.title()},{label},{p},{1 - p:.2f}")
    return "\n".join(lines)


def test_truth_model_and_doubted_labels(tmp_path):
    probabilities = {"yes": "p_yes", "no": "p_no"}
    finding = found(tmp_path, beside(60), truth="truth", model="model", label="label", probabilities=probabilities)
    assert value(finding, "consensus_accuracy", "majority") == 1
    assert value(finding, "consensus_accuracy", "weighed by person") == 1
    assert value(finding, "model_against_people") == pytest.approx((45 * 3 + 15 * (0.5 + 0.5 + 1)) / 180)
    assert value(finding, "model_less_people") == pytest.approx(15 / 180)
    assert check(finding, "The model is as near to people as people are to one another")[0] is True
    assert value(finding, "label_error_share") == pytest.approx(1 / 60)
    assert exhibit(finding, "Labels to look at first").rows == (("c01", "no", "yes", 0.05),)
    assert check(finding, "No label is doubted")[0] is None
    assert check(finding, "The model is worth listening to")[0] is True


def test_a_model_that_is_worse_than_people(tmp_path):
    cases = "".join(f"c{i:03},{'yes' if i % 3 else 'perhaps'}\n" for i in range(60))
    (tmp_path / "model.csv").write_text("case,says\n" + cases, encoding="utf-8")
    model = Elsewhere(source="model", column="says")
    finding = found(tmp_path, rows(*["yyy", "nnn"] * 30), model=model)
    assert estimate(finding, "model_less_people").upper < 0
    assert check(finding, "The model is as near to people as people are to one another")[0] is False
    assert "'perhaps'" in check(finding, "Each model is a decision that people make")[1]


def test_what_stands_beside_may_be_missing_without_losing_the_rest(tmp_path):
    text = rows(*["yyy", "nnn", "yyn"] * 5)
    gone = Elsewhere(source="gone", column="x")
    finding = found(tmp_path, text, truth=gone, model=gone)
    assert value(finding, "alpha") > 0
    assert estimate(finding, "human_ceiling") is not None
    assert check(finding, "The truth can be used")[0] is False
    assert check(finding, "The model can be used")[0] is False
    (tmp_path / "few.csv").write_text("case,right\nc000,yes\nc001,no\n", encoding="utf-8")
    finding = found(tmp_path, text, truth=Elsewhere(source="few", column="right"))
    assert check(finding, "Each case has a truth") == (None, "2 of 15 cases")
    assert check(finding, "Consensus can be held against the truth")[1].startswith("2 of the cases")
    finding = found(tmp_path, text, truth=Elsewhere(source="few", column="rihgt"))
    assert "rihgt (did you mean 'right'?)" in check(finding, "The truth can be used")[1]


def test_a_person_who_drifts(tmp_path):
    rng = np.random.default_rng(0)
    lines = ["case,person,decision,at"]
    for i in range(120):
        right = "yes" if rng.random() < 0.5 else "no"
        other = "no" if right == "yes" else "yes"
        for person in ("a", "b", "c"):
            said = other if person == "c" and i >= 60 and rng.random() < 0.5 else right
            lines.append(f"c{i:03},{person},{said},2026-01-01 08:{i // 2:02}:{i % 2 * 30:02}")
    passed, note = check(found(tmp_path, "\n".join(lines), time="at"), "Nobody drifts")
    assert passed is False
    assert note.startswith("c went from 100% to")
    few = "\n".join(lines[:70])
    assert check(found(tmp_path, few, time="at"), "Nobody drifts")[0] is None


def test_the_last_decision_counts_by_the_clock_of_the_world(tmp_path):
    """The first decision was made at 12:00 at +05:00, which is 07:00 UTC; a time that cannot be read makes all text."""
    lines = ["case,person,decision,at", "x,a,yes,soon", "x,b,no,"]
    for i in range(30):
        lines.append(f"c{i},a,{'no' if i % 2 else 'yes'},2026-01-01T12:00:00+05:00")
        lines.append(f"c{i},a,yes,2026-01-01T09:00:00Z")
        lines.append(f"c{i},b,yes,2026-01-01T09:00:00Z")
    assert value(found(tmp_path, "\n".join(lines), time="at"), "percent_agreement") == pytest.approx(15 / 31)


def test_everybody_agrees_on_everything(tmp_path):
    finding = found(tmp_path, rows(*["yyy", "nnn"] * 20))
    for name in ("alpha", "kappa", "percent_agreement", "human_ceiling"):
        assert value(finding, name) == 1
        assert estimate(finding, name).lower < 1


def test_everybody_always_says_the_same(tmp_path):
    """That is no agreement beyond chance, and no figure that says so: the criterion on alpha stays undecided."""
    finding = found(tmp_path, rows(*["yyy"] * 20))
    assert estimate(finding, "alpha") is None
    assert "all decisions are the same" in check(finding, "alpha can be measured")[1]
    assert value(finding, "percent_agreement") == 1


def test_labels_alone(tmp_path):
    lines = ["id,given,p_a,p_b"]
    lines += [
        f"k{i},{'B' if i in (3, 4) else 'a' if i % 2 else 'b'},{0.1 + 0.8 * (i % 2)},{0.9 - 0.8 * (i % 2)}"
        for i in range(80)
    ]
    lines += ["k90,other,0.5,0.5", "k91,a,,0.5", "k92,a,0.9,0.9"]
    (tmp_path / "labels.csv").write_text("\n".join(lines), encoding="utf-8")
    label = Elsewhere(source="labels", column="given", case="id")
    finding = found(tmp_path, label=label, probabilities={"a": "p_a", "b": "p_b"})
    assert value(finding, "label_error_share") == pytest.approx(1 / 81)
    assert exhibit(finding, "Labels to look at first").rows == (("k3", "b", "a", pytest.approx(0.1)),)
    for name in ("Every label is known", "Every label has a probability in every case", "Probabilities add up to 1"):
        assert check(finding, name)[0] is False
    with pytest.raises(ProveoutError, match="probabilities from"):
        (tmp_path / "labels.csv").write_text("\n".join(lines).replace("0.9\n", "90\n"), encoding="utf-8")
        found(tmp_path, label=label, probabilities={"a": "p_a", "b": "p_b"})
    assert found(tmp_path, label=Elsewhere(source="gone", column="x"), probabilities={"a": "x", "b": "y"}).outcome is (
        Outcome.UNREACHABLE
    )


@pytest.mark.parametrize(
    ("text", "settings", "error", "message"),
    [
        (rows(*["y..", ".n."] * 9), {}, TooLittle, "0 case"),
        (rows(*["yy"] * 9), {}, TooLittle, "9 case"),
        (LONG, {}, TooLittle, "0 case"),
        (
            rows(*["ym", "nn"] * 9),
            {"scale": "ordinal", "order": ("no", "yes")},
            ProveoutError,
            "'maybe' is not in `order`",
        ),
        (rows(*["ym", "nn"] * 9), {"scale": "ordinal"}, ProveoutError, "no order of their own"),
        (rows(*["yn", "nn"] * 9), {"scale": "interval"}, ProveoutError, "no number"),
        (rows(*["yn", "nn"] * 9), {"person": "persno"}, ProveoutError, "did you mean 'person'"),
        (LONG + "".join(f"c{i},{p},{i}{p}\n" for i in range(60) for p in "ab"), {}, ProveoutError, "more than 50"),
    ],
)
def test_refusals(tmp_path, text, settings, error, message):
    with pytest.raises(error, match=message):
        found(tmp_path, text, **settings)


def test_a_source_that_is_not_there(tmp_path):
    finding = found(tmp_path, ratings=Ratings(source="gone"))
    assert finding.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"ratings": Ratings(source="r"), "label": "x"},
        {"ratings": Ratings(source="r"), "order": ("a", "b")},
        {"ratings": Ratings(source="r"), "scale": "ordinal", "order": ("a", "A")},
        {"ratings": Ratings(source="r"), "people": ("a", "a")},
        {"ratings": Ratings(source="r"), "decision": "person"},
        {"ratings": Ratings(source="r"), "truth": "Decision"},
        {"ratings": Ratings(source="r"), "people": ("a", "b"), "truth": "a"},
        {"ratings": Ratings(source="r"), "people": ("a", "b"), "time": "t"},
        {"label": Elsewhere(source="r", column="x"), "probabilities": {"a": "b", "c": "d"}, "truth": "t"},
        {"label": "x", "probabilities": {"a": "b", "c": "d"}},
    ],
)
def test_declarations_that_contradict_themselves(settings):
    with pytest.raises(ValueError):
        Settings(**settings)


def test_names_that_need_quoting(tmp_path):
    text = 'the ""case"",who\'s,it is\n' + rows(*["yyn", "nnn"] * 6).split("\n", 1)[1]
    text = text.replace('the ""case""', '"the ""case"""').replace("p0", "Ünal O'Neil")
    finding = found(tmp_path, text, case='the "case"', person="who's", decision="it is")
    assert value(finding, "n_people") == 3


def test_words_that_stand_for_nothing_are_pointed_out(tmp_path: Path):
    text = LONG + "".join(f"{i},{who},{'NaN' if i % 3 == 0 else 'yes'}\n" for i in range(30) for who in "ab")
    passed, note = check(found(tmp_path, text), "Every decision says something")
    assert passed is None
    assert "if they stand for none" in note
