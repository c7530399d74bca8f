"""Tables in, finding out; the questions over small files."""

from datetime import date
from pathlib import Path

import pytest

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.initiative import Initiative, Source
from proveout.core.question import Answers, SourceName
from proveout.data import ask
from proveout.instruments.agreement.measure import measure
from proveout.instruments.agreement.queries import questions
from proveout.instruments.agreement.settings import Ratings, Settings

NOBODY = Initiative(initiative="test", title="Test")
LONG = "case,person,decision\n"


def found(folder: Path, text: str, **settings):
    (folder / "ratings.csv").write_text(text, encoding="utf-8")
    declared = Settings(ratings=Ratings(source=SourceName("ratings")), **settings)
    sources = {SourceName("ratings"): Source(location="ratings.csv")}
    tables, failures = ask(questions(declared, NOBODY), sources, folder)
    assert failures == {}
    return measure(declared, Answers(tables=tables, as_of=date(2026, 1, 1)), NOBODY)


def value(finding, name, subject=""):
    return next(e for e in finding.estimates if (e.name, e.subject) == (name, subject)).value


def note(finding, name):
    return next((check.passed, check.note) for check in finding.checks if check.name == name)


def rows(*cases):
    """Each case as a word, a letter per person: `yyn` is yes, yes, no; a dot for nobody."""
    words = {"y": "yes", "n": "no", "m": "maybe"}
    return LONG + "".join(
        f"c{i},p{j},{words[letter]}\n" for i, case in enumerate(cases) for j, letter in enumerate(case) if letter != "."
    )


def test_long_and_wide_tables_give_the_same(tmp_path: Path):
    cases = ["yyn", "nnn", "yyy", "yny", "nny", "nnn", "yyy"]
    long = found(tmp_path, rows(*cases))
    words = {"y": "yes", "n": "no"}
    wide = "lead,ann,bob,cy\n" + "".join(
        f"{i},{','.join(words[letter] for letter in case)}\n" for i, case in enumerate(cases)
    )
    other = found(tmp_path, wide, case="lead", people=("ann", "bob", "cy"))
    for name in ("alpha", "kappa", "percent_agreement", "human_ceiling", "n_cases", "n_people"):
        assert value(long, name) == pytest.approx(value(other, name))
    assert value(long, "n_people") == 3
    assert value(long, "percent_agreement") == pytest.approx((4 + 3 / 3) / 7)


def test_the_ceiling_is_a_person_against_the_others(tmp_path: Path):
    """Of `yyn`, two tie against one yes and one no: half a point each; the third is wrong."""
    finding = found(tmp_path, rows("yyn", "yyy", "nnn"))
    assert value(finding, "human_ceiling") == pytest.approx((0.5 + 0.5 + 0 + 3 + 3) / 9)


def test_two_people_get_cohens_kappa(tmp_path: Path):
    finding = found(tmp_path, rows(*["yy"] * 20, *["yn"] * 5, *["ny"] * 10, *["nn"] * 15))
    assert value(finding, "kappa") == pytest.approx(0.4)


def test_what_is_left_out_is_said(tmp_path: Path):
    text = rows("yyn", "y..", "nn.", "yy.") + "c0,p0,no\nc3,,yes\n,p1,yes\nc2,p9,\n"
    finding = found(tmp_path, text)
    assert value(finding, "n_cases") == 3
    assert note(finding, "Every case was decided by two people or more") == (
        False,
        "1 cases of one person are left out",
    )
    assert note(finding, "Every row is a decision")[1].startswith("3 rows")
    assert note(finding, "Nobody decided a case twice") == (False, "1 times; the first decision counts")
    assert not [e for e in finding.estimates if e.name == "kappa"]


def test_spelling_is_no_disagreement(tmp_path: Path):
    finding = found(tmp_path, LONG + "a,x,Yes\na,y,yes \nb,x,no\nb,y,NO\nc,x,yes\nc,y,no\n")
    assert value(finding, "percent_agreement") == pytest.approx(2 / 3)


def test_one_decision_that_is_nearly_the_only_one(tmp_path: Path):
    finding = found(tmp_path, rows(*["yyy"] * 60, "yyn", "nyy"))
    passed, text = note(finding, "No decision is nearly the only one")
    assert passed is False and "AC1" in text and "'yes'" in text
    assert value(finding, "alpha") < 0.1 < value(finding, "percent_agreement")


def test_ordinal_and_interval_scales(tmp_path: Path):
    near = found(tmp_path, rows("nm", "my", "nn", "yy", "mm"), scale="ordinal", order=("no", "maybe", "yes"))
    far = found(tmp_path, rows("ny", "my", "nn", "yy", "mm"), scale="ordinal", order=("no", "maybe", "yes"))
    assert value(near, "alpha") > value(far, "alpha")
    numbers = found(tmp_path, LONG + "a,x,1\na,y,1.5\nb,x,9\nb,y,9\nc,x,4\nc,y,5\n", scale="interval")
    assert value(numbers, "alpha") > 0.9
    assert not [e for e in numbers.estimates if e.name == "human_ceiling"]


def test_truth_model_and_probably_wrong_labels(tmp_path: Path):
    lines = ["case,person,decision,truth,model,label,p_yes,p_no"]
    for i in range(40):
        truth = "yes" if i % 2 else "no"
        label = "no" if i == 1 else truth
        p = 0.95 if truth == "yes" else 0.05
        for person in ("a", "b", "c"):
            said = "no" if person == "c" and i % 4 == 1 else truth
            lines.append(f"c{i:02},{person},{said},{truth},{truth},{label},{p},{1 - p:.2f}")
    finding = found(
        tmp_path,
        "\n".join(lines),
        truth="truth",
        model="model",
        label="label",
        probabilities={"yes": "p_yes", "no": "p_no"},
    )
    assert value(finding, "consensus_accuracy", "majority") == 1
    assert value(finding, "consensus_accuracy", "weighed by person") == 1
    assert value(finding, "model_against_people") == 1
    assert value(finding, "label_error_share") == pytest.approx(1 / 40)
    listed = next(e for e in finding.exhibits if e.title == "Labels that are probably wrong")
    assert listed.rows == (("c01", "no", "yes", 0.05),)
    assert next(e for e in finding.exhibits if e.title.startswith("Decisions that")).rows == (("no", "yes", 20),)
    assert note(finding, "The model agrees with people no more than they do with one another")[0] is False


def test_everybody_agrees_on_everything(tmp_path: Path):
    finding = found(tmp_path, rows(*["yyy", "nnn"] * 20))
    alpha = next(e for e in finding.estimates if e.name == "alpha")
    assert alpha.value == 1 and alpha.lower < 1
    assert next(e for e in finding.estimates if e.name == "human_ceiling").lower < 1


def test_refusals(tmp_path: Path):
    with pytest.raises(TooLittle, match="two people"):
        found(tmp_path, rows("y..", ".n.", "..y"))
    with pytest.raises(TooLittle, match="two people"):
        found(tmp_path, LONG)
    with pytest.raises(TooLittle, match="same"):
        found(tmp_path, rows("yyy", "yyy", "yyy"))
    with pytest.raises(ProveoutError, match="'maybe' is not in `order`"):
        found(tmp_path, rows("ym", "nn"), scale="ordinal", order=("no", "yes"))
    with pytest.raises(ProveoutError, match="no number"):
        found(tmp_path, rows("yn", "nn"), scale="interval")
    for settings in ({"scale": "ordinal"}, {"label": "x"}, {"order": ("a", "b")}):
        with pytest.raises(ValueError):
            Settings(ratings=Ratings(source=SourceName("r")), **settings)
