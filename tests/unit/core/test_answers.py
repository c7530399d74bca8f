"""Answers of people as they stand in tables."""

import math

import pytest

from proveout.core.answers import group_by_word, last_sheets, names_of, number_in, numbers_in, said_by_many
from proveout.core.initiative import Group, GroupId


@pytest.mark.parametrize(
    ("text", "number"),
    [("4", 4), ("4 - agree", 4), ("4: yes", 4), ("4 (agree)", 4), ("10 = extremely", 10), ("4,5", 4.5), ("-1", -1)],
)
def test_a_number_before_words_is_meant(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["1-2", "3/5", "agree", "4 of 5", "1e308", "agree 4", "-"])
def test_what_is_no_single_number_is_none(text):
    assert math.isnan(number_in(text))


def test_words_stand_for_numbers():
    found = numbers_in(["Yes", "no ", None, "2", "perhaps"], {"no": 1, "yes": 2})
    assert found[:2] == [2, 1] and found[3] == 2 and math.isnan(found[2]) and math.isnan(found[4])


def test_the_last_sheet_that_holds_an_answer_counts():
    assert last_sheets(["P1", "p1", "", "", "p2", "p2"], [False, False, False, True, False, True]) == [1, 2, 4]
    assert last_sheets(["p", "p"], [False, False], at=["2026-03-02 09:00:00", "2026-03-01 17:00:00"]) == [0]
    assert last_sheets(["p", "p"], [False, False], rounds=["1", "2"]) == [0, 1]


def test_only_what_many_wrote_is_repeated():
    texts, sheets = ["yes"] * 6 + ["no"] * 5 + ["Ines is against it"] * 5 + ["y" * 31] * 5, [*range(6), *range(5)]
    assert said_by_many(texts, [*sheets, *[0] * 5, *range(5)]) == ["yes", "no"]


def test_a_name_of_two_groups_means_neither():
    one, two, three = (
        Group(id=GroupId(id_), title=title, size=9) for id_, title in [("a", "Staff"), ("b", "staff "), ("c", "A")]
    )
    assert names_of((one, two, three)) == {"a": "a", "b": "b", "c": "c"}
    assert group_by_word((one, two, three)) == {"a": "a", "b": "b", "c": "c"}
    assert group_by_word((one, Group(id=GroupId("d"), size=9))) == {"a": "a", "staff": "a", "d": "d"}
