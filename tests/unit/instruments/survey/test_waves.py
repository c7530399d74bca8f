"""Which wave is the last, and what changed since the one before."""

import pytest

from proveout.core.errors import TooLittle

from .asking import figures, note, see, sheet

TOLD = {"person": "person", "wave": "wave"}


def of_waves(*waves: str) -> list[dict]:
    """Nine people in each, who answer 1 in the first, 2 in the second, and so on."""
    return [sheet(f"p{i}", "", 1 + k, wave=wave) for k, wave in enumerate(waves) for i in range(9)]


def test_waves_are_compared_on_the_same_people(tmp_path):
    before = [sheet(f"p{i}", "", 2 + i % 3, wave="2") for i in range(12)]
    after = [sheet(f"P{i}", "", 3 + i % 3, wave="10") for i in range(5, 17)]
    told = {"person": "person", "wave": "wave"}
    finding = see(tmp_path, [*after, *before], questionnaire="aim-iam-fim", answers=told)
    found = figures(finding, "change")["acceptability"]
    assert (found.value, found.n) == (1, 7)  # p5 to p11, each one up
    assert found.method.startswith("10 less 2, 7 people who answered both times")
    assert figures(finding, "score")["acceptability"].n == 12
    strangers = [row | {"person": f"q{i}"} for i, row in enumerate(after)]
    finding = see(tmp_path, [*strangers, *before], questionnaire="aim-iam-fim", answers=told)
    assert "different people" in figures(finding, "change")["acceptability"].method


@pytest.mark.parametrize("names", [range(10), range(10, 20)])  # the same people, and others
@pytest.mark.parametrize(
    ("questionnaire", "item", "low", "high", "all_the_way", "unit"),
    [("nps", "recommend", 6, 9, 200, "point"), ("csat", "satisfied", 1, 5, 1, "share")],
)
def test_a_change_is_in_the_unit_of_the_score(tmp_path, names, questionnaire, item, low, high, all_the_way, unit):
    rows = [{"who": f"p{i}", item: low, "wave": 1} for i in range(10)] + [
        {"who": f"p{i}", item: high, "wave": 2} for i in names
    ]
    found = see(tmp_path, rows, questionnaire=questionnaire, answers={"person": "who", "wave": "wave"})
    (changed,) = figures(found, "change").values()
    assert (changed.value, changed.upper, changed.unit) == (all_the_way, pytest.approx(all_the_way), unit)
    assert changed.lower < 0.8 * all_the_way


def test_the_same_change_of_all_is_no_certainty(tmp_path):
    rows = [sheet(f"p{i}", "", 2 + wave, wave=wave) for wave in (1, 2) for i in range(5)]
    told = {"person": "person", "wave": "wave"}
    found = figures(see(tmp_path, rows, questionnaire="aim-iam-fim", answers=told), "change")["feasibility"]
    assert found.value == 1 and found.lower < 0.9


@pytest.mark.parametrize(
    ("waves", "first"),
    [
        (("Wave 10", "Wave 9"), "Wave 9"),
        (("2026-03", "2025-12"), "2025-12"),
        (("2026-Q1", "2025-Q4"), "2025-Q4"),
        (("10", "9.5"), "9.5"),
        (("W2 ", "w1"), "w1"),
    ],
)
def test_numbers_put_waves_in_order(tmp_path, waves, first):
    found = see(tmp_path, of_waves(*waves), answers=TOLD)
    assert figures(found, "score")["feasibility"].value == 1 + (waves[0] == first)
    assert f"less {first}" in figures(found, "change")["feasibility"].method


@pytest.mark.parametrize("waves", [("before", "after"), ("Q4 2025", "Q1 2026"), ("1", "after")])
def test_words_are_in_no_order_unless_somebody_says_so(tmp_path, waves):
    with pytest.raises(TooLittle, match="nobody says which wave is the last") as caught:
        see(tmp_path, of_waves(*waves), answers=TOLD)
    assert "as `waves`" in caught.value.remedy
    found = see(tmp_path, of_waves(*waves), answers=TOLD | {"waves": tuple(w.upper() for w in waves)})
    assert figures(found, "score")["feasibility"].value == 2
    assert figures(found, "change")["feasibility"].value == 1


def test_a_sheet_of_no_wave_is_left_out(tmp_path):
    rows = [*of_waves("1", "2"), *[sheet(f"q{i}", "", 5, wave="") for i in range(6)]]
    found = see(tmp_path, rows, answers=TOLD)
    assert figures(found, "score")["feasibility"].value == 2
    assert note(found, "is of a wave").note == "6 name none, and are left out; the first is row 19"
    told = see(tmp_path, [*rows, sheet("z", "", 5, wave="pilot")], answers=TOLD | {"waves": ("1", "2")})
    assert note(told, "is of a wave").note.startswith("7 name none of `waves`")
    with pytest.raises(TooLittle, match="no sheet says of which wave"):
        see(tmp_path, rows[18:], answers=TOLD)


def test_who_is_in_no_figure_is_in_no_change(tmp_path):
    rows = of_waves("1", "2") + [sheet("boss", "bosses", 5 - 4 * (wave == 1), wave=wave) for wave in (1, 2)]
    for row in rows[:18]:
        row["team"] = "reps"
    found = see(tmp_path, rows, answers=TOLD | {"group": "team"})
    assert (figures(found, "change")["feasibility"].value, figures(found, "change")["feasibility"].n) == (1, 9)


def test_one_odd_word_among_waves_is_found(tmp_path):
    rows = [*of_waves("1", "2"), sheet("q", "", 1, wave="Peter Miller")]
    with pytest.raises(TooLittle, match="1 sheets name another wave than 1, 2; the first is row 19") as caught:
        see(tmp_path, rows, answers=TOLD)
    assert "Peter" not in repr(caught.value)


def test_one_newcomer_is_not_shown_by_a_change_of_the_others(tmp_path):
    rows = [*of_waves("1", "2"), sheet("new", "", 5, wave="2")]
    found = see(tmp_path, rows, answers=TOLD)
    assert figures(found, "change") == {} and figures(found, "score")["feasibility"].n == 10
    assert note(found, "shows nobody").note.startswith("acceptability, appropriateness, feasibility: fewer than 5")
