"""The support plan over real files, from documents to a finding."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from proveout import data
from proveout.core.initiative import Initiative
from proveout.core.question import Answers
from proveout.instruments import instrument
from proveout.instruments.support.settings import MEANING, Budget, Drill, Proof, Settings

TODAY = date(2026, 2, 20)
TEXT = "The head of operations answers for the system, also at night and on holidays."
DRILL = {"started_at": datetime(2026, 2, 10, 10, 0), "ended_at": datetime(2026, 2, 10, 10, 25)}


def see(folder: Path, **declared):
    """Ask and measure, as `flow` does."""
    settings, tool, initiative = Settings(**declared), instrument("support"), Initiative()
    tables, failures = data.ask(tool.questions(settings, initiative), {}, folder)
    return tool.measure(settings, Answers(tables=tables, failures=failures, as_of=TODAY), initiative)


def figures(finding) -> dict:
    return {e.name: e.value for e in finding.estimates}


def note(finding, name: str):
    (found,) = [check for check in finding.checks if check.name.casefold().startswith(name.casefold())]
    return found


def whole(folder: Path) -> dict:
    """A plan with everything."""
    (folder / "support").mkdir(exist_ok=True)
    for name in (*MEANING, "drill"):
        (folder / "support" / f"{name}.md").write_text(f"Of {name}: {TEXT}", encoding="utf-8")
    elements = {e: Proof(record=f"support/{e}.md") for e in MEANING if e != "budget"}
    return {
        "elements": elements,
        "budget": Budget(record="support/budget.md", months_funded=18),
        "drill": Drill(**DRILL, record="support/drill.md"),
    }


def test_a_plan_with_everything(tmp_path):
    found = see(tmp_path, **whole(tmp_path))
    assert figures(found) == {"elements_present_share": 1, "elements_shown_share": 1, "rollback_drilled": 1,
                              "rollback_minutes": 25, "months_funded": 18}  # fmt: skip
    assert all(e.exact for e in found.estimates)
    assert all(check.passed for check in found.checks)
    assert found.changes_on == date(2027, 2, 10)


def test_nothing_is_nothing(tmp_path):
    found = see(tmp_path)
    assert figures(found) == {"elements_present_share": 0, "elements_shown_share": 0, "rollback_drilled": 0,
                              "months_funded": 0}  # fmt: skip
    assert all(row[2] == "missing" for row in found.exhibits[0].rows)


def test_a_word_counts_as_half_and_says_so(tmp_path):
    plan = whole(tmp_path)
    plan["elements"] |= {
        "on_call": Proof(said="we take turns", by="Priya"),
        "slo": Proof(reference="https://wiki/slo"),
    }
    plan["budget"] = Budget(said="it is in next year's plan", by="Jonas", months_funded=24)
    plan["drill"] = Drill(**DRILL, by="Priya")
    found = see(tmp_path, **plan)
    assert figures(found)["elements_present_share"] == pytest.approx((8 + 3 * 0.5) / 11)
    assert figures(found)["elements_shown_share"] == 8 / 11
    assert figures(found)["months_funded"] == 12
    assert figures(found)["rollback_drilled"] == 0.5
    assert note(found, "on call").passed is None
    assert "Priya says: we take turns" in note(found, "on call").note
    assert "nobody looked" in note(found, "slo").note
    assert "counts as half" in next(e for e in found.estimates if e.name == "months_funded").method


@pytest.mark.parametrize(
    ("text", "said"), [(None, "there is no file"), ("", "0 characters"), ("# Runbook\n\nTBD", "say nothing")]
)
def test_a_document_that_says_nothing_shows_nothing(tmp_path, text, said):
    plan = whole(tmp_path)
    path = tmp_path / "support" / "runbook.md"
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    found = see(tmp_path, **plan)
    assert figures(found)["elements_present_share"] == 10 / 11
    assert note(found, "runbook").passed is False and said in note(found, "runbook").note


@pytest.mark.parametrize("path", ["../outside.md", "support/*.md", "/etc/passwd"])
def test_documents_lie_in_the_folder_and_are_named_one_by_one(tmp_path, path):
    plan = whole(tmp_path)
    plan["elements"] |= {"owner": Proof(record=path)}
    found = see(tmp_path, **plan)
    assert figures(found)["elements_shown_share"] == 10 / 11
    assert note(found, "owner is shown").passed is False


def test_a_document_that_is_no_text(tmp_path):
    plan = whole(tmp_path)
    (tmp_path / "support" / "owner.md").write_bytes(bytes(range(256)) * 20)
    assert note(see(tmp_path, **plan), "owner is shown").passed is False


@pytest.mark.parametrize(
    ("drill", "said"),
    [
        ({"worked": False}, "did not work"),
        ({"started_at": datetime(2026, 3, 1, 9), "ended_at": datetime(2026, 3, 1, 10)}, "to come"),
        ({"started_at": datetime(2025, 2, 20, 9), "ended_at": datetime(2025, 2, 20, 10)}, "more than 365 days ago"),
        ({"record": "support/gone.md"}, "there is no file"),
    ],
)
def test_a_drill_that_shows_nothing(tmp_path, drill, said):
    plan = whole(tmp_path)
    plan["drill"] = Drill(**{**DRILL, "record": "support/drill.md", **drill})
    found = see(tmp_path, **plan)
    assert figures(found)["rollback_drilled"] == 0
    assert "rollback_minutes" not in figures(found)
    assert said in note(found, "the way back was tried").note


def test_one_document_for_all_is_looked_at(tmp_path):
    plan = whole(tmp_path)
    plan["elements"] = {element: Proof(record="support/all.md") for element in plan["elements"]}
    (tmp_path / "support" / "all.md").write_text("Ines answers for the system. " * 20, encoding="utf-8")
    told = note(see(tmp_path, **plan), "each element has its own words")
    assert told.passed is None and "stands for 10 elements" in told.note
    (tmp_path / "support" / "all.md").write_text("Ines answers for the system. " * 5, encoding="utf-8")
    found = see(tmp_path, **plan)
    assert "115 characters, too few to say something of each" in note(found, "owner is shown").note
    assert note(found, "owner is shown").passed is None


def test_copies_headings_and_what_cannot_be_read_say_nothing(tmp_path):
    plan = whole(tmp_path)
    for element in plan["elements"]:
        (tmp_path / "support" / f"{element}.md").write_text(f"# {element} and more\n\n{TEXT}", encoding="utf-8")
    told = note(see(tmp_path, **plan), "owner is shown")
    assert told.passed is True
    same = "Somebody answers for it, at all hours, in the office. "
    for element in plan["elements"]:
        (tmp_path / "support" / f"{element}.md").write_text(same, encoding="utf-8")
    assert "stands for 10 elements" in note(see(tmp_path, **plan), "owner is shown").note
    (tmp_path / "support" / "owner.md").write_bytes(b"\x00" * 400)
    assert note(see(tmp_path, **plan), "owner is shown").passed is False
    (tmp_path / "support" / "owner.md").write_text("# Who answers for the system, at which hours, and how\nnoch offen")
    assert note(see(tmp_path, **plan), "owner is shown").passed is False


def test_the_plan_is_no_protocol_of_the_drill(tmp_path):
    plan = whole(tmp_path)
    drill = plan["drill"]
    plan["drill"] = replace(drill, record=plan["elements"]["owner"].record, by="")
    (found,) = [e for e in see(tmp_path, **plan).estimates if e.name == "rollback_drilled"]
    assert found.value == 0.5 and "which is the plan" in found.method


def test_the_declaration_is_no_document():
    with pytest.raises(ValueError, match="declaration is no document"):
        Proof(record="initiative.yml")


def test_a_drill_of_days_to_come_begins_to_count_then(tmp_path):
    plan = whole(tmp_path)
    when = datetime(2026, 3, 1, 9, tzinfo=UTC)
    plan["drill"] = Drill(started_at=when, ended_at=when + timedelta(hours=2), record="support/drill.md")
    assert see(tmp_path, **plan).changes_on == date(2026, 3, 1)


def test_what_is_not_needed_does_not_count_and_is_said(tmp_path):
    plan = whole(tmp_path)
    del plan["elements"]["retraining_cadence"]
    found = see(tmp_path, **plan, not_needed={"retraining_cadence": "there is no model, only rules"})
    assert figures(found)["elements_present_share"] == 1
    assert "only rules" in note(found, "retraining cadence is not needed").note


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Proof(), "give `record`"),
        (lambda: Proof(said="yes"), "whose word"),
        (lambda: Proof(record="https://wiki/x"), "use `reference`"),
        (lambda: Drill(started_at=DRILL["ended_at"], ended_at=DRILL["started_at"], by="x"), "not after its start"),
        (lambda: Drill(**DRILL), "whose word"),
        (lambda: Drill(started_at=DRILL["started_at"].replace(tzinfo=UTC), ended_at=DRILL["ended_at"], by="x"), "zone"),
        (lambda: Settings(elements={"budget": Proof(record="b.md")}), "months_funded"),
        (lambda: Settings(elements={"slo": Proof(record="b.md")}, not_needed={"slo": "no"}), "both"),
        (lambda: Settings(not_needed={"rollback": "no"}), "every system needs `rollback`"),
    ],
)
def test_declarations_that_cannot_be(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize("words", ["TODO", "tbd.", "n.a.", "none", " - "])
def test_a_placeholder_is_missing(tmp_path, words):
    declared = whole(tmp_path)
    declared["elements"] |= {"owner": Proof(reference=words), "escalation": Proof(said=words, by="Ines Weber")}
    found = see(tmp_path, **declared)
    assert figures(found)["elements_present_share"] == pytest.approx((len(MEANING) - 2) / len(MEANING))
    assert "says nothing" in note(found, "owner is shown").note


def test_a_document_of_things_to_do_is_missing(tmp_path):
    declared = whole(tmp_path)
    (tmp_path / "support" / "budget.md").write_text("# TODO\n" + "TODO: somebody has to write this down soon\n" * 3)
    found = see(tmp_path, **declared)
    assert figures(found)["months_funded"] == 0
    assert "0 characters of content" in note(found, "budget is shown").note
