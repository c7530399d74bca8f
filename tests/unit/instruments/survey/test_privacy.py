"""What few people said is shown nowhere, neither by subtraction nor in the note of a check."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from proveout.core.errors import ProveoutError, TooLittle
from proveout.core.evidence import Finding, Outcome
from proveout.core.initiative import Group, GroupId

from .asking import AIM, TODAY, figures, note, see, sheet

AGENTS = Group(id=GroupId("agents"), title="Agents", size=20)
HEADS = Group(id=GroupId("heads"), title="Heads", size=12)


def rest(finding: Finding, scale: str, *groups: str) -> int:
    """How many of those in the score of all are in none of the groups that are shown."""
    shown = figures(finding, "group_score")
    return figures(finding, "score")[scale].n - sum(
        shown[f"{g}: {scale}"].n for g in groups if f"{g}: {scale}" in shown
    )


@pytest.fixture
def staff() -> list[dict]:
    rng = np.random.default_rng(1)
    rows = [sheet(f"a{i}", "agents", *rng.integers(3, 6, 12)) for i in range(10)]
    return rows + [sheet(f"h{i}", "heads", *rng.integers(3, 6, 12)) for i in range(8)]


@pytest.mark.parametrize("team", ["CEO Peter Miller", ""])
def test_one_person_of_no_group_is_in_no_figure(tmp_path, staff, team):
    found = see(tmp_path, [*staff, sheet("boss", team, 1)], (AGENTS, HEADS))
    assert len(figures(found, "buy_in")) == 6
    assert rest(found, "feasibility", "Agents", "Heads") == 0
    assert "1 answers are in no figure of a scale" in note(found, "large enough to be shown").note
    assert "Peter" not in repr(found)


def test_few_of_a_group_on_one_scale_are_in_no_figure_of_it(tmp_path, staff):
    for row in staff[14:]:
        row["fim_1"] = ""  # four heads are left
    found = see(tmp_path, staff, (AGENTS, HEADS))
    assert figures(found, "group_score").keys() >= {"Heads: acceptability", "Agents: feasibility"}
    assert "Heads: feasibility" not in figures(found, "group_score") | figures(found, "buy_in")
    assert rest(found, "feasibility", "Agents") == 0
    assert rest(found, "acceptability", "Agents", "Heads") == 0
    assert note(found, "Heads: feasibility: its buy-in is known").note.startswith("fewer than 5 of 12")


def test_five_of_no_group_may_be_in_the_figure_of_all(tmp_path, staff):
    found = see(tmp_path, [*staff, *[sheet(f"x{i}", "x" * i, 1) for i in range(5)]], (AGENTS, HEADS))
    assert rest(found, "feasibility", "Agents", "Heads") == 5


def test_what_somebody_wrote_into_a_cell_is_not_repeated(tmp_path, staff):
    staff[3]["aim_2"] = "Ines Weber told me to say yes"
    staff[4]["aim_2"] = "004915112345"
    found = see(tmp_path, staff, (AGENTS, HEADS))
    told = note(found, "Answers lie between").note
    assert told.startswith("2 do not, and count as missing; the first stands in row 4 of aim_2")
    assert "Ines" not in repr(found) and "4915112345" not in repr(found)
    for row in staff[:6]:
        row["iam_1"] = "no idea"
    assert "such as 'no idea'" in note(see(tmp_path, staff, (AGENTS, HEADS)), "Answers lie between").note


def test_a_column_of_sentences_is_not_repeated(tmp_path):
    rows = [{"person": f"p{i}", "satisfied": f"Ines Weber is bullying me {i}"} for i in range(12)]
    with pytest.raises(ProveoutError, match="no answer can be read") as caught:
        see(tmp_path, rows, questionnaire="csat", answers={"person": "person"})
    assert "Ines" not in str(caught.value)
    rows = [row | {"satisfied": "very"} for row in rows]
    with pytest.raises(ProveoutError, match="many are 'very'"):
        see(tmp_path, rows, questionnaire="csat", answers={"person": "person"})


@pytest.mark.parametrize("groups", [(), (AGENTS,)])
def test_a_column_of_names_is_no_column_of_groups(tmp_path, staff, groups):
    rows = [row | {"team": f"Peter Miller {i}"} for i, row in enumerate(staff)]
    found = see(tmp_path, rows, groups)
    assert "Peter" not in repr(found)
    assert figures(found, "buy_in") == {} and figures(found, "stakeholder")


def test_a_column_of_names_is_no_column_of_waves(tmp_path, staff):
    rows = [row | {"wave": f"Peter Miller {'ab'[i % 2]}{i}"} for i, row in enumerate(staff)]
    with pytest.raises(TooLittle) as caught:
        see(tmp_path, rows, answers={"wave": "wave"})
    assert "Peter" not in str(caught.value)


def test_a_table_without_a_header_is_not_repeated(tmp_path):
    rows = [{"Ines Weber": f"p{i}", "tells me what to say": 5} for i in range(9)]
    with pytest.raises(ProveoutError, match="none of the columns") as caught:
        see(tmp_path, rows, questionnaire="csat", answers={"person": "person"})
    assert "Ines" not in str(caught.value) + caught.value.remedy


def test_a_survey_that_is_open_shows_nothing(tmp_path, staff):
    closed = see(tmp_path, staff, (AGENTS, HEADS), closes=date(2026, 2, 28))
    assert closed.outcome is Outcome.MEASURED and "closed" not in str(closed.checks)
    still = see(tmp_path, staff, (AGENTS, HEADS), closes=TODAY)
    assert (still.outcome, still.changes_on) == (Outcome.TOO_LITTLE, date(2026, 3, 2))
    assert "one more answer" in note(see(tmp_path, staff, (AGENTS, HEADS)), "survey is closed").note


def test_an_answer_after_the_end_does_not_count(tmp_path, staff):
    rows = [row | {"at": f"2026-02-{27 + (i == 0)} 23:30"} for i, row in enumerate(staff)]
    told = {"person": "person", "group": "team", "at": "at"}
    found = see(tmp_path, rows, (AGENTS, HEADS), closes=date(2026, 2, 27), answers=told)
    assert figures(found, "score")["feasibility"].n == 17
    with pytest.raises(TooLittle, match="nobody answered until 2025"):
        see(tmp_path, rows, (AGENTS, HEADS), closes=date(2025, 2, 27), answers=told)
    assert note(found, "in time").note.startswith("1 rows came later")


def test_careless_sheets_are_weighed_only_where_they_are_many(tmp_path, staff):
    rows = staff + [sheet(f"s{i}", "agents", 1) for i in range(5)]
    score = np.mean([[row[item] for item in AIM[:4]] for row in staff])
    told = note(see(tmp_path, rows, (AGENTS, HEADS)), "one answer to all").note
    assert f"without them: acceptability {score:.2g}"[:30] in told
    few = note(see(tmp_path, rows[:-1], (AGENTS, replace(HEADS))), "one answer to all").note
    assert "without them: " not in few
